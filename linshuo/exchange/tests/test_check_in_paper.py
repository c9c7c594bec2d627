"""Checking in on paper: one page to fill in, and receipts four to a page that give nothing away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from linshuo.acts import checking_in
from linshuo.domain.people.check_ins import accepted_on
from linshuo.domain.people.models import CheckIn, Purpose
from linshuo.domain.places.actions import add_place
from linshuo.domain.places.models import PlaceKind
from linshuo.exchange.printed import check_ins, engine
from linshuo.exchange.tests.test_poster import read
from linshuo.kit import clock
from linshuo.kit.refused import Refused
from tests.cast import T0, Cast, make_cast
from tests.test_checking_in import come

pytestmark = pytest.mark.django_db
SITE = "https://linshuo.example"


@pytest.fixture
def cast() -> Iterator[Cast]:
    try:
        engine.fonts()
    except Refused as refused:
        pytest.skip(str(refused))
    made = make_cast()
    with clock.standing_at(T0 + timedelta(days=1)):
        yield made


def link(row: CheckIn) -> str:
    return f"{SITE}/c/JF/check-in/{row.pk}/"


@pytest.mark.parametrize(("count", "name"), [(0, ""), (12, "长名字小区"), (30, "某小区")])
def test_the_form_is_one_page_however_many_estates(cast: Cast, count: int, name: str) -> None:
    for n in range(count):
        add_place(cast.root, kind=PlaceKind.ESTATE, name=f"{name * 3}{n}", by=cast.house)
    data = check_ins.form_data(cast.community, address=f"{SITE}/c/JF/check-in/")
    pages = engine.pictures("check_in", data, ppi=150)
    assert len(pages) == 1
    assert read(pages) == {f"{SITE}/c/JF/check-in/"}


def test_the_form_asks_for_each_consent_by_itself_and_for_no_number_of_anybody(cast: Cast) -> None:
    data = check_ins.form_data(cast.community, address="")
    assert data["consents"] == [str(purpose.label) for purpose in Purpose]
    assert data["community"] == "嘉福社区" and "盐业小区" in str(data["estates"])
    asked = [data[k] for k in ("name", "phone_label", "unit", "place", "note", "guardian")]
    assert not any(word in line for line in asked for word in ("身份证", "门牌", "楼", "出生"))
    assert check_ins.blank_form(cast.community, address="")[:5] == b"%PDF-"


def test_the_receipts_of_a_day_are_four_to_a_page_in_their_order(cast: Cast) -> None:
    rows = [come(cast, f"林志愿{n}", phone="", unit_text="街坊队") for n in range(5)]
    for row in rows:
        checking_in.accept(row, by=cast.zhang)
    come(cast, "还在等", phone="")
    given = accepted_on(cast.he, clock.today())
    data = check_ins.receipts_data(cast.community, given, site="linshuo.example", link=link)
    assert [card["serial"] for card in data["cards"]] == [f"{n:04d}" for n in range(1, 6)]
    pages = engine.pictures("checked", data, ppi=150)
    assert len(pages) == 2
    assert read(pages) == {link(row) for row in rows}
    said = str(data)
    assert "林志愿" not in said and "林**" in said and "街坊队" in said
    assert check_ins.receipts(cast.community, given, site="", link=None)[:5] == b"%PDF-"


def test_a_day_without_receipts_is_said(cast: Cast) -> None:
    checking_in.accept(come(cast), by=cast.zhang)
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(Refused):
        check_ins.receipts(cast.community, accepted_on(cast.he, yesterday), site="", link=None)
