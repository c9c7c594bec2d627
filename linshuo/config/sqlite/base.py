"""The one place where SQLite is set up: WAL, durable, and one writer at a time, in order.

Django finds this as the engine `linshuo.config.sqlite`. It differs from Django's own in this:

* **Write-ahead log.** Readers never wait for a writer, nor a writer for them.
* **IMMEDIATE.** A transaction takes the write lock when it begins. With SQLite's default a
  transaction that has read before it writes fails at once when somebody wrote in between, and no
  waiting helps.
* **In order.** Before a transaction begins it waits for its `Turn`, so nobody is overtaken and
  nobody sees "database is locked".
* **Synchronous FULL.** With NORMAL a crash of the process loses nothing, but a power cut may
  lose the last commits, after a resident was told "收到了". A community's computer stands under
  a desk; one disk flush for each write is what the word costs.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.backends.sqlite3 import base, operations
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.utils import OperationalError

from linshuo.config.sqlite.turn import Turn

#: Seconds to wait for what does not queue: a backup, a shell that somebody left open.
BUSY_SECONDS = 20

#: Page cache of 16 MB a connection; 256 MB of the file mapped; the log is cut back to 64 MB.
PRAGMAS = (
    "PRAGMA cache_size = -16000",
    "PRAGMA mmap_size = 268435456",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",
)

#: First words of statements that write, and so need a turn when they stand alone.
WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "VACUUM"})


class TurnCursor(SQLiteCursorWrapper):
    """A cursor whose writing statements outside a transaction queue like transactions do."""

    turn: Turn | None = None

    def execute(self, query: str, params: Any = None) -> Any:
        """Execute; a lone writing statement waits for its turn first."""
        with self._in_turn(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Execute for each row; a lone writing statement waits for its turn first."""
        with self._in_turn(query):
            return super().executemany(query, param_list)

    @contextlib.contextmanager
    def _in_turn(self, query: str) -> Iterator[None]:
        if (
            self.turn is None
            or self.connection.in_transaction
            or query.lstrip()[:10].partition(" ")[0].upper() not in WRITES
        ):
            yield
            return
        try:
            self.turn.enter()
            yield
        finally:
            self.turn.leave()


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, for tables that refuse to give anything up."""

    def sql_flush(self, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        """Emptying a whole database, which only tests do, lifts the triggers of append-only tables
        for the length of it. They are found by name: this module knows no room."""
        statements: list[str] = super().sql_flush(style, tables, **options)
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
                "AND name LIKE '%!_append!_only!_%' ESCAPE '!'"
            )
            kept: list[tuple[str, str]] = cursor.fetchall()
        lifted = [f"DROP TRIGGER {name};" for name, _ in kept]
        return [*lifted, *statements, *(f"{sql};" for _, sql in kept)] if statements else []


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection to SQLite with the properties that the module describes."""

    ops_class = DatabaseOperations

    transaction_mode: str | None
    _turn: Turn | None = None

    def get_connection_params(self) -> dict[str, Any]:
        """Django's parameters, with our defaults and without our own option `synchronous`."""
        params = super().get_connection_params()
        params.setdefault("timeout", BUSY_SECONDS)
        self.transaction_mode = self.transaction_mode or "IMMEDIATE"
        self._synchronous = str(params.pop("synchronous", "FULL")).upper()
        if self._synchronous not in {"OFF", "NORMAL", "FULL", "EXTRA"}:
            raise ValueError(f"synchronous={self._synchronous}: OFF, NORMAL, FULL or EXTRA")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """Connect and set the connection up; the directory is made on first use."""
        if (turn := self.turn()) is not None:
            turn.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        if not self.is_in_memory_db():
            self._use_write_ahead_log(connection)
        for pragma in (*PRAGMAS, f"PRAGMA synchronous = {self._synchronous}"):
            connection.execute(pragma)
        return connection

    def create_cursor(self, name: str | None = None) -> TurnCursor:
        """A cursor that knows this connection's place in the queue."""
        cursor: TurnCursor = self.connection.cursor(factory=TurnCursor)
        cursor.turn = self.turn()
        return cursor

    def turn(self) -> Turn | None:
        """This connection's place in the queue of writers; None for a database in memory."""
        if self.is_in_memory_db():
            return None
        path = str(self.settings_dict["NAME"]).removeprefix("file:").partition("?")[0]
        # The tests give the same connection object another file.
        if self._turn is None or str(self._turn.path) != path:
            self._leave()
            self._turn = Turn(path)
        return self._turn

    def _use_write_ahead_log(self, connection: sqlite3.Connection) -> None:
        """Switch the file to WAL, once in its life.

        The switch needs the file alone and does not wait for others, so it has to queue: two
        processes may be the first ones.
        """
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        turn = self.turn()
        assert turn is not None
        try:
            turn.enter()
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            turn.leave()

    def _start_transaction_under_autocommit(self) -> None:
        turn = self.turn()
        if turn is None:
            super()._start_transaction_under_autocommit()
            return
        try:
            try:
                turn.enter()
            except OSError as error:
                raise OperationalError(f"cannot queue for writing: {error}") from error
            super()._start_transaction_under_autocommit()
        except BaseException:
            turn.leave()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()
        finally:
            self._leave_if_over()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._leave_if_over()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._leave()

    def _leave_if_over(self) -> None:
        # A COMMIT that fails over a deferred constraint leaves the transaction open; Django
        # rolls back next, and only then is it somebody else's turn.
        if self.connection is None or not self.connection.in_transaction:
            self._leave(close=False)

    def _leave(self, *, close: bool = True) -> None:
        if self._turn is not None:
            (self._turn.close if close else self._turn.leave)()
