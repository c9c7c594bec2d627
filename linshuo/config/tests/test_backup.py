"""A backup made while work goes on comes back whole, and anything else is refused."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from linshuo.config import backup as backups
from linshuo.config.backup import MANIFEST, NIGHTLY, backup, nightly, refuse_unless_known, unpack
from linshuo.config.sealed import CannotOpen
from linshuo.config.wrong import Wrong
from linshuo.domain.places.models import Place
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast

#: Another process that writes through the house's own actions and says what was committed.
WRITER = """
import django; django.setup()
import sys, threading
from linshuo.domain.places.actions import add_place
from linshuo.domain.places.models import Community, PlaceKind
from linshuo.domain.places.queries import root_of
from linshuo.kit.actor import Actor
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
house = Actor.house(Community.objects.get().pk)
root = root_of(house.community_id)
n = 0
while not stop.is_set():
    n += 1
    place = add_place(root, kind=PlaceKind.ESTATE, name=f"第{n}小区", by=house)
    print(place.pk, flush=True)
"""


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    """A data directory with two uploads, and no passphrase."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "uploads"
    settings.BACKUP_KEY = ""
    (tmp_path / "uploads" / "2019").mkdir(parents=True)
    (tmp_path / "uploads" / "2019" / "路灯.jpg").write_bytes(b"\xff\xd8 a lamp")
    (tmp_path / "uploads" / "empty").touch()
    return tmp_path


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A community with events that `verify` can check."""
    return make_cast()


def address(name: str | None = None) -> str:
    """The address of the test database, or of another one beside it."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{name or at['NAME']}"
    return f"postgres://{at['USER']}@/{name or at['NAME']}?host={at['HOST']}"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database on the same engine."""
    if connection.vendor == "sqlite":
        yield address(str(tmp_path / "elsewhere.sqlite3"))
        return
    name = f"elsewhere_{uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield address(name)
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment(**variables: str) -> dict[str, str]:
    return os.environ | {"LINSHUO_TEST_DB": "", **variables}


def python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env=environment(**variables), capture_output=True,
        text=True, check=False,
    )  # fmt: skip


def test_backup_while_others_write_then_restore(
    cast: Cast, data: Path, elsewhere: str, settings: Any
) -> None:
    """All that was acknowledged before the start is in it, and `verify` finds nothing."""
    session = SessionStore()
    session.create()
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=environment(LINSHUO_DATABASE_URL=address()),
    )  # fmt: skip
    assert writer.stdin and writer.stdout
    acknowledged = {int(writer.stdout.readline()) for _ in range(20)}
    file = backup(data / "house.tar.gz")
    written, _ = writer.communicate("")
    assert writer.returncode == 0
    assert written, "nobody wrote while the backup was made"

    new = data / "new"
    place = {"LINSHUO_DATA": str(new), "LINSHUO_DATABASE_URL": elsewhere}
    restored = python("-m", "linshuo.config.cli", "restore", str(file), **place)
    assert (restored.returncode, restored.stdout, restored.stderr) == (0, "", "")
    kept = python(
        "-c",
        "import django; django.setup()\n"
        "from django.contrib.sessions.models import Session\n"
        "from linshuo.domain.places.models import Place\n"
        "print(*Place.objects.everywhere().values_list('pk', flat=True))\n"
        "print(Session.objects.count())",
        **place,
    )
    ids, sessions = kept.stdout.splitlines()
    assert acknowledged <= {int(pk) for pk in ids.split()}
    assert sessions == "0"
    assert (new / "uploads" / "2019" / "路灯.jpg").read_bytes() == b"\xff\xd8 a lamp"
    assert (new / "uploads" / "empty").exists()

    again = python("-m", "linshuo.config.cli", "restore", str(file), **place)
    assert again.returncode == 2
    assert again.stderr.startswith("A backup is restored into an empty place only")


def test_manifest_says_what_is_in_it(cast: Cast, data: Path) -> None:
    file = backup(data / "house.tar")
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as tar:
        names = tar.getnames()
        manifest = json.loads(tar.extractfile(MANIFEST).read())  # type: ignore[union-attr]
    assert names[-1] == MANIFEST
    assert set(manifest["sha256"]) == set(names) - {MANIFEST}
    assert manifest["rows"]["places_place"] == Place.objects.everywhere().count() > 0
    assert manifest["database"] == connection.vendor
    refuse_unless_known(manifest)


def test_place_that_is_not_empty_is_left_alone(cast: Cast, data: Path) -> None:
    file = backup(data / "house.tar")
    before = Place.objects.everywhere().count()
    with pytest.raises(Wrong, match="empty place only"):
        backups.restore(file)
    (data / "uploads" / "empty").unlink()
    with pytest.raises(Wrong, match="empty place only"):
        backups.restore(file)
    assert Place.objects.everywhere().count() == before
    assert (data / "uploads" / "2019" / "路灯.jpg").exists()


def test_sealed_backup_opens_with_its_passphrase_only(
    cast: Cast, data: Path, settings: Any
) -> None:
    settings.BACKUP_KEY = "a sentence kept on paper"
    file = backup(data / "house.tar.gz")
    assert file.name == "house.tar.gz.sealed"
    (data / "out").mkdir()
    assert unpack(file, data / "out")["format"] == 1
    for key, error in (("another sentence", CannotOpen), ("", Wrong)):
        settings.BACKUP_KEY = key
        with pytest.raises(error, match="LINSHUO_BACKUP_KEY"):
            unpack(file, data / "out")
    settings.BACKUP_KEY = "a sentence kept on paper"
    plain = backup(data / "plain.tar.gz", encrypt=False)
    assert tarfile.is_tarfile(plain)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("house.zip", "has to end in .tar"),
        ("there.tar", "there already"),
        ("none/house.tar", "There is no directory"),
    ],
)
def test_destination_that_will_not_do(cast: Cast, data: Path, name: str, what: str) -> None:
    (data / "there.tar").write_text("somebody's")
    with pytest.raises(Wrong, match=what):
        backup(data / name)
    assert (data / "there.tar").read_text() == "somebody's"


def test_backup_that_fails_leaves_nothing_behind(cast: Cast, data: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE config_cache RENAME TO away")
        cursor.execute("ALTER TABLE django_session RENAME TO away_too")
        try:
            with pytest.raises(Exception, match="django_session"):
                backup(data / "house.tar")
        finally:
            cursor.execute("ALTER TABLE away RENAME TO config_cache")
            cursor.execute("ALTER TABLE away_too RENAME TO django_session")
    assert not list(data.glob("*house*")) + list(data.glob(".*"))
    assert list((data / "backups").iterdir()) == []


# --- Files that are not a whole backup ----------------------------------------------------------


def tar_of(path: Path, **members: bytes) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def manifest_of(**digests: str) -> bytes:
    return json.dumps({"format": 1, "linshuo": "0.1.0", "sha256": digests}).encode()


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("members", "what"),
    [
        (
            {"uploads/a": b"", MANIFEST: manifest_of(**{"uploads/a": "0" * 64})},
            "damaged: uploads/a",
        ),
        ({MANIFEST: manifest_of(**{"uploads/a": EMPTY})}, "damaged: uploads/a"),
        ({"uploads/a": b"", MANIFEST: manifest_of()}, "damaged: uploads/a"),
        ({"uploads/a": b""}, "not a whole backup"),
        ({MANIFEST: b"{"}, "not a whole backup"),
        ({"uploads/../../a": b""}, "it holds “uploads/../../a”"),
        ({"/etc/passwd": b""}, "it holds “/etc/passwd”"),
        ({"settings.py": b""}, "it holds “settings.py”"),
        ({MANIFEST: b'{"format": 9, "linshuo": "9.0", "sha256": {}}'}, "takes Linshuo 9.0"),
    ],
)
def test_archive_that_does_not_fit(tmp_path: Path, members: dict[str, bytes], what: str) -> None:
    file = tar_of(tmp_path / "x.tar", **members)
    (tmp_path / "in").mkdir()
    with pytest.raises(Wrong, match=what):
        unpack(file, tmp_path / "in")
    assert not (tmp_path / "a").exists()


def test_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo("uploads/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        tar.addfile(link)
    with pytest.raises(Wrong, match="it holds “uploads/link”"):
        unpack(tmp_path / "x.tar", tmp_path)


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.99])
def test_file_that_was_cut_off(cast: Cast, data: Path, keep: float) -> None:
    file = backup(data / "house.tar.gz")
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * keep)])
    (data / "in").mkdir()
    with pytest.raises(Wrong, match="not a whole backup"):
        unpack(file, data / "in")


def test_file_that_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"PK\x03\x04 a spreadsheet")
    with pytest.raises(Wrong, match="not a whole backup"):
        unpack(tmp_path / "x.tar", tmp_path)


def test_backup_of_a_newer_version_or_another_engine() -> None:
    newer = {"linshuo": "9.0", "migrations": [["needs", "0999_later"]], "database": "sqlite"}
    with pytest.raises(Wrong, match=r"newer Linshuo \(9.0\)"):
        refuse_unless_known(newer)
    with pytest.raises(Wrong, match="is of oracle"):
        refuse_unless_known({"linshuo": "0.1", "migrations": [], "database": "oracle"})


# --- Every night -------------------------------------------------------------------------------


def test_night_makes_one_sealed_copy_and_throws_the_oldest_away(
    cast: Cast, data: Path, settings: Any
) -> None:
    settings.BACKUP_KEY, settings.BACKUPS_KEPT = "a sentence kept on paper", 2
    with clock.standing_at(clock.at_local(2019, 12, 1, 1, 59)):
        assert nightly() is None  # the evening before is not over for everybody
    for day in (1, 2, 3):
        with clock.standing_at(clock.at_local(2019, 12, day, 2)):
            made = nightly()
            assert made and made.exists()
            assert nightly() is None
    (data / "backups" / "my own.tar.gz").touch()
    kept = sorted(path.name for path in (data / "backups").iterdir())
    dates = ("2019-12-02", "2019-12-03")
    assert kept == [*(f"{NIGHTLY}{date}.tar.gz.sealed" for date in dates), "my own.tar.gz"]


def test_night_without_a_passphrase_makes_nothing(data: Path) -> None:
    with clock.standing_at(T0):
        assert nightly() is None
    assert not (data / "backups").exists()


def test_half_done_copies_of_another_day_are_swept_away(
    cast: Cast, data: Path, settings: Any
) -> None:
    settings.BACKUP_KEY = "a sentence kept on paper"
    directory = data / "backups"
    (directory / ".copy-old").mkdir(parents=True)
    (directory / ".copy-new").mkdir()
    (directory / f".{NIGHTLY}2019-11-03.tar.gz.sealed.half").touch()
    for old in (directory / ".copy-old", directory / f".{NIGHTLY}2019-11-03.tar.gz.sealed.half"):
        os.utime(old, (0, 0))
    with clock.standing_at(T0):
        assert nightly()
    assert sorted(path.name for path in directory.iterdir()) == [
        ".copy-new",
        f"{NIGHTLY}2019-11-04.tar.gz.sealed",
    ]
