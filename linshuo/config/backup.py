"""One file that holds everything: a copy made while work goes on, and the way back.

A backup is a tar of the database, the uploads and a manifest, which names the version, the count of
rows of every table and the SHA-256 of every member. The database is copied first, as of one moment;
an upload is on disk before the row that speaks of it is committed, so every file that the copied
rows name is there when the uploads are copied afterwards.

SQLite is copied with its own online backup, PostgreSQL with `pg_dump`, both from one snapshot.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

import linshuo
from linshuo.config import postgres
from linshuo.config.sealed import Opener, Sealer, is_sealed
from linshuo.config.wrong import Wrong
from linshuo.kit import clock, secret

FORMAT = 1
MANIFEST = "manifest.json"
NIGHTLY = "linshuo-nightly-"
#: The nightly copy is made at the first tick after this hour.
NIGHT = 2


# --- Making one --------------------------------------------------------------------------------


def backup(dest: Path | None = None, *, encrypt: bool = True) -> Path:
    """Write a backup and return its path. Every row committed before the call is in it.

    `dest` ends in .tar or .tar.gz; it must not exist. With LINSHUO_BACKUP_KEY set, and unless
    `encrypt` is false, the file is encrypted with that passphrase and its name ends in .sealed.
    Raises Wrong.
    """
    sealed = encrypt and bool(settings.BACKUP_KEY)
    if dest is None:
        dest = _directory() / f"linshuo-{clock.local(clock.now()):%Y-%m-%d-%H%M%S}.tar.gz"
    if sealed and dest.suffix != ".sealed":
        dest = dest.with_name(dest.name + ".sealed")
    if not dest.name.removesuffix(".sealed").endswith((".tar", ".tar.gz", ".tgz")):
        raise Wrong(f"The name {dest.name} has to end in .tar or .tar.gz.")
    if dest.exists():
        raise Wrong(f"{dest} is there already; it is not overwritten.")
    if not dest.parent.is_dir():
        raise Wrong(f"There is no directory {dest.parent}.")
    half = dest.with_name(f".{dest.name}.half")
    try:
        with open(half, "xb", opener=_private) as file, _sealing(file, sealed) as out:
            _write(out, "w|" if ".tar." not in dest.name and ".tgz" not in dest.name else "w|gz")
            file.flush()
            os.fsync(file.fileno())
        half.rename(dest)  # whole or not at all
    except FileExistsError:
        raise Wrong(f"Another backup is being written to {dest}.") from None
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    return dest


def nightly() -> Path | None:
    """The clock's hook: one encrypted copy a night, the oldest thrown away; idempotent.

    Does nothing without LINSHUO_BACKUP_KEY: a directory full of unencrypted copies of people's
    troubles is worse than none.
    """
    now = clock.local(clock.now())
    if not settings.BACKUP_KEY or now.hour < NIGHT:
        return None
    today = _directory() / f"{NIGHTLY}{now:%Y-%m-%d}.tar.gz.sealed"
    if today.exists():
        return None
    _sweep(today.parent)
    made = backup(today)
    for old in sorted(today.parent.glob(f"{NIGHTLY}*.tar.gz.sealed"))[: -settings.BACKUPS_KEPT]:
        old.unlink()
    return made


def _sweep(directory: Path) -> None:
    """Throw away what a machine that was switched off in the middle left half done."""
    for left in (*directory.glob(".*.half"), *directory.glob(".copy-*")):
        if left.stat().st_mtime < time.time() - 86_400:
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def _directory() -> Path:
    path = Path(settings.DATA) / "backups"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextlib.contextmanager
def _sealing(file: IO[bytes], sealed: bool) -> Iterator[Any]:
    if not sealed:
        yield file
        return
    sealer = Sealer(cast(Any, file), settings.BACKUP_KEY)
    yield sealer
    sealer.close()


def _write(out: Any, mode: Any) -> None:
    with (
        tempfile.TemporaryDirectory(dir=_directory(), prefix=".copy-") as scratch,
        tarfile.open(fileobj=out, mode=mode) as tar,
    ):
        digests: dict[str, str] = {}
        name, counts, migrations = _copy_database(Path(scratch))
        _add(tar, Path(scratch) / name, name, digests)
        root = Path(settings.MEDIA_ROOT)
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                with contextlib.suppress(FileNotFoundError):  # thrown away meanwhile
                    _add(tar, path, f"uploads/{path.relative_to(root).as_posix()}", digests)
        manifest = {
            "format": FORMAT,
            "linshuo": linshuo.__version__,
            "made_at": clock.now().isoformat(),
            "database": connection.vendor,
            "database_version": ".".join(map(str, connection.get_database_version())),
            "field_key": secret.fingerprint("backup"),
            "migrations": migrations,
            "rows": counts,
            "sha256": digests,
        }
        content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(content), 0o600
        tar.addfile(info, io.BytesIO(content))


def _add(tar: tarfile.TarFile, path: Path, name: str, digests: dict[str, str]) -> None:
    """Add a file and note its digest, both from the same reading."""
    with path.open("rb") as file:
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
        info.mtime = int(os.fstat(file.fileno()).st_mtime)
        reader = _Digesting(file)
        tar.addfile(info, cast(IO[bytes], reader))
        digests[name] = reader.digest.hexdigest()


class _Digesting:
    """A file whose content is digested as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _copy_database(scratch: Path) -> tuple[str, dict[str, int], list[list[str]]]:
    """Copy the database into `scratch`; its file name, its row counts, its migrations."""
    if connection.vendor == "sqlite":
        copy = scratch / "database.sqlite3"
        source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
        target = sqlite3.connect(copy)
        with contextlib.closing(source), contextlib.closing(target):
            # All pages in one step: one read snapshot, which in WAL keeps no writer waiting.
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, no log beside it
            return copy.name, *_contents(target.cursor())
    if connection.vendor != "postgresql":
        raise Wrong(f"There is no way to back up {connection.vendor}.")
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = str(cursor.fetchone()[0])
        copy = scratch / "database.dump"
        postgres.dump(connection.settings_dict, copy, snapshot)
        return copy.name, *_contents(cursor)


def _contents(cursor: Any) -> tuple[dict[str, int], list[list[str]]]:
    """How many rows each table of ours has, and which migrations made them."""
    counts = {}
    for table in sorted(connection.introspection.django_table_names(only_existing=False)):
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names of our own models
        counts[table] = int(cursor.fetchone()[0])
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    return counts, [list(row) for row in cursor.fetchall()]


# --- The way back --------------------------------------------------------------------------------


def restore(file: Path) -> list[str]:
    """Put a backup into the empty place that the settings name, and bring it up to date.

    Nothing is touched before every member has been checked against its digest. Everyone has to
    sign in again. Returns notes for whoever restored it. Raises Wrong.
    """
    _refuse_unless_empty()
    if not file.is_file():
        raise Wrong(f"There is no file {file}.")
    data = Path(settings.DATA)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as scratch:
        manifest = unpack(file, Path(scratch))
        refuse_unless_known(manifest)
        _load_database(Path(scratch))
        if (uploads := Path(scratch) / "uploads").is_dir():
            shutil.move(uploads, settings.MEDIA_ROOT)
    _compare(manifest["rows"])
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session")  # who has signed out since, stays out
    if manifest["field_key"] != secret.fingerprint("backup"):
        return [
            "LINSHUO_FIELD_KEY is not the one this backup was made with: telephone numbers and "
            "second factors cannot be read until it is."
        ]
    return []


def _refuse_unless_empty() -> None:
    full = Wrong(
        "A backup is restored into an empty place only, and here is something already. Name "
        "another one: linshuo restore FILE --into DIRECTORY, or an empty LINSHUO_DATABASE_URL."
    )
    uploads = Path(settings.MEDIA_ROOT)
    if uploads.exists() and any(uploads.iterdir()):
        raise full
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        if file.exists() and file.stat().st_size:
            raise full
    elif connection.introspection.table_names():
        raise full
    if uploads.exists():
        uploads.rmdir()


def unpack(file: Path, into: Path) -> dict[str, Any]:
    """Unpack into a directory; the manifest, once every member has been found to fit it."""
    found: dict[str, str] = {}
    try:
        with (
            file.open("rb") as raw,
            tarfile.open(fileobj=cast(Any, _opened(raw)), mode="r|*") as tar,
        ):
            for member in tar:
                found[member.name] = _unpack_one(tar, member, into)
        manifest: dict[str, Any] = json.loads((into / MANIFEST).read_text())
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError) as error:
        raise Wrong(f"{file} is not a whole backup: {error}") from error
    del found[MANIFEST]
    for name in sorted(found.keys() | manifest["sha256"].keys()):
        if found.get(name) != manifest["sha256"].get(name):
            raise Wrong(f"{file} is damaged: {name} is not what the manifest says it is.")
    if manifest["format"] != FORMAT:
        raise Wrong(f"{file} is of a later kind; it takes Linshuo {manifest['linshuo']}.")
    return manifest


def _opened(file: IO[bytes]) -> Any:
    if not is_sealed(cast(Any, file)):
        return file
    if not settings.BACKUP_KEY:
        raise Wrong("This backup is encrypted: set LINSHUO_BACKUP_KEY to its passphrase.")
    return Opener(cast(Any, file), settings.BACKUP_KEY)


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> str:
    """Write one member, if its name is one that a backup has; its digest."""
    parts = Path(member.name).parts
    known = member.name in {MANIFEST, "database.sqlite3", "database.dump"}
    if not member.isreg() or ".." in parts or not (known or parts[0] == "uploads"):
        raise Wrong(f"This is not a backup: it holds “{member.name}”.")
    path = into / member.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = tar.extractfile(member)
    assert source is not None
    digest = hashlib.sha256()
    with open(path, "xb", opener=_private) as target:
        while chunk := source.read(2**20):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def refuse_unless_known(manifest: Mapping[str, Any]) -> None:
    """Raise Wrong for a backup of a newer version, or of the other kind of database."""
    known = MigrationLoader(None).disk_migrations
    if any(tuple(migration) not in known for migration in manifest["migrations"]):
        raise Wrong(f"This backup was made by a newer Linshuo ({manifest['linshuo']}).")
    if manifest["database"] != connection.vendor:
        raise Wrong(
            f"This backup is of {manifest['database']}, and LINSHUO_DATABASE_URL names "
            f"{connection.vendor}."
        )


def _load_database(scratch: Path) -> None:
    database = connection.settings_dict
    connection.close()
    if connection.vendor == "sqlite":
        name = Path(database["NAME"])
        name.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(scratch / "database.sqlite3", name)
    else:
        postgres.load(database, scratch / "database.dump")


def _compare(rows: Mapping[str, int]) -> None:
    with connection.cursor() as cursor:
        for table, wanted in rows.items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            if (found := cursor.fetchone()[0]) != wanted:
                raise Wrong(f"{table} came back with {found} rows instead of {wanted}.")
