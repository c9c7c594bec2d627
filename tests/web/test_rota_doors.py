"""Rotas behind their doors: drawn up, made, published, swapped, made anew, and as they hang out."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from linshuo.domain.board.models import Post
from linshuo.domain.board.posting import set_up_post
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import add_partner, appoint
from linshuo.domain.service import duty, rota_swaps
from linshuo.domain.service.models import Turn
from linshuo.domain.service.rota_rows import Rota, RotaDays, RotaStage, RotaSwap
from linshuo.domain.service.rota_solving import stand
from linshuo.exchange.printed.rota import rota_data
from linshuo.kit import clock
from linshuo.kit.can import Role
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
NOW = clock.at_local(2019, 11, 25, 9)


@pytest.fixture(autouse=True)
def _an_autumn_day() -> Any:
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def a_post(cast: Cast) -> Post:
    return set_up_post(by=cast.zhang, kind="rota", name="共建单位轮值", place=cast.estate)


def drawn(head: Client, cast: Cast, post: Post, **over: Any) -> Any:
    units = [cast.partnership, add_partner(name="共建单位乙", by=cast.house)]
    typed = {
        "first": "2019-12-02", "last": "2020-01-26", "per": "week", "gap": "0",
        "holidays": "skip", "members": [f"u{unit.pk}" for unit in units], "basis": "会上说好的",
    }  # fmt: skip
    return head.post(f"/desk/JF/posts/{post.pk}/rotas/new/", {**typed, **over}), units


def test_from_a_form_to_what_hangs_outside(cast: Cast) -> None:
    head, post = signed_in(sign_up(cast, "张书记")), a_post(cast)
    answer, _units = drawn(head, cast, post, first="2019-12-09", last="2019-12-01", basis="")
    assert answer.status_code == 422
    assert "结束的日子早于开始的日子。" in answer.content.decode()
    answer, _units = drawn(head, cast, post, members=[])
    assert "谁来轮？至少选一家。" in answer.content.decode()

    rota_url = drawn(head, cast, post)[0]["Location"]
    rota = Rota.objects.within(cast.community.pk).get()
    page = head.get(rota_url).content.decode()
    member = re.search(r'<option value="(\d+)">嘉福社区共建单位甲', page)
    assert member is not None
    days = {"member": member[1], "kind": "away", "first": "2019-12-02", "last": "2019-12-08"}
    head.post(f"{rota_url}days/", days)
    assert "来不了：12月2日–8日" in head.get(rota_url).content.decode()
    bad = head.post(f"{rota_url}days/", {**days, "last": "2020-01-26"})
    assert bad.status_code == 422 and "整段都来不了" in bad.content.decode()

    head.post(f"{rota_url}make/")
    assert "data-done" in head.get(f"{rota_url}progress/").content.decode()
    page = head.get(rota_url).content.decode()
    assert "每家一样多，都是 4 轮。" in page
    assert Client().get(f"/c/JF/posts/{post.pk}/rota/").status_code == 404  # nobody sees a draft
    head.post(f"{rota_url}publish/")
    out = Client().get(f"/c/JF/posts/{post.pk}/rota/").content.decode()
    assert "共建单位乙" in out and "12月2日–8日" in out
    rota.refresh_from_db()
    assert rota.stage == RotaStage.PUBLISHED

    book = load_workbook(io.BytesIO(head.get(f"{rota_url}rota.xlsx").content)).active
    rows = list(book.iter_rows(min_row=5, values_only=True))
    assert len(rows) == 8 and rows[0][4] == "共建单位乙"
    paper = rota_data(cast.community, rota, site="s", address="https://s.example/")
    assert [len(month["rounds"]) for month in paper["months"]] == [5, 3]

    kept = sorted(Turn.objects.within(cast.community.pk).values_list("round_on", "partnership_id"))
    gives, takes = kept[1], next(row for row in kept[2:] if row[1] != kept[1][1])
    swap = {"gives": gives[0].isoformat(), "takes": takes[0].isoformat(), "word": ""}
    assert "写一句两边是怎么说好的" in head.post(f"{rota_url}swap/", swap).content.decode()
    head.post(f"{rota_url}swap/", {**swap, "word": "电话里说好的"})
    assert "电话里说好的" in head.get(rota_url).content.decode()

    again = head.post(f"{rota_url}redraw/")["Location"]
    assert "公布以前，照现在这张来" in head.get(again).content.decode()
    said = RotaDays.objects.within(cast.community.pk).order_by("-pk")[0]
    head.post(f"{again}days/{said.pk}/drop/")
    assert "来不了：" not in head.get(again).content.decode()
    head.post(f"{again}drop/")
    assert "这一张不用了" in head.get(again).content.decode()


def test_a_unit_asks_another_with_one_thumb(cast: Cast) -> None:
    head, post = signed_in(sign_up(cast, "张书记")), a_post(cast)
    answer, (ours, theirs) = drawn(head, cast, post)
    for verb in ("make", "publish"):
        head.post(f"{answer['Location']}{verb}/")
    yi = know_person(name="乙联络员", phone="", by=cast.house)
    appoint(yi, Role.LIAISON, partnership=theirs, title="联络员", by=cast.house)
    cast.persons["乙联络员"] = yi
    chen, other = signed_in(sign_up(cast, "陈老板")), signed_in(sign_up(cast, "乙联络员"))
    mine = Turn.objects.within(cast.community.pk).filter(partnership=ours).order_by("starts")[0]
    form = chen.get(f"/my/turns/{mine.pk}/swap/").content.decode()
    takes = re.findall(r'name="takes" value="([\d-]+)"', form)
    assert len(takes) == 4
    chen.post(f"/my/turns/{mine.pk}/swap/", {"takes": takes[0]})
    assert "等对方说" in chen.get("/my/turns/").content.decode()
    swap = RotaSwap.objects.within(cast.community.pk).get()
    assert "行，换" in other.get("/my/turns/").content.decode()
    assert chen.post(f"/my/swaps/{swap.pk}/yes/").status_code == 404
    other.post(f"/my/swaps/{swap.pk}/yes/")
    mine.refresh_from_db()
    assert mine.partnership_id == theirs.pk
    assert "换好了" in other.get("/my/turns/").content.decode()

    # What the one before left stands with the round that comes next.
    rota = Rota.objects.within(cast.community.pk).get()
    now = stand(rota)
    first = now.turns[date(2019, 12, 2)][0]
    duty.hand_over(first, by=cast.zhang, text="钥匙在窗台上")
    nxt = now.turns[date(2019, 12, 9)][0]
    whose = chen if nxt.partnership_id == ours.pk else other
    with clock.standing_at(clock.at_local(2019, 12, 6, 9)):
        assert "钥匙在窗台上" in whose.get("/my/turns/").content.decode()
    assert rota_swaps.could_swap(rota, date(2019, 12, 9))[0]
    assert actor_of(yi).person_id == yi.pk
