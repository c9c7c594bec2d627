"""Reads about activities and meetings for the desk.

Who comes is named in full to whoever runs it; everyone else reads a masked name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.needs.access import visible as visible_needs
from linshuo.domain.needs.models import Need
from linshuo.domain.service.access import may_run
from linshuo.domain.service.meetings import late_before
from linshuo.domain.service.models import (
    Activity,
    ActivityHost,
    ActivityKind,
    ActivityNeed,
    HereVia,
    Resolution,
    Turn,
)
from linshuo.domain.service.programme import times as times
from linshuo.domain.service.queries import counting, minutes_words
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours

MOST = 80
SOON = 7
"""Days before its day that a resolution stands among what is due."""
TABS = ("coming", "past", "cancelled")


@dataclass(frozen=True, slots=True)
class Row:
    """One activity in the list."""

    pk: int
    day: date
    month: str
    dom: int
    weekday: str
    times: str
    kind: str
    title: str
    place: str
    taken: str
    """12 位报了名，共 20 个名额."""
    note: str
    """What is still to be done, or why it was called off."""
    today: bool


def get_activity(viewer: Actor, pk: int) -> Activity:
    """An activity of the viewer's community. Raises `NotYours`."""
    rows = Activity.objects.of(viewer).select_related("place", "owner")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotYours("activity", _("没有这次活动。"))
    return found


def _tab(tab: str, at: datetime) -> Q:
    if tab == "cancelled":
        return Q(cancelled_at__isnull=False)
    over = Q(ends__lte=at) | Q(ended_at__isnull=False)
    return Q(cancelled_at__isnull=True) & (over if tab == "past" else ~over)


def listing(viewer: Actor, tab: str = "coming", *, at: datetime | None = None) -> list[Row]:
    """Activities of a tab: coming ones next first, the others newest first. One query."""
    moment = at or clock.now()
    rows = Activity.objects.of(viewer).filter(_tab(tab, moment)).select_related("place")
    order = ("starts", "pk") if tab == "coming" else ("-starts", "-pk")
    return [_row(row, moment) for row in rows.order_by(*order)[:MOST]]


def counts(viewer: Actor, *, at: datetime | None = None) -> dict[str, int]:
    """How many there are under each tab."""
    moment = at or clock.now()
    return {tab: Activity.objects.of(viewer).filter(_tab(tab, moment)).count() for tab in TABS}


def _row(row: Activity, at: datetime) -> Row:
    day = clock.local(row.starts).date()
    return Row(
        pk=row.pk,
        day=day,
        month=month_words(day),
        dom=day.day,
        weekday=wording.short_weekday(day),
        times=times(row),
        kind=str(ActivityKind(row.kind).label),
        title=row.title,
        place=f"{row.place.full_name} {row.where}".strip(),
        taken=taken_words(row),
        note=_note(row, at),
        today=day == clock.local(at).date(),
    )


def month_words(day: date) -> str:
    """2019年12月, or December 2019."""
    whole = wording.day(day)
    return whole.split("月")[0] + "月" if "月" in whole else whole.split(" ", 1)[1]


def taken_words(row: Activity) -> str:
    """How many signed up, of how many places."""
    said = _("还没有人报名")
    if row.taken:
        said = ngettext("%d 位报了名", "%d 位报了名", row.taken) % row.taken
    if row.places is None:
        return said
    return _("%(said)s，共 %(n)d 个名额") % {"said": said, "n": row.places}


def _note(row: Activity, at: datetime) -> str:
    if row.cancelled_at is not None:
        return _("取消了：%s") % row.cancelled_because
    if row.ended_at is not None:
        return ""
    if row.ends <= at:
        return _("办过了，还没写结果")
    return _("正在办") if row.starts <= at else ""


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody on the list."""

    pk: int
    name: str
    here: bool
    missed: bool
    how: str
    """How it was noted that they came: 自己用暗号."""
    hours: str
    """2 小时, where hours are on record."""


def signed_up(viewer: Actor, activity: Activity) -> list[Signed]:
    """Who signed up, in order. Two queries."""
    turns = Turn.objects.of(viewer).filter(
        activity=activity, away_at__isnull=True, person__isnull=False
    )
    found = list(turns.select_related("person").order_by("pk"))
    records = counting(viewer.community_id).filter(turn__in=found)
    hours = {turn: minutes_words(n) for turn, n in records.values_list("turn_id", "minutes")}
    full = may_run(viewer, activity)
    return [
        Signed(
            pk=turn.pk,
            name=(turn.person.name if full else mask_name(turn.person.name)) if turn.person else "",
            here=turn.here_at is not None,
            missed=turn.missed_at is not None,
            how=str(HereVia(turn.here_via).label) if turn.here_via else "",
            hours=hours.get(turn.pk, ""),
        )
        for turn in found
    ]


def hosts_of(viewer: Actor, activity: Activity) -> list[tuple[int, str]]:
    """The units that hold it: partnership and name."""
    rows = ActivityHost.objects.of(viewer).filter(activity=activity, ended_at__isnull=True)
    rows = rows.select_related("partnership__organisation").order_by("pk")
    return [(row.partnership_id, str(row.partnership)) for row in rows]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing it is about, or on the agenda."""

    pk: int
    number: str
    """Empty for a line that is for no matter, and for a matter the viewer may not see."""
    text: str
    why: str
    """退回过两次, 一直没人认；empty where somebody put it there."""
    now: str
    """What is different since: 已经有人认了."""
    said: str
    auto: bool
    group: str
    """Under which heading it stands on an agenda."""


def items_of(viewer: Actor, activity: Activity) -> list[Item]:
    """What it is about, as far as the viewer may see it: first what came back, then what nobody
    took, then what was chosen. Two queries."""
    rows = (
        ActivityNeed.objects.of(viewer)
        .filter(activity=activity, struck_at__isnull=True)
        .select_related("need", "ask__post", "ask__asset")
    )
    found = list(rows.order_by("pk"))
    seen = set(
        Need.objects.of(viewer)
        .filter(visible_needs(viewer), pk__in=[i.need_id for i in found if i.need_id])
        .values_list("pk", flat=True)
    )
    order = {ActivityNeed.Why.TWICE: 0, ActivityNeed.Why.UNMET: 1, ActivityNeed.Why.CHOSEN: 2}
    shown = [i for i in found if i.need_id is None or i.need_id in seen]
    return [_item(i) for i in sorted(shown, key=lambda i: (order[ActivityNeed.Why(i.why)], i.pk))]


def _item(row: ActivityNeed) -> Item:
    need, ask = row.need, row.ask
    text = need.title if need else ""
    if ask is not None:
        text = f"{ask.text}（{need.title}）" if need else f"{ask.text}（{ask.target}）"
    chosen = row.why == ActivityNeed.Why.CHOSEN
    days = _("从%s起没有人认") % wording.near_day(ask.opened_at) if ask else ""
    return Item(
        pk=row.pk,
        number=need.number if need else "",
        text=text,
        why="" if chosen else days or str(ActivityNeed.Why(row.why).label),
        now=_now(row),
        said=row.said,
        auto=not chosen,
        group={
            ActivityNeed.Why.TWICE: _("退回过两次的"),
            ActivityNeed.Why.UNMET: _("一直没人认的"),
            ActivityNeed.Why.CHOSEN: _("这次要说的"),
        }[ActivityNeed.Why(row.why)],
    )


def _now(row: ActivityNeed) -> str:
    if row.ask is not None and row.ask.taken:
        return _("现在有人认了")
    if row.ask is not None and row.ask.closed_at is not None:
        return _("现在不上榜了")
    need = row.need
    if need is not None and need.state in ("done", "closed"):
        return _("现在办结了") if need.state == "done" else _("现在销号了")
    return ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolution, formatted."""

    pk: int
    meeting: int
    meeting_title: str
    text: str
    number: str
    owner: str
    due: str
    late: bool
    done: str
    """12月18日：装好了; empty while it is not done."""
    mine: bool


def resolutions_of(viewer: Actor, activity: Activity) -> list[Resolved]:
    """What this meeting resolved. One query."""
    rows = _resolutions(viewer).filter(activity=activity)
    today = clock.today()
    return [_resolved(viewer, row, today) for row in rows.order_by("due_on", "pk")]


def late_for(viewer: Actor, meeting: Activity) -> list[Resolved]:
    """What earlier meetings resolved and was not done on its day, as it stood before this one.
    One query."""
    day = clock.local(meeting.starts).date()
    rows = _resolutions(viewer).filter(
        late_before(viewer.community_id, day), activity__starts__lt=meeting.starts
    )
    return [_resolved(viewer, row, clock.today()) for row in rows.order_by("due_on", "pk")]


def due_resolutions(viewer: Actor, *, mine: bool, at: datetime | None = None) -> list[Resolved]:
    """What is due within a week or late: one's own; for the heads everybody's, unless `mine`. One
    query."""
    day = clock.local(at or clock.now()).date()
    rows = _resolutions(viewer).filter(done_at__isnull=True, due_on__lte=day + timedelta(days=SOON))
    if mine or not viewer.can(Can.NEED_DECIDE):
        rows = rows.filter(owner_id=viewer.person_id or 0)
    return [_resolved(viewer, row, day) for row in rows.order_by("due_on", "pk")[:MOST]]


def get_resolution(viewer: Actor, activity: Activity, pk: int) -> Resolution:
    """A resolution of this meeting. Raises `NotYours`."""
    found = _resolutions(viewer).filter(activity=activity, pk=pk).first()
    if found is None:
        raise NotYours("resolution", _("没有这一条决议。"))
    return found


def get_item(viewer: Actor, activity: Activity, pk: int) -> ActivityNeed:
    """Something on this agenda. Raises `NotYours`."""
    rows = ActivityNeed.objects.of(viewer).select_related("activity__place", "need__place")
    found = rows.filter(activity=activity, pk=pk, struck_at__isnull=True).first()
    if found is None:
        raise NotYours("agenda", _("没有这一条。"))
    return found


def get_sign_up(viewer: Actor, activity: Activity, pk: int) -> Turn:
    """Somebody's place at this activity. Raises `NotYours`."""
    rows = Turn.objects.of(viewer).filter(activity=activity, person__isnull=False, pk=pk)
    found = rows.select_related("activity__place", "person").first()
    if found is None:
        raise NotYours("turn", _("没有这一位。"))
    return found


def _resolutions(viewer: Actor) -> ScopedQuerySet[Resolution]:
    return Resolution.objects.of(viewer).select_related("activity__place", "need__place", "owner")


def _resolved(viewer: Actor, row: Resolution, today: date) -> Resolved:
    done = ""
    if row.done_at is not None:
        done = f"{wording.near_day(row.done_at)}：{row.done_text}"
    return Resolved(
        pk=row.pk,
        meeting=row.activity_id,
        meeting_title=row.activity.title,
        text=row.text,
        number=row.need.number if row.need else "",
        owner=row.owner.name,
        due=wording.near_day(row.due_on),
        late=row.done_at is None and row.due_on < today,
        done=done,
        mine=row.owner_id == viewer.person_id,
    )
