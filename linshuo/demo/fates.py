"""What becomes of a matter: each fate of the tables is one way through the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from linshuo.demo.stories import Story, Telling
from linshuo.domain.needs import actions as needs
from linshuo.domain.needs import working
from linshuo.domain.needs.models import Contact, Need
from linshuo.kit import clock


def closed(s: Story) -> Telling:
    """Said, taken up, settled, confirmed by whoever said it, asked about again after a month."""
    yield from s.hear()
    yield from s.worked()
    yield from s.asked("settled", s.m.after)
    yield from s.followed()


def inspected(s: Story) -> Telling:
    """Nobody in particular raised it: a second person goes to look."""
    yield from s.hear()
    yield from s.worked()
    yield from s.asked("seen_fine", s.m.after)
    yield from s.followed()


def three(s: Story) -> Telling:
    """Whoever said it cannot be reached: three attempts on three days stand in."""
    yield from s.hear()
    yield from s.worked()
    yield from s.three_times()


def spot(s: Story) -> Telling:
    """Settled where it was said; a second person still asks."""
    yield from s.hear("settled")
    finished = s.need.finished_by_id
    s.owner = next(a for a in s.w.actors.values() if a.person_id == finished)
    yield from s.asked("settled", s.m.after)
    yield from s.followed()


def again(s: Story) -> Telling:
    """Closed, and a month later it is not fine after all: same number, done better."""
    first, not_fine, in_the_end = s.m.after.split("|")
    yield from s.hear()
    yield from s.worked()
    yield from s.asked("settled", first)
    yield from s.asked("not_settled", not_fine, days=30)
    yield from _redone(s, in_the_end)
    yield from s.followed()


def sent_back(s: Story) -> Telling:
    """Said to be done, and the resident says it is not."""
    not_fine, in_the_end = s.m.after.split("|")
    yield from s.hear()
    yield from s.worked()
    yield from s.asked("not_settled", not_fine)
    yield from _redone(s, in_the_end)
    yield from s.followed()


def _redone(s: Story, words: str) -> Telling:
    end = s.hours.after(s.at, 2)
    yield from s.work(1, s.m.step_count, end)
    yield from s.finish(end)
    yield from s.asked("settled", words)


def merged(s: Story) -> Telling:
    """The same as a matter already known: its voice goes over."""
    yield from s.hear()
    yield from s.wait(s.hours.answer(s.plan.said, s.m.urgency))
    known = Need.objects.within(s.w.community.pk).select_related("place", "note")
    needs.merge(s.need, known.get(pk=s.w.needs[s.m.into]), by=s.keeper)


def declined(s: Story) -> Telling:
    """Not the community's to do; who can help is said with it."""
    yield from s.hear()
    yield from s.wait(s.hours.answer(s.plan.said, s.m.urgency))
    needs.decline(s.need, by=s.keeper, reason=s.m.reason, who_can_help=s.m.helps)


def contested(s: Story) -> Telling:
    """Declined, and whoever asked wants it looked at again."""
    yield from declined(s)
    yield from s.wait(clock.at_local(2019, 11, 29, 15, 25))
    needs.contest(s.need, by=s.w.actors["杨外勤"])
    yield from s.wait(clock.at_local(2019, 11, 29, 16, 50))
    working.add_result(s.need, by=s.keeper, text=s.m.steps)


def withdrawn(s: Story) -> Telling:
    """No longer wanted."""
    yield from s.hear()
    yield from s.wait(s.at + timedelta(minutes=s.rng.randint(40, 200)))
    needs.withdraw(s.need, by=s.keeper, reason=s.m.reason)


# -- still to be done on the demo's Monday, whose clocks are set on purpose ------------------------


def reported(s: Story) -> Telling:
    """Heard, not answered yet."""
    yield from s.hear()


def _in_hand(s: Story, due: datetime, last_line: datetime) -> Telling:
    yield from s.hear()
    yield from s.accept(clock.local(due).date())
    n = s.m.step_count
    yield from s.work(0, n - 1, last_line)
    yield from s.wait(max(last_line, s.at + timedelta(minutes=30)))
    working.add_result(s.need, by=s.owner, text=s.m.step(n - 1))


def _late_november(s: Story, first: int, last: int) -> datetime:
    day = s.rng.randint(first, last)
    return s.hours.on(s.hours.working(clock.at_local(2019, 11, day).date()))


def open_(s: Story) -> Telling:
    """In hand, with time left and a recent sign of life."""
    due = clock.at_local(2019, 12, 6) + timedelta(days=s.rng.randint(0, 34))
    yield from _in_hand(s, due, _late_november(s, 26, 29))


def red(s: Story) -> Telling:
    """Past its date."""
    yield from _in_hand(
        s, clock.at_local(2019, 11, s.rng.randint(26, 29)), _late_november(s, 25, 26)
    )


def yellow(s: Story) -> Telling:
    """Silent for more than a week."""
    yield from _in_hand(
        s, clock.at_local(2019, 12, s.rng.randint(9, 20)), _late_november(s, 18, 21)
    )


def blue(s: Story) -> Telling:
    """Due tomorrow."""
    yield from _in_hand(s, clock.at_local(2019, 12, 3), _late_november(s, 28, 29))


def done(s: Story) -> Telling:
    """Said to be done on Friday, to be checked this week."""
    yield from _in_hand(s, clock.at_local(2019, 12, s.rng.randint(5, 9)), _late_november(s, 26, 27))
    yield from s.finish(clock.at_local(2019, 11, 29, s.rng.randint(10, 16), 20))


def done_tried(s: Story) -> Telling:
    """Said to be done on Friday morning; one call has gone unanswered."""
    yield from _in_hand(s, clock.at_local(2019, 12, 5), _late_november(s, 26, 27))
    yield from s.finish(clock.at_local(2019, 11, 29, 10, 5))
    yield from s.wait(clock.at_local(2019, 11, 29, 17, 5))
    working.add_contact(
        s.need, by=s.w.other(s.m.where, s.owner), purpose=Contact.Purpose.CONFIRM,
        channel="phone", said=Contact.Said.NO_ANSWER,
    )  # fmt: skip


def done_spot(s: Story) -> Telling:
    """Settled on the spot on the volunteers' Sunday, not yet checked."""
    yield from s.hear("settled")


def once_open(s: Story) -> Telling:
    """Came back once and is in hand again, with a new date asked for."""
    yield from s.hear()
    yield from s.accept(clock.at_local(2019, 11, 18).date())
    yield from s.work(0, 1, clock.at_local(2019, 11, 11, 10, 30))
    yield from s.finish(clock.at_local(2019, 11, 12, 9, 15))
    yield from s.asked("not_settled", s.m.after, days=3)
    yield from s.extend(clock.at_local(2019, 12, 12).date(), "停水检修要等水务公司排期，定在十日。")
    yield from s.wait(clock.at_local(2019, 11, 27, 16, 15))
    working.add_result(s.need, by=s.owner, text=s.m.step(1))


def twice(s: Story) -> Telling:
    """Came back twice: it is the secretary's now, and goes to the next meeting."""
    first, second = s.m.after.split("|")
    yield from s.hear()
    yield from s.accept(clock.at_local(2019, 11, 8).date())
    yield from s.work(0, 1, clock.at_local(2019, 10, 28, 9, 40))
    yield from s.finish(clock.at_local(2019, 10, 30, 11, 5))
    yield from s.asked("not_settled", first, days=5)
    yield from s.work(1, 2, clock.at_local(2019, 11, 6, 15, 20))
    yield from s.finish(clock.at_local(2019, 11, 7, 10, 10))
    yield from s.wait(clock.at_local(2019, 11, 27, 9, 50))
    yield from s.asked("not_settled", second, days=1)
    yield from s.wait(clock.at_local(2019, 11, 29, 14, 45))
    working.add_result(s.need, by=s.w.head, text=s.m.step(2))


def up_live(s: Story) -> Telling:
    """With the sub-district; the community's own clock goes on."""
    yield from _in_hand(s, clock.at_local(2019, 12, 20), _late_november(s, 26, 28))
    yield from s.wait(clock.at_local(2019, 11, 29, 11, 10))
    working.escalate(s.need, by=s.w.head, why=s.m.reason)


def extended_live(s: Story) -> Telling:
    """Given a later date once."""
    yield from s.hear()
    yield from s.accept(clock.at_local(2019, 11, 22).date())
    yield from s.work(0, s.m.step_count - 1, clock.at_local(2019, 11, 14, 15))
    yield from s.extend(clock.at_local(2019, 12, s.rng.randint(13, 19)).date(), s.m.reason)
    yield from s.wait(_late_november(s, 26, 29))
    working.add_result(s.need, by=s.owner, text=s.m.step(s.m.step_count - 1))


FATES: dict[str, Callable[[Story], Iterator[datetime]]] = {
    "closed": closed, "extended": closed, "up": closed, "inspected": inspected, "three": three,
    "spot": spot, "again": again, "sent_back": sent_back, "merged": merged, "declined": declined,
    "contested": contested, "withdrawn": withdrawn, "reported": reported, "red_reported": reported,
    "open": open_, "red": red, "yellow": yellow, "blue": blue, "done": done,
    "done_tried": done_tried, "done_spot": done_spot, "once_open": once_open, "twice": twice,
    "up_live": up_live, "extended_live": extended_live,
}  # fmt: skip
