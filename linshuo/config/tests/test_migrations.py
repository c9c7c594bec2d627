"""Migrations of a room stand in one line, and each is named after what it does."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader


def test_each_room_has_one_line_of_named_migrations() -> None:
    rooms = defaultdict(list)
    for (room, name), migration in MigrationLoader(None).disk_migrations.items():
        if migration.__module__.startswith("linshuo."):
            parents = [parent for label, parent in migration.dependencies if label == room]
            rooms[room].append((name, parents))
    assert {"trail", "places", "people", "papers", "needs", "terms"} <= rooms.keys()
    for room, migrations in rooms.items():
        previous: list[str] = []
        for number, (name, parents) in enumerate(sorted(migrations), 1):
            assert re.match(rf"{number:04}_[a-z]", name), f"{room}.{name}: not the next number"
            assert parents == previous, f"{room}.{name}: two migrations follow the same one"
            assert "auto" not in name.split("_"), f"{room}.{name}: what does it do?"
            previous = [name]


@pytest.mark.django_db
def test_models_have_no_change_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
