"""Taking one person out of every table: their own rows blanked, their name out of others' words,
the events about them without detail and salt, and a new event for every row that was changed.

Amounts, minutes, days, states and counts stay: they tell of a matter and no longer of a person.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from linshuo.acts.personal import TEXTS, Texts
from linshuo.domain.papers import actions as papers
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event, Trailed
from linshuo.kit import secret
from linshuo.kit.actor import Actor
from linshuo.kit.masking import GONE

NOBODY = "某某"
"""In place of a name in somebody's words: never longer than what stood there."""
CHUNK = 400
MOST_UNPACKED = 200_000_000
TAKEN_IN = ("import", "form")
"""Kinds of files that are taken off the disk whole when they name the person: what was in them
stands in the tables. Vouchers' papers, agreements and bank statements are not among them: they
are accounting archives, kept for their term (会计档案管理办法)."""


@dataclass(slots=True)
class Needles:
    """What must not be found afterwards: the name, the telephone however spaced, the address.

    A name of one character, or one that somebody else here has too, is in many words that do not
    mean this person: it is left in words, and only the person's own rows are blanked.
    """

    name: str
    phone: str
    email: str
    shared: bool = False

    @property
    def swept(self) -> list[str]:
        """The spellings to look for."""
        found = [] if self.shared or len(self.name) < 2 else [self.name]
        if len(self.phone) == 11:
            p = self.phone
            found += [p, f"{p[:3]} {p[3:7]} {p[7:]}", f"{p[:3]}-{p[3:7]}-{p[7:]}"]
        elif self.phone:
            found.append(self.phone)
        return found + ([self.email] if self.email else [])

    def out_of(self, text: str) -> str:
        """The text without them."""
        for needle in sorted(self.swept, key=len, reverse=True):
            text = re.sub(re.escape(needle), NOBODY, text, flags=re.IGNORECASE)
        return text

    def out_of_any(self, value: Any) -> Any:
        """The same, through lists and the values and keys of mappings."""
        if isinstance(value, str):
            return self.out_of(value)
        if isinstance(value, list):
            return [self.out_of_any(each) for each in value]
        if isinstance(value, dict):
            return {self.out_of(str(k)): self.out_of_any(v) for k, v in value.items()}
        return value

    def within(self, columns: Iterable[str]) -> Q:
        """Rows with one of them in one of these columns. JSON is looked at as it is stored: one
        database keeps characters, the other their numbers."""
        spelled = {*self.swept, *(json.dumps(each)[1:-1] for each in self.swept)}
        found = [Q(**{f"{c}__icontains": each}) for c in columns for each in spelled]
        return reduce(or_, found, Q(pk__in=()))


@dataclass(slots=True)
class Sweep:
    """One erasure under way: what was touched, and which files go when it is committed."""

    person: Person
    needles: Needles
    changed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    theirs: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    files: list[File] = field(default_factory=list)

    @property
    def community_id(self) -> int:
        return self.person.community_id


def sweep(person: Person, needles: Needles) -> Sweep:
    """Blank and sweep every table but the trail. Inside the caller's transaction."""
    work = Sweep(person, needles)
    for model in apps.get_models():
        texts = TEXTS.get(model._meta.label)
        if texts is None or texts.by_itself or not _of_a_community(model):
            continue
        _own_rows(model, texts, work)
        _others_words(model, texts, work)
    _strangers_forms(work)
    return work


def _of_a_community(model: type[models.Model]) -> bool:
    return any(f.attname == "community_id" for f in model._meta.concrete_fields)


def _rows(model: type[models.Model], work: Sweep) -> models.QuerySet[Any, Any]:
    return model._base_manager.filter(community_id=work.community_id)


def _own_rows(model: type[models.Model], texts: Texts, work: Sweep) -> None:
    if not texts.mine:
        return
    mine = reduce(or_, (Q(**{way: work.person.pk}) for way in texts.mine))
    for row in _rows(model, work).filter(mine).order_by("pk"):
        _note(row, work.theirs)
        _blank(row, texts, work)


def _blank(row: Any, texts: Texts, work: Sweep) -> None:
    """One row of the person's own."""
    changes: dict[str, Any] = dict.fromkeys(texts.own.split(), "")
    for name in texts.gone.split():
        changes[name] = GONE if name == "name" else str(_("（本人要求删除）"))
    for name in texts.unlink.split():
        held = getattr(row, name)
        if isinstance(held, File) and not getattr(row, "amount_fen", None):
            work.files.append(held)  # an agreement about money belongs to the books
        if not (isinstance(held, File) and getattr(row, "amount_fen", None)):
            changes[name] = None
    changes |= _swept(row, texts.named.split(), work.needles)
    _save(row, changes, work)


def _others_words(model: type[models.Model], texts: Texts, work: Sweep) -> None:
    """Rows of others whose words name the person; their own columns are swept, not blanked."""
    spoken = f"{texts.named} {texts.own} {texts.gone}".split()
    names = [name for name in spoken if not name.endswith(("_enc", "_hmac"))]
    if not names or not work.needles.swept or model is Person:
        return
    rows, columns = _rows(model, work), []
    for name in names:
        if isinstance(model._meta.get_field(name), models.JSONField):
            rows = rows.annotate(**{f"{name}_told": Cast(name, models.TextField())})
            columns.append(f"{name}_told")
        else:
            columns.append(name)
    for row in rows.filter(work.needles.within(columns)).order_by("pk"):
        _save(row, _swept(row, names, work.needles), work)


def _swept(row: Any, names: Iterable[str], needles: Needles) -> dict[str, Any]:
    return {name: needles.out_of_any(getattr(row, name)) for name in names}


def _save(row: Any, changes: dict[str, Any], work: Sweep) -> None:
    really = [name for name, value in changes.items() if getattr(row, name) != value]
    if not really:
        return
    for name in really:
        setattr(row, name, changes[name])
    row.save(update_fields=really)
    _note(row, work.changed)


def _note(row: models.Model, where: dict[str, set[int]]) -> None:
    kind = getattr(row, "trail_kind", "")
    if kind:
        where[kind].add(row.pk)


def _strangers_forms(work: Sweep) -> None:
    """Forms that came in by the web keep name and telephone sealed: each is opened and compared."""
    known = {each for each in (work.needles.name, work.needles.phone, work.needles.email) if each}
    for label, columns in (
        ("needs.Incoming", ("phone_enc", "name_enc")),
        ("honours.Objection", ("contact_enc",)),
    ):
        model = apps.get_model(label)
        for row in _rows(model, work).exclude(**{columns[0]: ""}).order_by("pk"):
            if known & {secret.unseal(getattr(row, name)).strip() for name in columns[:1]}:
                _note(row, work.theirs)
                _blank(row, TEXTS[label], work)


# --- the trail ---------------------------------------------------------------------------------


def redact_events(work: Sweep, *, before: int, by: Actor) -> int:
    """Blank what the trail tells of the person; return of how many events.

    `before` is the newest event from before the erasure began: what the erasure itself let go of
    is still told to those it concerns, where the row it is about was not changed.
    Every row whose newest word went gets a new one, so that `verify` goes on comparing it.
    """
    inside = Event.objects.within(work.community_id).filter(salt__isnull=False)
    ids = set(
        inside.filter(subject_kind="person", subject_id=work.person.pk, pk__lte=before).values_list(
            "pk", flat=True
        )
    )
    ids |= set(inside.filter(row_kind="person", row_id=work.person.pk).values_list("pk", flat=True))
    for rows, most in ((work.theirs, before), (work.changed, None)):
        for kind, pks in rows.items():
            for some in _chunks(sorted(pks)):
                found = inside.filter(row_kind=kind, row_id__in=some)
                found = found if most is None else found.filter(pk__lte=most)
                ids |= set(found.values_list("pk", flat=True))
    if work.needles.swept:
        told = inside.annotate(told=Cast("detail", models.TextField()))
        ids |= set(told.filter(work.needles.within(["told"])).values_list("pk", flat=True))
    numbers: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for some in _chunks(sorted(ids)):
        for event in inside.filter(pk__in=some).order_by("pk"):
            numbers[event.row_kind, event.row_id].update(_numbers(event.detail or {}))
        inside.filter(pk__in=some).update(detail=None, salt=None)
    _say_again(numbers, work, by)
    return len(ids)


def _numbers(detail: dict[str, Any]) -> dict[str, int]:
    """The ids in a detail: which matter a note was joined to is no secret of the person's."""
    return {k: v for k, v in detail.items() if isinstance(v, int) and not isinstance(v, bool)}


def _say_again(numbers: dict[tuple[str, int], dict[str, int]], work: Sweep, by: Actor) -> None:
    kinds: dict[str, type[Trailed]] = {
        m.trail_kind: m for m in apps.get_models() if issubclass(m, Trailed)
    }
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, pk in numbers:
        wanted[kind].add(pk)
    for kind, pks in work.changed.items():
        wanted[kind] |= pks
    wanted["person"].discard(work.person.pk)  # its own event is written at the end
    for kind in sorted(wanted):
        for some in _chunks(sorted(wanted[kind])):
            for row in kinds[kind]._base_manager.filter(pk__in=some).order_by("pk"):
                record(
                    f"{kind}:redact", row=row, by=by, detail=dict(numbers.get((kind, row.pk), {}))
                )


def _chunks(items: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def blank(row: Any, changes: dict[str, Any], *, by: Actor) -> bool:
    """Blank columns of one row whose time is over, and what the trail tells of it; false where
    nothing was left to blank. Inside the caller's transaction."""
    really = [name for name, value in changes.items() if getattr(row, name) != value]
    if not really:
        return False
    for name in really:
        setattr(row, name, changes[name])
    row.save(update_fields=really)
    told = Event.objects.within(row.community_id).filter(row_kind=row.trail_kind, row_id=row.pk)
    told.filter(salt__isnull=False).update(detail=None, salt=None)
    record(f"{row.trail_kind}:redact", row=row, by=by)
    return True


# --- files -------------------------------------------------------------------------------------


def files_naming(work: Sweep) -> list[File]:
    """Uploaded sheets of the kinds of `TAKEN_IN` in which the person stands."""
    if not work.needles.swept:
        return []
    rows = File.objects.within(work.community_id).filter(kind__in=TAKEN_IN)
    return [file for file in rows.order_by("pk") if _tells(file, work.needles.swept)]


def _tells(file: File, needles: list[str]) -> bool:
    try:
        content = papers.path_of(file.community_id, file.sha256).read_bytes()
    except OSError:
        return False
    wanted = [n.encode(code) for n in needles for code in ("utf-8", "gb18030", "utf-16-le")]
    return any(each in part for part in _unpacked(content) for each in wanted)


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The file itself, and what is packed in it: an .xlsx is a zip of XML."""
    yield content
    if not content.startswith(b"PK"):
        return
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                left -= part.file_size
                if left < 0:
                    return
                yield packed.read(part)
    except (zipfile.BadZipFile, OSError, RuntimeError):
        return


def drop_contents(files: Iterable[File]) -> int:
    """Take the files' contents off the disk, once the erasure is committed; return how many."""
    count = 0
    for file in files:
        path = papers.path_of(file.community_id, file.sha256)
        count += path.exists()
        path.unlink(missing_ok=True)
    return count
