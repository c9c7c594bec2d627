from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("needs", "0003_incoming")]

    operations = [
        migrations.AddIndex(
            model_name="need",
            index=models.Index(fields=["community", "-closed_at", "-id"], name="need_closed"),
        ),
    ]
