"""The board at the desk: lines on a need's page, what is due with pledges, one pledge's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linshuo.acts.pledging import witness
from linshuo.acts.signing import sign
from linshuo.domain.board.models import Ask
from linshuo.domain.people.queries import actor_of, looks_at
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.lines import lines_of
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.actions import plan_turn
from linshuo.domain.service.models import ServiceRecord, Turn
from linshuo.kit import clock
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_board import SOON, helper, make_ask, open_need

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_tuesday() -> Iterator[None]:
    with clock.standing_at(SOON):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def li(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "李网格"))


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def only(cast: Cast) -> Pledge:
    return Pledge.objects.within(cast.community.pk).get()


LINE = {"kind": "claim", "text": "会电工的", "slots": "3", "unit": "位", "hint": "两个周六上午"}


def test_a_line_is_put_up_and_stands_on_the_need_s_page(cast: Cast, li: Client) -> None:
    need = open_need(cast)
    page = words(li.post(f"/desk/JF/needs/{need.number}/asks/put-up/", LINE, follow=True))
    for part in ("要什么，谁认了", "上榜了：会电工的", "两个周六上午", "认了 0/3", "等您签名"):
        assert part in page, part


def test_what_will_not_do_is_said_beside_its_field_and_kept(cast: Cast, li: Client) -> None:
    url = f"/desk/JF/needs/{open_need(cast).number}/asks/put-up/"
    for wrong, sentence in (
        ({"text": ""}, "要人做什么，写一句。"),
        ({"text": "找 13800131234"}, "榜上不写认得出人的话：13800131234"),
        ({"slots": "很多"}, "这里只写数字。"),
        ({"slots": "0"}, "最小从 1 起"),
        ({"slots": "501"}, "最大到 500"),
        ({"kind": "order"}, "重新选一下"),
        ({"text": "灯" * 61}, "最多 60 个字"),
    ):
        answer = li.post(url, {**LINE, **wrong})
        assert answer.status_code == 422
        assert sentence in words(answer), sentence
        assert "两个周六上午" in words(answer)
    assert not Ask.objects.within(cast.community.pk).exists()


def test_a_line_is_changed_and_taken_down(cast: Cast, li: Client) -> None:
    ask = make_ask(cast)
    sign(ask.pk, by=cast.zhao)
    sign(ask.pk, by=cast.chen, partnership=cast.partnership)
    url = f"/desk/JF/asks/{ask.pk}/"
    answer = li.post(f"{url}change/", {"text": "会电工的", "slots": "1", "hint": ""})
    assert answer.status_code == 422 and "已经有 2 位认了" in words(answer)
    li.post(f"{url}change/", {"text": "会接线的", "slots": "9", "hint": ""})
    page = words(li.get(f"/desk/JF/needs/{ask.need.number}/"))
    assert "会接线的" in page and "还差 7 位" in page and "赵**" in page
    assert "共建单位甲" in page
    li.post(f"{url}down/")
    late = li.post(f"{url}sign/", {"name": "林师傅", "slots": "1"}, follow=True)
    assert "这一行已经不招人了" in words(late)
    assert "收起了" in words(li.get(f"/desk/JF/needs/{ask.need.number}/"))


def test_a_record_leads_on_from_a_name_to_the_pledge_and_to_who_checks_the_hours(
    cast: Cast, li: Client
) -> None:
    ask = make_ask(cast, need=open_need(cast, place=cast.other_estate), slots=5)
    pledge = sign(ask.pk, by=cast.zhao)
    need_url, pledge_url = f"/desk/JF/needs/{ask.need.number}/", f"/desk/JF/pledges/{pledge.pk}/"

    def seen(url: str, client: Client = li) -> tuple[str, int]:
        with CaptureQueriesContext(connection) as found:
            page = words(client.get(url))
        return page, len(found)

    page, few = seen(need_url)
    assert f'<a class="link" href="{pledge_url}">赵**</a>' in page
    for n in range(3):
        sign(ask.pk, by=actor_of(helper(cast, n)))
    assert seen(need_url)[1] == few
    # 何秘书 sees the line, and whose it is only where the matter is hers to see.
    (line,) = lines_of(cast.he, ask.need)
    assert line.names[0] == "赵**" and set(line.pledges) == {0}
    assert set(dict(lines_of(cast.zhang, ask.need)[0].signed)) == set(line.names)

    turn = plan_turn(pledge, by=cast.zhao, starts=SOON, ends=SOON + timedelta(hours=2))
    with clock.standing_at(SOON + timedelta(hours=3)):
        record = witness(turn, by=cast.li, word="requester")
        assert f"/desk/JF/hours/{record.pk}/" not in seen(pledge_url)[0]
        ma = signed_in(sign_up(cast, "马监督"))
        hours_url = f"/desk/JF/hours/{record.pk}/"
        assert f'href="{hours_url}">赵**，2 小时' in seen(pledge_url, ma)[0]
        page, _n = seen(hours_url, ma)
        assert f'href="{need_url}"' in page and f'href="{pledge_url}"' in page


def test_somebody_who_signed_on_paper_is_signed_for(cast: Cast, li: Client) -> None:
    ask = make_ask(cast, slots=1)
    url = f"/desk/JF/asks/{ask.pk}/sign/"
    assert "谁签的" in words(li.post(url, {"name": ""}))
    assert "少了 3 位" in words(li.post(url, {"name": "林师傅", "phone": "13800000"}))
    assert "林** 认下了" in words(li.post(url, {"name": "林师傅", "phone": ""}, follow=True))
    unit = {"unit": cast.partnership.pk, "name": ""}
    page = words(li.post(url, unit, follow=True))
    assert "在排队，空出来先问" in page and "还有 1 位在排队。" in page


def test_the_list_says_what_is_due_and_narrows_by_address(cast: Cast, li: Client) -> None:
    sign(make_ask(cast, text="陪着说话的").pk, by=cast.zhao)
    planned = sign(make_ask(cast, text="会电工的", kind="manage").pk, by=cast.zhao)
    pledges.plan(planned, by=cast.zhao, planned_on=SOON.date() + timedelta(days=1))
    assert "现在没有该联系、该问的" in words(li.get("/desk/JF/pledges/"))
    with clock.standing_at(SOON + timedelta(days=6)):
        page = words(li.get("/desk/JF/pledges/"))
        assert "陪着说话的" in page and "会电工的" in page and "超 " in page
        narrow = words(li.get("/desk/JF/pledges/?tab=live&kind=manage"))
        assert "陪着说话的" not in narrow and "会电工的" in narrow
        assert "陪着说话的" in words(li.get("/desk/JF/pledges/?tab=contact"))
        assert "没有合这些条件的" in words(li.get("/desk/JF/pledges/?tab=asked&kind=adopt"))


def test_the_list_goes_on_by_keyset_and_costs_the_same(cast: Cast, li: Client) -> None:
    ask = make_ask(cast)
    for n in range(3):
        sign(ask.pk, by=actor_of(helper(cast, n)))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert li.get("/desk/JF/pledges/?tab=live").status_code == 200
        return len(found)

    few = queries()
    for n in range(3, 54):
        sign(ask.pk, by=actor_of(helper(cast, n)))
    assert queries() == few <= 14
    page = li.get("/desk/JF/pledges/?tab=live")
    after = page.context["next"]
    rest = li.get(f"/desk/JF/pledges/{after}")
    assert len(page.context["rows"]) == 50 and len(rest.context["rows"]) == 4
    assert not {r.pk for r in page.context["rows"]} & {r.pk for r in rest.context["rows"]}


def test_one_pledge_from_the_call_to_what_was_kept(cast: Cast, li: Client) -> None:
    sign(make_ask(cast).pk, by=cast.zhao)
    url = f"/desk/JF/pledges/{only(cast).pk}/"
    page = words(li.get(url))
    assert "赵**" in page and "赵在职" not in page and "11月12日前联系上" in page
    assert "约在哪一天" in words(li.post(f"{url}plan/", {}))
    assert "从今天往后" in words(li.post(f"{url}plan/", {"planned_on": "2019-11-01"}))
    assert "日期认不出来" in words(li.post(f"{url}plan/", {"planned_on": "周六"}))
    assert "约好了" in words(li.post(f"{url}plan/", {"planned_on": "2019-11-09"}, follow=True))
    hours = {"day": "2019-11-04", "starts": "9:00", "ends": "11:00"}
    assert "几点认不出来" in words(li.post(f"{url}turn/", {**hours, "starts": "早上"}))
    li.post(f"{url}turn/", hours)
    turn = Turn.objects.within(cast.community.pk).get()
    assert "来过了没有？问一声" in words(li.get(url))
    assert "等一位受助的人" in words(li.post(f"{url}keep/"))
    came = {"turn": turn.pk, "word": "requester", "minutes": "90"}
    assert "选上面的一班" in words(li.post(f"{url}came/", {**came, "turn": "99999"}))
    assert "1 小时 30 分" in words(li.post(f"{url}came/", came, follow=True))
    assert "做到了" in words(li.post(f"{url}keep/", follow=True))
    assert (only(cast).ended_as, ServiceRecord.objects.within(cast.community.pk).count()) == (
        "fulfilled",
        1,
    )


def test_a_head_corrects_hours_and_what_was_there_stays_struck_through(
    cast: Cast, li: Client
) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    starts = SOON - timedelta(hours=3)
    turn = plan_turn(pledge, by=cast.li, starts=starts, ends=starts + timedelta(hours=2))
    url = f"/desk/JF/pledges/{pledge.pk}/"
    zhang = signed_in(sign_up(cast, "张书记"), second=True)
    assert "更正时长" not in words(zhang.get(url)), "nothing is on record yet"
    record = witness(turn, by=cast.li, word="requester")
    assert "更正时长" not in words(li.get(url))
    typed = {"record": record.pk, "minutes": "45", "why": "半路被叫走了"}
    assert li.post(f"{url}correct/", typed).status_code == 404
    for wrong, sentence in (
        ({"record": ""}, "改哪一条？"),
        ({"record": "99999"}, "选上面的一条"),
        ({"minutes": "半天"}, "这里只写数字"),
        ({"minutes": ""}, "改成几分钟？"),
        ({"why": ""}, "写一句为什么改"),
    ):
        answer = zhang.post(f"{url}correct/", {**typed, **wrong})
        assert sentence in words(answer), sentence
    assert "半路被叫走了" in words(zhang.post(f"{url}correct/", {**typed, "minutes": "999"}))
    page = words(zhang.post(f"{url}correct/", typed, follow=True))
    assert "<del>赵**，2 小时，社区打电话问的</del>" in page
    assert "<ins>赵**，45 分</ins>" in page and "由张书记更正：半路被叫走了" in page
    mine = words(signed_in(sign_up(cast, "赵在职")).get("/my/pledges/"))
    assert "<del>2 小时</del> <b>45 分</b>" in mine and "半路被叫走了" in mine


def test_who_did_not_come_may_agree_again_and_letting_go_is_one_click(
    cast: Cast, li: Client
) -> None:
    sign(make_ask(cast).pk, by=cast.zhao)
    url = f"/desk/JF/pledges/{only(cast).pk}/"
    li.post(f"{url}turn/", {"day": "2019-11-04", "starts": "9:00", "ends": "11:00"})
    turn = Turn.objects.within(cast.community.pk).get()
    assert "没来，可以再约" in words(li.post(f"{url}missed/", {"turn": turn.pk}, follow=True))
    assert "放下了" in words(li.post(f"{url}release/", follow=True))
    assert only(cast).ended_as == "released"
    late = li.post(f"{url}plan/", {"planned_on": "2019-11-09"}, follow=True)
    assert "刚刚有人动过了" in words(late)


def test_a_gift_is_kept_by_what_was_received_and_handed_on_by_name(cast: Cast, li: Client) -> None:
    sign(make_ask(cast, kind="donate").pk, by=cast.zhao)
    url = f"/desk/JF/pledges/{only(cast).pk}/"
    assert "交给谁" in words(li.post(f"{url}hand/", {}))
    li.post(f"{url}hand/", {"unit": cast.partnership.pk})
    successor = Pledge.objects.within(cast.community.pk).get(state="accepted")
    assert successor.partnership_id == cast.partnership.pk
    url = f"/desk/JF/pledges/{successor.pk}/"
    assert "写明收到了什么" in words(li.post(f"{url}keep/", {"receipt": ""}))
    assert "收到十二盏灯" in words(li.post(f"{url}keep/", {"receipt": "收到十二盏灯"}, follow=True))


def test_the_phone_shows_once_and_the_look_is_kept(cast: Cast, li: Client) -> None:
    sign(make_ask(cast).pk, by=cast.zhao)
    url = f"/desk/JF/pledges/{only(cast).pk}/"
    phone = cast.person("赵在职").phone
    assert phone not in words(li.get(url))
    assert phone in words(li.post(f"{url}reveal/"))
    assert len(looks_at(cast.person("赵在职"))) == 1
    he = signed_in(sign_up(cast, "何秘书"))
    answer = he.post(f"{url}reveal/")
    assert answer.status_code == 422 and "要写一句为什么" in words(answer)


def test_others_find_nothing_here(cast: Cast, li: Client) -> None:
    ask = make_ask(cast)
    pledge = sign(ask.pk, by=cast.zhao)
    other = make_cast("YY", "邻近社区")
    stranger = signed_in(sign_up(other, "张书记"))
    for url in (f"pledges/{pledge.pk}/", f"pledges/{pledge.pk}/release/", f"asks/{ask.pk}/down/"):
        for prefix in ("JF", "YY"):
            answer = getattr(stranger, "get" if url.count("/") == 2 else "post")(
                f"/desk/{prefix}/{url}"
            )
            assert answer.status_code == 404
    ma = signed_in(sign_up(cast, "马监督"))
    assert "不认了" not in words(ma.get(f"/desk/JF/pledges/{pledge.pk}/"))
    assert ma.post(f"/desk/JF/pledges/{pledge.pk}/release/").status_code == 404
    assert li.post(f"/desk/JF/pledges/{pledge.pk}/nonsense/").status_code == 404
