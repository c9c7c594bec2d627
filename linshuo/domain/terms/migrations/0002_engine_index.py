"""Each engine's own index over the terms. See `engine.py` for why it looks as it does."""

from django.db import migrations

SQLITE = """
    CREATE VIRTUAL TABLE terms_words USING fts5 (
        terms, content='terms_entry', content_rowid='id',
        detail=none, columnsize=0, tokenize='ascii'
    )
"""
# fastupdate is off: what waits in the pending list has to be read through by every search.
POSTGRES = """
    CREATE INDEX terms_words ON terms_entry
    USING gin (array_to_tsvector(string_to_array(terms, ' '))) WITH (fastupdate = off)
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == 'sqlite':
        schema_editor.execute(SQLITE)
        schema_editor.execute("INSERT INTO terms_words (terms_words) VALUES ('rebuild')")
    else:
        schema_editor.execute(POSTGRES)


def drop(apps, schema_editor):
    what = 'TABLE' if schema_editor.connection.vendor == 'sqlite' else 'INDEX'
    schema_editor.execute(f'DROP {what} terms_words')


class Migration(migrations.Migration):

    dependencies = [
        ('terms', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(make, drop),
    ]
