"""Where a benchmark plays: a filled database that is kept for the next run, and the settings.

Everything lies in `bench/.kept/`, or in the directory that BENCH_HOME names. A database is made
again when the code that fills it has changed; new migrations are carried out on what is there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("BENCH_HOME") or ROOT / "bench" / ".kept").resolve()
ENGINES = ("sqlite", "postgres")

#: A quarter of the memory of a small server; the rest of the server's settings are its own.
POSTGRES = {"shared_buffers": "512MB", "work_mem": "16MB", "maintenance_work_mem": "256MB"}


@contextlib.contextmanager
def stage(engine: str, name: str, fill: Callable[[], None]) -> Iterator[None]:
    """Django set up on a database filled by `fill`, which runs only if no such database is kept."""
    HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    marker = HOME / f"{name}-{engine}.filled"
    written_with = _fingerprint()
    fresh = marker.exists() and marker.read_text() == written_with
    with _sqlite(name, fresh) if engine == "sqlite" else _postgres(name, fresh) as url:
        _settings(url, HOME / f"data-{engine}")
        _migrate()
        if not fresh:
            marker.unlink(missing_ok=True)
            fill()
            marker.write_text(written_with)
        yield


@contextlib.contextmanager
def scratch() -> Iterator[None]:
    """Django set up on an empty SQLite database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="linshuo-bench-") as home:
        _settings(f"sqlite:///{home}/scratch.sqlite3", Path(home))
        _migrate()
        yield
        _disconnect()


def _fingerprint() -> str:
    """Of everything that decides what is in a database."""
    found = hashlib.sha256()
    sources = [ROOT / "linshuo/domain/terms/words.py", ROOT / "linshuo/kit/text.py"]
    sources += [ROOT / "bench" / part for part in ("filler.py", "grammar.py", "words.toml")]
    for source in sources:
        found.update(source.read_bytes())
    return found.hexdigest()


def _settings(url: str, data: Path) -> None:
    for name in [name for name in os.environ if name.startswith("LINSHUO_")]:
        del os.environ[name]
    os.environ.update(
        DJANGO_SETTINGS_MODULE="linshuo.config.settings",
        LINSHUO_DATA=str(data),
        LINSHUO_DATABASE_URL=url,
        LINSHUO_SECRET_KEY="a-key-for-benchmarks-that-protects-nothing",
        LINSHUO_HOSTS="127.0.0.1",
        LINSHUO_HTTPS="no",
        LINSHUO_LOCK_SECONDS="28800",
        LINSHUO_LOG_LEVEL="ERROR",
    )
    import django

    django.setup()


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    _mend()


def _mend() -> None:
    """Make tables again whose migration was rewritten after it had been carried out on a kept
    database, as happens while a room is being built. They are empty; if not, say so and stop."""
    from django.apps import apps
    from django.db import connection

    there, stale = set(connection.introspection.table_names()), []
    with connection.cursor() as cursor:
        for model in (m for m in apps.get_models() if m._meta.managed):
            table, has = model._meta.db_table, set()
            if table in there:
                found = connection.introspection.get_table_description(cursor, table)
                has = {column.name for column in found}
            if {field.column for field in model._meta.local_concrete_fields} <= has:
                continue
            stale.append(model)
            if table in there:
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
                if cursor.fetchone()[0]:
                    raise SystemExit(f"{table} is not what its migrations make: delete {HOME}")
    with connection.schema_editor() as editor:
        for model in stale:
            if model._meta.db_table in there:
                editor.delete_model(model)
        for model in stale:
            editor.create_model(model)


@contextlib.contextmanager
def _sqlite(name: str, fresh: bool) -> Iterator[str]:
    file = HOME / f"{name}.sqlite3"
    if not fresh:
        for part in HOME.glob(f"{name}.sqlite3*"):
            part.unlink()
    yield f"sqlite:///{file}"


@contextlib.contextmanager
def _postgres(name: str, fresh: bool) -> Iterator[str]:
    """The same server as the tests', but durable, and its directory is kept."""
    home = HOME / "postgres"
    home.mkdir(exist_ok=True)
    bin_, user, data = postgres.binaries(), postgres._unprivileged(home), home / "data"
    if user is not None and any(not part.stat().st_mode & 0o001 for part in home.parents):
        raise SystemExit(
            f"PostgreSQL runs as {user} here, who cannot reach {home}."
            " Give BENCH_HOME a directory that everybody may enter."
        )
    with contextlib.ExitStack() as stack:
        sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linshuo-bench-")))
        postgres._unprivileged(sockets)
        if not (data / "PG_VERSION").exists():
            command = [bin_ / "initdb", "-D", data, "-U", postgres.NAME, "--auth=trust"]
            command += ["--encoding=UTF8", "--locale=C.UTF-8"]
            subprocess.run(command, check=True, capture_output=True, cwd=home, user=user)
        # Where there is setpriv (Linux), the kernel ends the server if the benchmark is killed.
        leash = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
        server = [*leash, bin_ / "postgres", "-D", data, "-k", sockets, "-c", "listen_addresses="]
        for option in POSTGRES.items():
            server += ["-c", "=".join(option)]
        log = stack.enter_context((home / "log").open("wb"))
        process = subprocess.Popen(server, stdout=log, stderr=log, cwd=home, user=user)
        stack.callback(process.wait, 60)
        stack.callback(process.send_signal, signal.SIGINT)
        postgres._wait(bin_, sockets, process)
        if not fresh:
            for tool in (["dropdb", "--if-exists"], ["createdb"]):
                command = [bin_ / tool[0], *tool[1:], "-h", sockets, "-U", postgres.NAME, name]
                subprocess.run(command, check=True, capture_output=True)
        yield f"postgres://{postgres.NAME}@/{name}?host={sockets}"
        _disconnect()


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()
