"""What everyone may see of posts: who is there now, until when, and the next opening."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Post, PostHours
from linshuo.domain.people.models import Consent, Purpose
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

    @property
    def there(self) -> bool:
        return bool(self.now)


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
            post__in=kept, away_at__isnull=True, ends__gt=moment, starts__lt=moment + LOOK_AHEAD
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


def _on_duty(
    post: Post, turns: list[Turn], week: list[PostHours], named: set[int], at: datetime
) -> OnDuty:
    now = [turn for turn in turns if turn.starts <= at]
    later = [turn for turn in turns if turn.starts > at]
    until = max((turn.ends for turn in now), default=None)
    # One who follows without a gap is no gap for whoever wants to come.
    for turn in later:
        if until is not None and turn.starts <= until < turn.ends:
            until = turn.ends
    return OnDuty(
        pk=post.pk,
        name=post.name,
        about=post.about,
        place=post.place.full_name,
        hours=hours_words(week),
        now=tuple(dict.fromkeys(_named(turn, named) for turn in now)),
        until=_("到 %s") % _hour_after(until, at) if until else "",
        next="" if now or not later else _opening(later[0].starts, at),
    )


def _named(turn: Turn, named: set[int]) -> str:
    if turn.partnership is not None:
        return str(turn.partnership)
    if turn.person is None:
        return ""
    return turn.person.name if turn.person_id in named else mask_name(turn.person.name)


def may_be_named(community_id: int, persons: Iterable[int]) -> set[int]:
    """Those of these persons who agreed to be named in full on a duty board."""
    rows = Consent.objects.within(community_id).filter(
        person__in=list(persons), purpose=Purpose.NAME_PUBLIC, withdrawn_at__isnull=True
    )
    return set(rows.values_list("person_id", flat=True))


def _hour_after(until: datetime, at: datetime) -> str:
    if clock.local(until).date() == clock.local(at).date():
        return wording.hour(until)
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
