"""A sheet comes in by the desk: handed in, its columns set right, looked at, taken, reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linshuo.domain.needs.models import Need
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import CheckIn
from linshuo.exchange import jobs, sheets
from linshuo.exchange.models import Import
from linshuo.exchange.tests.books import book
from linshuo.kit import clock
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [
    ["留言编号", "标题", "时间", "留言详情", "点赞数"],
    [1, "灯", "2019-01-01", "灯不亮", 3],
    [2, "水", "2019-01-02", "没有水", 0],
]
BAD = [*ROWS, [3, "门", "1899-12-31", "门关不上", 0]]


def browser(cast: Cast, name: str = "张书记") -> Client:
    return signed_in(sign_up(cast, name), second=True)


def hand_in(client: Client, content: bytes, name: str = "旧台账.xlsx") -> Any:
    upload = SimpleUploadedFile(name, content)
    return client.post("/desk/JF/imports/", {"file": upload})


def chosen(job: Import, **more: Any) -> dict[str, Any]:
    return {"source": "旧台账", "kind": "problem", **job.mapping, **more}


def handed_in(client: Client, rows: list[list[Any]]) -> tuple[Import, str]:
    answer = hand_in(client, book(rows))
    assert answer.status_code == 302
    return Import.objects.everywhere().latest("pk"), answer["Location"]


def test_from_a_file_to_needs() -> None:
    cast = make_cast()
    client = browser(cast)
    job, url = handed_in(client, ROWS)
    shown = client.get(url).content.decode()
    assert "旧台账.xlsx" in shown and "没有水" in shown
    assert client.post(url, chosen(job))["Location"] == f"{url}check/"
    check = client.get(f"{url}check/").content.decode()
    assert "收这 2 行" in check
    assert client.post(f"{url}check/")["Location"] == url
    report = client.get(url).content.decode()
    assert "收了 2 行。" in report and "JF-2019-0001" in report
    needs = Need.objects.within(cast.community.pk).order_by("number")
    assert [(n.old_number, n.origin, n.supporters) for n in needs] == [
        ("1", "import:旧台账", 3),
        ("2", "import:旧台账", 0),
    ]
    kept = sheets.read(client.get(f"{url}report/").content, "r.xlsx")
    assert [row.cells[:3] for row in kept.rows] == [
        ("2", "收了", "JF-2019-0001"),
        ("3", "收了", "JF-2019-0002"),
    ]
    assert File.objects.within(cast.community.pk).get().private


def test_a_row_with_a_problem_stops_all_of_them_until_it_is_left_out() -> None:
    cast = make_cast()
    client = browser(cast)
    job, url = handed_in(client, BAD)
    client.post(url, chosen(job))
    check = client.get(f"{url}check/").content.decode()
    assert "第 4 行" in check and "1899" in check
    refused = client.post(f"{url}check/")
    assert refused.status_code == 409
    assert "有 1 行要先改好" in refused.content.decode()
    assert not Need.objects.within(cast.community.pk).exists()
    assert client.post(f"{url}check/", {"leave_out": "on"}).status_code == 302
    assert Need.objects.within(cast.community.pk).count() == 2


def test_what_is_no_sheet_is_said_beside_the_field() -> None:
    cast = make_cast()
    client = browser(cast)
    for content, words in (
        (b"%PDF-1.4 \x00\x01", "这不是表格"),
        (b"<html><table></table></html>", "网页"),
        (book([["编号", "内容"]]), "一行也没有"),
    ):
        answer = hand_in(client, content)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert client.post("/desk/JF/imports/").status_code == 422
    assert client.get(f"/desk/JF/imports/{'9' * 30}/").status_code == 404
    assert not Import.objects.everywhere().exists()


def test_columns_that_will_not_do_come_back_with_what_was_chosen() -> None:
    cast = make_cast()
    client = browser(cast)
    job, url = handed_in(client, ROWS)
    for wrong, words in (
        ({"at": ""}, "哪一列是说的时间"),
        ({"at": "1"}, "已经用作"),
        ({"at": "77"}, "没有这一列"),
        ({"at": "x"}, "没有这一列"),
        ({"source": ""}, "还空着"),
        ({"source": "很" * 31}, "最多 30 个字"),
        ({"kind": "gossip"}, "重新选一下"),
    ):
        answer = client.post(url, chosen(job, **wrong))
        assert answer.status_code == 422, wrong
        assert words in answer.content.decode(), wrong


def test_pressed_twice_it_goes_in_once() -> None:
    cast = make_cast()
    client = browser(cast)
    job, url = handed_in(client, ROWS)
    client.post(url, chosen(job))
    client.post(f"{url}check/")
    assert client.post(f"{url}check/").status_code == 302
    assert client.post(url, chosen(job)).status_code == 200
    assert Need.objects.within(cast.community.pk).count() == 2


def test_progress_can_be_left_and_come_back_to() -> None:
    cast = make_cast()
    client = browser(cast)
    job, url = handed_in(client, ROWS)
    Import.objects.everywhere().update(state="running", started_at=clock.now())
    jobs._tell(job, 1, 2)
    page, part = client.get(url).content.decode(), client.get(f"{url}progress/").content.decode()
    assert "第 1 行，共 2 行" in page and "第 1 行，共 2 行" in part
    assert "data-done" not in part
    assert client.post(f"{url}again/").status_code == 409, "it has just shown a sign of life"
    jobs._progress_file(job).unlink()
    Import.objects.everywhere().update(started_at=clock.now() - timedelta(hours=1))
    assert "再来一次" in client.get(url).content.decode()
    client.post(f"{url}again/")
    assert Need.objects.within(cast.community.pk).count() == 2
    assert "data-done" in client.get(f"{url}progress/").content.decode()


def test_what_goes_wrong_in_the_worker_is_said_on_the_page(settings: Any, tmp_path: Any) -> None:
    cast = make_cast()
    client = browser(cast)
    job, url = handed_in(client, ROWS)
    Import.objects.everywhere().update(state="waiting", mapping={"words": 0})
    jobs.carry_out(cast.community.pk, job.pk)
    assert "哪一列是说的时间" in client.get(url).content.decode()
    assert not Need.objects.within(cast.community.pk).exists()
    settings.MEDIA_ROOT = tmp_path
    assert client.get(url).status_code == 409
    assert client.get(f"{url}check/").status_code == 409


def test_others_find_nothing_there() -> None:
    cast, other = make_cast(), make_cast("XG", "仙阁社区")
    _job, url = handed_in(browser(cast), ROWS)
    pages = [url, f"{url}check/", f"{url}progress/", f"{url}report/", "/desk/JF/imports/"]
    for client in (browser(cast, "李网格"), browser(cast, "王阿姨"), browser(other)):
        assert {client.get(page).status_code for page in pages} == {404}
        assert client.post(f"{url}again/").status_code == 404
    stranger = browser_of(other)
    assert stranger.get(url.replace("/JF/", "/XG/")).status_code == 404
    assert browser_of(cast).get(f"{url}report/").status_code == 404, "there is no report yet"


def browser_of(cast: Cast) -> Client:
    """张书记 once more, who has an account already."""
    account = cast.persons["张书记"]
    account.refresh_from_db()
    assert account.account is not None
    return signed_in(account.account, second=True)


ROSTER = [["姓名", "手机", "单位"], ["林志愿", "13700000001", "市水文局"], ["何志愿", "12", ""]]


def test_a_roster_from_a_file_to_receipts() -> None:
    cast = make_cast()
    client = browser(cast)
    upload = SimpleUploadedFile("名册.xlsx", book(ROSTER))
    url = client.post("/desk/JF/imports/", {"file": upload, "what": "roster"})["Location"]
    job = Import.objects.everywhere().latest("pk")
    assert job.what == "roster" and job.mapping == {"name": 0, "phone": 1, "unit": 2}
    columns = {"col_name": "0", "col_phone": "1", "col_unit": "2"}
    refused = client.post(url, columns)
    assert refused.status_code == 422 and "都同意社区联系吗" in refused.content.decode()
    assert client.post(url, {**columns, "agreed": "on", "receipt": "on"})["Location"] == (
        f"{url}check/"
    )
    check = client.get(f"{url}check/").content.decode()
    for part in ("第 3 行", "手机", "137****0001", "收这 1 行", "leave_out"):
        assert part in check, part
    stopped = client.post(f"{url}check/")
    assert stopped.status_code == 409 and "1 行要先改好" in stopped.content.decode()
    assert not CheckIn.objects.everywhere().exists()
    assert client.post(f"{url}check/", {"leave_out": "on"})["Location"] == url
    report = client.get(url).content.decode()
    for part in ("收了 1 人", "JF-B-", "没有收的", "去报到处"):
        assert part in report, part
    row = CheckIn.objects.everywhere().get()
    assert (row.via, row.state, row.unit_text) == ("roster", "accepted", "市水文局")
    sheet = sheets.read(client.get(f"{url}report/").content, "r.xlsx")
    assert sheet.headers[2] == "回执号"
    assert {r.cells[1] for r in sheet.rows} == {"收了", "没有收"}
