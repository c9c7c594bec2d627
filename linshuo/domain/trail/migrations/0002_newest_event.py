# The newest event of a community by itself: what kept public pages are known by.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trail", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["community_id", "-id"], name="event_newest"),
        ),
    ]
