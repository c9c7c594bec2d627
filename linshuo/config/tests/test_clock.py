"""What happens by itself happens again after a fault, and never twice at once."""

from __future__ import annotations

import logging
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from linshuo.config import clock
from linshuo.config.clock import HOOKS, PAUSE, Clock, Hook

pytestmark = pytest.mark.django_db  # a tick looks after its connection

HERE = "linshuo.config.tests.test_clock"
called: list[str] = []


def well() -> None:
    called.append("well")


def often() -> None:
    called.append("often")


def ill() -> None:
    called.append("ill")
    raise RuntimeError("a fault")


@task()
def add(a: int, b: int) -> int:
    called.append("add")
    return a + b


@task()
def fail() -> None:
    raise RuntimeError("a fault")


class Time:
    """A monotonic clock that stands until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _nothing_called() -> None:
    called.clear()


def test_hook_is_called_at_once_and_then_when_due() -> None:
    time = Time()
    ticking = Clock([Hook(f"{HERE}.well", 60), Hook(f"{HERE}.often", 5)], monotonic=time)
    assert ticking.tick() == 5
    assert called == ["well", "often"]
    time.now += 4
    assert ticking.tick() == 1
    time.now += 1
    ticking.tick()
    assert called == ["well", "often", "often"]
    time.now += 3600  # a machine that slept calls once, not six hundred times
    ticking.tick()
    assert called == ["well", "often", "often", "well", "often"]


def test_hook_that_fails_is_logged_and_tried_again_and_stops_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    time = Time()
    ticking = Clock([Hook(f"{HERE}.ill", 5), Hook(f"{HERE}.often", 5)], monotonic=time)
    with caplog.at_level(logging.ERROR, "linshuo.clock"):
        ticking.tick()
        time.now += 5
        ticking.tick()
        time.now += PAUSE
        ticking.tick()
    assert called == ["ill", "often", "often", "ill", "often"]
    assert [record.hook for record in caplog.records] == [f"{HERE}.ill"] * 2  # type: ignore[attr-defined]


def test_hook_that_does_not_exist_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    Clock([Hook("linshuo.nowhere.at_all", 5), Hook(f"{HERE}.well", 5)]).tick()
    assert called == ["well"]
    assert "nowhere" in caplog.text


def test_clock_runs_until_told_to_stop() -> None:
    stop = threading.Event()
    stop.set()
    Clock([Hook(f"{HERE}.well", 5)]).run(stop)
    assert called == ["well"]


def test_every_hook_of_the_house_exists() -> None:
    for hook in HOOKS:
        assert callable(import_string(hook.name)), hook.name
        assert hook.every >= 1


@pytest.mark.django_db
def test_every_hook_of_the_house_runs_on_an_empty_house_again_and_again() -> None:
    for hook in HOOKS * 2:
        hook()


@pytest.fixture
def queue(settings: Any, transactional_db: None) -> Any:
    """The queue that a real house has, instead of the tests' own that runs at once."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects


def test_queue_is_worked_off_and_a_failure_is_kept(queue: Any) -> None:
    first, second, third = add.enqueue(2, 3), fail.enqueue(), add.enqueue(1, 1)
    assert clock.run_tasks("me", threading.Event()) == 3
    for result in (first, second, third):
        result.refresh()
    assert (first.return_value, third.return_value) == (5, 2)
    assert second.status == "FAILED"
    assert "a fault" in second.errors[0].traceback


def test_stopped_worker_takes_nothing_new(queue: Any) -> None:
    add.enqueue(2, 3)
    stop = threading.Event()
    stop.set()
    assert clock.run_tasks("me", stop) == 0
    assert called == []


def test_task_of_a_worker_that_died_is_taken_up_again(queue: Any) -> None:
    add.enqueue(2, 3)
    queue.get().claim("me")
    assert clock.take_up_again("somebody else") == 0
    assert clock.take_up_again("me") == 1
    clock.run_tasks("me", threading.Event())
    assert queue.get().status == "SUCCESSFUL"


def test_task_that_takes_the_worker_down_is_given_up(queue: Any) -> None:
    add.enqueue(2, 3)
    for _ in range(clock.TRIES):
        queue.get().claim("me")
        clock.take_up_again("me")
    assert queue.get().status == "FAILED"
    assert clock.run_tasks("me", threading.Event()) == 0
    assert called == []


def test_tidying_keeps_what_is_recent(queue: Any) -> None:
    add.enqueue(2, 3)
    add.enqueue(3, 4)
    clock.run_tasks("me", threading.Event())
    queue.filter(pk=queue.first().pk).update(finished_at=timezone.now() - timedelta(days=31))
    clock.tidy()
    assert queue.count() == 1


def test_second_worker_in_the_same_directory_leaves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import fcntl

    lock = tmp_path / "worker.lock"
    handle = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert clock.work(threading.Event(), lock) == 2
    assert "another worker" in caplog.text
    os.close(handle)


def test_worker_is_told_to_stop_and_lets_the_directory_go(tmp_path: Path, queue: Any) -> None:
    stop = threading.Event()
    stop.set()
    for _ in range(2):
        assert clock.work(stop, tmp_path / "worker.lock") == 0
