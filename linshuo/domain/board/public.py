"""What everyone may see of the board: lines under public matters, and nothing of any other.

A line that hangs under a matter which is not released is not here, not even as a count.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, TextChoices
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from linshuo.domain.board.access import public
from linshuo.domain.board.models import Ask, AskKind, Offer
from linshuo.domain.board.wanted import given_words
from linshuo.domain.needs.models import Visibility
from linshuo.domain.people.skills import Skill
from linshuo.domain.places.models import Place, PlaceKind
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.masking import mask_name

PAGE = 20


@dataclass(frozen=True, slots=True)
class PublicAsk:
    """One line a person can sign for, formatted. Who has signed is `pledges.public`'s to say."""

    pk: int
    number: str
    """The need's; empty for a line of a post, an asset or an offer."""
    serial: str
    post: int | None
    project: str
    """Its number, for a line of a project."""
    collection: str
    """The same of a collection."""
    title: str
    place: str
    kind: str
    kind_words: str
    text: str
    hint: str
    skill: str
    unit: str
    slots: int
    left: int
    given: str = ""
    """已有 3 家认捐, where money is asked for: there no number is wanted, and none is left."""

    @property
    def left_words(self) -> str:
        """还差 3 位, in the line's own unit; empty when it is full."""
        if self.given:
            return self.given
        return _("还差 %(n)d %(unit)s") % {"n": self.left, "unit": self.unit} if self.left else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, and how many lines it would leave."""

    value: str
    words: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board. `after` is the mark where the next page begins, empty at the end."""

    asks: list[PublicAsk]
    after: str
    total: int
    kinds: list[Choice]
    places: list[Choice]
    skills: list[Choice]


def giver_of(offer: Offer) -> str:
    """Who offers: a unit by its name, a person masked."""
    if offer.partnership is not None:
        return str(offer.partnership)
    return mask_name(offer.person.name) if offer.person else ""


@functools.cache
def _everywhere() -> ScopedQuerySet[Ask]:
    # Half of the time of such a question goes into putting it together: begun once, then copied.
    return Ask.objects.filter(public(), closed_at__isnull=True)


@functools.cache
def _newest_everywhere() -> Any:
    return _everywhere().order_by("-opened_at", "-pk").values_list(*_LINE)


def _shown(community_id: int) -> ScopedQuerySet[Ask]:
    return _everywhere().within(community_id)


def _newest(community_id: int) -> Any:
    return _newest_everywhere().within(community_id)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as a line tells it."""

    words: str
    around: str
    """No nearer than the estate: a building would lead to a door."""
    path: str
    is_estate: bool


def _spots(rows: ScopedQuerySet[Place]) -> dict[int, Spot]:
    found = rows.values_list("pk", "kind", "full_name", "parent__full_name", "path")
    return {
        pk: Spot(
            name,
            parent if parent and kind == PlaceKind.BUILDING else name,
            path,
            kind == PlaceKind.ESTATE,
        )
        for pk, kind, name, parent, path in found
    }


# Few tables a question: PostgreSQL needs longer to plan a join of a dozen than to carry it out.
_LINE = (
    *("pk", "opened_at", "kind", "text", "hint", "skill", "unit", "slots", "taken"),
    *("need__number", "need__public_title", "need__place_id"),
    *("post_id", "post__name", "post__place_id"),
    *("asset__name", "asset__place_id"),
    *("project__number", "project__name", "project__place_id"),
    *("collection__number", "collection__name", "collection__place_id"),
)
_PLACES = (11, 14, 16, 19, 22)
"""Where in it the places are."""


def _drawn(
    community_id: int, rows: Any, spots: Mapping[int, Spot] | None = None
) -> list[tuple[datetime, PublicAsk]]:
    """Lines with the moment they were put up, from the bare columns of `_LINE`."""
    lines: list[Any] = list(rows)
    known = dict(spots or {})
    asked = {row[n] for row in lines for n in _PLACES} - known.keys() - {None}
    if asked:
        known |= _spots(Place.objects.within(community_id).filter(pk__in=asked))
    kinds = {kind: str(AskKind(kind).label) for kind in {row[2] for row in lines}}
    skills = {skill: str(Skill(skill).label) if skill else "" for skill in {r[5] for r in lines}}
    return [(row[1], _line(row, known, kinds, skills)) for row in lines]


def _line(
    row: tuple[Any, ...], spots: Mapping[int, Spot], kinds: dict[str, str], skills: dict[str, str]
) -> PublicAsk:
    pk, _opened, kind, text, hint, skill, unit, slots, taken, number, title, at, *kept = row
    post, post_name, post_at, asset, asset_at, project, *works = kept
    project_name, project_at, collection, collection_name, collection_at = works
    raised = project or collection
    if number is not None:
        title, place = title, spots[at].around
    elif post is not None:
        title, place = post_name, spots[post_at].words
    elif project is not None:
        title, place = project_name, spots[project_at].words
    elif collection is not None:
        title, place = collection_name, spots[collection_at].words
    else:
        title, place = asset, spots[asset_at].words
    return PublicAsk(
        pk=pk,
        number=number or "",
        serial=_tab(number, post, raised),
        post=post,
        project=project or "",
        collection=collection or "",
        title=title,
        place=place,
        kind=kind,
        kind_words=kinds[kind],
        text=text,
        hint=hint,
        skill=skills[skill],
        unit=unit,
        slots=0 if raised else slots,
        left=min(1, slots - taken) if raised else slots - taken,
        given=given_words(taken) if raised else "",
    )


def _tab(number: str | None, post: int | None, raised: str | None) -> str:
    """What stands on the tab of a line: the need's serial, else what it is for in a word."""
    if number:
        return number.rsplit("-", 1)[-1]
    if raised:
        return _("筹")
    return _("岗") if post else _("认养")


def first(community_id: int, most: int = 6) -> tuple[list[PublicAsk], int]:
    """The newest lines with a free place, for the front page; and how many lines there are."""
    free = _newest(community_id).filter(taken__lt=F("slots"))
    found = [line for _at, line in _drawn(community_id, free[:most])]
    return found, _shown(community_id).count() if found else 0


def of_need(community_id: int, number: str) -> list[PublicAsk]:
    """The lines of one public matter, those taken down left out, in the order they were put up."""
    rows = Ask.objects.within(community_id).filter(
        need__number=number,
        need__visibility=Visibility.PUBLIC,
        need__state__in=("open", "done", "closed"),
    )
    standing = rows.filter(Q(closed_at__isnull=True) | Q(taken__gt=0))
    return [line for _at, line in _drawn(community_id, standing.order_by("pk").values_list(*_LINE))]


def of_post(community_id: int, post: int) -> list[PublicAsk]:
    """The lines of a post that one can sign, in the order they were put up."""
    return _under(community_id, post=post)


def of_raised(community_id: int, kind: str, pk: int) -> list[PublicAsk]:
    """The lines of a project or a collection that one can sign."""
    return _under(community_id, **{kind: pk})


def _under(community_id: int, **target: int) -> list[PublicAsk]:
    rows = _shown(community_id).filter(**target)
    return [line for _at, line in _drawn(community_id, rows.order_by("pk").values_list(*_LINE))]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board can be narrowed by: estates (id: name and path), and how many lines there are
    of each kind, skill and path; and the places of those lines. It changes only when something
    happens in the community."""

    estates: dict[str, tuple[str, str]]
    groups: list[tuple[str, str, str, int]]
    spots: dict[int, Spot]


def filters(community_id: int) -> Filters:
    """The filters of a community's board. Two queries."""
    at = Coalesce(
        *("need__place_id", "post__place_id", "asset__place_id"),
        *("project__place_id", "collection__place_id"),
    )
    counted = list(
        _shown(community_id).order_by().values_list("kind", "skill", at).annotate(n=Count("pk"))
    )
    places = Place.objects.within(community_id).filter(
        Q(kind=PlaceKind.ESTATE) | Q(pk__in={place for _k, _s, place, _n in counted})
    )
    spots = _spots(places.order_by("path"))
    estates = {str(pk): (spot.words, spot.path) for pk, spot in spots.items() if spot.is_estate}
    return Filters(estates, [(k, s, spots[p].path, n) for k, s, p, n in counted], spots)


def board(
    community_id: int,
    by: Filters,
    *,
    kind: str = "",
    place: str = "",
    skill: str = "",
    after: str = "",
) -> Board:
    """A page of lines, newest first, narrowed by kind, estate and skill. One query.

    A filter that is none of those offered narrows nothing. Each choice is counted with the other
    two filters in force.
    """
    estates = by.estates
    kind = kind if kind in AskKind.values else ""
    skill = skill if skill in Skill.values else ""
    place = place if place in estates else ""

    counted = _counted(by, kind, estates[place][1] if place else "", skill)
    rows = _newest(community_id)
    if after:
        rows = rows.filter(_after(after))
    if kind:
        rows = rows.filter(kind=kind)
    if skill:
        rows = rows.filter(skill=skill)
    if place:
        path = estates[place][1]
        rows = rows.filter(
            Q(need__place__path__startswith=path)
            | Q(post__place__path__startswith=path)
            | Q(asset__place__path__startswith=path)
            | Q(project__place__path__startswith=path)
            | Q(collection__place__path__startswith=path)
        )
    found = _drawn(community_id, rows[: PAGE + 1], by.spots)
    mark = ""
    if len(found) > PAGE:
        found = found[:PAGE]
        mark = f"{found[-1][0].timestamp():.6f}_{found[-1][1].pk}"
    return Board(
        [line for _at, line in found],
        mark,
        counted.total,
        _choices([("", _("全部")), *_labels(AskKind)], kind, counted.kinds),
        _choices(
            [("", _("哪里都行")), *((pk, e[0]) for pk, e in estates.items())],
            place,
            {"": counted.paths.total()}
            | {pk: _below(counted.paths, path) for pk, (_name, path) in estates.items()},
        ),
        _choices([("", _("什么本事都行")), *_labels(Skill)], skill, counted.skills),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """Lines by kind, skill and path, each with the other two filters in force."""

    total: int
    kinds: Counter[str]
    skills: Counter[str]
    paths: Counter[str]


def _counted(by: Filters, kind: str, path: str, skill: str) -> _Counted:
    total, kinds, skills, paths = 0, Counter[str](), Counter[str](), Counter[str]()
    for of_kind, of_skill, at, n in by.groups:
        kind_fits, skill_fits = kind in ("", of_kind), skill in ("", of_skill)
        at_fits = at.startswith(path)
        if skill_fits and at_fits:
            kinds[of_kind] += n
            kinds[""] += n
        if kind_fits and at_fits:
            skills[""] += n
            if of_skill:
                skills[of_skill] += n
        if kind_fits and skill_fits:
            paths[at] += n
            total += n if at_fits else 0
    return _Counted(total, kinds, skills, paths)


def _below(paths: Counter[str], path: str) -> int:
    return sum(n for at, n in paths.items() if at.startswith(path))


def _labels(of: type[TextChoices]) -> list[tuple[str, str]]:
    return [(c.value, str(c.label)) for c in of if c.value]


def _choices(
    pairs: Iterable[tuple[str, str]], chosen: str, counts: Mapping[str, int]
) -> list[Choice]:
    found = [Choice(value, words, counts.get(value, 0), value == chosen) for value, words in pairs]
    return [c for c in found if c.count or c.chosen or not c.value]


def _after(mark: str) -> Q:
    stamp, _sep, pk = mark.partition("_")
    try:
        when, last = datetime.fromtimestamp(float(stamp), tz=clock.SHANGHAI), int(pk)
    except (ValueError, OverflowError, OSError):
        return Q()
    if not 0 <= last < 2**63:
        return Q()
    # The first condition follows from the second; it is the one an index can begin at.
    return Q(opened_at__lte=when) & (Q(opened_at__lt=when) | Q(pk__lt=last))


@dataclass(frozen=True, slots=True)
class PublicOffer:
    """One thing that is offered, formatted. Who asked for it is nobody's business."""

    pk: int
    """The line's, which one signs for it."""
    giver: str
    """A unit by its name, a person masked."""
    by_unit: bool
    text: str
    hint: str
    skill: str
    left: str
    """还能帮 2 户; empty when all places are taken."""
    until: str


def offers(community_id: int, most: int = 200) -> list[PublicOffer]:
    """What can be asked for today: units by name, then persons, the newest first. One query."""
    today = clock.today()
    rows = (
        Ask.objects.within(community_id)
        .filter(
            Q(offer__until__isnull=True) | Q(offer__until__gte=today),
            offer__isnull=False,
            offer__closed_at__isnull=True,
            offer__since__lte=today,
            closed_at__isnull=True,
        )
        .select_related("offer__partnership__organisation", "offer__person")
        .order_by(F("offer__partnership__organisation__name").asc(nulls_last=True), "-pk")
    )
    return [_offered(ask) for ask in rows[:most]]


def _offered(ask: Ask) -> PublicOffer:
    assert ask.offer is not None
    until = ask.offer.until
    return PublicOffer(
        pk=ask.pk,
        giver=giver_of(ask.offer),
        by_unit=ask.offer.partnership_id is not None,
        text=ask.text,
        hint=ask.hint,
        skill=str(Skill(ask.skill).label) if ask.skill else "",
        left=_("还能帮 %(n)d %(unit)s") % {"n": ask.left, "unit": ask.unit} if ask.left else "",
        until=_("到%s") % wording.near_day(until) if until else "",
    )
