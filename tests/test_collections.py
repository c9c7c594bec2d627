"""Collections: what each legal basis demands and forbids, goods, what is made public on its day,
months that are closed, and purposes that are not changed behind anybody's back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from linshuo.acts import collecting as acts
from linshuo.domain.board import collecting
from linshuo.domain.board.access import public
from linshuo.domain.board.models import Ask, Collection
from linshuo.domain.board.projects import propose
from linshuo.domain.funds import boxes, closing, disclosing, goods, purposes, receipts, recount
from linshuo.domain.funds.actions import check_voucher, record_voucher, reverse
from linshuo.domain.funds.models import Disclosure, Voucher
from linshuo.domain.funds.queries import totals
from linshuo.domain.needs.actions import accept
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import appoint
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import Lost, NotYours, Refused
from tests.books import DAY, a_collection, a_paper, a_project, booked
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db

LATER = T0 + timedelta(days=10)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def refusal(act: Callable[..., Any], *args: Any, **told: Any) -> str:
    """The code of the refusal that an act meets."""
    with pytest.raises(Refused) as refused:
        act(*args, **told)
    return refused.value.code


def a_draft(cast: Cast, **told: Any) -> Collection:
    said = {"name": "义聚爱嘉", "purpose": "帮遇到急难的人家", "place": cast.root}
    return collecting.draft(by=cast.zhang, **{**said, **told})


def joint(cast: Cast, **told: Any) -> dict[str, Any]:
    """Everything a campaign with a charity has to show."""
    whole = {
        "legal_basis": "joint",
        "charity": "湖里区慈善会",
        "charity_certificate": "MZ-2017-014",
        "filing_no": "备-2019-008",
        "agreement": a_paper(cast, "agreement"),
        "owner": cast.person("张书记"),
        "closes": date(2020, 5, 1),
    }
    return {**whole, **told}


def test_each_basis_says_what_it_lacks(cast: Cast) -> None:
    resolved = {"resolution_on": DAY, "resolution_file": a_paper(cast, "resolution")}
    agreement = a_paper(cast, "agreement")
    table: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["legal-basis", "holder"]),
        ({"legal_basis": "mutual"}, ["holder"]),
        ({"legal_basis": "mutual", "holder": "居委会"}, []),
        ({"legal_basis": "mutual", "holder": "居委会", "filing_no": "8"}, ["charity-other"]),
        ({"legal_basis": "residents", "holder": "居委会"}, ["resolution"]),
        ({"legal_basis": "residents", "holder": "居委会", "resolution_on": DAY}, ["resolution"]),
        ({"legal_basis": "residents", "holder": "居委会", **resolved}, []),
        ({"legal_basis": "agreement", "holder": "居委会"}, ["agreement"]),
        ({"legal_basis": "agreement", "holder": "居委会", "agreement": agreement}, []),
        (joint(cast, filing_no=""), ["filing_no"]),
        (joint(cast, charity_certificate=""), ["charity_certificate"]),
        (joint(cast, agreement=None), ["agreement"]),
        (joint(cast, holder="居委会"), ["holder-charity"]),
        (joint(cast, owner=None, closes=None), ["owner", "closes"]),
        (joint(cast), []),
    ]
    with clock.standing_at(LATER):
        for said, codes in table:
            row = a_draft(cast, **said)
            lacks = collecting.missing(row)
            assert [r.code for r in lacks] == codes, said
            assert acts.lacks(row) == [str(r.sentence) for r in lacks]
            if codes:
                assert refusal(collecting.open_up, row, by=cast.zhang) == codes[0]
        assert a_draft(cast, **joint(cast)).holder == "湖里区慈善会"
        assert row.number == "JF-C-2019-15"
        for field, said in (
            ("name", {"name": " "}),
            ("holder", {"holder": "张书记"}),
            ("purpose", {"purpose": "每户捐 20 元帮人"}),
            ("resolution_on", {"resolution_on": date(2019, 12, 1)}),
            ("opens", {"resolution_on": DAY, "opens": date(2019, 11, 1)}),
            ("closes", {"opens": DAY, "closes": date(2019, 11, 1)}),
        ):
            with pytest.raises(Refused) as refused:
                a_draft(cast, **said)
            assert refused.value.field == field
        other = make_cast("YY", "邻近社区")
        for nobody in (cast.he, cast.sun, cast.ma, cast.wang, other.zhang):
            with pytest.raises(NotYours):
                collecting.open_up(row, by=nobody)


def test_each_basis_forbids_something(cast: Cast) -> None:
    with clock.standing_at(LATER):
        out = {"by": cast.sun, "where": "菜市场门口"}
        book = {b: a_collection(cast, name=b) for b in ("residents",)}
        for basis in ("mutual", "agreement", "joint"):
            said = joint(cast) if basis == "joint" else {"legal_basis": basis, "holder": "居委会"}
            said.setdefault("agreement", a_paper(cast, "agreement"))
            row = a_draft(cast, name=basis, **said)
            line = {"text": "随心捐一点", "by": cast.zhang}
            if basis == "mutual":
                assert refusal(collecting.open_up, row, **line | {"text": "每户 20 元"}) == "quota"
            book[basis] = collecting.open_up(row, **line)
        asks = Ask.objects.of(cast.house).filter(public()).values_list("collection__legal_basis")
        assert sorted(b for (b,) in asks) == ["agreement", "joint", "residents"]
        for n, (basis, row) in enumerate(sorted(book.items())):
            serial = f"JF-{n}"
            if basis == "agreement":
                act = {"serial": serial, "in_public": False, **out}
                assert refusal(boxes.set_out, row, **act) == "no-boxes"
                give = {"by": cast.sun, "amount_fen": 100}
                assert refusal(acts.give, row, unnamed=True, **give) == "units-only"
                plain = {"kind": "gift", "giver_name": "林先生", **give}
                assert refusal(record_voucher, row, **plain) == "units-only"
                assert acts.give(row, unit=cast.partnership, **give).waiting
            elif basis == "joint":
                rows = booked(cast, row, "gift", 500)
                assert receipts.add_ticket(rows, by=cast.sun, ticket_no="FJ-1").ticket_no
                assert boxes.set_out(row, serial=serial, in_public=True, **out).pk
                gift = acts.give(row, by=cast.sun, amount_fen=100, unnamed=True)
                assert "湖里区慈善会的账户" in gift.text
            else:
                act = {"serial": serial, **out}
                assert refusal(boxes.set_out, row, in_public=True, **act) == "public-place"
                assert boxes.set_out(row, in_public=False, **act).pk
        changed = collecting.change(book["joint"], by=cast.zhang, about="年底前给困难人家")
        assert changed.about
        fixed = {"by": cast.zhang, "purpose": "修门球场"}
        assert refusal(collecting.change, book["joint"], **fixed) == "fixed"
        assert refusal(acts.drop, book["joint"], by=cast.zhang) == "state"
        assert acts.drop(a_draft(cast), by=cast.zhang).state == "dropped"


def test_who_gives_need_not_be_named(cast: Cast) -> None:
    """In the account or in hand, named, unnamed, or known by telephone; receipts for all but what
    lay in a box; the charity's own ticket is written beside it."""
    with clock.standing_at(LATER):
        book = a_collection(cast)
        wang = cast.person("王阿姨")
        give = {"by": cast.sun, "amount_fen": 10_000}
        rows = [
            acts.give(book, giver_name="王阿姨", phone="13800131234", name_public=True, **give),
            acts.give(book, unnamed=True, name_public=True, in_hand=True, **give),
            acts.give(book, giver_name="一位老师", phone="", in_hand=True, ticket_no="X9", **give),
        ]
        assert refusal(acts.give, book, in_hand=True, **give) == "giver"
        assert refusal(acts.give, book, unnamed=True, giver_name="谁", **give) == "unnamed"
        for amount in (0, -1, 10**400):
            said = {"by": cast.sun, "amount_fen": amount, "unnamed": True}
            assert refusal(acts.give, book, **said) == "amount"
        for row in rows:
            check_voucher(row, by=cast.ma)
            row.refresh_from_db()
        assert (rows[0].giver, rows[0].name_public, rows[0].giver_name) == (wang, True, "")
        assert (rows[1].unnamed, rows[1].name_public) == (True, False)
        assert [bool(row.receipt_no) for row in rows] == [True, False, True]
        assert receipts.number_for(rows[1], by=cast.sun).receipt_no == "JF-S-2019-0003"
        said = {"by": cast.sun, "ticket_no": "FJ-0001"}
        assert refusal(receipts.add_ticket, rows[0], **said) == "no-charity"
        box = boxes.set_out(book, by=cast.sun, serial="1", where="柜台上", in_public=False)
        opening = boxes.open_box(box, by=cast.ma, seal_no="1")
        for who in (cast.sun, cast.ma):
            opening = boxes.count(opening, by=who, notes={10000: 1}).opening
        assert refusal(receipts.number_for, opening.voucher, by=cast.sun) == "from-box"
        assert (totals(book).bank, totals(book).box) == (10_000, 30_000)
        slip = {"by": cast.sun, "amount_fen": 30_000}
        assert refusal(acts.deposit_in_hand, book, slip=None, **slip) == "slip"
        check_voucher(acts.deposit_in_hand(book, slip=a_paper(cast, "slip"), **slip), by=cast.ma)
        assert totals(book).box == 0


def test_goods_come_in_and_go_out_with_their_value(cast: Cast) -> None:
    with clock.standing_at(LATER):
        book, need = a_collection(cast), make_need(cast)
        accept(need, by=cast.zhang, category=cast.category(), owner=cast.person("李网格"))
        rice = {"by": cast.sun, "item": "大米", "quantity": "20 袋"}
        assert refusal(goods.receive, book, **rice) == "giver"
        assert refusal(goods.receive, book, unnamed=True, giver_name="谁", **rice) == "giver"
        assert refusal(goods.receive, book, unnamed=True, value_fen=0, **rice) == "amount"
        assert refusal(goods.receive, need, unnamed=True, value_fen=-5, **rice) == "amount"
        row = goods.receive(book, unit=cast.partnership, value_fen=120_000, **rice)
        used = {"by": cast.sun, "used_for": "送给困难人家过年", "given_to": "二十二户高龄老人"}
        assert refusal(goods.use, row, **used) == "waiting"
        assert row.voucher is not None
        check_voucher(row.voucher, by=cast.ma)
        assert (totals(book).goods, totals(book).left) == (120_000, 120_000)
        named = used | {"given_to": "3 栋 502 的王小明，电话 13800131234"}
        assert refusal(goods.use, row, **named) == "marks"
        row = goods.use(row, **used)
        assert row.use_voucher is not None
        check_voucher(row.use_voucher, by=cast.ma)
        assert (totals(book).goods, totals(book).spent) == (0, 120_000)
        assert refusal(goods.use, row, **used) == "used"
        free = goods.receive(book, unnamed=True, **rice)
        assert goods.use(free, **used).use_voucher is None
        lamp = goods.receive(need, giver_name="一位邻居", by=cast.li, item="灯泡", quantity="2 个")
        assert goods.use(lamp, **used | {"by": cast.li}).used_on is not None
        for target in (book, need):
            with pytest.raises(NotYours):
                goods.receive(target, unnamed=True, **rice | {"by": cast.wang})
        idea = propose(by=cast.zhang, name="凉亭", place=cast.estate)
        assert refusal(goods.receive, idea, unnamed=True, **rice) == "not-open"
        assert totals(book).raised == 120_000


def test_disclosures_are_there_on_their_days(cast: Cast) -> None:
    """Drafted a week before three months are over, read and published by a person; anything that
    moved since is read again; the last one says what becomes of what is left."""
    with clock.standing_at(LATER):
        book = a_collection(cast)
        booked(cast, book, "gift", 50_000)
        assert acts.tick() == 0
    near = clock.at_local(2020, 2, 7, 9)
    assert book.due_at == clock.at_local(2020, 2, 14, 18)
    with clock.standing_at(near - timedelta(days=1)):
        assert acts.tick() == 0
    with clock.standing_at(near + timedelta(hours=10)):
        assert (acts.tick(), acts.tick()) == (1, 0)
        said = Disclosure.objects.of(cast.house).get()
        assert (said.kind, said.since, said.until) == ("quarter", date(2019, 11, 14), near.date())
        assert (said.numbers["raised"], said.numbers["left"], said.numbers["gifts"]) == (
            *(50_000, 50_000),
            1,
        )
        booked(cast, book, "spend", 20_000)
        assert refusal(disclosing.publish, said, by=cast.zhang) == "stale"
        disclosing.redraw(said, by=cast.zhang)
        for nobody in (cast.house, cast.sun, cast.ma):
            with pytest.raises(NotYours):
                disclosing.publish(said, by=nobody)
        phone = {"by": cast.zhang, "words": "问 13800131234"}
        assert refusal(disclosing.publish, said, **phone) == "marks"
        said = disclosing.publish(said, by=cast.zhang, words="帮了一户，医院的票据在居委会看得到。")
        assert said.numbers["spent"] == 20_000
        book.refresh_from_db()
        assert book.due_at == clock.at_local(2020, 5, 7, 18)
        assert refusal(disclosing.redraw, said, by=cast.zhang) == "published"
        assert refusal(disclosing.draft, book, kind="quarter", by=cast.zhang) == "today"
        assert refusal(disclosing.draft, book, kind="final", by=cast.zhang) == "not-over"

        wrong = Voucher.objects.of(cast.house).get(kind="spend")
        check_voucher(reverse(wrong, by=cast.sun, because="付错了"), by=cast.ma)
        mended = disclosing.correct(said, by=cast.zhang)
        assert refusal(disclosing.publish, mended, by=cast.zhang) == "words"
        mended = disclosing.publish(mended, by=cast.zhang, words="付出的 200 元记错了，已冲回。")
        assert (mended.corrects, mended.numbers["spent"]) == (said, 0)

    with clock.standing_at(clock.at_local(2020, 3, 2, 9)):
        book = acts.close(book, by=cast.zhang)
        assert book.due_at == clock.at_local(2020, 6, 2, 18)
        assert refusal(acts.settle, book, by=cast.zhang) == "final"
    with clock.standing_at(clock.at_local(2020, 6, 20, 9)):
        assert acts.tick() == 1
        last = Disclosure.objects.of(cast.house).get(kind="final")
        assert refusal(disclosing.publish, last, by=cast.zhang) == "leftover"
        left = {"by": cast.zhang, "leftover": "用在下一年的急难帮扶上，居民会议定的"}
        disclosing.publish(last, **left)
        assert refusal(disclosing.correct, mended, by=cast.sun) == "disclosure"
        booked(cast, book, "spend", 10_000)
        assert refusal(acts.settle, book, by=cast.zhang) == "final"
        again = disclosing.correct(last, by=cast.zhang)
        assert again.leftover
        disclosing.publish(again, words="又付了 100 元。", **left)
        assert acts.settle(book, by=cast.zhang).state == "settled"
        assert refusal(
            record_voucher, book, by=cast.sun, kind="refund", amount_fen=1, text="退"
        ) in (
            "closed",
            "giver",
        )
        seal_all()
        assert verify() == [] and recount.misfits() == []


def test_projects_tell_every_three_months_what_moved(cast: Cast) -> None:
    with clock.standing_at(LATER):
        project = a_project(cast)
    with clock.standing_at(LATER + timedelta(days=100)):
        assert acts.tick() == 0
        booked(cast, project, "gift", 50_000, happened_on=date(2019, 11, 20))
        assert (acts.tick(), acts.tick()) == (1, 0)
        said = disclosing.publish(Disclosure.objects.of(cast.house).get(), by=cast.zhang)
        assert said.numbers["raised"] == 50_000
        assert acts.tick() == 0


def test_a_month_is_closed_by_two_and_stays_so(cast: Cast) -> None:
    november = date(2019, 11, 1)
    with clock.standing_at(LATER):
        book = a_collection(cast)
        booked(cast, book, "gift", 50_000)
        assert refusal(closing.draw_up, november, by=cast.sun) == "not-over"
        assert closing.to_close(cast.community.pk) is None
    with clock.standing_at(clock.at_local(2019, 12, 3, 9)):
        seal_all()
        assert closing.to_close(cast.community.pk) == november
        late = {"by": cast.sun, "kind": "gift", "amount_fen": 100, "unnamed": True}
        waits = record_voucher(book, happened_on=date(2019, 11, 30), **late)
        assert refusal(closing.draw_up, november, by=cast.sun) == "waiting"
        check_voucher(waits, by=cast.ma)
        row = closing.draw_up(date(2019, 11, 15), by=cast.sun)
        assert row.totals["all"] == {"raised": 50_100, "direct": 0, "spent": 0, "left": 50_100}
        assert row.totals["books"][book.number]["left"] == 50_100
        assert row.seq > 0
        for nobody in (cast.sun, cast.li, cast.wang):
            with pytest.raises(NotYours):
                closing.close_month(row, by=nobody)
        double = know_person(name="孙出纳", by=cast.house)
        appoint(double, Role.SUPERVISOR, place=cast.root, title="监督委员", by=cast.house)
        assert refusal(closing.close_month, row, by=actor_of(double)) == "same-person"
        booked(cast, book, "spend", 100, happened_on=date(2019, 11, 30))
        assert refusal(closing.close_month, row, by=cast.ma) == "moved"
        row = closing.close_month(closing.draw_up(november, by=cast.sun), by=cast.ma)
        assert closing.close_month(row, by=cast.ma).closed_at == row.closed_at
        with pytest.raises(Lost):
            closing.close_month(row, by=cast.zhang)
        assert refusal(closing.draw_up, november, by=cast.sun) == "closed"
        assert refusal(record_voucher, book, happened_on=date(2019, 11, 30), **late) == (
            "month-closed"
        )
    with clock.standing_at(clock.at_local(2020, 2, 3, 9)):
        assert refusal(closing.draw_up, date(2020, 1, 1), by=cast.sun) == "before"
        assert closing.to_close(cast.community.pk) == date(2019, 12, 1)


def test_another_purpose_needs_everybody_who_can_be_asked(cast: Cast) -> None:
    with clock.standing_at(LATER):
        book = a_collection(cast)
        wang = booked(cast, book, "gift", 10_000, giver=cast.person("王阿姨"), giver_name="")
        unit = booked(cast, book, "gift", 20_000, unit=cast.partnership, giver_name="")
        other = booked(cast, book, "gift", 5_000, giver_name="林先生")
        booked(cast, book, "gift", 700, unnamed=True, giver_name="")
        want = {"by": cast.zhang, "purpose": "给小公园装灯", "because": "急难的人家都帮到了"}
        change = purposes.propose(book, **want)
        assert refusal(purposes.propose, book, **want) == "one-at-a-time"
        pay = {"by": cast.sun, "amount_fen": 100, "payee": "灯具店", "text": "灯"}
        assert refusal(acts.spend, book, purpose="给小公园装灯", **pay) == "purpose"
        assert refusal(purposes.settle, change, by=cast.zhang) == "to-ask"
        for nobody in (cast.chen, cast.zhao, cast.sun):
            with pytest.raises(NotYours):
                purposes.answer(change, wang, by=nobody, agrees=True)
        purposes.answer(change, wang, by=cast.wang, agrees=True)
        purposes.answer(change, unit, by=cast.chen, agrees=True)
        purposes.answer(change, other, by=cast.zhang, agrees=False)
        assert purposes.asked(change) == purposes.Asked(2, 1, 0, 700)
        assert refusal(purposes.settle, change, by=cast.zhang) == "not-agreed"
        booked(cast, book, "refund", 5_000, giver_name="林先生")
        with pytest.raises(Refused, match="居民会议") as unnamed:
            purposes.settle(change, by=cast.zhang)
        assert unnamed.value.field == "unnamed_how"
        assert refusal(acts.spend, book, purpose="给小公园装灯", **pay) == "purpose"
        how = {"by": cast.zhang, "unnamed_how": "11月14日居民会议再议定"}
        assert purposes.settle(change, **how).agreed
        book.refresh_from_db()
        assert book.purpose == "给小公园装灯"
        assert acts.spend(book, purpose="给小公园装灯", **pay).waiting
        assert refusal(acts.spend, book, purpose="帮社区里遇到急难的人家", **pay) == "purpose"
        assert refusal(purposes.answer, change, wang, by=cast.wang, agrees=False) == "settled"
        assert "备案" in purposes.for_the_unnamed("joint", 700)
        seal_all()
        assert verify() == []
