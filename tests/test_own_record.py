"""One's own record of service: what stands on the page, in the file and on paper, and what the
check page tells whoever is shown the paper."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from linshuo.acts.pledging import witness
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.needs.actions import accept
from linshuo.domain.people.queries import actor_of
from linshuo.domain.service import duty
from linshuo.domain.service.actions import confirm, correct, plan_turn
from linshuo.domain.service.attached import Issued
from linshuo.domain.service.checked import check
from linshuo.domain.service.issuing import issue
from linshuo.domain.service.models import ServiceRecord, Via
from linshuo.domain.service.own_record import get_issued, own_record
from linshuo.domain.trail.verify import verify
from linshuo.exchange.hours import safe
from linshuo.exchange.printed.service import service_data, service_record
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast, make_need, sign_up
from tests.signing import signed_in
from tests.test_posts import station

pytestmark = pytest.mark.django_db
NOW = clock.at_local(2019, 12, 20, 10)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_friday() -> Any:
    with clock.standing_at(NOW):
        yield


def at(month: int, day: int, hour: int) -> datetime:
    return clock.at_local(2019, month, day, hour)


def served(cast: Cast, starts: datetime, hours: int = 2, text: str = "会电工的") -> ServiceRecord:
    """赵在职 came for a neighbour's matter, and the neighbour said so."""
    with clock.standing_at(starts - timedelta(days=3)):
        need = accept(
            make_need(cast, at=clock.now()),
            by=cast.zhang,
            category=cast.category(),
            owner=cast.person("李网格"),
            visibility="public",
            public_title="楼道的灯",
            public_text="楼道的灯不亮，请人来换。",
        )
        line = put_up(need, by=cast.li, kind="claim", text=text, slots=1)
        pledge = sign(line.pk, by=cast.zhao)
        turn = plan_turn(pledge, by=cast.zhao, starts=starts, ends=starts + timedelta(hours=hours))
    wang = cast.person("王阿姨")
    with clock.standing_at(starts + timedelta(hours=hours)):
        return confirm(turn, by=cast.li, via=Via.CALL, confirmed_by=wang)


def seen(cast: Cast, starts: datetime) -> ServiceRecord:
    """赵在职 sat at a post, and a colleague saw it."""
    post = station(cast, name="小区城管")
    turn = duty.plan_at_post(
        post,
        by=cast.zhang,
        starts=starts,
        ends=starts + timedelta(hours=3),
        person=cast.person("赵在职"),
    )
    return witness(turn, by=cast.li, word="colleague")


# --- one's own page -------------------------------------------------------------------------------


def test_every_record_with_whose_word_and_its_correction_beside_it(cast: Cast) -> None:
    first = served(cast, at(12, 3, 9))
    seen(cast, at(12, 10, 14))
    with clock.standing_at(at(12, 12, 9)):
        correct(first, by=cast.zhang, minutes=90, why="早走了半小时")
    found = own_record(cast.zhao)
    assert (found.total, found.times) == ("4 小时 30 分", 2)
    post, lamp = found.lines
    assert (post.what, post.word, post.whose) == ("小区城管", "在场的同事说的", "李网格")
    assert (lamp.where, lamp.word, lamp.whose) == ("盐业小区", "社区打电话问的", "王**")
    assert (lamp.was, lamp.long) == (("2 小时",), "1 小时 30 分")
    assert lamp.notes == ("12月12日由张书记更正：早走了半小时",)
    page = signed_in(sign_up(cast, "赵在职")).get(reverse("mine:hours")).content.decode()
    assert "<del>2 小时</del>" in page and "早走了半小时" in page and "3 栋" not in page


def test_years_are_chinese_years_and_nought_counts_for_nothing(cast: Cast) -> None:
    """Half past midnight in Xiamen on New Year's Day is still the old year in UTC."""
    with clock.standing_at(clock.at_local(2020, 1, 2, 9)):
        served(cast, clock.at_local(2020, 1, 1, 0))
        served(cast, at(12, 3, 9))
        none = served(cast, at(12, 4, 9))
        correct(none, by=cast.zhang, minutes=0, why="那天没有来")
        found = own_record(cast.zhao)
        assert [(y.year, y.times, y.minutes) for y in found.years] == [
            (2020, 1, 120),
            (2019, 1, 120),
        ]
        assert found.shown == 2020 and len(found.lines) == 1
        old = own_record(cast.zhao, 2019)
        assert [line.long for line in old.lines] == ["没有计时", "2 小时"]
        assert own_record(cast.zhao, 1812).shown == 2020


def test_a_long_record_costs_no_more_queries(cast: Cast) -> None:
    served(cast, at(12, 3, 9))
    seen(cast, at(12, 10, 14))
    with CaptureQueriesContext(connection) as few:
        own_record(cast.zhao)
    for day in range(4, 9):
        served(cast, at(12, day, 9))
    with CaptureQueriesContext(connection) as more:
        assert own_record(cast.zhao).times == 7
    assert len(more) == len(few) <= 6


def test_the_file_opens_in_a_spreadsheet_and_calculates_nothing(cast: Cast) -> None:
    served(cast, at(12, 3, 9), text='=HYPERLINK("x")，会电工的')
    seen(cast, at(12, 10, 14))
    client = signed_in(sign_up(cast, "赵在职"))
    answer = client.get(reverse("mine:hours-file", args=["JF"]))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="JF-hours-20191220.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "日期" and len(rows) == 3
    assert rows[1][:6] == [
        *("2019-12-03", "09:00", "11:00", "120"),
        *('\'=HYPERLINK("x")，会电工的', "盐业小区"),
    ]
    assert rows[2][3:9] == [
        "180",
        "小区城管",
        "盐业小区",
        "在场的同事说的",
        "李网格",
        "2019年12月20日",
    ]
    for bad in ("=1", "+1", "-1", "@x", "\t=1", "  =1", "＝1"):
        assert safe(bad).startswith("'")
    assert safe("水电 = 维修") == "水电 = 维修"
    assert client.get(reverse("mine:hours-file", args=["ZZ"])).status_code == 404


# --- the paper ------------------------------------------------------------------------------------


def test_what_is_handed_out_is_frozen_and_the_check_page_says_what_changed(cast: Cast) -> None:
    first = served(cast, at(12, 3, 9))
    seen(cast, at(12, 10, 14))
    row = issue(cast.person("赵在职"), by=cast.zhao)
    assert (row.number, row.minutes, len(row.records)) == ("JF-F-2019-0001", 300, 2)
    assert issue(cast.person("赵在职"), by=cast.zhao).pk == row.pk, "the same day, nothing new"
    fresh = check(row.spoken.lower())
    assert fresh is not None
    assert (fresh.name, fresh.total, fresh.changed) == ("赵**", "5 小时", 0)
    served(cast, at(12, 19, 9))
    later = check(row.code)
    assert later is not None and later.changed == 0, "what came afterwards changes nothing on it"
    better = correct(first, by=cast.zhang, minutes=60, why="早走了一小时")
    correct(better, by=cast.zhang, minutes=90, why="其实是半小时")
    now = check(row.code)
    assert now is not None
    assert (now.total, now.changed, now.total_now) == ("5 小时", 1, "4 小时 30 分")
    assert [line.minutes for line in get_issued(cast.zhao, row.pk)[1]] == [120, 180]
    second = issue(cast.person("赵在职"), by=cast.zhao)
    assert (second.number, second.minutes) == ("JF-F-2019-0002", 390)
    assert verify() == []


def test_the_paper_has_the_five_groups_and_no_name_of_whoever_was_served(cast: Cast) -> None:
    served(cast, at(12, 3, 9))
    seen(cast, at(12, 10, 14))
    row = issue(cast.person("赵在职"), by=cast.zhao)
    issued, lines = get_issued(cast.zhao, row.pk)
    data = service_data(issued, lines, site="linshuo.example", check="https://linshuo.example/r/x/")
    assert [g[2:] for g in data["groups"]] == ["基本信息", "服务情况", "培训", "表彰奖励", "评价"]
    assert [line["word"] for line in data["lines"]] == ["社区打电话问的", "在场的同事说的 李网格"]
    text = str(data)
    assert "证明" not in text and "王" not in text and "赵在职" in text
    assert row.spoken in data["check"]
    paper = service_record(issued, lines, site="linshuo.example", check="https://x.example/r/x/")
    assert paper.startswith(b"%PDF-")
    with override("en"):
        told = service_data(issued, lines, site="linshuo.example", check="https://linshuo.example/")
    assert told["times"] == "came 2 times" and told["years"] == [("2019", "2 times", "5 h")]


def test_the_paper_is_ones_own_alone(cast: Cast) -> None:
    served(cast, at(12, 3, 9))
    zhao = cast.person("赵在职")
    with pytest.raises(NotYours):
        issue(zhao, by=cast.zhang)
    with pytest.raises(Refused) as refused:
        issue(cast.person("王阿姨"), by=actor_of(cast.person("王阿姨")))
    assert refused.value.code == "nothing"
    own = signed_in(sign_up(cast, "赵在职"))
    made = own.post(reverse("mine:hours-hand-out"), {"person": zhao.pk})
    row = Issued.objects.within(cast.community.pk).get()
    assert made["Location"] == reverse("mine:hours-paper", args=[row.pk])
    answer = own.get(made["Location"])
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    other = signed_in(sign_up(cast, "张书记"))
    assert other.get(made["Location"]).status_code == 404
    assert other.post(reverse("mine:hours-hand-out"), {"person": zhao.pk}).status_code == 404


# --- the check page -------------------------------------------------------------------------------

TYPED = re.compile(r'value="[^"]*" maxlength|code=[^"&]*|nonce="[^"]*"')
"""What was typed comes back in the field, and in the links to the other views."""


def test_the_check_page_says_this_much_and_no_more(cast: Cast) -> None:
    served(cast, at(12, 3, 9))
    row = issue(cast.person("赵在职"), by=cast.zhao)
    answer = Client().get(reverse("plaza:record", args=[row.code]))
    page = answer.content.decode()
    for wanted in ("嘉福社区", "2019年12月20日", "赵**", "2 小时", "没有改过"):
        assert wanted in page, wanted
    for secret in ("赵在职", "会电工的", "盐业小区", "王", row.number, "社区打电话问的"):
        assert secret not in page, secret
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer.headers["Cache-Control"]


def test_wrong_codes_are_all_the_same_and_soon_nothing_is_looked_up(cast: Cast) -> None:
    served(cast, at(12, 3, 9))
    row = issue(cast.person("赵在职"), by=cast.zhao)

    def seen_for(code: str) -> tuple[int, str]:
        answer = Client().get(reverse("plaza:records"), {"code": code})
        return answer.status_code, TYPED.sub("", answer.content.decode())

    first = seen_for("ABCD-EFGH-JKLM")
    assert first[0] == 404
    for wrong in (row.code[:-1], row.number, "'; DROP TABLE", "％", "x" * 5000, row.code + "2"):
        assert seen_for(wrong) == first, wrong
    assert seen_for(row.code)[0] == 200
    for _n in range(20):
        seen_for("ABCD-EFGH-JKLM")
    assert seen_for(row.code) == first, "out of attempts: not even a right code is looked up"


def test_a_name_that_was_deleted_is_not_told(cast: Cast) -> None:
    served(cast, at(12, 3, 9))
    row = issue(cast.person("赵在职"), by=cast.zhao)
    zhao = cast.person("赵在职")
    zhao.erased_at = clock.now()
    zhao.save(update_fields=["erased_at"])
    page = Client().get(reverse("plaza:record", args=[row.code])).content.decode()
    assert "赵" not in page and "本人要求删去了" in page
