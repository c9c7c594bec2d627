"""What moved stays: the database itself refuses to change or delete a transfer.

On SQLite by two triggers. On PostgreSQL, where we keep no triggers, by
taking the right away from whoever migrates and runs: an owner may give it back to itself, but not
by a slip. A superuser passes everything; `linshuo verify` finds what got past.
"""

from django.db import migrations

TABLE = "funds_transfer"
RIGHTS = "UPDATE, DELETE, TRUNCATE"


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"REVOKE {RIGHTS} ON {TABLE} FROM PUBLIC, CURRENT_USER")
        return
    for verb in ("UPDATE", "DELETE"):
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_append_only_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        )


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"GRANT {RIGHTS} ON {TABLE} TO CURRENT_USER")
        return
    for verb in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER {TABLE}_append_only_{verb}")


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
