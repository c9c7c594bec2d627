"""The demo's year as it stands in the database: what the article says, and a ledger to work on."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from linshuo import demo
from linshuo.demo import cards, people
from linshuo.demo.world import END, TODAY
from linshuo.domain.needs.models import Contact, Need, Note
from linshuo.domain.needs.queries import counts
from linshuo.domain.people.models import Account, Appointment, Partnership
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.insight import figures
from linshuo.kit import clock
from linshuo.kit.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def jf(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """The filled demo, told once for this module and undone at its end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            demo.fill()
            yield Community.objects.get(prefix="JF")
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def _told(jf: Community, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), clock.standing_at(TODAY):
        yield


def figure(jf: Community, key: str) -> int:
    return figures.get_figure(key).read(jf.pk, figures.end_of(date(2019, 12, 1))).value


def test_the_articles_figures_come_out_of_the_rows(jf: Community) -> None:
    assert figure(jf, "needs.hard-closed") == 36
    assert figure(jf, "staff.estate-secretaries") == 3
    assert figure(jf, "staff.field") == 4
    assert figure(jf, "staff.district-secretaries") == 5
    assert Partnership.objects.within(jf.pk).count() == 18


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


def test_the_cast_can_sign_in_and_the_secretary_has_a_second_factor(jf: Community) -> None:
    for one in cards.CAST:
        account = Account.objects.get(username=one.username)
        assert account.check_password(cards.PASSWORD)
    ((name, code, seconds),) = cards.codes()
    assert (name, len(code)) == ("shuji", 6) and 0 < seconds <= 30
    assert len(cards.spare_codes("shuji")) == 10
    assert cards.spare_codes("he") == []
    printed = cards.sheet("http://localhost/")
    assert all(one.username in printed for one in cards.CAST)
    assert cards.PASSWORD in printed and code in printed
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
