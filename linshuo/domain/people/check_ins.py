"""Reads of check-ins 报到: the list at the counter, one row, what its owner sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from linshuo.domain.people.lifecycle import CHECK_IN, LIVE
from linshuo.domain.people.models import CheckIn, Person
from linshuo.domain.people.skills import FreeTime, Interest, Skill, labels
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours
from linshuo.kit.text import fold, tidy

PAGE = 50
MOST_UNITS = 200
TABS = ("waiting", "accepted", "paused", "due", "ended")
"""Waiting for a receipt, accepted, paused, due to be asked again, ended."""
OLDEST_FIRST = ("waiting", "paused", "due")
SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. `unit`: `p12` for a partnership, `t某单位` for a free text."""

    tab: str = "waiting"
    unit: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One check-in, formatted. The name is masked for whoever may not write persons."""

    pk: int
    name: str
    unit: str
    place: str
    can: str
    """Skills and times, in words."""
    receipt_no: str
    state: str
    words: str
    when: str
    via: str
    clock_look: str
    clock_words: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list; `after` is the mark of the next one, empty on the last."""

    rows: list[Row]
    after: str


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many live check-ins one unit has."""

    key: str
    name: str
    count: int


def matching(filters: Filters) -> Q:
    """What the list is narrowed to, as things stand now."""
    return _tab(filters.tab) & _unit(filters.unit) & _matching(filters.q)


def listing(viewer: Actor, filters: Filters, *, after: str = "") -> Found:
    """One page: a single query. A mark that makes no sense begins at the top."""
    rows = _seen(viewer).filter(matching(filters))
    oldest = filters.tab in OLDEST_FIRST
    field = "due_at" if oldest else "submitted_at"
    rows = rows.filter(_after(after, field, oldest))
    order = (field, "pk") if oldest else (f"-{field}", "-pk")
    found = list(_whole(rows).order_by(*order)[: PAGE + 1])
    more = ""
    if len(found) > PAGE:
        last = found[PAGE - 1]
        more = f"{getattr(last, field).isoformat()}_{last.pk}"
    now, named = clock.now(), viewer.is_house or viewer.can(Can.PERSON_WRITE)
    return Found([_row(row, now, named) for row in found[:PAGE]], more)


def counts(viewer: Actor, filters: Filters) -> dict[str, int]:
    """How many stand under each tab, the other filters kept: one query."""
    rows = _seen(viewer).filter(_unit(filters.unit), _matching(filters.q))
    found: dict[str, int] = rows.aggregate(
        **{name: Count("pk", filter=_tab(name)) for name in TABS}
    )
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first few who wait for a receipt, and how many they are."""

    rows: list[Row]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


def waiting(viewer: Actor, *, cap: int) -> Waiting:
    """Who waits for a receipt the viewer may give. One query as long as they are few."""
    if not viewer.can(Can.PERSON_WRITE):
        return Waiting([], 0)
    rows, now = _seen(viewer).filter(_tab("waiting")), clock.now()
    found = list(_whole(rows).order_by("due_at", "pk")[: cap + 1])
    count = len(found) if len(found) <= cap else rows.count()
    return Waiting([_row(row, now, True) for row in found[:cap]], count)


def units(viewer: Actor) -> list[UnitCount]:
    """Units of live check-ins, the largest first: one query."""
    rows = (
        _seen(viewer)
        .filter(state__in=LIVE)
        .filter(Q(partnership__isnull=False) | ~Q(unit_text=""))
        .values("partnership_id", "partnership__organisation__name", "unit_text")
        .annotate(n=Count("pk"))
        .order_by("-n", "partnership__organisation__name", "unit_text")[:MOST_UNITS]
    )
    return [
        UnitCount(f"p{row['partnership_id']}", row["partnership__organisation__name"], row["n"])
        if row["partnership_id"]
        else UnitCount(f"t{row['unit_text']}", row["unit_text"], row["n"])
        for row in rows
    ]


def get_check_in(viewer: Actor, pk: int) -> CheckIn:
    """One check-in: for staff, and for its owner. Raises `NotYours`."""
    rows = CheckIn.objects.of(viewer).filter(pk=pk)
    if not (viewer.is_house or viewer.can(Can.PERSON_READ)):
        rows = rows.filter(person_id=viewer.person_id or 0)
    row = _whole(rows).first()
    if row is None:
        raise NotYours("checkin", _("没有这一页。"))
    return row


def next_waiting(viewer: Actor) -> CheckIn | None:
    """Whose turn it is to get a receipt."""
    rows = _seen(viewer).filter(_tab("waiting"))
    return _whole(rows).order_by("due_at", "pk").first()


def newest_of(person: Person) -> CheckIn | None:
    """The person's live check-in; without one, the last that ended."""
    rows = _whole(CheckIn.objects.within(person.community_id).filter(person=person))
    return rows.order_by(F("ended_at").desc(nulls_first=True), "-pk").first()


def accepted_on(viewer: Actor, day: date) -> list[CheckIn]:
    """Those that got their receipt on a day, in the order of their numbers."""
    start = clock.start_of(day)
    rows = _seen(viewer).filter(accepted_at__gte=start, accepted_at__lt=start + timedelta(days=1))
    return list(_whole(rows.exclude(receipt_no="")).order_by("receipt_no"))


def unit_of(row: CheckIn) -> str:
    """The unit in words, as known or as said."""
    return row.partnership.organisation.name if row.partnership else row.unit_text


def said(row: CheckIn) -> list[tuple[str, str]]:
    """What somebody said when checking in, as term and words; what was left out is not there."""
    day = wording.day(row.licence_until) if row.licence_until else ""
    licence = _("%(name)s，到%(day)s") % {"name": row.licence, "day": day} if day else row.licence
    band = str(row.get_age_band_display()) if row.age_band else ""
    found = [
        (_("单位"), unit_of(row)),
        (_("小区"), row.place.full_name if row.place else ""),
        (_("会什么"), _words(Skill, row.skills)),
        (_("什么时候有空"), _words(FreeTime, row.times)),
        (_("愿意帮什么"), _words(Interest, row.interests)),
        (_("还说了"), row.note),
        (_("证件"), licence),
        (_("年纪"), band),
        (_("监护人"), row.guardian),
    ]
    return [(term, words) for term, words in found if words]


def state_words(row: CheckIn) -> str:
    """Where it stands, in words."""
    if row.state == "ended" and row.ended_because:
        return f"{CHECK_IN.ended.label}：{row.get_ended_because_display()}"
    return str(CHECK_IN.states[row.state].label)


def _words(choices: Any, kept: str) -> str:
    return "、".join(labels(choices, kept))


def _seen(viewer: Actor) -> ScopedQuerySet[CheckIn]:
    if not (viewer.is_house or viewer.can(Can.PERSON_READ)):
        raise NotYours("checkin", _("没有这一页。"))
    return CheckIn.objects.of(viewer)


def _whole(rows: ScopedQuerySet[CheckIn]) -> ScopedQuerySet[CheckIn]:
    return rows.select_related("person", "partnership__organisation", "place")


def _tab(name: str) -> Q:
    tonight = clock.start_of(clock.today() + timedelta(days=1))
    return {
        "waiting": Q(state="submitted"),
        "accepted": Q(state="accepted"),
        "paused": Q(state="paused"),
        "due": Q(state__in=("accepted", "paused"), due_at__lt=tonight),
        "ended": Q(state="ended"),
    }[name]


def _unit(key: str) -> Q:
    kind, rest = key[:1], key[1:]
    if kind == "p" and rest.isascii() and rest.isdigit() and len(rest) < 18:
        return Q(partnership_id=int(rest))
    if kind == "t" and rest:
        return Q(partnership__isnull=True, unit_text=rest)
    return Q()


def _matching(wanted: str) -> Q:
    typed = tidy(wanted)
    if not typed:
        return Q()
    by_number = Q(receipt_no__iendswith=typed)
    if any(c.isdigit() for c in typed):
        return by_number
    if typed.isascii():
        return Q(person__initials__startswith=fold(typed)) | Q(person__name__icontains=typed)
    return Q(person__name__contains=typed)


def _after(mark: str, field: str, oldest: bool) -> Q:
    moment, _sep, pk = mark.rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return Q()
    if at.tzinfo is None or not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return Q()
    way = "gt" if oldest else "lt"
    return Q(**{f"{field}__{way}": at}) | Q(**{field: at, f"pk__{way}": int(pk)})


def _row(row: CheckIn, now: datetime, named: bool) -> Row:
    look, words = "empty", ""
    if row.state == "submitted" and row.due_at:
        left = row.due_at - now
        look = "red" if left < timedelta(0) else "blue" if left < SOON else "empty"
        words = wording.until(row.due_at, now)
    elif row.due_at:
        words = wording.near_day(row.due_at)
    can = [*labels(Skill, row.skills), *labels(FreeTime, row.times)]
    return Row(
        pk=row.pk,
        name=row.person.name if named else mask_name(row.person.name),
        unit=unit_of(row),
        place=row.place.name if row.place else "",
        can="、".join(can),
        receipt_no=row.receipt_no,
        state=row.state,
        words=state_words(row),
        when=wording.near_day(row.submitted_at),
        via=str(row.get_via_display()),
        clock_look=look,
        clock_words=words,
    )
