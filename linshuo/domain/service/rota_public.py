"""What everyone may see of a rota: whose turn it is, who comes next, and the year at a glance.

Units by name; a person in full if they agreed to that, else masked. Who gave a round up is not
told, and nobody's missed rounds are counted anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from linshuo.domain.board.models import PostKind
from linshuo.domain.service.models import Turn
from linshuo.domain.service.public import may_be_named
from linshuo.domain.service.rota_rounds import (
    Round,
    days_words,
    rounds_of,
    short_days,
    times_words,
)
from linshuo.domain.service.rota_rows import Holidays, Per, Rota, RotaStage
from linshuo.kit import clock
from linshuo.kit.masking import mask_name

COMING = 4
"""Rounds that are told beside the one that is on."""


@dataclass(frozen=True, slots=True)
class PublicRound:
    """One round as it hangs outside."""

    first: date
    last: date
    days: str
    short: str
    times: str
    moved: bool
    who: str
    note: str
    """Where nobody comes: 放假，不排; 还没有人."""
    now: bool
    over: bool


@dataclass(frozen=True, slots=True)
class PublicMonth:
    """A month with the rounds that begin in it."""

    label: str
    year: str
    cells: list[PublicRound]


@dataclass(frozen=True, slots=True)
class PublicRota:
    """A rota as it hangs outside."""

    post: str
    post_pk: int
    place: str
    about: str
    days: str
    per: str
    monthly: bool
    rounds: list[PublicRound]
    months: list[PublicMonth]

    @property
    def title(self) -> str:
        """What it is called."""
        return title_of(self.post)

    @property
    def now(self) -> PublicRound | None:
        """The round that is on."""
        return next((one for one in self.rounds if one.now), None)

    @property
    def coming(self) -> list[PublicRound]:
        """The next few."""
        return [one for one in self.rounds if not (one.now or one.over)][:COMING]


def of_post(community_id: int, post_id: int, at: datetime | None = None) -> PublicRota | None:
    """The rota of a post that is in force, or begins next; None where there is none."""
    today = clock.local(at or clock.now()).date()
    rows = Rota.objects.within(community_id).filter(
        post_id=post_id,
        post__kind=PostKind.ROTA,
        post__closed_at__isnull=True,
        stage=RotaStage.PUBLISHED,
        last__gte=today,
    )
    rota = (
        rows.select_related("post__place", "holiday_unit__organisation").order_by("first").first()
    )
    return shown(rota, at) if rota is not None else None


def shown(rota: Rota, at: datetime | None = None) -> PublicRota:
    """A rota in force as everyone may see it."""
    today = clock.local(at or clock.now()).date()
    turns: dict[date | None, list[Turn]] = {}
    rows = Turn.objects.within(rota.community_id).filter(rota_id=rota.key_id)
    rows = rows.select_related("person", "partnership__organisation")
    for turn in rows.order_by("starts", "pk"):
        turns.setdefault(turn.round_on, []).append(turn)
    persons = {t.person_id for those in turns.values() for t in those if t.person_id}
    named = may_be_named(rota.community_id, persons)
    rounds = [_round(rota, one, turns.get(one.first, []), named, today) for one in rounds_of(rota)]
    return PublicRota(
        post=rota.post.name,
        post_pk=rota.post_id,
        place=rota.post.place.full_name,
        about=rota.post.about,
        days=days_words(rota.first, rota.last),
        per=str(Per(rota.per).label),
        monthly=rota.per == Per.MONTH,
        rounds=rounds,
        months=_months(rounds),
    )


def _round(rota: Rota, one: Round, turns: list[Turn], named: set[int], today: date) -> PublicRound:
    who = dict.fromkeys(_name(turn, named) for turn in turns if turn.away_at is None)
    note = ""
    if not turns and one.off and rota.holidays == Holidays.SKIP:
        note = _("放假，不排")
    elif not who:
        note = _("还没有人")
    return PublicRound(
        first=one.first,
        last=one.last,
        days=days_words(one.first, one.last),
        short=short_days(one.first, one.last),
        times=times_words(one, turns),
        moved=times_words(one, turns) != times_words(one),
        who=_("、").join(who),
        note=note,
        now=one.first <= today <= one.last,
        over=one.last < today,
    )


def _name(turn: Turn, named: set[int]) -> str:
    if turn.partnership is not None:
        return str(turn.partnership)
    if turn.person is None:
        return ""
    return turn.person.name if turn.person_id in named else mask_name(turn.person.name)


def _months(rounds: list[PublicRound]) -> list[PublicMonth]:
    found: dict[tuple[int, int], list[PublicRound]] = {}
    for one in rounds:
        found.setdefault((one.first.year, one.first.month), []).append(one)
    return [PublicMonth(*labels, found[key]) for key, labels in month_words(found)]


def month_words(
    months: Iterable[tuple[int, int]],
) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
    """Each month with its word, 7月, and the word of its year where that is another than before."""
    before = 0
    for year, month in months:
        words = _("%d月") % month, _("%d年") % year if year != before else ""
        before = year
        yield (year, month), words


def title_of(post: str) -> str:
    """共建单位轮值表 for 共建单位轮值."""
    return _("%s轮值表") % post.removesuffix(_("轮值"))
