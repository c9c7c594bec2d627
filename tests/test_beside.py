"""Communities side by side: as each says by itself, by name, in as many queries however many; what
is stuck, why, and who can unblock it; and the week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linshuo.acts.asking import ask
from linshuo.domain.needs import actions, working
from linshuo.domain.needs.models import Need
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Account, Person
from linshuo.domain.people.staffing import appoint
from linshuo.insight.behind import since_of
from linshuo.insight.beside import answered, columns, side_by_side, stuck, where_seen
from linshuo.insight.figures import FIGURES
from linshuo.insight.week import week
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.web.doors import home_of
from tests.cast import T0, Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NAMES = ("乙社区", "甲社区", "丙社区")


def bring_in(cast: Cast, account: Account) -> None:
    """The same officer of the sub-district, known in this community too."""
    person = know_person(name="街道林", phone="", by=cast.house)
    Person.objects.of(cast.house).filter(pk=person.pk).update(account=account)
    appoint(person, Role.SUB_DISTRICT, place=cast.root, title="街道", by=cast.house)


def a_little_of_each(cast: Cast, n: int) -> None:
    for _ in range(n):
        make_need(cast, at=None)
    done = actions.settle(make_need(cast, at=None), by=cast.li, result_text="换了灯")
    with clock.standing_at(clock.now() + 2 * DAY):
        ask(done, by=cast.he, channel="phone", said="settled")
    need = actions.accept(
        make_need(cast, at=None), by=cast.zhang, category=cast.category(),
        owner=cast.person("李网格"),
    )  # fmt: skip
    working.escalate(need, by=cast.zhang, why="要自来水公司来")


@dataclass
class Street:
    """Three communities, and an officer who sees two of them."""

    casts: list[Cast]
    officer: Account


@pytest.fixture
def street() -> Iterator[Street]:
    with clock.standing_at(T0):
        casts = [make_cast(f"C{n}", name) for n, name in enumerate(NAMES)]
        account = sign_up(casts[0], "王阿姨")
        for n, cast in enumerate(casts):
            if n:
                bring_in(cast, account)
            a_little_of_each(cast, n + 1)
    with clock.standing_at(T0 + 3 * DAY):
        yield Street(casts, account)


def test_each_number_is_what_the_community_says_by_itself(street: Street) -> None:
    places = where_seen(street.officer)
    assert [p.community.name for p in places] == sorted(NAMES[1:])
    since = since_of(T0.date(), clock.today())
    for begins in (since, None, clock.now() - DAY):
        lines = side_by_side(places, begins, clock.now())
        for place, line in zip(places, lines, strict=True):
            assert [c.key for c in line.cells] == [key for key, _header in columns()]
            for cell in line.cells:
                read = FIGURES[cell.key].read(place.community.pk, clock.now(), begins)
                assert cell.said == read.said, (place.community.name, cell.key)
    assert lines[0].months[-1][0] == "11月"


def test_as_many_queries_for_two_as_for_twenty(street: Street) -> None:
    account = street.officer

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            places = where_seen(account)
            side_by_side(places, None, clock.now())
            stuck(places)
            answered(places)
        return len(caught)

    two = queries()
    with clock.standing_at(T0):
        for n in range(18):
            cast = make_cast(f"D{n}", f"第{n}社区")
            bring_in(cast, account)
            a_little_of_each(cast, 1)
    assert len(where_seen(account)) == 20
    assert queries() == two


def test_what_is_stuck_says_why_and_who_can_help(street: Street) -> None:
    places = where_seen(street.officer)
    (up,) = stuck(places)
    assert (up.key, up.count) == ("up", 2)
    assert {r.why for r in up.rows} == {"要自来水公司来"} and {r.who for r in up.rows} == {"街道"}
    assert {r.since for r in up.rows} == {"3 天"}
    # The sub-district reads no words that nobody released.
    assert all(r.title.startswith("没有公开的一件（") and not r.opens for r in up.rows)
    cast = street.casts[1]
    number = next(r.number for r in up.rows if r.prefix == "C1")
    need = Need.objects.of(cast.house).get(number=number)
    working.take_back(need, by=cast.zhang, why="下周来修")
    assert stuck(places)[0].count == 1
    assert [(r.why, r.community) for r in answered(places)] == [("下周来修", "甲社区")]
    assert home_of(street.officer) == "/desk/C1/beside/"
    client = signed_in(street.officer)
    page = client.get("/desk/C1/beside/").content.decode()
    assert "各社区按名字排" in page and "乙社区" not in page
    assert "/desk/C2/figures/flow.heard/" in page


def test_the_week_holds_what_is_due(street: Street) -> None:
    cast = street.casts[0]
    days = {d.weekday: d for d in week(cast.zhang)}
    assert [d.today for d in week(cast.zhang)].count(True) == 1
    assert {t.sort for t in days["星期二"].things} == {"要答复"}
    own = [t for d in week(cast.li) for t in d.things]
    assert all(t.sort in ("到期", "要核对", "再问一次") for t in own)
    (need,) = Need.objects.of(cast.house).filter(state="open")
    assert need.due_at is not None
    with clock.standing_at(need.due_at):
        today = next(d for d in week(cast.li) if d.today)
        assert [(t.sort, t.need) for t in today.things] == [("到期", need.number)]
    assert signed_in(sign_up(cast, "张书记")).get("/desk/C0/week/?whose=mine").status_code == 200
