"""How a matter of the tables runs its course: one generator each, in the words people act with.

A story yields the moment at which it wants to go on; `year` makes the clock stand there and calls
it. Stories never set a time on what they write, so `at` and `recorded_at` are both the clock's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from linshuo.acts import notebook
from linshuo.acts.asking import ask
from linshuo.demo import works
from linshuo.demo.hours import Hours
from linshuo.demo.matters.row import Jotting, Matter
from linshuo.demo.matters.voices import VOICES, Voice
from linshuo.demo.pools import Pools
from linshuo.demo.world import END, World
from linshuo.domain.needs import actions as needs
from linshuo.domain.needs import voices, working
from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.needs.supporters import support
from linshuo.kit import clock
from linshuo.kit.actor import Actor

Telling = Iterator[datetime]

CLOSED = ("closed", "inspected", "three", "spot", "again", "sent_back", "up", "extended")
FOLLOWED_UNTIL = END - timedelta(days=3)
"""Follow-ups due in the last days are left for the demo's Monday."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A matter with the day it is said and how many days the work will take."""

    matter: Matter
    said: datetime
    days: int

    @property
    def done(self) -> datetime:
        """About when the work will be done."""
        return self.said + timedelta(days=self.days)


class Story:
    """One matter on its way. The methods are stretches of the way; `FATES` puts them together."""

    def __init__(self, world: World, hours: Hours, pools: Pools, plan: Plan) -> None:
        self.w, self.hours, self.pools, self.plan = world, hours, pools, plan
        self.m, self.rng = plan.matter, world.rng
        self.at = plan.said
        self.pk = 0
        self.keeper = world.keeper(self.m.where)
        self.owner = world.actors[self.rng.choice(world.near(self.m.where))]
        self.round = 0
        """How many times the work has been said to be done."""

    @property
    def need(self) -> Need:
        found = Need.objects.within(self.w.community.pk).select_related("place", "note")
        return found.get(pk=self.pk)

    def wait(self, until: datetime) -> Telling:
        """Let the world go on until then."""
        self.at = until
        yield until

    # -- said ------------------------------------------------------------------------------------

    def hear(self, become: str = "") -> Telling:
        """Somebody says it; it is written down and becomes a matter."""
        yield from self.wait(self.plan.said)
        become = become or ("problem" if self.m.kind == "problem" else "wish")
        result = self.m.result if become == "settled" else ""
        author = self.w.author(self.m.where)
        straight = self.m.kind == "small_wish" or self.rng.random() < 0.1
        if straight and self.m.fate not in ("spot", "done_spot", "inspected"):
            self.pk = self._at_the_counter(author).pk
        else:
            self.pk = self._at_the_door(author, become, result).pk
        self.w.needs[self.m.title] = self.pk
        if self.need.title != self.m.title:
            working.sort_out(self.need, by=author, title=self.m.title)

    def _at_the_counter(self, author: Actor) -> Need:
        """Without a note: rung up about, or come in with."""
        return needs.report(
            by=author, place=self.w.spots[self.m.where], words=self.m.words, kind=self.m.kind,
            source=self.m.source or self.rng.choice(("call", "proxy", "wechat")),
            urgency=self.m.urgency, title=self.m.title, requester=self.w.resident(self.m.where),
        )  # fmt: skip

    def _at_the_door(self, author: Actor, become: str, result: str) -> Need:
        speaker, slip = None, ""
        if self.m.fate != "inspected":
            if self.w.slips and self.rng.random() < 0.14:
                slip = self.w.slips.pop(0)
            else:
                speaker = self.w.resident(self.m.where)
        written = notebook.write_down(
            by=author, draft_id=str(UUID(int=self.rng.getrandbits(128), version=4)),
            place=self.w.spots[self.m.where], words=self.m.words,
            source=self.m.source or self.rng.choices(
                ("visit", "call", "wechat", "listening"), (60, 18, 14, 8))[0],
            urgency=self.m.urgency, speaker_name=speaker.name if speaker else "",
            speaker_phone=speaker.phone if speaker else "", slip=slip, become=become,
            result_text=result,
        )  # fmt: skip
        assert written.need is not None
        return written.need

    # -- worked on -------------------------------------------------------------------------------

    def accept(self, due_on: date | None = None, tags: bool = True) -> Telling:
        yield from self.wait(self.hours.answer(self.plan.said, self.m.urgency))
        public, title = self.m.public, self.m.title
        visibility = "public" if public else "staff"
        if self.m.kind == "small_wish" and not public:
            visibility, public = "members", f"{title}，谁能来帮一把。"
        needs.accept(
            self.need, by=self.keeper, category=self.w.categories[self.m.category],
            owner=self.w.persons[self.owner.name], due_on=due_on, visibility=visibility,
            public_title=title if public else "", public_text=public,
            tags=[t for t in self.m.tags.split(",") if t] if tags else None, kind=self.m.kind,
        )  # fmt: skip
        works.join(self.w, self.m.title)
        if self.rng.random() < 0.4:
            working.add_contact(
                self.need, by=self.owner, purpose=Contact.Purpose.ANSWER,
                channel=self.rng.choice(("phone", "visit")), said=Contact.Said.TOLD,
            )  # fmt: skip
        if visibility == "public":
            yield from self.join_in()

    def join_in(self) -> Telling:
        """Neighbours hear of it and want it too."""
        yield from self.wait(self.hours.after(self.at, 1))
        known = self.w.residents[self.m.where[0]]
        least, most = (3, 9) if self.m.kind == "wish" else (0, 5)
        for person in self.rng.sample(known, self.rng.randint(least, min(most, len(known)))):
            support(self.need, by=self.keeper, person=person, via="meeting")

    def work(self, first: int, last: int, until: datetime) -> Telling:
        """Lines of progress `first` to `last`, spread over the days until then."""
        start, n = self.at, last - first
        for i in range(first, last):
            days = (until - start).days * (i - first + 1) // (n + 1)
            yield from self.wait(min(self.hours.after(start, max(days, 0)), until))
            working.add_result(
                self.need, by=self.owner, text=self.m.step(i),
                kind="work" if i == self.m.step_count - 1 else "progress",
            )  # fmt: skip

    def extend(self, until: date, reason: str) -> Telling:
        """A new date, asked for before the old one has passed where that is still possible."""
        due = self.need.due_at
        assert due is not None
        early = due - timedelta(days=self.rng.randint(0, 1), minutes=self.rng.randint(30, 240))
        yield from self.wait(early if early > self.at else self.at + timedelta(minutes=20))
        needs.extend(self.need, by=self.owner, due_on=until, reason=reason)

    def finish(self, at: datetime) -> Telling:
        yield from self.wait(max(at, self.at + timedelta(minutes=15)))
        result = self.m.result.split("|")[self.round]
        handed_over_by = works.settle(self.w, self.m.title, self.owner, result)
        if handed_over_by is None:
            needs.finish(
                self.need, by=self.owner, outcome=self._outcome(), result_text=result,
                no_results_because="" if self.m.steps else "当天去看，当天就办好了。",
            )  # fmt: skip
        else:
            self.owner = handed_over_by
        self.round += 1

    def _outcome(self) -> str:
        voice = VOICES.get(self.m.title)
        return "partly" if voice is not None and voice.partly else "solved"

    def worked(self) -> Telling:
        """From acceptance to 办结, with an extension where the time had been judged too short."""
        end = self.hours.after(self.plan.said, self.plan.days)
        own = self.w.categories[self.m.category].done_days
        planned: date | None = end.date() + timedelta(days=self.rng.randint(2, 6))
        longer = ""
        if self.m.fate == "extended":
            planned, longer = None, self.m.reason
        elif self.plan.days > 40 and self.pools.extensions and self.rng.random() < 0.5:
            planned = self.plan.said.date() + timedelta(days=self.plan.days * 2 // 3)
            longer = self.pools.extensions.pop()
        elif self.plan.days < own - 1 and self.rng.random() < 0.5:
            planned = None
        yield from self.accept(planned)
        n = self.m.step_count if self.m.fate not in ("again", "sent_back") else 1
        half = n // 2 if longer or self.m.fate == "up" else n
        due = self.need.due_at
        yield from self.work(0, half, min(end, due - timedelta(days=2)) if longer and due else end)
        if self.m.fate == "up":
            yield from self.up_and_back()
        if longer:
            yield from self.extend(end.date() + timedelta(days=4), longer)
        yield from self.work(half, n, end)
        yield from self.finish(end)

    def up_and_back(self) -> Telling:
        """Sent to the sub-district, and returned with what they could do."""
        yield from self.wait(self.hours.after(self.at, 2))
        working.escalate(self.need, by=self.w.head, why=self.m.reason)
        if self.m.helps:
            yield from self.wait(self.hours.after(self.at, 16))
            working.take_back(self.need, by=self.w.head, why=self.m.helps)

    # -- asked about -----------------------------------------------------------------------------

    def asked(self, said: str, words: str, days: int | None = None) -> Telling:
        """Another than the finisher asks, or goes to look."""
        days = self.rng.randint(0, 2) if days is None else days
        yield from self.wait(self.hours.after(self.at, days))
        rated = said in ("settled", "not_settled") and self.rng.random() < 0.85
        voice = VOICES.get(self.m.title) if said == "settled" else None
        results = (5, 5, 4, 4, 3) if said == "settled" else (2, 2, 1)
        ask(
            self.need, by=self.w.other(self.m.where, self.owner), said=said,
            words=voice.words if voice else words, words_ok=voice is not None,
            channel="visit" if said.startswith("seen") else self.rng.choice(
                ("phone", "visit", "visit", "wechat", "counter")),
            rating_attitude=self.rng.choice((5, 5, 5, 4, 4, 3)) if rated else None,
            rating_result=self.rng.choice(results) if rated else None,
        )  # fmt: skip
        if voice is not None and not voice.waits:
            yield from self._let_through(voice)

    def _let_through(self, voice: Voice) -> Telling:
        """Somebody who may release texts reads the words on one of the next mornings."""
        day = self.hours.working(clock.local(self.at).date() + timedelta(days=1))
        yield clock.start_of(day) + timedelta(hours=9, minutes=10 + self.pk % 40)
        said = Contact.objects.within(self.w.community.pk).filter(need=self.pk, words_ok=True)
        voices.show(said.latest("pk"), by=self.keeper, text=voice.shown or voice.words)

    def three_times(self) -> Telling:
        """Nobody answers on three days; then it may be closed."""
        checker = self.w.other(self.m.where, self.owner)
        for channel in ("phone", "visit", "phone"):
            yield from self.wait(self.hours.after(self.at, 1))
            working.add_contact(
                self.need, by=checker, purpose=Contact.Purpose.CONFIRM, channel=channel,
                said=Contact.Said.NO_ANSWER,
            )  # fmt: skip
        yield from self.wait(self.at + timedelta(minutes=4))
        needs.confirm(self.need, by=checker)

    def followed(self) -> Telling:
        """Thirty days later: is it still fine?"""
        closed = self.need.closed_at
        assert closed is not None
        on = self.hours.after(closed + timedelta(days=30), 0)
        if on > FOLLOWED_UNTIL:
            return
        yield from self.wait(on)
        if self.m.fate == "inspected":
            self._call_back("seen_fine", "")
            return
        if self.rng.random() < 0.07:
            self._call_back("no_answer", "")
            yield from self.wait(self.hours.after(self.at, 1))
        self._call_back("settled", self.pools.still_fine())

    def _call_back(self, said: str, words: str) -> None:
        channel = "visit" if said == "seen_fine" else self.rng.choice(("phone", "phone", "visit"))
        ask(
            self.need, by=self.w.other(self.m.where, self.owner), said=said, words=words,
            channel=channel,
        )  # fmt: skip


def jotted(world: World, at: datetime, jotting: Jotting, become: str) -> Telling:
    """A note beside the matters; one that adds a voice is joined to its matter the same hour."""
    yield at
    rng = world.rng
    author = world.author(jotting.where)
    speaker = world.resident(jotting.where) if become == "joined" else None
    written = notebook.write_down(
        by=author, draft_id=str(UUID(int=rng.getrandbits(128), version=4)),
        place=world.spots[jotting.where], words=jotting.words,
        source=rng.choices(("visit", "wechat", "call"), (8, 1, 1))[0],
        speaker_name=speaker.name if speaker else "",
        speaker_phone=speaker.phone if speaker else "",
        become="noted" if become == "noted" else "open",
    )  # fmt: skip
    if become == "joined":
        yield at + timedelta(minutes=6)
        known = Need.objects.within(world.community.pk).select_related("place", "note")
        notebook.join(written.note, known.get(pk=world.needs[jotting.into]), by=author)
