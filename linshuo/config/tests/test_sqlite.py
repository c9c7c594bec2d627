"""The SQLite backend: durable, in order, and never locked up.

These tests open database files of their own, so they run the same whichever database the rest of
the tests use.
"""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import os
import signal
import sqlite3
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.utils import ConnectionHandler

from linshuo.config.sqlite.turn import Turn

pytestmark = pytest.mark.once

SPAWN = multiprocessing.get_context("spawn")
WRITERS = 8
GOAL = 150


def connect(path: Path | str, **options: Any) -> Any:
    """Make Django's connection `house` one of our engine to a file, in this thread."""
    entry = {"ENGINE": "linshuo.config.sqlite", "NAME": str(path), "OPTIONS": options}
    connections.settings["house"] = ConnectionHandler({"default": entry}).settings["default"]
    if hasattr(connections._connections, "house"):
        del connections["house"]
    return connections["house"]


@pytest.fixture(autouse=True)
def _unblocked(django_db_blocker: Any) -> Iterator[None]:
    """These tests bring their own files, so the guard of the common database does not apply."""
    with django_db_blocker.unblock():
        yield
    if "house" in connections.settings:
        connections["house"].close()
        del connections["house"], connections.settings["house"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with two tables, the second pointing at the first."""
    path = tmp_path / "house.sqlite3"
    connection = connect(path)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, who INTEGER)")
        cursor.execute(
            "CREATE TABLE echo (of INTEGER REFERENCES word (id) DEFERRABLE INITIALLY DEFERRED)"
        )
    connection.close()
    return path


@pytest.fixture
def connection(file: Path) -> Any:
    """A connection to that database."""
    return connect(file)


def atomic() -> Any:
    """A transaction on that database."""
    return transaction.atomic(using="house")


def is_free(file: Path) -> bool:
    """Whether nobody holds, or waits at, the lock."""
    for part in ("gate", "lock"):
        handle = os.open(f"{file}.{part}", os.O_RDONLY | os.O_CREAT)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(handle)
    return True


def insert(connection: Any, who: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO word (who) VALUES (%s)", [who])


def count(connection: Any) -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute("SELECT count(*) FROM word").fetchone()[0])


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 20_000)],
)
def test_connection_is_set_up(connection: Any, pragma: str, value: object) -> None:
    with connection.cursor() as cursor:
        assert cursor.execute(f"PRAGMA {pragma}").fetchone()[0] == value


def test_synchronous_is_an_option_and_a_slip_in_it_is_an_error(file: Path) -> None:
    relaxed = connect(file, synchronous="normal")
    with relaxed.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 1
    relaxed.close()
    with pytest.raises(ValueError, match="synchronous=FAST"):
        connect(file, synchronous="fast").ensure_connection()


def test_directory_is_made_on_first_use(tmp_path: Path) -> None:
    connection = connect(tmp_path / "new" / "house.sqlite3")
    connection.ensure_connection()
    connection.close()
    assert (tmp_path / "new" / "house.sqlite3").exists()


def test_block_holds_the_lock_and_gives_it_back(connection: Any, file: Path) -> None:
    with atomic():
        assert not is_free(file)
        insert(connection)
        with atomic():  # a savepoint is not the end
            insert(connection)
        assert not is_free(file)
    assert is_free(file)
    assert count(connection) == 2


def test_rolled_back_block_gives_it_back(connection: Any, file: Path) -> None:
    with pytest.raises(ZeroDivisionError), atomic():
        insert(connection)
        with pytest.raises(KeyError), atomic():
            raise KeyError
        assert not is_free(file)
        raise ZeroDivisionError
    assert is_free(file)
    assert count(connection) == 0


def test_reading_and_lone_writes_leave_it_free(connection: Any, file: Path) -> None:
    insert(connection)
    assert count(connection) == 1
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO word (who) VALUES (%s)", [[1], [2]])
        with pytest.raises(IntegrityError):
            cursor.execute("INSERT INTO word (id) VALUES (1)")
    assert is_free(file)


def test_failed_begin_gives_it_back(connection: Any, file: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
    with pytest.raises(OperationalError, match="within a transaction"), atomic():
        pytest.fail("the block was entered")
    assert is_free(file)


def test_failed_commit_keeps_it_until_the_rollback(connection: Any, file: Path) -> None:
    with pytest.raises(IntegrityError), atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO echo (of) VALUES (99)")
    assert is_free(file)
    insert(connection)
    assert count(connection) == 1


def test_closing_inside_a_block_gives_it_back(connection: Any, file: Path) -> None:
    with atomic():
        insert(connection)
        connection.close()
        assert is_free(file)
    assert count(connection) == 0


def test_lock_file_that_cannot_be_made_is_a_database_error(connection: Any, file: Path) -> None:
    connection.ensure_connection()
    connection.turn().close()
    Path(f"{file}.gate").unlink()
    Path(f"{file}.gate").symlink_to("/proc/nowhere/at/all")
    with pytest.raises(OperationalError, match="cannot queue"), atomic():
        pytest.fail("the block was entered")


def test_database_in_memory_has_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:somewhere?mode=memory&cache=shared"):
        connection = connect(name)
        with atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE word (id INTEGER PRIMARY KEY)")
        assert connection.turn() is None
    assert list(tmp_path.iterdir()) == []


def test_block_begins_with_the_write_lock(connection: Any, file: Path) -> None:
    """So a block that reads first cannot find, when it writes, that a stranger wrote meanwhile."""
    stranger = sqlite3.connect(file, timeout=0, isolation_level=None)
    with atomic():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            stranger.execute("INSERT INTO word (who) VALUES (1)")
        count(connection)
        insert(connection)
    stranger.execute("INSERT INTO word (who) VALUES (2)")
    stranger.close()
    assert count(connection) == 2


def test_threads_queue_like_processes(connection: Any, file: Path) -> None:
    def write() -> None:
        with atomic():
            entered.set()
            insert(connections["house"])
        connections["house"].close()

    entered = threading.Event()
    other = threading.Thread(target=write)
    with atomic():
        other.start()
        insert(connection)
        assert not entered.is_set()
    other.join()
    assert count(connection) == 2


def test_interrupted_wait_holds_nothing(file: Path) -> None:
    holder, waiting = Turn(file), Turn(file)
    holder.enter()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            waiting.enter()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    holder.leave()
    assert is_free(file)


def test_forked_child_neither_frees_nor_keeps_the_lock(file: Path) -> None:
    """The parent dies while its child lives on: the lock is free all the same."""
    report, say = os.pipe()
    wait, release = os.pipe()
    parent = os.fork()
    if parent == 0:
        os.close(release)
        turn = Turn(file)
        turn.enter()
        if os.fork() == 0:
            turn.leave()  # not the child's to free
            os.write(say, b"free" if is_free(file) else b"held")
        os.read(wait, 1)  # until the test closes its end
        os._exit(0)
    try:
        assert os.read(report, 4) == b"held"
        os.kill(parent, signal.SIGKILL)
        os.waitpid(parent, 0)
        assert is_free(file)
    finally:
        for pipe in (report, say, wait, release):
            os.close(pipe)


def _write(file: Path, who: int, start: Any, done: Any, results: Any) -> None:
    """Write until somebody has reached the goal; every other process writes without a block."""
    warnings.simplefilter("ignore")  # Django is not set up here, which takes eight times as long
    connection = connect(file)
    connection.ensure_connection()
    start.wait()
    turns, error = 0, ""
    try:
        while not done.is_set():
            with contextlib.nullcontext() if who % 2 else atomic():
                if not who % 2:
                    count(connection)
                insert(connection, who)
            turns += 1
            if turns == GOAL:
                done.set()
    except Exception as failure:
        error = repr(failure)
        done.set()
    connection.close()
    results.put((who, turns, error))


def test_eight_writers_take_turns(file: Path) -> None:
    """Nobody meets a locked database, nothing is lost, nobody gets less than half a share."""
    start, done, results = SPAWN.Barrier(WRITERS), SPAWN.Event(), SPAWN.Queue()
    writers = [
        SPAWN.Process(target=_write, args=(file, who, start, done, results))
        for who in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    outcome = {who: (turns, error) for who, turns, error in (results.get() for _ in writers)}
    for writer in writers:
        writer.join()
    assert [error for _, error in outcome.values() if error] == []
    turns = {who: turns for who, (turns, _) in outcome.items()}
    rows = sqlite3.connect(file)
    assert turns == dict(rows.execute("SELECT who, count(*) FROM word GROUP BY who"))
    rows.close()
    assert min(turns.values()) * 2 >= GOAL, turns
