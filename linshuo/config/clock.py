"""What happens by itself: long work out of the queue, and the things that time alone brings.

Nothing in the house depends on the clock having run. A due date is read from the row, so silence
turns red with or without this process; the hooks only tell people, link the trail and keep copies.
Each hook may be called at any time and any number of times: what it did already it leaves alone,
and what it missed while the machine was off it makes up for.
"""

from __future__ import annotations

import hashlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

logger = logging.getLogger("linshuo.clock")

#: How long a hook that failed is left alone, so that a lasting fault does not fill the log.
PAUSE = 60.0
#: A task that was running when its worker died is tried again, this many times in all.
TRIES = 3


@dataclass(frozen=True)
class Hook:
    """A function without arguments, by its dotted name, and how often it is called."""

    name: str
    every: float

    def __call__(self) -> object:
        """Call the function."""
        function: Callable[[], object] = import_string(self.name)
        return function()


#: Everything that happens by itself, most urgent first; intervals in seconds.
HOOKS = (
    Hook("linshuo.domain.trail.sealing.seal_all", every=5),
    Hook("linshuo.notices.drain.drain", every=5),
    Hook("linshuo.notices.overdue.late", every=60),
    Hook("linshuo.notices.post.tick", every=15),
    Hook("linshuo.notices.asking_again.tick", every=3600),
    Hook("linshuo.acts.pledging.tick", every=600),
    Hook("linshuo.acts.promising.tick", every=3600),
    Hook("linshuo.acts.posts.tick", every=3600),
    Hook("linshuo.acts.offering.tick", every=3600),
    Hook("linshuo.acts.gathering.tick", every=900),
    Hook("linshuo.acts.collecting.tick", every=3600),
    Hook("linshuo.acts.erasing.tick", every=3600),
    Hook("linshuo.exchange.keeping.tick", every=86_400),
    Hook("linshuo.exchange.takeout_jobs.tick", every=86_400),
    Hook("linshuo.api.health.beat", every=30),
    Hook("linshuo.domain.trail.sealing.drop_anchors", every=3600),
    Hook("linshuo.config.backup.nightly", every=900),
    Hook("linshuo.config.clock.tidy", every=86_400),
)


class Clock:
    """Calls hooks when they are due, one after the other, until told to stop."""

    def __init__(
        self, hooks: Sequence[Hook] = HOOKS, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = monotonic
        self._due = dict.fromkeys(hooks, monotonic())

    def tick(self) -> float:
        """Call every hook that is due; return the seconds until the next one is.

        A hook that raises is logged and called again after a pause; the others do not notice.
        """
        for hook, due in self._due.items():
            if due > self._now():
                continue
            # A connection may have gone away since the last tick.
            close_old_connections()
            wait = hook.every
            try:
                hook()
            except Exception:
                logger.exception("hook failed", extra={"hook": hook.name})
                wait = max(hook.every, PAUSE)
            finally:
                close_old_connections()
            self._due[hook] = self._now() + wait
        return max(0.0, min(self._due.values()) - self._now()) if self._due else PAUSE

    def run(self, stop: threading.Event) -> None:
        """Tick until `stop` is set."""
        while not stop.wait(min(self.tick(), 1.0)):
            pass
        connection.close()


def tidy() -> None:
    """Throw away what nobody can use any more, and let the database look at itself."""
    from django_tasks_db.models import DBTaskResult

    call_command("clearsessions", verbosity=0)
    month_ago = timezone.now() - timedelta(days=30)
    DBTaskResult.objects.finished().filter(finished_at__lt=month_ago).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")


def worker_id() -> str:
    """The name of the one worker of this directory on this machine, the same after a restart."""
    place = hashlib.sha256(str(settings.DATA).encode()).hexdigest()[:8]
    return f"{socket.gethostname()[:50]}:{place}"


def take_up_again(me: str) -> int:
    """Put tasks back that an earlier run of this worker left half done; return how many.

    What has been tried too often is marked as failed, so that a task that takes the worker down
    with it does not do so forever.
    """
    from django_tasks_db.models import DBTaskResult

    count = 0
    with transaction.atomic():
        for task in DBTaskResult.objects.running().select_for_update():
            if me not in task.worker_ids:
                continue  # another machine's worker has it
            if len(task.worker_ids) >= TRIES:
                task.set_failed(RuntimeError("the worker stopped while this task was running"))
            else:
                task.status = "READY"
                task.save(update_fields=["status"])
                count += 1
    return count


def run_tasks(me: str, stop: threading.Event) -> int:
    """Carry out what waits in the queue, until it is empty or `stop` is set; return how many."""
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    done = 0
    # Asked first, since claiming a task takes the write lock even when there is none to claim.
    while not stop.is_set() and DBTaskResult.objects.ready().exists():
        Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=me,
        ).run()
        done += 1
    return done


def work(stop: threading.Event, lock: Path | None = None) -> int:
    """The worker process: the clock in a thread of its own, the queue in this one.

    A long import does not delay the clock, nor the clock an import. Returns 0 when `stop` was
    set, 2 if another worker has this directory already.
    """
    held = _only_one(lock or settings.DATA / "worker.lock")
    if held is None:
        logger.error("another worker is running in this directory")
        return 2
    me = worker_id()
    clock = threading.Thread(target=Clock().run, args=(stop,), name="clock")
    clock.start()
    try:
        take_up_again(me)
        while not stop.is_set():
            close_old_connections()
            try:
                run_tasks(me, stop)
            except Exception:
                logger.exception("the queue could not be read")
                stop.wait(PAUSE)
            stop.wait(1.0)
    finally:
        stop.set()
        clock.join()
        held.close()
    return 0


def _only_one(path: Path) -> IO[str] | None:
    """Hold a lock file for as long as the returned file is open; None if somebody else does."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
