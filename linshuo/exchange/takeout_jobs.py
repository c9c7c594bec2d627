"""Taking a community's data out behind the page: begun by the head, written by the worker, fetched
for a week, then thrown away.

How it stands is told by a small file beside the package and not by the database, so that a package
never holds a row about itself.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import tempfile
import time
import zipfile
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.exchange import takeout
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused
from linshuo.kit.text import tidy

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
STALE = 600
"""Seconds without a sign of life after which it may be begun again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a community's package stands: waiting, running, done or failed."""

    state: str
    asked_at: str
    asked_by: str
    phones: bool
    done: int = 0
    total: int = 0
    size: int = 0
    sha256: str = ""

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.asked_at)

    @property
    def under_way(self) -> bool:
        return self.state in ("waiting", "running")


def begin(by: Actor, *, phones: bool, why: str) -> None:
    """Have everything written into one file. Raises `Refused` without a reason or while one is
    being written, `NotYours`."""
    from linshuo.exchange.tasks import take_out

    if len(tidy(why)) < 2:
        raise Refused("why", _("写一句拿去做什么。"), "why")
    if (found := standing(by.community_id)) and found.under_way and not _silent(by.community_id):
        raise Refused("under-way", _("正在取，请等这一份取完。"))
    takeout.note(by, phones=phones, why=tidy(why))
    package(by.community_id).unlink(missing_ok=True)
    _tell(by.community_id, Standing("waiting", clock.now().isoformat(), by.name, phones))
    take_out.enqueue(by.community_id)


def standing(community_id: int) -> Standing | None:
    """How the newest package stands; None where there is none."""
    try:
        return Standing(**json.loads(_state_file(community_id).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def package(community_id: int) -> Path:
    """Where the package is, once it is done."""
    return _directory(community_id) / "takeout.zip"


def carry_out(community_id: int) -> None:
    """What the worker does. It never raises: what goes wrong stands on the page."""
    found = standing(community_id)
    if found is None or not found.under_way:
        return
    try:
        _write(community_id, found)
    except Exception:
        log.exception("take-out of community %s", community_id)
        _tell(community_id, replace(found, state="failed"))


def _write(community_id: int, found: Standing) -> None:
    community = Community.objects.get(pk=community_id)

    def progress(done: int, total: int) -> None:
        _tell(community_id, replace(found, state="running", done=done, total=total + 1))

    with tempfile.TemporaryDirectory(dir=_directory(community_id)) as name:
        tree = Path(name) / community.prefix
        takeout.write(community, tree, phones=found.phones, progress=progress)
        half = package(community_id).with_suffix(".half")
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(p for p in tree.rglob("*") if p.is_file()):
                packed.write(path, path.relative_to(tree.parent))
    half.replace(package(community_id))
    size, sha = package(community_id).stat().st_size, takeout.sha256_of(package(community_id))
    _tell(community_id, replace(found, state="done", size=size, sha256=sha))


def tick() -> int:
    """Throw away packages that are a week old; any number of times. Returns how many."""
    count, root = 0, _root()
    for each in sorted(root.iterdir()) if root.exists() else ():
        found = standing(int(each.name)) if each.name.isdigit() else None
        if found and not found.under_way and clock.now() - found.at > KEPT:
            shutil.rmtree(each)
            count += 1
    return count


def _root() -> Path:
    return Path(settings.DATA) / "takeouts"


def _directory(community_id: int) -> Path:
    path = _root() / str(community_id)
    path.mkdir(parents=True, exist_ok=True)
    return path


def _state_file(community_id: int) -> Path:
    return _root() / str(community_id) / "state.json"


def _tell(community_id: int, found: Standing) -> None:
    path = _directory(community_id) / "state.json"
    path.with_suffix(".part").write_text(json.dumps(asdict(found)), encoding="utf-8")
    path.with_suffix(".part").replace(path)


def _silent(community_id: int) -> bool:
    with contextlib.suppress(OSError):
        return time.time() - _state_file(community_id).stat().st_mtime > STALE
    return True
