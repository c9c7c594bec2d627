from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('community_id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=8)),
                ('ref_id', models.BigIntegerField()),
                ('terms', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('community_id', 'kind', 'ref_id'), name='entry_once')],
            },
        ),
    ]
