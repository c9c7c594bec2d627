"""What everyone may see of posts: who is there now, until when, the next opening, and the week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Post, PostHours, PostKind
from linshuo.domain.people.models import Consent, Partnership, Person, Purpose
from linshuo.domain.service.gaps import open_parts
from linshuo.domain.service.models import Turn
from linshuo.kit import clock, wording
from linshuo.kit.masking import mask_name

LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A post at a moment, in words."""

    pk: int
    name: str
    about: str
    place: str
    hours: str
    """每天 8:00–22:00; empty for a post with no hours."""
    now: tuple[str, ...]
    """Who is there: a unit in full; a person in full if they agreed to that, else masked."""
    until: str
    """到 22:00, while somebody is there."""
    next: str
    """明天 8:00, while nobody is; empty when nothing is planned."""
    opens_at: datetime | None = None
    whole: bool = False
    """Whether who is there has it for whole days: it is their turn, and nobody sits there."""

    @property
    def there(self) -> bool:
        return bool(self.now)

    @property
    def here(self) -> str:
        """The word between who and until when."""
        return _("轮值，") if self.whole else _("在，")


def standing(community_id: int, at: datetime) -> list[Post]:
    """The posts kept on that day, by name."""
    day = clock.local(at).date()
    rows = Post.objects.within(community_id).filter(
        Q(until__isnull=True) | Q(until__gte=day), closed_at__isnull=True, since__lte=day
    )
    return list(rows.select_related("place").order_by("name", "pk"))


def on_duty(
    community_id: int, at: datetime | None = None, posts: Iterable[Post] | None = None
) -> list[OnDuty]:
    """Every post with who is there now. Four queries, however many posts there are."""
    moment = at or clock.now()
    kept = list(posts) if posts is not None else standing(community_id, moment)
    turns = list(
        Turn.objects.within(community_id)
        .filter(
            post__in=kept,
            away_at__isnull=True,
            missed_at__isnull=True,
            ends__gt=moment,
            starts__lt=moment + LOOK_AHEAD,
        )
        .select_related("person", "partnership__organisation")
        .order_by("starts", "pk")
    )
    named = may_be_named(community_id, {t.person_id for t in turns if t.person_id})
    weeks = week_of(community_id, kept, clock.local(moment).date())
    by_post: dict[int, list[Turn]] = {post.pk: [] for post in kept}
    for turn in turns:
        by_post[turn.post_id or 0].append(turn)
    return [_on_duty(post, by_post[post.pk], weeks[post.pk], named, moment) for post in kept]


MOST_SHORT = 3
"""Posts on a page that has other things to say."""


def there_now(community_id: int, at: datetime | None = None) -> tuple[list[OnDuty], int]:
    """A few posts, those where somebody is first, then those that open next; and how many there
    are. The queries of `on_duty`."""
    found = on_duty(community_id, at)
    return soonest(found)[:MOST_SHORT], len(found)


def soonest(found: list[OnDuty]) -> list[OnDuty]:
    """Where somebody is, then what opens next, then what has nobody planned."""

    def key(duty: OnDuty) -> tuple[bool, bool, float]:
        opens = duty.opens_at.timestamp() if duty.opens_at else 0.0
        return (not duty.there, duty.opens_at is None, opens)

    return sorted(found, key=key)


def _on_duty(
    post: Post, turns: list[Turn], week: list[PostHours], named: set[int], at: datetime
) -> OnDuty:
    now = [turn for turn in turns if turn.starts <= at]
    later = [turn for turn in turns if turn.starts > at]
    until = max((turn.ends for turn in now), default=None)
    whole = bool(now) and all(wording.whole_days(turn.starts, turn.ends) for turn in now)
    # One who follows without a gap is no gap for whoever wants to come.
    for turn in later if not whole else ():
        if until is not None and turn.starts <= until < turn.ends:
            until = turn.ends
    return OnDuty(
        pk=post.pk,
        name=post.name,
        about=post.about,
        place=post.place.full_name,
        hours=hours_words(_kept(post, week)),
        now=tuple(dict.fromkeys(_named(turn, named) for turn in now)),
        until=_("到 %s") % _hour_after(until, at) if until else "",
        next="" if now or not later else _opening(later[0].starts, at),
        opens_at=later[0].starts if later and not now else None,
        whole=whole,
    )


def _kept(post: Post, week: list[PostHours]) -> list[PostHours]:
    """What may be announced: hours that are somebody's. A rota says by itself whose turn it is."""
    if post.kind == PostKind.ROTA:
        return week
    return [hours for hours in week if hours.person_id or hours.partnership_id]


def _named(turn: Turn | PostHours, named: set[int]) -> str:
    unit: Partnership | None = turn.partnership
    person: Person | None = turn.person
    if unit is not None:
        return str(unit)
    if person is None:
        return ""
    return person.name if person.pk in named else mask_name(person.name)


def may_be_named(community_id: int, persons: Iterable[int]) -> set[int]:
    """Those of these persons who agreed to be named in full on a duty board."""
    rows = Consent.objects.within(community_id).filter(
        person__in=list(persons), purpose=Purpose.NAME_PUBLIC, withdrawn_at__isnull=True
    )
    return set(rows.values_list("person_id", flat=True))


def _hour_after(until: datetime, at: datetime) -> str:
    end = clock.local(until)
    if end.date() == clock.local(at).date():
        return wording.hour(until)
    if (end.hour, end.minute) == (0, 0):  # the end of the day before, as people say it
        return wording.near_day(end - timedelta(days=1))
    return f"{wording.near_day(until)} {wording.hour(until)}"


def _opening(starts: datetime, at: datetime) -> str:
    days = (clock.local(starts).date() - clock.local(at).date()).days
    hour = wording.hour(starts)
    if days == 0:
        return _("今天 %s") % hour
    return _("明天 %s") % hour if days == 1 else f"{wording.near_day(starts)} {hour}"


def week_of(community_id: int, posts: Iterable[Post], day: date) -> dict[int, list[PostHours]]:
    """The stretches of the week that hold on a day, by post. One query."""
    kept = list(posts)
    found: dict[int, list[PostHours]] = {post.pk: [] for post in kept}
    rows = PostHours.objects.within(community_id).filter(
        Q(until__isnull=True) | Q(until__gte=day), post__in=kept, since__lte=day
    )
    rows = rows.select_related("person", "partnership__organisation")
    for hours in rows.order_by("weekday", "starts", "pk"):
        found[hours.post_id].append(hours)
    return found


_A_MONDAY = date(2019, 12, 2)


def hours_words(week: Iterable[PostHours]) -> str:
    """每天 8:00–22:00；周六 9:00–11:00. Stretches that touch are one, days alike are one."""
    days: dict[int, list[tuple[time, time]]] = {}
    for hours in sorted(week, key=lambda h: (h.weekday, h.starts)):
        spans = days.setdefault(hours.weekday, [])
        if spans and hours.starts <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], hours.ends))
        else:
            spans.append((hours.starts, hours.ends))
    alike: dict[tuple[tuple[time, time], ...], list[int]] = {}
    for weekday, spans in days.items():
        alike.setdefault(tuple(spans), []).append(weekday)
    return _("；").join(
        f"{_days(weekdays)} " + _("、").join(f"{_clock(a)}–{_clock(b)}" for a, b in spans)
        for spans, weekdays in alike.items()
    )


def _days(weekdays: list[int]) -> str:
    if len(weekdays) == 7:
        return _("每天")
    if weekdays == [0, 1, 2, 3, 4]:
        return _("周一到周五")
    return _("、").join(wording.short_weekday(_A_MONDAY + timedelta(days=n)) for n in weekdays)


def _clock(hour: time) -> str:
    return f"{hour.hour}:{hour.minute:02d}"


@dataclass(frozen=True, slots=True)
class PublicTurn:
    """One turn of the coming week."""

    times: str
    who: str
    free: bool
    """Nobody comes: one of the post's keepers may."""
    now: bool


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A day of the coming week with its turns, none where it is shut."""

    day: str
    weekday: str
    today: bool
    turns: list[PublicTurn]


@dataclass(frozen=True, slots=True)
class PublicPost:
    """A post with its coming week."""

    duty: OnDuty
    kind_words: str
    licence: str
    days: list[PublicDay]

    @property
    def planned(self) -> bool:
        """Whether this week has any turn at all."""
        return any(day.turns for day in self.days)

    @property
    def free(self) -> bool:
        """Whether a turn of this week has nobody."""
        return any(turn.free for day in self.days for turn in day.turns)


def find(community_id: int, pk: int, at: datetime | None = None) -> PublicPost | None:
    """A post that is kept today, with its coming week. Eight queries at most."""
    moment = at or clock.now()
    post = next((row for row in standing(community_id, moment) if row.pk == pk), None)
    if post is None:
        return None
    return PublicPost(
        duty=on_duty(community_id, moment, [post])[0],
        kind_words=str(PostKind(post.kind).label),
        licence=post.licence,
        days=_coming_week(community_id, post, moment),
    )


def _coming_week(community_id: int, post: Post, at: datetime) -> list[PublicDay]:
    first = clock.local(at).date()
    rows = list(
        Turn.objects.within(community_id)
        .filter(
            post=post,
            missed_at__isnull=True,
            starts__gte=clock.start_of(first),
            starts__lt=clock.start_of(first + timedelta(days=7)),
        )
        .select_related("person", "partnership__organisation", "hours")
        .order_by("starts", "pk")
    )
    named = may_be_named(community_id, {row.person_id for row in rows if row.person_id})
    found: dict[date, list[tuple[datetime, PublicTurn]]] = {
        first + timedelta(days=n): [] for n in range(7)
    }
    for row in rows:
        for starts, turn in _shown(row, rows, named, at):
            found[clock.local(row.starts).date()].append((starts, turn))
    return [
        PublicDay(
            day=wording.short_day(day),
            weekday=wording.weekday(day),
            today=day == first,
            turns=[turn for _starts, turn in sorted(turns, key=lambda pair: pair[0])],
        )
        for day, turns in found.items()
    ]


def _shown(
    row: Turn, beside: list[Turn], named: set[int], at: datetime
) -> list[tuple[datetime, PublicTurn]]:
    """A turn as it hangs outside: kept by somebody, or its parts that nobody keeps."""
    if row.away_at is None:
        now = row.starts <= at < row.ends
        turn = PublicTurn(
            wording.span(row.starts, row.ends), _named(row, named), free=False, now=now
        )
        return [(row.starts, turn)]
    return [
        (starts, PublicTurn(wording.span(starts, ends), "", free=True, now=False))
        for starts, ends in open_parts(row, beside)
        if ends > at
    ]


@dataclass(frozen=True, slots=True)
class UsualWeek:
    """A post's week as it is printed: for each weekday its stretches with who keeps them."""

    duty: OnDuty
    days: list[tuple[str, list[tuple[str, str]]]]
    changes: list[tuple[str, str, str]]
    """Day, times, what is different: who stands in, or that nobody comes."""


CHANGES = timedelta(days=14)
"""How far ahead a printed timetable says what differs from the usual week."""


def usual_weeks(
    community_id: int, posts: Iterable[Post], at: datetime | None = None
) -> list[UsualWeek]:
    """The usual weeks of posts and what is different in the coming two. Eight queries, however many
    posts there are."""
    moment = at or clock.now()
    kept = list(posts)
    today = clock.local(moment).date()
    weeks = week_of(community_id, kept, today)
    there = [hours for week in weeks.values() for hours in week]
    turns = list(
        Turn.objects.within(community_id)
        .filter(post__in=kept, ends__gt=moment, starts__lt=moment + CHANGES)
        .select_related("person", "partnership__organisation", "hours")
        .order_by("starts", "pk")
    )
    persons = {h.person_id for h in there if h.person_id}
    persons |= {t.person_id for t in turns if t.person_id}
    named = may_be_named(community_id, persons)
    return [
        UsualWeek(
            duty=duty,
            days=_usual(weeks[duty.pk], named),
            changes=_changes([t for t in turns if t.post_id == duty.pk], named, moment),
        )
        for duty in on_duty(community_id, moment, kept)
    ]


def _usual(week: list[PostHours], named: set[int]) -> list[tuple[str, list[tuple[str, str]]]]:
    days: list[tuple[str, list[tuple[str, str]]]] = []
    for weekday in range(7):
        stretches = [
            (f"{_clock(hours.starts)}–{_clock(hours.ends)}", _named(hours, named))
            for hours in week
            if hours.weekday == weekday
        ]
        if stretches:
            day = wording.short_weekday(_A_MONDAY + timedelta(days=weekday))
            days.append((day, stretches))
    return days


def _changes(turns: list[Turn], named: set[int], at: datetime) -> list[tuple[str, str, str]]:
    found: list[tuple[datetime, datetime, str]] = []
    for turn in turns:
        if turn.away_at is None and turn.hours_id is None and turn.missed_at is None:
            found.append((turn.starts, turn.ends, _named(turn, named)))
        found += [(a, b, _("没有人")) for a, b in open_parts(turn, turns) if b > at]
    return [
        (f"{wording.short_day(a)} {wording.weekday(a)}", wording.span(a, b), who)
        for a, b, who in sorted(found, key=lambda row: row[:2])
    ]
