"""A need may be settled by a project that was handed over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("needs", "0005_residents_words")]

    operations = [
        migrations.AlterField(
            model_name="result",
            name="kind",
            field=models.CharField(
                choices=[
                    ("progress", "进展"),
                    ("reply", "答复"),
                    ("work", "做了什么"),
                    ("service", "有人来过"),
                    ("project", "项目交付"),
                ],
                max_length=12,
            ),
        ),
    ]
