"""What everyone may see of the board: lines under public matters, and nothing of any other.

A line that hangs under a matter which is not released is not here, not even as a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from linshuo.domain.board.access import public
from linshuo.domain.board.models import Ask, AskKind
from linshuo.domain.board.queries import giver_of
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

    @property
    def left_words(self) -> str:
        """还差 3 位, in the line's own unit; empty when it is full."""
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


def _shown(community_id: int) -> ScopedQuerySet[Ask]:
    # What is offered is a list of its own: nobody is asked to take it on.
    asked = Ask.objects.within(community_id).filter(public(), offer__isnull=True)
    return asked.filter(closed_at__isnull=True)


_LINE = (
    *("pk", "opened_at", "kind", "text", "hint", "skill", "unit", "slots", "taken"),
    *("need__number", "need__public_title", "need__place__kind", "need__place__full_name"),
    "need__place__parent__full_name",
    *("post_id", "post__name", "post__place__full_name"),
    *("asset__name", "asset__place__full_name"),
    *("offer__partnership__organisation__name", "offer__person__name"),
)


def _drawn(rows: ScopedQuerySet[Ask]) -> Iterator[tuple[datetime, PublicAsk]]:
    """Lines with the moment they were put up; as bare columns, since a page has many."""
    for row in rows.values_list(*_LINE):
        pk, opened, kind, text, hint, skill, unit, slots, taken, *of_target = row
        number, title, place, post = _target(*of_target)
        yield (
            opened,
            PublicAsk(
                pk=pk,
                number=number,
                serial=_tab(number, post, of_target[8]),
                post=post,
                title=title,
                place=place,
                kind=kind,
                kind_words=str(AskKind(kind).label),
                text=text,
                hint=hint,
                skill=str(Skill(skill).label) if skill else "",
                unit=unit,
                slots=slots,
                left=slots - taken,
            ),
        )


def _target(
    number: str | None,
    title: str | None,
    place_kind: str | None,
    place: str | None,
    around: str | None,
    post: int | None,
    post_name: str | None,
    post_place: str | None,
    asset: str | None,
    asset_place: str | None,
    unit: str | None,
    person: str | None,
) -> tuple[str, str, str, int | None]:
    """Number, title, place and post of what a line is for."""
    if number is not None:
        if place_kind == PlaceKind.BUILDING and around:
            place = around  # a building would lead to a door
        return number, title or "", place or "", None
    if post is not None:
        return "", post_name or "", post_place or "", post
    if asset is not None:
        return "", asset, asset_place or "", None
    return "", unit or mask_name(person or ""), "", None


def _tab(number: str, post: int | None, asset: str | None) -> str:
    """What stands on the tab of a line: the need's serial, else what it is for in a word."""
    if number:
        return number.rsplit("-", 1)[-1]
    return _("岗") if post else _("认养") if asset else _("服务")


def first(community_id: int, most: int = 6) -> tuple[list[PublicAsk], int]:
    """The newest lines with a free place, for the front page; and how many lines there are."""
    free = _shown(community_id).filter(taken__lt=F("slots"))
    found = [line for _at, line in _drawn(free.order_by("-opened_at", "-pk")[:most])]
    return found, _shown(community_id).count() if found else 0


def of_need(community_id: int, number: str) -> list[PublicAsk]:
    """The lines of one public matter, those taken down left out, in the order they were put up."""
    rows = Ask.objects.within(community_id).filter(
        need__number=number,
        need__visibility=Visibility.PUBLIC,
        need__state__in=("open", "done", "closed"),
    )
    standing = rows.filter(Q(closed_at__isnull=True) | Q(taken__gt=0))
    return [line for _at, line in _drawn(standing.order_by("pk"))]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board can be narrowed by: estates (id: name and path), and how many lines there are
    of each kind, skill and path. It changes only when something happens in the community."""

    estates: dict[str, tuple[str, str]]
    groups: list[tuple[str, str, str, int]]


def filters(community_id: int) -> Filters:
    """The filters of a community's board. Two queries."""
    estates = {
        str(pk): (name, path)
        for pk, name, path in Place.objects.within(community_id)
        .filter(kind=PlaceKind.ESTATE)
        .order_by("path")
        .values_list("pk", "full_name", "path")
    }
    groups = (
        _shown(community_id)
        .order_by()
        .values_list("kind", "skill")
        .annotate(
            path=Coalesce(
                "need__place__path", "post__place__path", "asset__place__path", Value("")
            ),
            n=Count("pk"),
        )
    )
    return Filters(estates, [(k, s, p, n) for k, s, p, n in groups])


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

    def left(at_kind: str, at_place: str, at_skill: str) -> int:
        path = estates[at_place][1] if at_place else ""
        return sum(
            n
            for k, s, p, n in by.groups
            if at_kind in ("", k) and at_skill in ("", s) and p.startswith(path)
        )

    rows = _shown(community_id).filter(_after(after))
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
        )
    found = list(_drawn(rows.order_by("-opened_at", "-pk")[: PAGE + 1]))
    mark = ""
    if len(found) > PAGE:
        found = found[:PAGE]
        mark = f"{found[-1][0].timestamp():.6f}_{found[-1][1].pk}"
    return Board(
        [line for _at, line in found],
        mark,
        left(kind, place, skill),
        _choices(
            [("", _("全部")), *((k.value, str(k.label)) for k in AskKind)],
            kind,
            lambda v: left(v, place, skill),
        ),
        _choices(
            [("", _("哪里都行")), *((pk, e[0]) for pk, e in estates.items())],
            place,
            lambda v: left(kind, v, skill),
        ),
        _choices(
            [("", _("什么本事都行")), *((s.value, str(s.label)) for s in Skill if s.value)],
            skill,
            lambda v: left(kind, place, v),
        ),
    )


def _choices(pairs: Iterable[tuple[str, str]], chosen: str, count: object) -> list[Choice]:
    assert callable(count)
    found = [Choice(value, words, count(value), value == chosen) for value, words in pairs]
    return [c for c in found if c.count or c.chosen or not c.value]


def _after(mark: str) -> Q:
    stamp, _sep, pk = mark.partition("_")
    try:
        when, last = datetime.fromtimestamp(float(stamp), tz=clock.SHANGHAI), int(pk)
    except (ValueError, OverflowError, OSError):
        return Q()
    if not 0 <= last < 2**63:
        return Q()
    return Q(opened_at__lt=when) | Q(opened_at=when, pk__lt=last)


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
