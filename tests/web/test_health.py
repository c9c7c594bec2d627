"""What a monitor is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection, connections
from django.test import Client

from linshuo.api import health
from linshuo.config.clock import HOOKS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    cache.delete(health.BEAT)
    health._up_to_date = False
    yield
    health._up_to_date = False


def test_healthz_asks_nobody(django_assert_num_queries: Any) -> None:
    client = Client()
    client.get("/healthz")
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Content-Type"] == "text/plain" and not answer.cookies
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


def test_readyz_says_what_is_ready() -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "database": True, "migrations": True, "worker": False, "worker_seen_seconds_ago": None,
    }  # fmt: skip
    assert "no-store" in answer["Cache-Control"]


def test_the_worker_shows_itself() -> None:
    health.beat()
    told = Client().get("/readyz").json()
    assert told["worker"] is True and told["worker_seen_seconds_ago"] <= 1
    cache.set(health.BEAT, cache.get(health.BEAT) - 500)
    told = Client().get("/readyz").json()
    assert (told["worker"], told["worker_seen_seconds_ago"] >= 500) == (False, True)
    assert "linshuo.api.health.beat" in {hook.name for hook in HOOKS}


def test_a_database_that_is_not_up_to_date_is_not_ready() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'needs'")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["migrations"]) == (True, False)


def test_a_database_that_does_not_answer_is_said_and_nothing_falls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(type(connections["default"]), "cursor", gone)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] is False
    assert "refused" not in answer.content.decode()
    assert Client().get("/healthz").status_code == 200
