"""Money on paper, and what somebody sees of their own giving."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from linshuo.domain.funds import public
from linshuo.domain.funds.boxes import set_out
from linshuo.domain.funds.disclosing import draft, publish
from linshuo.domain.funds.models import Voucher
from linshuo.exchange.printed import engine
from linshuo.exchange.printed.disclosure import disclosure_data
from linshuo.exchange.printed.project_board import project_board_data
from linshuo.exchange.printed.receipt import receipt_data
from linshuo.exchange.printed.statement import statement_data
from linshuo.kit import clock
from linshuo.kit.refused import Refused
from tests import raised
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _printable() -> None:
    try:
        engine.fonts()
    except Refused:
        pytest.skip("no Chinese font on this machine")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def as_(cast: Cast, name: str) -> Client:
    """A browser in which somebody has signed in."""
    return signed_in(sign_up(cast, name))


def test_every_paper_about_money_is_printed_with_its_fonts(cast: Cast, tmp_path: Path) -> None:
    with clock.standing_at(raised.DAY):
        works = raised.a_project(cast)
        open_ = raised.a_collection(cast)
        told = raised.gifts(cast, open_, cast.person("王阿姨"), cast.person("赵在职"))
        raised.some_goods(cast, open_, cast.person("王阿姨"))
        box = set_out(open_, by=cast.zhang, serial="A-03", where="居委会", in_public=False)
    with clock.standing_at(raised.DAY + timedelta(days=30)):
        said = publish(draft(open_, kind="quarter", by=cast.zhang), by=cast.zhang, words="谢谢。")
    client = as_(cast, "张书记")
    head = "/desk/JF/money/"
    papers = {
        "count": f"{head}boxes/{box.pk}/sheet.pdf",
        "receipt": f"{head}vouchers/{told['hidden'].pk}/receipt.pdf",
        "statement": f"{head}print/collection/{open_.number}/statement.pdf",
        "disclosure": f"{head}disclosures/{said.pk}/paper.pdf",
        "board": f"{head}projects/{works.project.number}/board.pdf",
    }
    pdffonts = shutil.which("pdffonts")
    for name, url in papers.items():
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert answer["Content-Type"] == "application/pdf"
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(answer.content)
        if pdffonts:
            shown = subprocess.run(
                [pdffonts, str(path)], capture_output=True, text=True, check=True
            ).stdout
            rows = [re.search(r"\s(yes|no)\s+(yes|no)\s+(yes|no)\s", x)
                    for x in shown.splitlines()[2:]]  # fmt: skip
            assert rows and all(row and row.groups()[:2] == ("yes", "yes") for row in rows), name
    spent = client.get(f"{head}vouchers/{told['spent'].pk}/receipt.pdf")
    assert spent.status_code == 302  # what was paid out has no receipt
    assert client.get(f"{head}print/nothing/{open_.number}/statement.pdf").status_code == 404

    whole = disclosure_data(cast.community, said)
    board_ = public.find_project(cast.community.pk, works.project.number)
    assert board_ is not None
    board = project_board_data(cast.community, board_, page="https://x/")
    for name in ("王阿姨", "赵在职", "13812345678", "钱师傅"):
        assert name not in str(whole)
        assert name not in str(board)
    assert ["收捐款", "3", "¥550.50"] in whole["came"]
    assert len(board["photos"]) == 2
    kept = statement_data(cast.community, open_, since=raised.DAY.date(), until=clock.today())
    assert kept["foot"][3:] == ["550.50", "123.45", "427.05"]
    own = receipt_data(cast.community, told["hidden"], page="")
    assert own["formal"] == "人民币贰佰元整"
    assert ["捐的人", "王阿姨"] in own["facts"]
    assert "不是公益事业捐赠票据" in own["not_a_ticket"]
    assert ["捐的人", "不留名"] in receipt_data(cast.community, told["nobody"], page="")["facts"]


def test_a_paper_is_shown_to_everyone_by_a_person_and_taken_back(cast: Cast) -> None:
    with clock.standing_at(raised.DAY):
        works = raised.a_project(cast)
    client = as_(cast, "张书记")
    url = f"/desk/JF/money/print/project/{works.project.number}/papers/"
    page = client.get(url).content.decode()
    assert page.count("看过了，公开") == 5  # resolution, two agreements, two vouchers
    assert page.count("收起来") == 2  # before and after
    paper = Voucher.objects.within(cast.community.pk).filter(kind="spend").get().file
    assert paper is not None
    assert client.post(url, {"file": paper.pk, "do": "show"}).status_code == 302
    stranger = Client()
    answer = stranger.get(f"/c/JF/money/papers/{paper.pk}/")
    assert answer.content
    rows = stranger.get(f"/c/JF/projects/{works.project.number}/spent/").content.decode()
    assert "看票据" in rows
    assert client.post(url, {"file": paper.pk, "do": "hide"}).status_code == 302
    assert stranger.get(f"/c/JF/money/papers/{paper.pk}/").status_code == 404
    assert client.post(url, {"file": "x", "do": "show"}).status_code == 404
    looks = as_(cast, "马监督")
    assert "看过了，公开" not in looks.get(url).content.decode()
    assert looks.post(url, {"file": paper.pk, "do": "show"}).status_code == 404


def test_one_sees_ones_own_gifts_and_what_is_kept_among_ones_own(cast: Cast) -> None:
    with clock.standing_at(raised.DAY):
        own = raised.a_collection(cast, "mutual", "邻里互助金")
        told = raised.gifts(cast, own, cast.person("王阿姨"), cast.person("赵在职"))
    url = f"/my/money/JF/{own.number}/"
    wang, chen = as_(cast, "王阿姨"), as_(cast, "陈老板")
    home = wang.get("/my/money/").content.decode()
    assert "¥200.00" in home
    assert "¥300.00" not in home
    assert url in home
    page = wang.get(url)
    assert page.status_code == 200
    assert "¥427.05" in page.content.decode()
    rows = wang.get(f"{url}left/").content.decode()
    assert "赵在职" in rows
    assert "¥427.05" in rows
    receipt = f"/my/money/{told['hidden'].pk}/receipt.pdf"
    assert wang.get(receipt)["Content-Type"] == "application/pdf"
    assert chen.get(receipt).status_code == 404
    assert own.name not in chen.get("/my/money/").content.decode()
    assert chen.get(url).status_code == 404  # speaks for a unit from outside, and gave nothing
    assert chen.get(f"{url}left/").status_code == 404
    assert as_(make_cast("HL", "湖里社区"), "张书记").get(url).status_code == 404
    assert Client().get(url).status_code == 302
    with clock.standing_at(raised.DAY):
        raised.some_goods(cast, own, cast.person("陈老板"))
    assert chen.get(url).status_code == 200  # gave
    assert wang.get(f"{url}nothing/").status_code == 404


def test_a_unit_reads_what_it_promised_and_takes_it_home_as_a_letter(cast: Cast) -> None:
    with clock.standing_at(raised.DAY):
        works = raised.a_project(cast)
    chen = as_(cast, "陈老板")
    page = chen.get(f"/my/units/{cast.partnership.pk}/money/").content.decode()
    for words in ("¥3,000.00", "¥2,000.00", "付了一部分", works.project.name):
        assert words in page
    letter = chen.get(f"/my/units/{cast.partnership.pk}/money/letter.pdf")
    assert (letter.status_code, letter["Content-Type"]) == (200, "application/pdf")
    assert chen.get(f"/my/units/{works.other.pk}/money/").status_code == 404
    wang = as_(cast, "王阿姨")
    assert wang.get(f"/my/units/{cast.partnership.pk}/money/letter.pdf").status_code == 404
