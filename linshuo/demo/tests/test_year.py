"""The demo's year as it stands in the database: what the article says, and a ledger to work on."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from linshuo import demo
from linshuo.demo import cards, people
from linshuo.demo.matters.voices import VOICES
from linshuo.demo.world import END, TODAY
from linshuo.domain.board.models import Ask
from linshuo.domain.needs.models import Contact, Need, Note
from linshuo.domain.needs.public.voices import lately
from linshuo.domain.needs.queries import counts
from linshuo.domain.people.models import Account, Appointment, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import (
    Activity,
    ActivityKind,
    ActivityNeed,
    Resolution,
    ServiceRecord,
    Turn,
)
from linshuo.domain.service.public import OnDuty, on_duty, standing
from linshuo.domain.service.rota_rows import Rota, RotaSwap
from linshuo.domain.service.rota_solving import stand
from linshuo.domain.service.subscribing import open_link
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.exchange import beancount
from linshuo.insight import figures
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from tests.ledgers import beancount_complains, beancount_pots, our_pots
from tests.test_calendars import by_ics, by_vobject

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,  # the demo lives in SQLite, wherever the rest of the house does
]


@pytest.fixture(autouse=True)
def _told(jf: Community, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), clock.standing_at(TODAY):
        yield


def figure(jf: Community, key: str) -> int:
    return figures.get_figure(key).read(jf.pk, figures.end_of(date(2019, 12, 1))).value


def test_beancount_adds_the_books_up_to_what_we_hold(jf: Community) -> None:
    supervisor = Appointment.objects.within(jf.pk).get(role="supervisor").person
    said = beancount.text(actor_of(supervisor))
    ours = our_pots(jf.pk)
    assert beancount_complains(said) == []
    assert beancount_pots(said) == ours and sum(ours.values()) == 0
    given = sum(fen for name, fen in ours.items() if name.startswith("Income:"))
    assert -given == 394_000_000 + 5_910_000
    # Were one amount another, on both sides or on one, it would say so.
    amount = re.search(r"  -(\d+\.\d\d) CNY\n.*  (\d+\.\d\d) CNY\n", said)
    assert amount is not None and amount[1] == amount[2]
    both = said[: amount.start()] + amount[0].replace(amount[1], f"1{amount[1]}")
    assert len(beancount_complains(both + said[amount.end() :])) == 2
    one = said[: amount.start()] + amount[0].replace(f"-{amount[1]}", f"-1{amount[1]}")
    assert any("not balance" in told for told in beancount_complains(one + said[amount.end() :]))


def test_taking_one_acceptance_away_takes_one_from_the_figure(jf: Community) -> None:
    held = figures.get_figure("pledges.accepted").read(jf.pk, figures.end_of(date(2019, 12, 1)))
    assert len(set(held.row_ids)) == held.value == 134
    mark = transaction.savepoint()
    accepted = Event.objects.within(jf.pk).filter(row_kind="pledge", row_id=held.row_ids[7])
    taken = ("pledge:accept", "pledge:agree", "pledge:plan", "pledge:fulfil")
    accepted.filter(verb__in=taken).delete()
    assert figure(jf, "pledges.accepted") == 133
    transaction.savepoint_rollback(mark)


def test_the_doctor_is_there_every_day_and_the_next_gap_is_told(jf: Community) -> None:
    def doctor(*at: int) -> OnDuty:
        shown = on_duty(jf.pk, clock.at_local(2019, 12, *at))
        return next(post for post in shown if post.name == "小区医生")

    assert doctor(2, 9, 40).hours == "每天 8:00–22:00"
    assert (doctor(2, 9, 40).now, doctor(2, 9, 40).until) == (("钱医生",), "到 22:00")
    assert doctor(3, 9).now == ("严医生",), "who stands in"
    assert (doctor(3, 13).there, doctor(3, 13).next) == (False, "今天 15:00")


def test_two_readers_agree_on_every_calendar_of_the_demo(jf: Community) -> None:
    """Two programs that are not ours read the same uid, summary, start and end."""
    zhao = Person.objects.within(jf.pk).get(account__username="zhao")
    mark = transaction.savepoint()
    feeds = [
        reverse("calendar", args=[open_link(zhao, by=actor_of(zhao))]),
        reverse("calendar-activities", args=["JF"]),
        reverse("calendar-rota", args=["JF"]),
        *(reverse("calendar-post", args=["JF", post.pk]) for post in standing(jf.pk, TODAY)),
    ]
    read = {}
    for feed in feeds:
        text = Client().get(feed).content.decode()
        read[feed] = by_ics(text)
        assert read[feed] == by_vobject(text), feed
        assert len(read[feed]) == text.count("BEGIN:VEVENT"), feed
    transaction.savepoint_rollback(mark)
    titles = {title for found in read.values() for title, *_times in found.values()}
    assert len(feeds) > 6 and sum(map(len, read.values())) > 50
    assert any(title.startswith("小区医生") for title in titles)


def test_twelve_notebooks_and_more_in_the_last_two_weeks(jf: Community) -> None:
    notes = Note.objects.within(jf.pk)
    by_author = Counter(notes.values_list("author__name", flat=True))
    assert len(by_author) == 12 and min(by_author.values()) >= 10
    lately = notes.filter(day__gte=date(2019, 11, 18))
    assert 240 <= notes.count() <= 300
    assert lately.count() >= 50
    assert len(set(lately.values_list("author_id", flat=True))) == 12
    assert notes.filter(paper__isnull=False).count() >= 10, "some came on a slip"
    assert notes.filter(day__gt=END.date()).count() == 0


def test_the_ledger_of_the_demos_monday(jf: Community) -> None:
    found = counts(Actor.house(jf.pk), at=TODAY)
    assert 45 <= found["n_live"] <= 55
    assert 3 <= found["n_red"] <= 5
    assert 2 <= found["n_yellow"] <= 4
    assert 4 <= found["n_blue"] <= 6
    assert 3 <= found["n_done"] <= 5


def test_every_way_a_matter_can_go_is_there(jf: Community) -> None:
    needs = Need.objects.within(jf.pk)
    states = Counter(needs.values_list("state", flat=True))
    assert set(states) == {
        "reported", "open", "done", "closed", "declined", "merged", "withdrawn",
    }  # fmt: skip
    assert needs.filter(contested=True).count() == 1
    assert needs.filter(reopened=2, for_meeting=True, owner__name=people.HEAD).count() == 1
    assert needs.filter(reopened=1, state="closed").exists()
    assert needs.filter(extended__gt=0, state="open").exists()
    assert needs.filter(escalated_at__isnull=False, returned_at__isnull=False).count() == 2
    assert needs.filter(escalated_at__isnull=False, returned_at__isnull=True).count() == 1
    assert needs.filter(state="merged", survivor__supporters__gt=0).count() >= 7
    verbs = set(Event.objects.within(jf.pk).values_list("verb", flat=True))
    assert {"need:settle", "need:followed", "need:supported", "paper:use"} <= verbs
    tried = Contact.objects.within(jf.pk).filter(purpose="confirm", said="no_answer")
    assert Counter(tried.values_list("need_id", flat=True)).most_common(1)[0][1] == 3


def test_what_happened_was_recorded_when_it_happened_and_in_order(jf: Community) -> None:
    events = list(Event.objects.within(jf.pk).order_by("id").values_list("at", "recorded_at"))
    assert all(at == recorded for at, recorded in events)
    assert events == sorted(events)
    assert events[-1][0] <= END
    assert verify(jf.pk) == [], "sealed, and every row as its last event says"


def test_follow_ups_were_asked_where_they_were_due(jf: Community) -> None:
    closed = Need.objects.within(jf.pk).filter(state="closed")
    overdue = closed.filter(due_at__lt=END)
    asked = Contact.objects.within(jf.pk).filter(purpose="follow_up", said="settled")
    assert asked.count() >= 100
    assert 1 <= overdue.count() <= 8, "a few wait for the demo's Monday"


def test_the_board_is_lived_in(jf: Community) -> None:
    pledges, asks = Pledge.objects.within(jf.pk), Ask.objects.within(jf.pk)
    assert set(asks.values_list("kind", flat=True)) == {"claim", "donate", "manage", "adopt"}
    for visibility in ("members", "staff"):
        assert asks.filter(need__visibility=visibility, taken__gt=0).exists(), visibility
    waiting = pledges.filter(state="waiting", ask__need__isnull=False)
    assert waiting.values("ask").distinct().count() >= 3
    let_go = pledges.filter(ended_as="released").values("ask")
    assert pledges.filter(ask__in=let_go, state="accepted").exists(), "signed for anew"
    assert pledges.filter(ended_as="fulfilled").exists()
    free = asks.filter(need__visibility="public", taken__lt=F("slots"), closed_at__isnull=True)
    assert set(free.values_list("kind", flat=True)) >= {"claim", "donate", "manage"}


def test_people_come_together_meet_offer_and_keep_their_weeks(jf: Community) -> None:
    rows = Activity.objects.within(jf.pk)
    held = rows.filter(ends__lt=TODAY, cancelled_at__isnull=True)
    assert set(ActivityKind) == set(rows.values_list("kind", flat=True))
    assert held.count() >= 14 and not held.filter(outcome="").exists()
    assert rows.filter(starts__gt=TODAY).count() >= 4, "some are still to come"
    here = Turn.objects.within(jf.pk).filter(activity__isnull=False)
    assert set(here.values_list("here_via", flat=True)) >= {"code", "list"}
    given = rows.get(kind="giving_day")
    assert not re.search(r"\d|[一二三四五六七八九十百千万]元|最少|目标", given.about), "no floor"

    resolved = Resolution.objects.within(jf.pk)
    assert resolved.filter(done_at__isnull=False).count() >= 4
    assert resolved.filter(done_at__isnull=True, due_on__lt=TODAY.date()).count() == 1
    assert ActivityNeed.objects.within(jf.pk).filter(why="twice").exists()

    offered = Pledge.objects.within(jf.pk).filter(ask__offer__isnull=False)
    assert {"accepted", "under_way", "waiting", "ended"} == set(
        offered.values_list("state", flat=True)
    )
    kept = on_duty(jf.pk, TODAY)
    planned = [post for post in kept if post.hours and (post.there or post.next)]
    assert len(kept) == len(planned) >= 11
    free = Turn.objects.within(jf.pk).filter(post__isnull=False, starts__gt=TODAY)
    assert free.filter(away_at__isnull=False).count() >= 3, "somebody may choose to stand in"


def test_eighteen_units_took_the_saturdays_of_the_year_in_turn(jf: Community) -> None:
    first, rota = Rota.objects.within(jf.pk).filter(post__name="共建单位轮值").order_by("pk")
    assert (first.stage, rota.stage) == ("gone", "published")
    now = stand(rota)
    kept = [pk for one in now.taken if (pk := now.keeper(one.first)) is not None]
    assert len(now.members) == 18 and len(kept) == len(now.taken) == 51
    assert max(Counter(kept).values()) - min(Counter(kept).values()) <= 2, "one for standing in"
    turns = Turn.objects.within(jf.pk).filter(rota=rota.key_id)
    assert turns.filter(covers__isnull=False).count() >= 2
    assert turns.exclude(handover="").count() >= 10
    swaps = RotaSwap.objects.within(jf.pk)
    assert set(swaps.values_list("answer", flat=True)) == {"", "yes"}
    assert swaps.exclude(word="").exists(), "one was agreed by telephone"


def test_hours_are_on_record_and_what_was_wrong_was_put_right(jf: Community) -> None:
    records = ServiceRecord.objects.within(jf.pk).filter(turn__pledge__isnull=False)
    corrected = records.filter(corrects__isnull=False)
    assert records.count() >= 10 and corrected.count() >= 2
    assert all(row.why and row.minutes != row.corrects.minutes for row in corrected if row.corrects)
    assert set(records.values_list("via", flat=True)) >= {"call", "colleague"}
    assert Turn.objects.within(jf.pk).filter(missed_at__isnull=False).exists()


def test_residents_words_are_there_because_they_agreed_and_somebody_read_them(
    jf: Community,
) -> None:
    said = Contact.objects.within(jf.pk).filter(words_ok=True)
    shown = said.exclude(shown="")
    assert shown.count() >= 12 and said.filter(shown_at__isnull=True).count() == 2
    assert said.count() == len(VOICES), "each of the table's words was said of a public matter"
    assert shown.filter(need__outcome="partly").count() >= 6
    assert [voice.title for voice in lately(jf.pk)]
    released = Event.objects.within(jf.pk).filter(verb="contact:show")
    assert released.count() == shown.count()


def test_the_cast_can_sign_in_and_whoever_moves_money_has_a_second_factor(
    jf: Community,
) -> None:
    for one in cards.CAST:
        account = Account.objects.get(username=one.username)
        assert account.check_password(cards.PASSWORD)
    codes = cards.codes()
    assert {name for name, _code, _seconds in codes} == {"shuji", "gao", "kong"}
    assert all(len(code) == 6 and 0 < seconds <= 30 for _name, code, seconds in codes)
    assert len(cards.spare_codes("shuji")) == 10
    assert cards.spare_codes("he") == []
    printed = cards.sheet("http://localhost/")
    assert all(one.username in printed for one in cards.CAST)
    assert cards.PASSWORD in printed
    assert Appointment.objects.within(jf.pk).filter(role="supervisor").count() == 1


def test_a_second_start_keeps_what_is_there(jf: Community) -> None:
    before = Event.objects.everywhere().count()
    assert demo.fill() == ""
    assert Event.objects.everywhere().count() == before


def test_the_clock_goes_on_from_where_it_stood(
    jf: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINSHUO_CLOCK_OFFSET", "0")
    try:
        demo.stand_still_until_now()
        outside = clock._standing.set(None)
        try:
            assert abs((clock.now() - TODAY).total_seconds()) < 5
        finally:
            clock._standing.reset(outside)
    finally:
        clock.shift(0)
