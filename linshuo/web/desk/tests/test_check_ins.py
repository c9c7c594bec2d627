"""报到处: the list and its filters, checking somebody in, the receipt, and what comes after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linshuo.acts import checking_in
from linshuo.domain.people import check_ins, checking
from linshuo.domain.people.check_ins import TABS, Filters
from linshuo.domain.people.models import CheckIn
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_checking_in import come

pytestmark = pytest.mark.django_db
LIST = "/desk/JF/check-ins/"


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0 + timedelta(days=1)):
        yield made


@pytest.fixture
def he(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "何秘书"))


@pytest.fixture
def li(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "李网格"))


def text(answer: Any, status: int = 200) -> str:
    said = unescape(answer.content.decode())
    assert answer.status_code == status, said[:2000]
    return said


def form(cast: Cast, **over: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "via": "paper", "day": "2019-11-02", "name": "林志愿", "phone": "13700000001",
        "unit": "嘉福社区共建单位甲", "place": str(cast.estate.pk), "skills": ["electric"],
        "times": ["saturday"], "age_band": "adult", "consents": ["contact"],
    }  # fmt: skip
    return {**given, **over}


def the_one(cast: Cast) -> CheckIn:
    return CheckIn.objects.within(cast.community.pk).get()


def many(cast: Cast, n: int, **over: Any) -> list[CheckIn]:
    return [come(cast, f"志愿{k:03d}", phone="", **over) for k in range(n)]


def test_a_paper_form_is_dated_the_day_it_was_signed(cast: Cast, he: Client) -> None:
    answer = he.post(f"{LIST}new/", form(cast, do="receipt"))
    row = the_one(cast)
    assert answer["Location"] == f"{LIST}{row.pk}/"
    assert (row.via, row.state, row.receipt_no) == ("paper", "accepted", "JF-B-2019-0001")
    assert row.submitted_at == clock.at_local(2019, 11, 2, 12)
    assert row.accepted_at == clock.now() and row.partnership == cast.partnership
    page = text(he.get(answer["Location"]))
    for part in ("JF-B-2019-", "0001", "林志愿", "电工水工", "137****0001", "社区为这件事联系我"):
        assert part in page, part


def test_whoever_hands_in_need_not_be_whoever_accepts(cast: Cast, li: Client, he: Client) -> None:
    assert "收下，给回执" not in text(li.get(f"{LIST}new/"))
    li.post(f"{LIST}new/", form(cast, do="receipt"))
    row = the_one(cast)
    assert row.state == "submitted"
    assert li.post(f"{LIST}{row.pk}/accept/").status_code == 404
    assert "林志愿" not in text(li.get(LIST)) and "林**" in text(li.get(LIST))
    he.post(f"{LIST}{row.pk}/accept/")
    assert the_one(cast).state == "accepted"


def test_one_press_and_the_next_is_there(cast: Cast, he: Client) -> None:
    first, second = come(cast, "甲志愿"), come(cast, "乙志愿")
    assert "给回执" in text(he.get(LIST))
    where = he.post(f"{LIST}{first.pk}/accept/")["Location"]
    page = text(he.get(where))
    assert "0001" in page and "下一位：给乙志愿回执" in page
    assert f"{LIST}{second.pk}/accept/" in page
    page = text(he.get(he.post(f"{LIST}{second.pk}/accept/")["Location"]))
    assert "0002" in page and "没有别人在等了" in page


def test_somebody_who_comes_twice_keeps_the_number(cast: Cast, he: Client) -> None:
    he.post(f"{LIST}new/", form(cast, do="receipt"))
    answer = he.post(f"{LIST}new/", form(cast, do="receipt"), follow=True)
    assert "早先就报到了" in text(answer)
    assert the_one(cast).receipt_no == "JF-B-2019-0001"


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"day": "2019-11-06"}, "这一天还没到"),
        ({"day": "2018-01-01"}, "一年前的表不作数了"),
        ({"day": "昨天"}, "写成 2019-12-01 这样"),
        ({"name": ""}, "怎么称呼？"),
        ({"consents": []}, "勾上第一条"),
        ({"age_band": "child"}, "监护人是谁"),
        ({"via": "fax"}, "不在可选的里面"),
        ({"phone": "137"}, "少了 8 位"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(
    cast: Cast, he: Client, over: dict[str, Any], sentence: str
) -> None:
    page = text(he.post(f"{LIST}new/", form(cast, **over)), 422)
    assert sentence in page and "嘉福社区共建单位甲" in page
    assert not CheckIn.objects.within(cast.community.pk).exists()


def test_a_child_without_a_guardian_waits_with_a_sentence(cast: Cast, he: Client) -> None:
    row = come(cast, age_band="child")
    page = text(he.post(f"{LIST}{row.pk}/accept/", follow=True))
    assert "不满十四岁，要写上监护人" in page and the_one(cast).state == "submitted"


def test_the_verbs_of_the_counter(cast: Cast, he: Client) -> None:
    row = checking_in.accept(come(cast), by=cast.zhang)
    url = f"{LIST}{row.pk}/"
    assert "一年以内" in text(he.post(f"{url}pause/", {"until": "2019-11-01"}), 422)
    he.post(f"{url}pause/", {"until": "2019-12-20"})
    assert "歇到12月20日" in text(he.get(url))
    he.post(f"{url}resume/")
    he.post(f"{url}still/")
    assert "太长了" in text(he.post(f"{url}change/", {"note": "长" * 121}), 422)
    he.post(f"{url}change/", {"unit": "街坊队", "skills": ["law"]})
    row = the_one(cast)
    assert (row.unit_text, row.skills) == ("街坊队", "law")
    assert "怎么结束的？" in text(he.post(f"{url}end/", {}), 422)
    he.post(f"{url}end/", {"because": "left"})
    assert (the_one(cast).state, the_one(cast).ended_because) == ("ended", "left")
    assert "结束了：离开了单位" in text(he.get(url))
    assert he.post(f"{url}fly/").status_code == 404


def test_tabs_search_and_units_stand_in_the_address(cast: Cast, he: Client) -> None:
    for row in many(cast, 3, unit_text="市水文局"):
        checking_in.accept(row, by=cast.zhang)
    come(cast, "张桂香", phone="", unit_text="街坊队")
    old = checking_in.accept(come(cast, "陈旧", phone=""), by=cast.zhang)
    checking.pause(old, by=cast.zhang, until=(clock.today() + timedelta(days=5)))
    page = text(he.get(LIST))
    assert "张桂香" in page and "志愿000" not in page and "市水文局（3）" in page
    assert text(he.get(f"{LIST}?tab=accepted")).count("志愿00") >= 3
    assert "陈旧" in text(he.get(f"{LIST}?tab=paused"))
    assert "志愿001" in text(he.get(f"{LIST}?tab=accepted&q=0002"))
    assert "志愿001" not in text(he.get(f"{LIST}?tab=accepted&q=0001"))
    assert "张桂香" in text(he.get(f"{LIST}?q=zgx"))
    assert "没有找到这一位" in text(he.get(f"{LIST}?unit=t市水文局"))
    assert "志愿002" in text(he.get(f"{LIST}?tab=accepted&unit=t市水文局"))
    with clock.standing_at(clock.now() + timedelta(days=366)):
        n = check_ins.counts(cast.he, Filters())
        assert (n["due"], n["waiting"], n["accepted"]) == (4, 1, 3)


def test_every_page_of_a_long_list_is_reached_once(cast: Cast) -> None:
    rows = many(cast, 2 * check_ins.PAGE + 3)
    for row in rows[:7]:
        checking_in.accept(row, by=cast.zhang)
    for tab in TABS:
        seen: list[int] = []
        mark = ""
        while True:
            found = check_ins.listing(cast.he, Filters(tab=tab), after=mark)
            seen += [row.pk for row in found.rows]
            mark = found.after
            if not mark:
                break
        assert len(seen) == len(set(seen)) == check_ins.counts(cast.he, Filters(tab=tab))[tab]


def test_the_list_costs_the_same_however_long(cast: Cast, he: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert he.get(f"{LIST}?unit=t甲&q=z").status_code == 200
        return len(found)

    come(cast)
    few = queries()
    many(cast, 20)
    assert queries() == few <= 10


@pytest.mark.parametrize("mark", ["x", "2019-11-05_1", "_", "2019-11-05T00:00:00+08:00_x", "\x00"])
def test_a_mark_that_makes_no_sense_begins_at_the_top(cast: Cast, mark: str) -> None:
    come(cast)
    assert len(check_ins.listing(cast.he, Filters(), after=mark).rows) == 1


def test_another_communitys_is_not_there(cast: Cast, he: Client) -> None:
    other = make_cast("YY", "邻近社区")
    theirs = come(other, by=other.li)
    assert he.get(f"{LIST}{theirs.pk}/").status_code == 404
    assert he.post(f"{LIST}{theirs.pk}/accept/").status_code == 404


def test_paper_comes_out_of_the_counter(cast: Cast, he: Client, li: Client) -> None:
    assert li.get(f"{LIST}form.pdf").content[:5] == b"%PDF-"
    assert "没有可印的" in text(he.get(f"{LIST}receipts.pdf", follow=True))
    row = checking_in.accept(come(cast), by=cast.zhang)
    for url in ("receipts.pdf", f"receipts.pdf?day={clock.today()}", f"{row.pk}/receipt.pdf"):
        assert he.get(f"{LIST}{url}").content[:5] == b"%PDF-", url
        assert li.get(f"{LIST}{url}").status_code == 404
    assert "没有可印的" in text(he.get(f"{LIST}receipts.pdf?day=2019-11-01", follow=True))
    for wrong in ("x", "0001-01-01", "2019-13-01"):
        assert he.get(f"{LIST}receipts.pdf?day={wrong}").status_code == 404


def test_whoever_waits_stands_on_todays_page_of_who_may_give_receipts(
    cast: Cast, he: Client, li: Client
) -> None:
    rows = many(cast, 8)
    page = text(he.get("/desk/JF/"))
    assert "来报到的，等回执" in page and "还有 2 位" in page
    assert f"{LIST}{rows[0].pk}/accept/" in page and "今天没有等着办的事" not in page
    assert "来报到的" not in text(li.get("/desk/JF/"))
    for row in rows:
        checking_in.accept(row, by=cast.zhang)
    assert "来报到的" not in text(he.get("/desk/JF/"))
