"""Every form on paper, drawn from the records of one small community."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from linshuo.acts.checking_in import accept as give_receipt
from linshuo.domain.funds.actions import check_voucher
from linshuo.domain.funds.models import Voucher
from linshuo.domain.needs.actions import confirm, finish
from linshuo.domain.needs.complaining import complain
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.working import add_contact
from linshuo.domain.people.actions import give_consent
from linshuo.domain.people.models import CheckIn, Purpose
from linshuo.domain.trail.models import Event
from linshuo.exchange.forms import tables
from linshuo.exchange.forms.shapes import table_xlsx
from linshuo.exchange.forms.tables import quarter_of
from linshuo.exchange.printed import engine
from linshuo.insight.letters import draft_quarter
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.papers_kinds import BY_KEY, FORMS, Order
from tests import test_doors as doors
from tests.cast import PASSWORD, Cast, make_cast, sign_up
from tests.given_letters import sent_of
from tests.given_money import disclosure_of, slip_of
from tests.given_rotas import rota_of

pytestmark = pytest.mark.django_db

DONE = "换了一盏灯，电话13800131234"
READS: dict[str, tuple[str, str]] = {
    "check-in": ("报到", "您同意哪几样"),
    "check-ins": ("报到登记表", "林**"),
    "complaint": ("投诉和建议收到了", "字太小了"),
    "closing": ("销号单", "居民怎么说"),
    "urging": ("督办单", "督办意见"),
    "ledger": ("问题整改台账", "责任领导"),
    "claims": ("认领登记表", "会电工的"),
    "agreement": ("认管协议", "双方说好"),
    "service": ("服务登记卡", "社区盖章"),
    "feedback": ("反馈表", "单位想说的"),
    "wanted": ("需求清单", "会电工的"),
    "offered": ("资源清单", "上门理发"),
    "projects": ("项目清单", "装路灯"),
    "check-in-receipt": ("报到了", "扫一扫"),
    "notebook": ("星期", "一事一记"),
    "board": ("居民需求清单", "社区录入用"),
    "claim-receipt": ("谢谢您", "不用说原因"),
    "rota": ("轮值表", "看现在轮到谁"),
    "timetable": ("几点在", "看现在谁在"),
    "minutes": ("联席会议", "记录人签名"),
    "notice": ("公示", "不排名"),
    "disclosure": ("收支公开", "谁负责"),
    "receipt": ("给捐的人", "社区留存"),
    "quarter-letter": ("这一季的反馈信", "不打分"),
    "thanks": ("谢谢", "盖章"),
}
"""What stands above and what below on a sheet, as a reader of PDF tells it."""


def order_of(cast: Cast, query: str = "") -> Order:
    """The secretary would like it."""
    return Order(
        viewer=cast.zhang,
        community=cast.community,
        site="linshuo.example",
        address=lambda name, *args: (
            "https://x" + reverse(name, args=[cast.community.prefix, *args])
        ),
        absolute=lambda path: f"https://x{path}",
        query=QueryDict(query),
    )


LISTED = (
    *("报到单", "报到回执", "报到登记表", "认领登记表", "服务登记卡", "民情笔记", "问题整改台账"),
    *("销号单", "督办单", "需求清单", "资源清单", "项目清单", "联席会议纪要", "认管认养协议"),
    *("轮值表", "值班表", "名单公示", "收支公示", "收据", "反馈表", "展板"),
)
"""Every form that `domain.md` §1 and the house promise on paper."""
TABLES = {
    *("check-ins", "claims", "service", "ledger", "wanted", "offered", "projects"),
    *("rota", "timetable"),
}


def test_every_form_is_on_the_list_and_what_is_a_table_goes_out_as_one() -> None:
    assert set(LISTED) <= {str(form.name) for form in FORMS}
    assert set(READS) <= set(BY_KEY)
    assert {form.key for form in FORMS if form.table is not None} >= TABLES


@pytest.fixture
def house() -> doors.House:
    """One record of everything that a form is drawn from."""
    house = doors.open_house(make_cast())
    cast = house.cast
    checked = CheckIn.objects.within(cast.community.pk).get(pk=doors.check_in_of(house))
    give_receipt(checked, by=cast.zhang)
    doors.turn_of(house)
    rota_of(cast)
    doors.meeting_of(house)
    doors.round_of(house)
    doors.haircut_of(house)
    doors.sheet_of(house)
    doors.works_of(house)
    raised = doors.raised_of(house)
    slip = Voucher.objects.of(cast.house).get(pk=slip_of(cast, raised))
    check_voucher(slip, by=cast.zhang)
    disclosure_of(cast, raised)
    close(cast, house)
    sent_of(cast)
    draft_quarter(quarter_of(clock.today())[0], by=cast.zhang)
    complain(by=cast.house, about="system", words="字太小了，看不清")
    return house


def close(cast: Cast, house: doors.House) -> Need:
    """A matter that is done, looked at and confirmed."""
    need = doors.accepted(cast)
    need = finish(
        need, by=cast.li, outcome="solved", result_text=DONE, no_results_because="当天换的"
    )
    add_contact(
        need, by=cast.zhang, purpose="confirm", channel="phone", said="settled", words="亮了"
    )
    return confirm(need, by=cast.zhang)


def test_every_form_is_drawn_with_its_fonts_and_reads_from_top_to_bottom(
    house: doors.House, tmp_path: Path
) -> None:
    try:
        engine.fonts()
    except Refused:
        pytest.skip("no Chinese font on this machine")
    order = order_of(house.cast)
    for form in FORMS:
        content = form.make(order)
        assert content[:5] == b"%PDF-", form.key
        path = tmp_path / f"{form.key}.pdf"
        path.write_bytes(content)
        for checker in (["qpdf", "--check"], ["pdffonts"], ["pdfinfo"], ["pdftotext", "-layout"]):
            if shutil.which(checker[0]) is None:
                continue
            out = [str(path), "-"] if checker[0] == "pdftotext" else [str(path)]
            done = subprocess.run([*checker, *out], capture_output=True, check=True, text=True)
            if checker[0] == "pdffonts":
                faces = [line for line in done.stdout.splitlines()[2:] if line.strip()]
                assert faces, form.key
                # name, type, encoding, embedded, subset, unicode, object
                assert all(re.search(r"yes +yes +yes +\d+ +\d+$", line) for line in faces), form.key
            if checker[0] == "pdfinfo":
                assert re.search(r"^Page size: .*\(A4\)$", done.stdout, re.M), form.key
            if checker[0] == "pdftotext" and form.key in READS:
                told = re.sub(r"\s", "", done.stdout)
                above, below = READS[form.key]
                assert -1 < told.find(above) < told.rfind(below), (form.key, told)
                assert "13800131234" not in told, form.key


def test_a_table_goes_out_masked_and_leaves_an_event(house: doors.House) -> None:
    cast = house.cast
    for form in FORMS:
        if form.table is None:
            continue
        found = form.table(order_of(cast))
        book = openpyxl.load_workbook(io.BytesIO(table_xlsx(cast.zhang, found)))
        cells = [str(c.value) for row in book.active.iter_rows() for c in row if c.value]
        assert found.title in cells[0] and found.columns[0].head in cells
        assert not {"林志愿", "赵在职", "王阿姨"} & set(cells), form.key
    events = Event.objects.within(cast.community.pk).filter(verb="form:export")
    assert events.count() == sum(form.table is not None for form in FORMS)
    with pytest.raises(NotYours):
        table_xlsx(cast.li, found)


def test_a_unit_is_told_of_those_alone_who_agreed(house: doors.House) -> None:
    cast = house.cast
    here = CheckIn.objects.within(cast.community.pk).filter(person=cast.person("赵在职"))
    assert not here.exists()
    member = CheckIn.objects.within(cast.community.pk).get()
    CheckIn.objects.within(cast.community.pk).filter(pk=member.pk).update(
        person=cast.person("赵在职"), partnership=cast.partnership
    )
    told = tables.service(cast.zhang, most=9, unit=cast.partnership)
    assert told.rows == [] and any("另有 1 次" in note for note in told.notes)
    assert told.foot[3] != "" and len(tables.service(cast.zhang, most=9).rows) == 1
    give_consent(cast.person("赵在职"), Purpose.SHARE_UNIT, by=cast.house)
    assert len(tables.service(cast.zhang, most=9, unit=cast.partnership).rows) == 1


def test_the_page_lists_what_one_may_print_and_says_what_cannot_be_printed_yet() -> None:
    cast = make_cast()
    client = Client()
    account = sign_up(cast, "李网格")
    client.post(reverse("account_login"), {"login": account.username, "password": PASSWORD})
    page = client.get("/desk/JF/forms/").content.decode()
    assert "/desk/JF/forms/closing.pdf" in page and ".xlsx" not in page
    assert "/desk/JF/forms/check-in-receipt.pdf" not in page  # not 李网格's to give
    for where in {form.where for form in FORMS if cast.li.can(form.can)}:
        assert client.get(reverse(where, args=["JF"])).status_code == 200, where
    back = client.get("/desk/JF/forms/closing.pdf", follow=True)
    assert back.redirect_chain and "还没有销号的" in back.content.decode()
    assert client.get("/desk/JF/forms/closing.png").status_code == 200
    for nonsense in ("pledge=x", "pledge=99999999999999999999", "pledge=999"):
        assert client.get(f"/desk/JF/forms/agreement.pdf?{nonsense}").status_code == 404
    assert client.get("/desk/JF/forms/feedback.pdf?day=0001-01-01").status_code == 404
    assert client.get("/desk/JF/forms/closing.pdf?need=JF-2019-9999").status_code == 404
    assert BY_KEY["closing"].table is None
