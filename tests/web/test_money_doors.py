"""The desk's pages of money: recorded, checked, counted and closed by clicks alone, and every
figure on them is what the database adds up to."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from python_calamine import CalamineWorkbook

from linshuo.domain.board.models import BudgetLine, Collection, Milestone, Project
from linshuo.domain.funds import recount
from linshuo.domain.funds.actions import check_voucher, record_voucher
from linshuo.domain.funds.actions import reverse as take_back
from linshuo.domain.funds.models import Box, Closing, Disclosure, Goods, Opening, Tally, Voucher
from linshuo.domain.needs.actions import accept
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Account
from linshuo.domain.pledges.models import Instalment
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.kit.money import yuan
from tests.books import a_collection, a_project, a_promise, booked
from tests.cast import T0, Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(days=28)
DESK = "/desk/JF/money/"
PDF = b"%PDF-1.4 slip"


@pytest.fixture
def cast() -> Iterator[Cast]:
    cache.clear()
    with clock.standing_at(NOW):
        yield make_cast()


@dataclass
class Office:
    """Who sits at which screen."""

    cast: Cast
    accounts: dict[str, Account] = field(default_factory=dict)

    def at(self, name: str, *, second: bool = True) -> Client:
        if name not in self.accounts:
            self.accounts[name] = sign_up(self.cast, name)
        return signed_in(self.accounts[name], second=second)


@pytest.fixture
def office(cast: Cast) -> Office:
    return Office(cast)


def text(answer: Any, status: int = 200) -> str:
    said = unescape(answer.content.decode())
    assert answer.status_code == status, (answer.status_code, answer.headers, said[:3000])
    return said


def slip(name: str = "slip.pdf") -> io.BytesIO:
    made = io.BytesIO(PDF + name.encode())
    made.name = name
    return made


# --- every figure is what the database adds up to -------------------------------------------------


def filled(cast: Cast) -> tuple[Collection, Project]:
    """A collection and a project with one of everything, some of it waiting or taken back."""
    raised, works = a_collection(cast), a_project(cast, budget_fen=90_000_00)
    day = clock.today()
    booked(cast, raised, "gift", 1_234_50, giver_name="林先生", name_public=True)
    booked(cast, raised, "gift", 500_00, unit=cast.partnership, giver_name="")
    booked(cast, raised, "cash", 87_60, unnamed=True)
    booked(cast, raised, "deposit", 80_00)
    booked(cast, raised, "goods", 320_00)
    booked(cast, raised, "spend", 200_10)
    wrong = booked(cast, raised, "spend", 33_30)
    check_voucher(take_back(wrong, by=cast.sun, because="记重了"), by=cast.ma)
    record_voucher(
        raised, by=cast.sun, kind="gift", amount_fen=9_99, giver_name="还没核对的", text="转账"
    )
    pledge = a_promise(cast, works, 30_000_00, 15_000_00)
    parts = list(Instalment.objects.of(cast.house).filter(pledge=pledge).order_by("no"))
    line = BudgetLine.objects.of(cast.house).get(project=works)
    given = {"pledge": pledge, "instalment": parts[0], "happened_on": day}
    booked(cast, works, "instalment", 20_000_00, **given)
    booked(cast, works, "direct", 5_000_00, pledge=pledge, line=line, happened_on=day)
    booked(cast, works, "draw", 800_00, advance_to=cast.person("李网格"))
    told = {"advance_to": cast.person("李网格"), "line": line}
    booked(cast, works, "spend_advance", 120_00, **told)
    booked(cast, works, "spend", 7_000_00, line=line)
    return raised, works


def sql(words: str, *args: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(words, args)
        return int(cursor.fetchone()[0] or 0)


def added_up(book: Collection | Project) -> dict[str, int]:
    """The sums of a book by SQL over its transfers, not by any pot's balance."""
    column = f"{book.trail_kind}_id"
    part = (
        "SELECT COALESCE(SUM(CASE WHEN t.id = moved.to_pot_id THEN amount_fen ELSE -amount_fen END)"
        ", 0) FROM funds_transfer moved JOIN funds_pot t ON t.id IN (moved.to_pot_id,"
        f" moved.from_pot_id) WHERE t.{column} = %s AND t.kind = %s"
    )
    kinds = ("donors", "box", "bank", "advance", "goods", "direct", "spent")
    pots = {kind: sql(part, book.pk, kind) for kind in kinds}
    promised = sql(
        f"SELECT SUM(p.amount_fen) FROM pledges_pledge p JOIN board_ask a ON a.id = p.ask_id"
        f" WHERE a.{column} = %s",
        book.pk,
    )
    return {
        **pots,
        "promised": promised,
        "raised": -pots["donors"],
        "spent_all": pots["spent"] + pots["direct"],
        "left": sum(pots[kind] for kind in ("box", "bank", "advance", "goods")),
    }


def big(page: str) -> dict[str, str]:
    """The large figures of a page, by their labels."""
    found = re.findall(r'sum__label">([^<]+)</span><(?:a|span) class="sum__n"[^>]*>([^<]+)<', page)
    return {label.strip(): amount for label, amount in found}


def test_every_figure_on_the_money_pages_is_what_sql_adds_up_to(cast: Cast, office: Office) -> None:
    raised, works = filled(cast)
    client = office.at("张书记")
    home = text(client.get(DESK))
    for book in (raised, works):
        n = added_up(book)
        told = {
            "收到": yuan(n["raised"]), "花掉": yuan(n["spent_all"]), "还剩": yuan(n["left"])
        }  # fmt: skip
        if n["promised"]:
            told["答应给"] = yuan(n["promised"])
        page = text(client.get(reverse(f"desk:{book.trail_kind}", args=["JF", book.number])))
        assert big(page) == told
        listed = text(client.get(f"{DESK}{book.trail_kind}s/"))
        for label, amount in told.items():
            assert f"{label} <b>{amount}</b>" in home and f"{label} <b>{amount}</b>" in listed
        # Every figure opens, and what it opens to ends in the very same figure.
        links = re.findall(r'<a class="sum__n" href="([^"]+)">([^<]+)<', page)
        assert len(links) == len(told)
        for url, amount in links:
            if "/books/" not in url:
                continue
            rows = client.get(url)
            pot = rows.wsgi_request.GET.get("pot", "")
            ends = yuan(n["spent"]) if pot == "spent" else amount
            assert rows.context["closing"] == ends, (url, amount)
            assert big(text(rows)) == told
        for pot in ("bank", "box" if book == raised else "direct"):
            rows = client.get(f"{DESK}books/{book.number}/?pot={pot}")
            assert rows.context["closing"] == yuan(n[pot]), pot
        whole = client.get(f"{DESK}books/{book.number}/")
        assert whole.context["rows"][-1].balance == yuan(n["left"])
    vouchers = {yuan(row.amount_fen) for row in Voucher.objects.of(cast.house)}
    listed = text(client.get(f"{DESK}vouchers/?tab=all"))
    assert set(re.findall(r"¥[\d,]+\.\d\d", listed)) == vouchers
    page = text(client.get(reverse("desk:project", args=["JF", works.number])))
    paid, part = 5_000_00 + 120_00 + 7_000_00, 20_000_00
    for fen in (90_000_00, paid, 90_000_00 - paid, 30_000_00, 15_000_00, part, 25_000_00):
        assert yuan(fen) in page
    due = text(client.get(f"{DESK}due/"))
    assert yuan(10_000_00) in due and yuan(25_000_00) in due
    # A list asks the database as often for many rows as for few.
    lists = [f"{DESK}{name}/" for name in ("vouchers", "projects", "collections")]
    few = [asked(client, f"{url}?tab=all") for url in lists]
    for n in range(2):
        a_collection(cast, name=f"第 {n} 次")
        a_project(cast, name=f"第 {n} 个")
        record_voucher(raised, by=cast.sun, kind="gift", amount_fen=100 + n, unnamed=True)
    assert [asked(client, f"{url}?tab=all") for url in lists] == few
    assert "逾期" not in due and "欠" not in due and "付了一部分" in due
    assert recount.misfits() == []


def asked(client: Client, url: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as queries:
        text(client.get(url))
    return len(queries)


# --- one voucher, two people ----------------------------------------------------------------------


def test_one_records_another_checks_and_nothing_moves_before(cast: Cast, office: Office) -> None:
    """The cashier's form with the sentence at its field, the supervisor's look, and back again."""
    raised = a_collection(cast)
    url = reverse("desk:money-record", args=["JF", raised.number, "gift"])
    assert text(office.at("孙出纳", second=False).get(url), 403)
    sun, ma = office.at("孙出纳"), office.at("马监督")
    typed = {
        "amount_fen": "１，２００．５０元",
        "happened_on": "2019-12-01",
        "giver_name": "林先生",
    }
    bad = {
        "-5": "要大于零", "0": "要大于零", "0.001": "最细到分", "1e400": "写成 1234.50",
        "9999999999": "一笔最多", "": "多少钱",
    }  # fmt: skip
    for amount, words in bad.items():
        said = text(sun.post(url, {**typed, "amount_fen": amount}), 422)
        assert words in said and "林先生" in said and 'aria-invalid="true"' in said, amount
    assert "谁捐的" in text(sun.post(url, {**typed, "giver_name": ""}), 422)
    assert "还没到" in text(sun.post(url, {**typed, "happened_on": "2020-01-01"}), 422)
    assert not Voucher.objects.of(cast.house).exists()
    said = text(sun.post(url, {**typed, "file": slip()}, follow=True))
    row = Voucher.objects.of(cast.house).get()
    assert (row.amount_fen, row.file and row.file.mime) == (120_050, "application/pdf")
    one = reverse("desk:money-voucher", args=["JF", row.pk])
    assert "这一笔是您记的" in said and "do-check" not in said and yuan(120_050) in said
    paper = sun.get(reverse("desk:money-paper", args=["JF", "voucher", row.pk, "file"]))
    assert b"".join(paper.streaming_content) == PDF + b"slip.pdf"
    for what, pk, which in (("voucher", row.pk, "text"), ("file", 1, "file"), ("step", 1, "after")):
        gone = sun.get(reverse("desk:money-paper", args=["JF", what, pk, which]))
        assert gone.status_code == 404

    do = {name: reverse("desk:money-voucher-do", args=["JF", row.pk, name])
          for name in ("check", "refuse", "reverse")}  # fmt: skip
    assert sun.post(do["check"]).status_code == 302 and row.booked_at is None
    assert not Voucher.objects.of(cast.house).filter(booked_at__isnull=False).exists()
    # Without the second factor the button leads to the door that asks for it.
    said = text(office.at("马监督", second=False).get(one))
    assert f'href="{do["check"]}"' in said and "do-check" not in said
    assert "写一句为什么" in text(ma.post(do["refuse"], {"because": ""}), 422)
    assert "入账了" in text(ma.post(do["check"], follow=True))
    row.refresh_from_db()
    assert row.receipt_no and row.checked_by_id == cast.ma.person_id
    assert "冲销记下了" in text(sun.post(do["reverse"], {"because": "退票了"}, follow=True))
    back = Voucher.objects.of(cast.house).get(reverses=row)
    again = reverse("desk:money-voucher-do", args=["JF", back.pk, "refuse"])
    assert "没有通过" in text(ma.post(again, {"because": "没有退票单"}, follow=True))
    said = text(ma.get(f"{DESK}vouchers/?tab=refused"))
    assert "退票了" in said and "林先生" not in said
    assert "林**" in text(ma.get(f"{DESK}vouchers/?tab=booked"))
    # Somebody else's community finds none of it, with whatever it shows.
    other = make_cast("YY", "邻近社区")
    theirs = signed_in(sign_up(other, "张书记"), second=True)
    for url in (
        one,
        do["check"],
        do["refuse"],
        reverse("desk:collection", args=["JF", raised.number]),
    ):
        assert theirs.get(url.replace("/JF/", "/YY/")).status_code == 404


def test_a_statement_leaves_as_a_sheet_masked_and_logged(cast: Cast, office: Office) -> None:
    raised, _works = filled(cast)
    url = reverse("desk:money-export", args=["JF", raised.number])
    sun = office.at("孙出纳")
    assert "写一句拿去做什么" in text(sun.post(url, {"names": "on"}), 422)

    def taken(typed: dict[str, str]) -> list[list[Any]]:
        answer = sun.post(f"{url}?pot=bank", typed)
        sheet = io.BytesIO(b"".join(answer.streaming_content))
        return CalamineWorkbook.from_filelike(sheet).get_sheet_by_index(0).to_python()

    rows = taken({})
    flat = str(rows)
    assert "林**" in flat and "林先生" not in flat and "孙出纳导出" in flat
    assert rows[-1][7] == added_up(raised)["bank"] / 100
    assert "林先生" in str(taken({"names": "on", "reason": "审计"}))
    logged = Event.objects.of(cast.house).filter(verb="statement:export").order_by("pk")
    assert [event.detail["names"] for event in logged] == [False, True]


# --- the box --------------------------------------------------------------------------------------


def test_two_count_a_box_on_a_telephone(cast: Cast, office: Office) -> None:
    """Set out, opened, counted by two who do not see each other's sum, taken to the bank."""
    raised = a_collection(cast)
    sun, ma = office.at("孙出纳"), office.at("马监督")
    put = reverse("desk:collection-do", args=["JF", raised.number, "box"])
    told = {"serial": "01", "where": "服务站柜台上", "in_public": "on"}
    assert "公开募捐" in text(sun.post(put, told), 422)
    assert "记下了" in text(sun.post(put, {**told, "in_public": ""}, follow=True))
    box = Box.objects.of(cast.house).get()
    text(sun.post(reverse("desk:money-box-do", args=["JF", box.pk, "open"]), {"seal_no": "F-1"},
                  follow=True))  # fmt: skip
    opening = Opening.objects.of(cast.house).get()
    count = reverse("desk:money-count", args=["JF", opening.pk])
    notes = {"n10000": "1", "n5000": "", "n100": "３"}
    said = text(sun.post(count, {**notes, "do": "sum"}))
    assert yuan(103_00) in said and 'value="３"' in said
    assert not Tally.objects.of(cast.house).exists()
    assert "不能是负的" in text(sun.post(count, {"n100": "-1", "do": "keep"}), 422)
    assert "只写数字" in text(sun.post(count, {"n100": "一", "do": "keep"}), 422)
    assert "一张都没有写" in text(sun.post(count, {"do": "keep"}), 422)
    assert "请另一位再点一遍" in text(sun.post(count, {**notes, "do": "keep"}, follow=True))
    assert "第二遍请另一位来点" in text(sun.post(count, {**notes, "do": "keep"}), 422)
    seen = text(ma.get(reverse("desk:money-opening", args=["JF", opening.pk])))
    assert "点过了，等另一位点完再给看" in seen and yuan(103_00) not in seen
    assert "对不上" in text(ma.post(count, {"n10000": "1", "do": "keep"}, follow=True))
    for client in (sun, ma):
        last = text(client.post(count, {**notes, "do": "keep"}, follow=True))
    assert "两遍一样" in last and added_up(raised)["box"] == 103_00
    assert ma.get(count).status_code == 302

    def do(client: Client, name: str, **typed: Any) -> str:
        url = reverse("desk:money-opening-do", args=["JF", opening.pk, name])
        answer = client.post(url, typed, follow=True)
        return unescape(answer.content.decode())

    assert "存款回单" in do(sun, "deposit", amount_fen="100", happened_on="2019-12-02")
    do(sun, "deposit", amount_fen="100", happened_on="2019-12-02", slip=slip())
    waiting = Voucher.objects.of(cast.house).get(kind="deposit")
    check_voucher(waiting, by=cast.ma)
    assert "少存了 ¥3.00" in text(sun.get(reverse("desk:money-opening", args=["JF", opening.pk])))
    assert "选一样" in do(sun, "explain", words="零钱银行不收")
    do(sun, "explain", why="next", words="零钱银行不收，下次一起存")
    assert "了结了" in do(ma, "close")
    assert added_up(raised)["bank"] == 100_00 and recount.misfits() == []


# --- a collection from its law to its end ---------------------------------------------------------


def test_a_collection_says_what_it_lacks_until_it_is_settled(cast: Cast, office: Office) -> None:
    client, sun = office.at("张书记"), office.at("孙出纳")
    typed = {"name": "义聚爱嘉", "purpose": "帮遇到急难的人家", "place": cast.root.pk}
    said = text(client.post(f"{DESK}collections/new/", {**typed, "about": "每户捐 100 元"}), 422)
    assert "不得摊派" in said and "义聚爱嘉" in said
    said = text(client.post(f"{DESK}collections/new/", typed, follow=True))
    assert "先写明依据哪一条来募集" in said and "钱由谁保管" in said
    row = Collection.objects.of(cast.house).get()
    here = reverse("desk:collection", args=["JF", row.number])

    def do(who: Client, name: str, /, **given: Any) -> str:
        answer = who.post(f"{here}do/{name}/", given, follow=True)
        return unescape(answer.content.decode())

    assert "先写明依据" in do(client, "open") and row.state == "draft"
    legal = {"legal_basis": "residents", "holder": "嘉福社区居民委员会"}
    said = text(client.post(f"{here}change/", {**typed, **legal}, follow=True))
    assert "居民会议的决议和日期" in said
    told = {**typed, **legal, "resolution_on": "2019-11-04", "resolution_file": slip()}
    assert "居民会议的决议和日期" not in text(client.post(f"{here}change/", told, follow=True))
    assert "开始了" in do(client, "open")
    fixed = text(client.get(f"{here}change/"))
    assert 'name="purpose"' not in fixed and 'name="closes"' in fixed
    # Goods come in and go out.
    assert "只写一个" in do(
        sun, "goods", item="大米", quantity="20 袋", giver_name="林", unnamed="on"
    )
    do(sun, "goods", item="大米", quantity="20 袋", giver_name="林先生", value_fen="1200")
    thing = Goods.objects.of(cast.house).get()
    check_voucher(Voucher.objects.of(cast.house).get(kind="goods"), by=cast.ma)
    use = reverse("desk:collection-use", args=["JF", row.number, thing.pk])
    assert "给了谁" in text(sun.post(use, {"used_for": "过年慰问"}), 422)
    text(sun.post(use, {"used_for": "过年慰问", "given_to": "二十户老人"}, follow=True))
    check_voucher(Voucher.objects.of(cast.house).get(kind="use"), by=cast.ma)
    # Another purpose is asked about, and given up.
    row.refresh_from_db()
    booked(cast, row, "gift", 300_00)
    do(client, "purpose", purpose="买轮椅", because="急难的都帮过了")
    said = text(client.get(here))
    assert "还没问的 2 笔" in said
    gift = Voucher.objects.of(cast.house).get(kind="gift")
    answer = reverse("desk:collection-answer", args=["JF", row.number, gift.pk])
    assert "同意的 1 笔" in text(client.post(answer, {"agrees": "yes"}, follow=True))
    assert "还有 1 笔的捐赠人没有问到" in do(client, "purpose-settle")
    assert "照原来的用" in do(client, "purpose-drop")
    # Told in public, closed, told for the last time, settled.
    do(client, "disclose", kind="quarter")
    draft = Disclosure.objects.of(cast.house).get()
    page = f"{DESK}disclosures/{draft.pk}/"
    assert yuan(1_500_00) in text(client.get(page))
    booked(cast, row, "spend", 100_00)
    assert "先按现在的账更新数字" in unescape(
        client.post(f"{page}do/publish/", {"words": "都在账上"}).content.decode()
    )
    text(client.post(f"{page}do/redraw/", follow=True))
    assert "公开了" in text(client.post(f"{page}do/publish/", {"words": "都在账上"}, follow=True))
    do(client, "close")
    assert "最后的收支公开还没发布" in do(client, "settle")
    do(client, "disclose", kind="final")
    last = Disclosure.objects.of(cast.house).get(kind="final")
    last_page = f"{DESK}disclosures/{last.pk}/do/publish/"
    assert "用到哪里要写明" in unescape(client.post(last_page).content.decode())
    text(client.post(last_page, {"leftover": "转到下一次急难"}, follow=True))
    assert "结清了" in do(client, "settle")
    row.refresh_from_db()
    assert row.state == "settled"


# --- a project from a need to whoever keeps it ----------------------------------------------------


def test_a_project_by_clicks_from_the_need_to_the_handover(cast: Cast, office: Office) -> None:
    need = make_need(cast)
    told = {"by": cast.zhang, "category": cast.category(), "owner": cast.person("何秘书")}
    accept(need, **told, tags=["hard"])
    client, sun = office.at("张书记"), office.at("孙出纳")
    new = f"{DESK}projects/new/?need={need.number}"
    assert f'href="{new}"' in text(client.get(reverse("desk:need", args=["JF", need.number])))
    form = client.get(new).context["form"]
    typed = {**form.initial, "owner": form.initial["owner"] or ""}
    said = text(client.post(new, typed, follow=True))
    assert "立项了" in said and need.number in said and "先写明谁在哪一天议定" in said
    works = Project.objects.of(cast.house).get()
    here = reverse("desk:project", args=["JF", works.number])

    def do(name: str, /, **given: Any) -> str:
        return unescape(client.post(f"{here}do/{name}/", given, follow=True).content.decode())

    assert "哪一天" in do("approve", resolution="联席会议")
    do("approve", resolution="联席会议", resolution_on="2019-11-20", file=slip("resolution.pdf"))
    assert "先列出要花钱的每一项" in do("fund")
    line = {"text": "灯和杆", "amount_fen": "6万", "contractor": "某照明公司"}
    assert "留到哪一天" in text(
        client.post(f"{here}lines/0/", {**line, "retention_fen": "3000"}), 422
    )
    kept = {**line, "retention_fen": "3000", "retention_until": "2020-12-01"}
    assert "2020年12月1日以后付" in text(client.post(f"{here}lines/0/", kept, follow=True))
    assert "还有 ¥60,000.00 没有人认" in do("fund")
    unit = str(cast.partnership.pk)
    parts = "2019-12-01 40000\n2020-01-10，2万"
    whole = {"unit": unit, "amount_fen": "60000", "parts": parts}
    assert "对不上" in do("sign", **{**whole, "amount_fen": "50000"}, agreement=slip("a.pdf"))
    assert "第 2 行还没写多少钱" in do("sign", **{**whole, "parts": "2019-12-01 1\n2020-01-10"})
    assert "先放上认捐协议" in do("sign", **whole)
    said = do("sign", **whole, agreement=slip("a.pdf"))
    assert "第 2 期" in said and "待付" in said and yuan(60_000_00) in said
    last = Instalment.objects.of(cast.house).order_by("-no")[0]
    assert f'href="?part={last.pk}#part"' in said and "没有人认" not in said
    move = f"{here}parts/{last.pk}/"
    assert "改到哪一天" in text(client.post(move, {"due_on": ""}), 422)
    assert "2020年2月1日" in text(client.post(move, {"due_on": "2020-02-01"}, follow=True))
    do("build")
    part = Instalment.objects.of(cast.house).order_by("no").first()
    pay_in = reverse("desk:money-record", args=["JF", works.number, "instalment"])
    got = {
        "instalment": part.pk,
        "amount_fen": "40000",
        "happened_on": "2019-12-02",
        "file": slip(),
    }
    text(sun.post(pay_in, {**got, "text": "第一期"}, follow=True))
    check_voucher(Voucher.objects.of(cast.house).get(), by=cast.ma)
    budget = BudgetLine.objects.of(cast.house).get()
    out = reverse("desk:money-record", args=["JF", works.number, "spend"])
    paid = {"line": budget.pk, "payee": "某照明公司", "happened_on": "2019-12-02", "text": "工程款"}
    assert "付款要有票据" in text(sun.post(out, {**paid, "amount_fen": "100"}), 422)
    too_much = {**paid, "amount_fen": "58000", "file": slip("i.pdf")}
    assert "质保金" in text(sun.post(out, too_much), 422)
    assert "不够" in text(sun.post(out, {**paid, "amount_fen": "5万", "file": slip("i.pdf")}), 422)
    text(sun.post(out, {**paid, "amount_fen": "4万", "file": slip("i.pdf")}, follow=True))
    check_voucher(Voucher.objects.of(cast.house).get(kind="spend"), by=cast.ma)
    assert "等人看过再公开" in do("disclose", kind="quarter")
    assert "还没结束" in do("disclose", kind="final")
    # Steps with their photos, those who look at it, and the end.
    do("step", text="立杆")
    step = Milestone.objects.of(cast.house).get()
    assert "还有 1 步没做完" in do("accept")
    pictured = {"after": picture(), "note": "亮了"}
    assert "亮了" in text(client.post(f"{here}steps/{step.pk}/done/", pictured, follow=True))
    shown = client.get(reverse("desk:money-paper", args=["JF", "step", step.pk, "after"]))
    assert shown["Content-Type"] == "image/jpeg" and shown["Content-Disposition"] == "inline"
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    do("accepted-by", name="林阿姨", capacity="居民代表")
    assert "验收要有两位以上" in do("accept")
    do("accepted-by", name="马监督", capacity="监督委员会")
    assert "验收了" in do("accept")
    assert "交付了" in do("hand_over", keeper="物业")
    works.refresh_from_db()
    assert (works.state, Need.objects.of(cast.house).get().state) == ("handed_over", "done")
    assert recount.misfits() == []


def picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 180, 90)).save(made, "JPEG")
    made.seek(0)
    made.name = "after.jpg"
    return made


# --- a month --------------------------------------------------------------------------------------


def test_a_month_is_closed_by_two(cast: Cast, office: Office) -> None:
    raised = a_collection(cast)
    booked(cast, raised, "gift", 700_00, happened_on=date(2019, 11, 20))
    sun, ma, zhang = office.at("孙出纳"), office.at("马监督"), office.at("张书记")
    page = f"{DESK}months/"
    assert "2019年11月" in text(ma.get(DESK)) and "该结" in text(ma.get(page))
    assert "起草好了" in text(sun.post(f"{page}draw-up/", {"month": "2019-11-01"}, follow=True))
    drawn = Closing.objects.of(cast.house).get()
    said = text(ma.get(page))
    assert yuan(700_00) in said and "核对过，结账" in said
    assert "核对过，结账" not in text(sun.get(page))
    booked(cast, raised, "gift", 5_00, happened_on=date(2019, 11, 21))
    close = f"{page}{drawn.pk}/close/"
    assert "账又动过" in text(ma.post(close), 422)
    text(zhang.post(f"{page}draw-up/", {"month": "2019-11-01"}, follow=True))
    assert "要是两个人" in text(zhang.post(close), 422)
    assert "2019年11月结账了" in text(ma.post(close, follow=True))
    url = reverse("desk:money-record", args=["JF", raised.number, "gift"])
    late = {"amount_fen": "1", "happened_on": "2019-11-30", "unnamed": "on"}
    assert "已经月结" in text(sun.post(url, late), 422)
    assert sun.post(f"{page}draw-up/", {"month": "x"}).status_code == 404
