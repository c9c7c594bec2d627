"""The article's figures come out of the demo's rows, and every figure is recounted by a statement
of plain SQL that knows nothing of the figure's code: of days past, in the demo as it stands and
after much of it has changed.
"""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from linshuo.acts.asking import ask
from linshuo.acts.checking_in import end
from linshuo.acts.partnering import part
from linshuo.demo.tests import by_sql
from linshuo.demo.world import TODAY
from linshuo.domain.board.actions import change, take_down
from linshuo.domain.board.models import Ask
from linshuo.domain.funds.actions import check_voucher, reverse
from linshuo.domain.funds.models import Voucher
from linshuo.domain.honours.awarding import revoke
from linshuo.domain.honours.models import Candidate
from linshuo.domain.needs.actions import finish, withdraw
from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.needs.working import sort_out
from linshuo.domain.people.models import Appointment, CheckIn, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import end_appointment
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.actions import hand_over, release
from linshuo.domain.pledges.instalments import cut
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.actions import correct
from linshuo.domain.service.models import ServiceRecord
from linshuo.insight.figures import FIGURES, end_of, print_figures
from linshuo.kit import clock
from linshuo.kit.actor import Actor

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,  # the demo lives in SQLite, wherever the rest of the house does
    pytest.mark.skipif(
        os.environ.get("LINSHUO_TEST_DB") == "postgres",
        reason="the statements are SQLite's, where the demo lives",
    ),
]

SUMMER, VOLUNTEERS_DAY = end_of(date(2019, 6, 30)), end_of(date(2019, 12, 1))
BEFORE_ALL = clock.at_local(2000, 1, 1, 0)
PERIODS = [
    (BEFORE_ALL, end_of(date(2018, 12, 1))),
    (BEFORE_ALL, SUMMER),
    (BEFORE_ALL, VOLUNTEERS_DAY),
    (BEFORE_ALL, TODAY),
    (end_of(date(2018, 12, 31)), end_of(date(2019, 12, 31))),
    (end_of(date(2019, 10, 31)), end_of(date(2019, 11, 30))),
]
"""As of four days, the first of them the demo's own first, and the year 2019 and its November."""
ARTICLE = {
    "units.partners": ("18 个", 18),
    "checkins.members": ("104 人", 104),
    "pledges.accepted": ("134 项", 134),
    "money.collected": ("¥59,100.00", 15),
    "money.raised": ("¥3,940,000.00", 39),
    "needs.hard-closed": ("36 件", 36),
    "assets.sheds": ("5 处", 5),
    "honours.units": ("16 个", 16),
    "honours.volunteers": ("23 人", 23),
    "staff.estate-secretaries": ("3 名", 3),
    "staff.field": ("4 名", 4),
    "staff.district-secretaries": ("5 名", 5),
}
"""What the article says of 1 December 2019, and how many of the demo's rows each opens to."""


@pytest.fixture(autouse=True)
def _told(jf: Community, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), clock.standing_at(TODAY):
        yield


def recounted(key: str, jf: Community, since: datetime, until: datetime) -> tuple[list[int], int]:
    """The ids that the statement finds, and what it makes of them."""
    given = {"here": jf.pk, "since": since, "until": until, "day": clock.local(until).date()}
    rows = by_sql.ROWS[key]
    with connection.cursor() as asking:
        asking.execute(f"SELECT id FROM ({rows}) AS r ORDER BY id", given)
        ids = [pk for (pk,) in asking.fetchall()]
        asking.execute(by_sql.WORTH.get(key, by_sql.COUNT).format(rows=rows), given)
        return ids, round(asking.fetchone()[0])


def told(jf: Community, as_of: datetime) -> dict[str, tuple[int, tuple[int, ...]]]:
    """What every figure says, with the rows behind it."""
    read = [figure.read(jf.pk, as_of) for figure in FIGURES.values()]
    return {each.figure.key: (each.value, each.row_ids) for each in read}


def differing(
    jf: Community, periods: list[tuple[datetime, datetime]] = PERIODS
) -> list[tuple[str, str, object, object]]:
    """Figures of which the code and the statement do not tell the same."""
    found: list[tuple[str, str, object, object]] = []
    for since, until in periods:
        for key, figure in FIGURES.items():
            ids, value = recounted(key, jf, since, until)
            read = figure.read(jf.pk, until, None if since == BEFORE_ALL else since)
            if (list(read.row_ids), read.value) != (ids, value):
                odd = set(read.row_ids) ^ set(ids)
                found.append((key, f"{until:%F}", read.value, (value, sorted(odd)[:9])))
    return found


def test_no_figure_lacks_its_statement() -> None:
    assert set(by_sql.ROWS) == set(FIGURES)
    assert set(by_sql.WORTH) == {key for key, figure in FIGURES.items() if figure.measure}


def test_the_command_prints_the_articles_figures(
    jf: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    """`linshuo figures JF --as-of 2019-12-01`: value, definition, number of rows."""
    assert print_figures("JF", date(2019, 12, 1), False) == 0
    found = re.findall(r"^(\S+) +(.+?)  (\S+)\n((?:    .+\n)+)", capsys.readouterr().out, re.M)
    printed = {key: (value, name, below.splitlines()) for key, value, name, below in found}
    assert set(printed) == set(FIGURES)
    for key, (said, rows) in ARTICLE.items():
        value, _name, below = printed[key]
        assert value == said, key
        assert below[0].strip() == str(FIGURES[key].counts)
        assert re.search(rf"^ +{rows} 条记录 \({FIGURES[key].kind}\)$", below[-1]), (key, below)


def test_every_figure_is_what_its_statement_recounts(jf: Community) -> None:
    assert differing(jf) == []


def test_what_happens_later_leaves_every_figure_of_the_day_as_it_was(jf: Community) -> None:
    """Matters come back, lines change, people leave, certificates fall, money is written off: code
    and statement agree about every day before and after, and the past has not moved."""
    before = told(jf, VOLUNTEERS_DAY)
    later = end_of(date(2020, 1, 31))
    with clock.standing_at(clock.at_local(2020, 1, 2, 9)):
        much_changes(jf)
    with clock.standing_at(later):
        assert differing(jf, [PERIODS[2], (BEFORE_ALL, later), (VOLUNTEERS_DAY, later)]) == []
        assert told(jf, VOLUNTEERS_DAY) == before
        now = told(jf, later)
    assert {key for key in FIGURES if now[key] != before[key]} >= TOUCHED


TOUCHED = {
    *(key for key in ARTICLE if key != "assets.sheds"),
    *("needs.closed", "needs.closed-by-word", "needs.reopened", "flow.reopened"),
    *("rated.result", "rated.attitude", "asks.unmet", "asks.nobody", "money.promised"),
    *("pledges.members", "flow.pledges-made", "flow.pledges-released"),
    *("service.records", "flow.hours", "flow.posts-kept", "money.spent", "money.paid-directly"),
}
"""What the changes below take something from or add something to."""


def much_changes(jf: Community) -> None:
    """One of nearly everything that can make a figure of an earlier day untrue."""
    head, he = _who(jf, "shuji"), _who(jf, "he")
    needs = Need.objects.within(jf.pk).select_related("place", "note").order_by("pk")

    # Three matters come back; one turns out to be beyond us, one is closed by a look.
    marked = Contact.objects.within(jf.pk).filter(rating_result__isnull=False)
    closed = needs.filter(state="closed", reopened=0, pk__in=marked.values("need_id"))
    hard = list(closed.exclude(tags="")[:5])
    for need in hard[:3]:
        ask(need, by=head, channel="phone", said="not_settled", words="又坏了")
    told = {"result_text": "要区里来办", "no_results_because": "已经转了"}
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        finish(hard[0], by=he, outcome="beyond", **told)
        looked = finish(hard[1], by=he, outcome="solved", **told)
        needs.filter(pk=looked.pk).update(requester=None, paper=None)
        looked.refresh_from_db()
        looked = ask(looked, by=head, channel="visit", said="seen_fine")
        assert looked.state == "closed"
    ask(hard[3], by=head, channel="phone", said="settled", rating_attitude=1, rating_result=1)
    sort_out(hard[4], by=head, tags=[])
    sort_out(closed.filter(tags="")[0], by=head, tags=["pain"])

    # The board: more places, a matter that is withdrawn, a line taken down.
    asks = Ask.objects.within(jf.pk).filter(closed_at__isnull=True, need__isnull=False)
    full = asks.filter(taken=F("slots"), need__state="open")[0]
    change(full, by=head, slots=full.slots + 2, text=full.text)
    nobody, taken = asks.filter(taken=0), asks.filter(taken=1, slots__gt=1)
    withdraw(nobody[0].need, by=head, reason="本人说不要了")
    take_down(taken.exclude(need=nobody[0].need)[0], by=head)

    # Those who signed: one lets go, one hands over, a promised sum is cut, a receipt ends.
    house = Actor.house(jf.pk)
    pledges = Pledge.objects.within(jf.pk).filter(ask__offer__isnull=True).order_by("pk")
    cut(pledges.get(amount_fen__isnull=False, state="under_way"), by=house, received_fen=100)
    held = pledges.filter(state="under_way", amount_fen__isnull=True, person__isnull=False)
    release(held[0], by=house)
    hand_over(held[0], to=Person.objects.within(jf.pk).get(name="何秘书"), by=house)
    end(CheckIn.objects.within(jf.pk).filter(state="accepted")[0], by=house)
    unit = pledges.filter(partnership__isnull=False, state="under_way", amount_fen=None)[0]
    assert unit.partnership is not None
    part(unit.partnership, by=head)

    # Those who serve and are honoured; hours and money that were wrong.
    for role in ("estate_secretary", "field_staff", "district_secretary"):
        serving = Appointment.objects.within(jf.pk).filter(role=role, ends__isnull=True)
        end_appointment(serving.exclude(person__name="何秘书")[0], by=head)
    awarded = Candidate.objects.within(jf.pk).exclude(cert_no="")
    for who in ("person__isnull", "partnership__isnull"):
        revoke(awarded.filter(**{who: False})[0], by=house, why="记录弄错了")
    kept = ServiceRecord.objects.within(jf.pk).filter(turn__post__isnull=False, minutes__gt=0)
    correct(kept.order_by("-pk")[0], by=head, minutes=0, why="那天没来")
    vouchers = Voucher.objects.within(jf.pk).filter(booked_at__isnull=False)
    for kind in ("direct", "gift"):
        one = vouchers.filter(kind=kind).order_by("-pk").first()
        assert one is not None, kind
        check_voucher(reverse(one, by=_who(jf, "kong"), because="记错了"), by=_who(jf, "gao"))


def _who(jf: Community, username: str) -> Actor:
    return actor_of(Person.objects.within(jf.pk).get(account__username=username))
