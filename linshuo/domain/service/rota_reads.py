"""Reads about rotas, for the office and for those who take part: one rota with its year, who has
how much, what a new plan would change, and who would like to swap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_keep, spoken_for
from linshuo.domain.service.access import may_plan
from linshuo.domain.service.models import Turn
from linshuo.domain.service.rota_public import month_words
from linshuo.domain.service.rota_rounds import (
    Round,
    days_words,
    gap_words,
    rounds_of,
    short_days,
    times_words,
)
from linshuo.domain.service.rota_rows import (
    Holidays,
    Per,
    Rota,
    RotaDays,
    RotaMember,
    RotaStage,
    RotaSwap,
)
from linshuo.domain.service.rota_solving import Standing, days_of
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours

STALE_MINUTES = 3
"""Without a sign of life for so long, the making of a rota may be started again."""
LISTED = 60


def published(community_id: int, post_id: int | None = None) -> list[Rota]:
    """The rotas in force, of one post or of all, in order of time."""
    rows = Rota.objects.within(community_id).filter(stage=RotaStage.PUBLISHED)
    if post_id is not None:
        rows = rows.filter(post_id=post_id)
    return list(rows.select_related("post__place").order_by("first", "pk"))


def named_member(member: RotaMember, *, full: bool) -> str:
    """A unit by its name; a person in full or masked."""
    if member.partnership is not None:
        return str(member.partnership)
    if member.person is None:
        return ""
    return member.person.name if full else mask_name(member.person.name)


def get_rota(viewer: Actor, pk: int) -> Rota:
    """A rota for the office. Raises `NotYours`."""
    rows = Rota.objects.of(viewer).select_related("post__place", "made_by", "holiday_unit")
    rota = rows.select_related("holiday_unit__organisation", "replaces").filter(pk=pk).first()
    if rota is None or not (viewer.is_house or viewer.can(Can.NEED_READ)):
        raise NotYours("rota", _("没有这张轮值表。"))
    if rota.stage != RotaStage.PUBLISHED and not may_keep(viewer, rota.post):
        raise NotYours("rota", _("没有这张轮值表。"))
    return rota


def in_force(viewer: Actor, key: int | None) -> Rota | None:
    """The rota in force of those that replaced one another, by the first of them."""
    rows = Rota.objects.of(viewer).filter(Q(pk=key or 0) | Q(root_id=key or 0))
    return rows.filter(stage=RotaStage.PUBLISHED).select_related("post__place").first()


@dataclass(frozen=True, slots=True)
class Row:
    """One rota in the list."""

    pk: int
    post: str
    days: str
    per: str
    state: str
    now: str
    """Whose turn it is."""


def listing(viewer: Actor, at: datetime | None = None) -> list[Row]:
    """The rotas that are in force or on their way, the newest first. Two queries."""
    today = clock.local(at or clock.now()).date()
    rows = (
        Rota.objects.of(viewer)
        .exclude(stage=RotaStage.GONE)
        .select_related("post__place")
        .order_by("-first", "-pk")[:LISTED]
    )
    shown = [r for r in rows if r.stage == RotaStage.PUBLISHED or may_keep(viewer, r.post)]
    turns = Turn.objects.of(viewer).filter(
        rota__in=[r.key_id for r in shown if r.stage == RotaStage.PUBLISHED],
        away_at__isnull=True,
        round_on__lte=today,
    )
    turns = turns.select_related("person", "partnership__organisation").order_by("round_on", "pk")
    last: dict[int | None, Turn] = {turn.rota_id: turn for turn in turns}
    return [_row(viewer, rota, last.get(rota.key_id), today) for rota in shown]


def _row(viewer: Actor, rota: Rota, turn: Turn | None, today: date) -> Row:
    on = rota.stage == RotaStage.PUBLISHED and rota.first <= today <= rota.last
    who = ""
    if on and turn is not None:
        full = may_plan(viewer, rota.post)
        member = RotaMember(person=turn.person, partnership=turn.partnership)
        who = named_member(member, full=full)
    state = str(RotaStage(rota.stage).label)
    return Row(
        pk=rota.pk,
        post=rota.post.name,
        days=days_words(rota.first, rota.last),
        per=str(Per(rota.per).label),
        state=_("重排：%s") % state if rota.replaces_id and rota.stage != "published" else state,
        now=who,
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One round of the year at a glance."""

    first: date
    days: str
    short: str
    """The days under their month: 7–13, 28–2月3日."""
    times: str
    """1月12日 周六 9:00–11:00; empty where it is all of it, or several times."""
    moved: bool
    """Whether that is another time than the post's."""
    who: str
    was: str
    """Of a plan that would change something: whose it is today."""
    note: str
    """放假，不排; 来不了，还没有人替."""
    turn: int | None
    """The first turn of it, to be opened."""
    now: bool
    over: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month with the rounds that begin in it."""

    label: str
    year: str
    """Where it is another than the month's before."""
    cells: list[Cell]


def year(viewer: Actor, now: Standing, *, planned: bool = False) -> list[Month]:
    """The rota month by month: as it is kept, or as the plan would have it."""
    full = may_plan(viewer, now.rota.post)
    plan = (now.rota.plan or {}).get("rounds", {}) if planned else {}
    months: dict[tuple[int, int], list[Cell]] = {}
    for one in now.rounds:
        cells = months.setdefault((one.first.year, one.first.month), [])
        cells.append(_cell(viewer, now, one, plan, full))
    return [Month(*labels, months[key]) for key, labels in month_words(months)]


def _cell(viewer: Actor, now: Standing, one: Round, plan: dict[str, str], full: bool) -> Cell:
    turns = now.turns.get(one.first, [])
    kept, note = who_comes(turns, full)
    who, was = kept, ""
    if one.key in plan:
        who = named_member(now.members[int(plan[one.key])], full=full)
        was = kept if turns and kept != who and note == "" else ""
        note = ""
    if not who and not note:
        note = _empty(now, one)
    today = clock.today()
    return Cell(
        first=one.first,
        days=days_words(one.first, one.last),
        short=short_days(one.first, one.last),
        times=times_words(one, turns),
        moved=times_words(one, turns) != times_words(one),
        who=who,
        was=was,
        note=note,
        turn=turns[0].pk if turns else None,
        now=one.first <= today <= one.last,
        over=one.last < today,
        mine=any(_mine(viewer, turn) for turn in turns),
    )


def _mine(viewer: Actor, turn: Turn) -> bool:
    own = turn.person_id is not None and turn.person_id == viewer.person_id
    return own or turn.partnership_id in spoken_for(viewer)


def who_comes(turns: Iterable[Turn], full: bool) -> tuple[str, str]:
    """Who comes in a round, and a word where not all of it is kept."""
    names: dict[str, None] = {}
    free = False
    rows = list(turns)
    for turn in rows:
        if turn.away_at is None:
            member = RotaMember(person=turn.person, partnership=turn.partnership)
            names[named_member(member, full=full)] = None
        elif turn.covers_id is None:
            stood_in = any(t.covers_id == turn.pk and t.away_at is None for t in rows)
            free = free or not stood_in
    return _("、").join(names), _("空着，还没有人替") if free else ""


def _empty(now: Standing, one: Round) -> str:
    if one.off and now.rota.holidays == Holidays.SKIP:
        return _("放假，不排")
    if one.off and now.rota.holiday_unit is not None:
        return _("放假，由%s值") % str(now.rota.holiday_unit)
    return "" if now.rota.stage == RotaStage.DRAFT else _("没有排")


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Who takes part, with what was said about days; `rounds` in the plan or as it is kept."""

    pk: int
    name: str
    rounds: int
    left: str
    days: list[tuple[int, str]]
    """Key and words: 来不了：2月1日–20日."""


def member_rows(viewer: Actor, now: Standing) -> list[MemberRow]:
    """Everyone who takes part, in the order they came in. One query beside `stand`."""
    full = may_plan(viewer, now.rota.post)
    said: dict[int, list[tuple[int, str]]] = {}
    for row in days_of(now.rota):
        label = RotaDays.Kind(row.kind).label
        words = _("%(what)s：%(days)s") % {"what": label, "days": days_words(row.first, row.last)}
        said.setdefault(row.member_id, []).append((row.pk, words))
    loads = _loads(now)
    found = []
    for pk, member in now.members.items():
        gone = member.left_on is not None and member.left_on <= now.rota.first
        if gone and not loads.get(pk):
            continue
        left = _("%s起不再参加") % wording.near_day(member.left_on) if member.left_on else ""
        name = named_member(member, full=full)
        found.append(MemberRow(pk, name, loads.get(pk, 0), left, said.get(pk, [])))
    return found


def _loads(now: Standing) -> dict[int, int]:
    plan = now.rota.plan or {}
    if now.rota.stage == RotaStage.MADE:
        return {int(pk): n for pk, n in plan.get("loads", {}).items()}
    found: dict[int, int] = {}
    for one in now.rounds:
        keeper = now.keeper(one.first)
        if keeper is not None:
            found[keeper] = found.get(keeper, 0) + 1
    return found


def changes(viewer: Actor, now: Standing) -> list[tuple[str, str, str]]:
    """What a plan would change of the one in force: days, whose it is, whose it would be."""
    plan = now.rota.plan or {}
    full = may_plan(viewer, now.rota.post)
    base, found = plan.get("base", {}), []
    for one in now.rounds:
        was, will = base.get(one.key), plan.get("rounds", {}).get(one.key)
        if will is not None and was != will:
            before = named_member(now.members[int(was)], full=full) if was else _("没有人")
            after = named_member(now.members[int(will)], full=full)
            found.append((days_words(one.first, one.last), before, after))
    return found


@dataclass(frozen=True, slots=True)
class Swap:
    """Somebody would like to swap, in words."""

    pk: int
    what: str
    asker: str
    other: str
    gives: str
    takes: str
    when: str
    word: str
    answer: str
    waiting: bool
    for_me: bool
    """Whether the viewer is who is asked."""


def _swaps(viewer: Actor, rows: Iterable[RotaSwap], full: bool) -> list[Swap]:
    ends: dict[int, dict[date, date]] = {}
    found = []
    for row in rows:
        if row.rota_id not in ends:
            ends[row.rota_id] = {one.first: one.last for one in rounds_of(row.rota)}
        last = ends[row.rota_id]
        other = row.other
        mine = other.person_id is not None and other.person_id == viewer.person_id
        found.append(
            Swap(
                pk=row.pk,
                what=row.rota.post.name,
                asker=named_member(row.asker, full=full),
                other=named_member(other, full=full),
                gives=days_words(row.gives_on, last.get(row.gives_on, row.gives_on)),
                takes=days_words(row.takes_on, last.get(row.takes_on, row.takes_on)),
                when=wording.moment(row.answered_at or row.asked_at),
                word=row.word,
                answer=str(RotaSwap.Answer(row.answer).label),
                waiting=row.answer == RotaSwap.Answer.WAITING,
                for_me=mine or other.partnership_id in spoken_for(viewer),
            )
        )
    return found


_BOTH = (
    *("rota__post__place", "asker__person", "asker__partnership__organisation"),
    *("other__person", "other__partnership__organisation"),
)


def swaps_of(viewer: Actor, rota: Rota) -> list[Swap]:
    """The swaps of a rota as the office sees them, newest first: done, or nobody has answered."""
    rows = RotaSwap.objects.of(viewer).filter(rota__in=_versions(viewer, rota))
    rows = rows.exclude(answer__in=(RotaSwap.Answer.NO, RotaSwap.Answer.BACK))
    found = rows.select_related(*_BOTH).order_by("-asked_at", "-pk")[:LISTED]
    return _swaps(viewer, found, may_plan(viewer, rota.post))


def _versions(viewer: Actor, rota: Rota) -> list[int]:
    rows = Rota.objects.of(viewer).filter(Q(pk=rota.key_id) | Q(root_id=rota.key_id))
    return list(rows.values_list("pk", flat=True))


def my_swaps(viewer: Actor) -> list[Swap]:
    """What the viewer, or a unit they speak for, asked and was asked, while nobody has answered."""
    units = spoken_for(viewer)
    mine = Q()
    for side in ("asker", "other"):
        mine |= Q(**{f"{side}__person_id": viewer.person_id or 0})
        mine |= Q(**{f"{side}__partnership_id__in": units})
    rows = RotaSwap.objects.of(viewer).filter(mine, answer=RotaSwap.Answer.WAITING)
    rows = rows.filter(rota__stage=RotaStage.PUBLISHED)
    return _swaps(viewer, rows.select_related(*_BOTH).order_by("asked_at", "pk"), full=False)


def get_swap(viewer: Actor, pk: int) -> RotaSwap:
    """A swap that the viewer's side asked for or is asked. Raises `NotYours`."""
    row = RotaSwap.objects.of(viewer).select_related(*_BOTH).filter(pk=pk).first()
    if row is not None:
        for member in (row.asker, row.other):
            own = member.person_id is not None and member.person_id == viewer.person_id
            if own or member.partnership_id in spoken_for(viewer):
                return row
    raise NotYours("swap", _("没有这一条。"))


def rules_words(rota: Rota) -> list[tuple[str, str]]:
    """By which rules a rota is made, for the page."""
    holidays = str(Holidays(rota.holidays).label)
    if rota.holiday_unit is not None:
        holidays = _("整轮都放假的，由%s值") % rota.holiday_unit
    gap = _("可以连着") if not rota.gap else gap_words(rota.per, rota.gap)
    made = ""
    if rota.made_at is not None:
        who = rota.made_by.name if rota.made_by else _("系统")
        made = _("%(who)s，%(when)s") % {"who": who, "when": wording.moment(rota.made_at)}
    told = [
        (_("多长一轮"), str(Per(rota.per).label)),
        (_("同一家两轮之间至少隔"), gap),
        (_("放假"), holidays),
        (_("大家怎么答应的"), rota.basis),
        (_("谁排的"), made),
        (_("公布"), wording.moment(rota.published_at) if rota.published_at else ""),
    ]
    return [(term, words) for term, words in told if words]


def is_stale(rota: Rota) -> bool:
    """Whether the making of it has given no sign of life for too long."""
    if rota.stage != RotaStage.MAKING or rota.beat_at is None:
        return False
    return (clock.now() - rota.beat_at).total_seconds() > STALE_MINUTES * 60
