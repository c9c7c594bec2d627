"""The ledger goes out by the desk: only with a second factor, only after a look."""

from __future__ import annotations

import pytest

from linshuo.domain.trail.models import Event
from linshuo.exchange import sheets
from tests.cast import make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

URL = "/desk/JF/ledger/export/"


def test_a_look_then_the_sheet_with_the_filters_of_the_page() -> None:
    cast = make_cast()
    make_need(cast, title="灯不亮")
    make_need(cast, title="要个棋牌室", kind="wish")
    client = signed_in(sign_up(cast, "张书记"), second=True)
    look = client.get(f"{URL}?kind=wish")
    assert "未销号的，需求" in look.content.decode()
    assert not Event.objects.everywhere().filter(verb="ledger:export").exists()
    answer = client.post(f"{URL}?kind=wish")
    sheet = sheets.read(answer.getvalue(), "a.xlsx", lambda h: h == "编号")
    assert [row.cells[sheet.headers.index("题目")] for row in sheet.rows] == ["要个棋牌室"]
    assert "attachment" in answer["Content-Disposition"]
    assert Event.objects.everywhere().filter(verb="ledger:export").count() == 1


def test_names_need_a_reason() -> None:
    cast = make_cast()
    client = signed_in(sign_up(cast, "张书记"), second=True)
    answer = client.post(URL, {"names": "on"})
    assert answer.status_code == 422
    assert "写一句拿去做什么" in answer.content.decode()
    assert client.post(URL, {"names": "on", "reason": "季度表"}).getvalue().startswith(b"PK")


def test_without_the_second_factor_nothing_goes() -> None:
    cast = make_cast()
    client = signed_in(sign_up(cast, "张书记"))
    assert client.get(URL).status_code == 403
    assert client.post(URL).status_code == 403
    assert not Event.objects.everywhere().filter(verb="ledger:export").exists()


def test_who_may_not_export_finds_no_page() -> None:
    cast, other = make_cast(), make_cast("XG", "仙阁社区")
    for account in (sign_up(cast, "李网格"), sign_up(cast, "王阿姨"), sign_up(other, "张书记")):
        assert signed_in(account, second=True).get(URL).status_code == 404


def test_filters_that_make_no_sense_export_what_is_there() -> None:
    cast = make_cast()
    make_need(cast)
    client = signed_in(sign_up(cast, "张书记"), second=True)
    query = "tab=x&place=/9/../&owner=999999&category=-1&tag=%00&kind=y&q=%00%25"
    assert client.get(f"{URL}?{query}").status_code == 200
    assert client.post(f"{URL}?{query}").getvalue().startswith(b"PK")
