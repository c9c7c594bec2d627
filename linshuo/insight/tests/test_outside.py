"""Somebody else's form: its look stays, figures fill it, and what cannot be filled says why."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linshuo.domain.needs.queries import Filters
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.insight import outside, saved
from linshuo.insight.models import OutsideForm, SavedFigure
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need, sign_up
from tests.given_briefs import workbook
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def filled(cast: Cast, form: OutsideForm) -> openpyxl.Workbook:
    content = outside.filled(form, None, clock.today(), by=cast.zhang)
    return openpyxl.load_workbook(io.BytesIO(content))


def test_named_cells_are_filled_and_all_else_stays_as_it_was(cast: Cast) -> None:
    for _n in range(2):
        make_need(cast, at=None)
    form = outside.take_in(workbook(), "月报.xlsx", by=cast.zhang)
    assert form.name == "月报"
    with pytest.raises(Refused, match="还没有说哪个格子"):
        outside.filled(form, None, clock.today(), by=cast.zhang)
    cells = [("汇总", "$b$2", "needs.heard"), ("汇总", "b3", "flow.hours")]
    cells.append(("街道用", "B2", "needs.open"))
    form = outside.name_cells(form, cells, by=cast.zhang)
    page = filled(cast, form)["汇总"]
    assert (page["B2"].value, page["B3"].value, page["B4"].value) == (2, 0, "=SUM(B2:B3)")
    assert page["A1"].font.size == 18 and "A1:C1" in {str(r) for r in page.merged_cells.ranges}
    assert filled(cast, form)["街道用"]["B2"].value == 0
    event = Event.objects.of(cast.zhang).filter(verb="outsideform:fill").first()
    assert event is not None and event.detail == {"cells": 3, "until": "2019-11-04"}
    meter = outside.burden(cast.zhang, None, clock.now())
    assert (meter.produced, meter.cells, meter.each) == (2, 6, "")
    assert meter.written >= 2
    assert verify(cast.community.pk) == []


def test_a_cell_that_cannot_be_filled_says_why(cast: Cast) -> None:
    form = outside.take_in(workbook(), "月报.xlsx", by=cast.zhang)
    for sheet, cell, key, sentence, field in (
        ("汇总", "B1", "needs.heard", "要写就写左上角的 A1", "cell1"),
        ("街道用", "A1", "needs.heard", "“街道用”加了保护", "cell1"),
        ("汇总", "B4", "needs.heard", "里是公式", "cell1"),
        ("没有", "B2", "needs.heard", "没有叫“没有”的工作表", "cell1"),
        ("汇总", "第三格", "needs.heard", "比如 B3", "cell1"),
        ("汇总", "A2", "needs.heard", "写了两次", "cell1"),
        ("汇总", "XFD99", "needs.heard", "太远了", "cell1"),
        ("汇总", "B2", "needs.nosuch", "没有这个数字", "key1"),
    ):
        cells = [("汇总", "A2", "needs.heard"), (sheet, cell, key)]
        with pytest.raises(Refused, match=sentence) as refused:
            outside.name_cells(form, cells, by=cast.zhang)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"x", "请交 .xlsx 文件"),
        (b"PK\x03\x04nonsense", "打不开"),
        (b"\xd0\xcf\x11\xe0", "旧的 .xls"),
    ],
)
def test_what_is_no_workbook_is_refused(cast: Cast, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        outside.take_in(content, "月报.xlsx", by=cast.zhang)
    with pytest.raises(NotYours):
        outside.take_in(content, "月报.xlsx", by=cast.li)


def test_a_form_through_its_doors(cast: Cast) -> None:
    row = saved.save("我的数", Filters(), words="全部", by=cast.zhang)
    client = signed_in(sign_up(cast, "张书记"))
    upload = SimpleUploadedFile("月报.xlsx", workbook())
    url = client.post("/desk/JF/forms/others/", {"file": upload})["Location"]
    assert "社区工作月报" in client.get(url).content.decode()
    one = {
        "sheet": ["汇总", "汇总"],
        "cell": ["B2", "B1"],
        "key": [f"saved.{row.pk}", "needs.open"],
    }
    wrong = client.post(url, one)
    assert wrong.status_code == 422
    said = wrong.content.decode()
    assert "左上角的 A1" in said and 'value="B2"' in said  # typed text stays
    locked = client.post(url, {**one, "sheet": ["汇总", "街道用"], "cell": ["B2", "A1"]})
    said = locked.content.decode()
    assert locked.status_code == 422 and "“街道用”加了保护" in said
    assert 'value="B2"' in said and "<option selected>街道用" in said
    client.post(url, {**one, "cell": ["B2", ""]})
    answer = client.post(f"{url}fill/", {"since": "", "as_of": "2019-11-04"})
    assert openpyxl.load_workbook(io.BytesIO(answer.content))["汇总"]["B2"].value == 0
    past = client.post(f"{url}fill/", {"since": "", "as_of": "2019-11-03"})
    assert past.status_code == 422 and "只能按今天数" in past.content.decode()
    assert client.post(f"{url}fill/", {"as_of": "2030-01-01"}).status_code == 422
    SavedFigure.objects.of(cast.zhang).update(filters={"tab": "all", "category": 9999})
    gone = client.post(f"{url}fill/", {"since": "", "as_of": "2019-11-04"})
    said = gone.content.decode()
    assert gone.status_code == 422 and "“我的数”筛的是全部" in said and "重新筛一次" in said
    assert 'value="B2"' in said and 'value="2019-11-04"' in said  # typed text stays
    assert f'<option value="saved.{row.pk}" selected>我的数' in said
    saved.drop(row.pk, by=cast.zhang)
    gone = client.post(f"{url}fill/", {"since": "", "as_of": "2019-11-04"})
    said = gone.content.decode()
    assert gone.status_code == 422 and "“汇总”的 B2 要填的数字已经没有了" in said
    # No other figure stands in its place unasked.
    assert f'<option value="saved.{row.pk}" selected>这个数字已经没有了' in said
    assert client.post(f"{url}put-away/").status_code == 302
    assert client.get(url).status_code == 404
