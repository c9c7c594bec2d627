"""Whether the house stands: for whoever watches servers.

`/healthz` asks nobody: this process answers. `/readyz` asks the database: 200 when it answers and
is up to date, else 503. A silent worker is told but takes no web process out of service: people
can still say what they have to say, and what the worker brings comes later.
"""

from __future__ import annotations

import time

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

BEAT = "worker:seen"
LATE = 120
"""Seconds without a sign after which the worker counts as silent."""

_up_to_date = False


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """What is ready and what is not, and when the worker was last seen (seconds; null: never)."""
    database, migrations, seen = False, False, None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = True
        migrations = _migrated()
        seen = _worker_seen() if migrations else None
    except DatabaseError:
        pass  # said in the answer
    told = {
        "database": database,
        "migrations": migrations,
        "worker": seen is not None and seen <= LATE,
        "worker_seen_seconds_ago": seen,
    }
    return JsonResponse(told, status=200 if database and migrations else 503)


def _migrated() -> bool:
    """Whether the database has every migration of this code. Once true, it stays true."""
    global _up_to_date
    if not _up_to_date:
        executor = MigrationExecutor(connection)
        _up_to_date = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _up_to_date


def _worker_seen() -> int | None:
    at = cache.get(BEAT)
    return None if at is None else max(0, int(time.time() - at))


def beat() -> None:
    """The worker was here. Called by the clock."""
    cache.set(BEAT, time.time(), 86_400)
