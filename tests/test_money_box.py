"""A box, from its seal to the bank: two people, note by note, every difference explained."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linshuo.acts import collecting
from linshuo.acts.promising import sign_for
from linshuo.domain.board.models import Ask, Collection
from linshuo.domain.funds import boxes, depositing, receipts, recount
from linshuo.domain.funds.actions import check_voucher, refuse_voucher
from linshuo.domain.funds.models import Box, Opening, Transfer, Voucher
from linshuo.domain.funds.queries import totals
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import appoint
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from tests.books import a_collection, a_paper
from tests.cast import T0, Cast, make_cast

pytestmark = pytest.mark.django_db

LATER = T0 + timedelta(days=10)
TODAY = date(2019, 11, 14)
NOTES = {10000: 120, 2000: 15, 1000: 4, 500: 1, 50: 1, 10: 1}
"""¥12,345.60, as it lay in the box."""


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def refusal(act: Callable[..., Any], *args: Any, **told: Any) -> str:
    """The code of the refusal that an act meets."""
    with pytest.raises(Refused) as refused:
        act(*args, **told)
    return refused.value.code


def a_box(cast: Cast, book: Collection, serial: str = "JF-01") -> Box:
    return boxes.set_out(book, by=cast.sun, serial=serial, where="服务站柜台上", in_public=False)


def an_opening(cast: Cast, box: Box, seal_no: str = "0001") -> Opening:
    return boxes.open_box(box, by=cast.sun, seal_no=seal_no)


def agreed(cast: Cast, opening: Opening, notes: dict[int, int]) -> Opening:
    """Counted by 孙出纳 and 马监督, who find the same."""
    boxes.count(opening, by=cast.sun, notes=notes)
    return boxes.count(opening, by=cast.ma, notes=notes).opening


def to_the_bank(cast: Cast, opening: Opening, fen: int) -> Voucher:
    slip = a_paper(cast, "slip")
    voucher = depositing.deposit(opening, by=cast.sun, amount_fen=fen, slip=slip, happened_on=TODAY)
    check_voucher(voucher, by=cast.ma)
    return voucher


def test_a_difference_is_explained_before_the_box_is_done_with(cast: Cast) -> None:
    """Scenario 7: ¥12,345.60 counted by A and B, ¥12,300 at the bank, ¥45.60 to be explained; A
    counting twice is refused; under 互助互济 a stranger finds no page."""
    with clock.standing_at(LATER):
        book = a_collection(cast, basis="mutual")
        opening = an_opening(cast, a_box(cast, book))
        first = boxes.count(opening, by=cast.sun, notes=NOTES)
        assert (first.total_fen, first.agreed) == (1_234_560, None)
        assert refusal(boxes.count, opening, by=cast.sun, notes=NOTES) == "same-counter"
        assert totals(book).raised == 0
        second = boxes.count(opening, by=cast.ma, notes=NOTES)
        assert second.agreed
        assert totals(book).raised == totals(book).box == 1_234_560
        moved = Transfer.objects.of(cast.house).get()
        assert (moved.by_id, moved.checked_by_id) == (cast.sun.person_id, cast.ma.person_id)

        slip = a_paper(cast, "slip")
        deposit = depositing.deposit(
            opening, by=cast.sun, amount_fen=1_230_000, slip=slip, happened_on=TODAY
        )
        check_voucher(deposit, by=cast.ma)
        with pytest.raises(Refused, match=r"¥45\.60") as unexplained:
            depositing.close_opening(opening, by=cast.sun)
        assert unexplained.value.code == "difference"

        depositing.explain(opening, by=cast.sun, why="next", words="零钱银行不收，留着下次存")
        assert depositing.close_opening(opening, by=cast.sun).closed_at is not None
        known = totals(book)
        assert (known.raised, known.bank, known.box) == (1_234_560, 1_230_000, 4_560)
        seal_all()
        assert verify() == [] and recount.misfits() == []
        open_to_all = a_collection(cast, name="给小公园装灯")
        for row, answer in ((open_to_all, 200), (book, 404)):
            page = reverse("plaza:collection", args=[cast.community.prefix, row.number])
            assert Client().get(page).status_code == answer


def test_what_explains_a_difference_moves_it(cast: Cast) -> None:
    """Kept: it stays in the box's pot. False notes and what was miscounted go, or come, by a
    voucher that another checks; the opening waits for it."""
    with clock.standing_at(LATER):
        book = a_collection(cast)
        box = a_box(cast, book)
        for n, (why, lacking) in enumerate((("false", 4_560), ("miscount", 100))):
            opening = agreed(cast, an_opening(cast, box, f"A{n}"), {10000: 1})
            assert (
                refusal(depositing.explain, opening, by=cast.sun, why=why, words="银行当场说的")
                == "no-difference"
            )
            to_the_bank(cast, opening, 10_000 - lacking)
            depositing.explain(opening, by=cast.sun, why=why, words="银行当场说的，有回单")
            assert refusal(depositing.close_opening, opening, by=cast.ma) == "waiting"
            loss = depositing.explaining(Opening.objects.of(cast.house).get(pk=opening.pk))
            assert loss is not None and loss.amount_fen == lacking
            if why == "false":
                refuse_voucher(loss, by=cast.ma, because="银行的没收凭证没拍上")
                assert refusal(depositing.close_opening, opening, by=cast.ma) == "difference"
                depositing.explain(opening, by=cast.sun, why=why, words="补拍了没收凭证")
                loss = depositing.explaining(opening)
                assert loss is not None
            check_voucher(loss, by=cast.ma)
            depositing.close_opening(opening, by=cast.ma)
        known = totals(book)
        assert (known.raised, known.bank, known.box) == (20_000 - 4_660, 15_340, 0)

        more = agreed(cast, an_opening(cast, box, "A9"), {10000: 1})
        assert refusal(to_the_bank, cast, more, 10_500) == "more-than-counted"
        slip = a_paper(cast, "slip")
        depositing.found_more(more, by=cast.sun, more_fen=500, words="夹层里还有五元", slip=slip)
        found = depositing.explaining(more)
        assert found is not None
        check_voucher(found, by=cast.ma)
        found.refresh_from_db()
        assert found.booked_at is not None and not receipts.may_number(found)
        to_the_bank(cast, more, 10_500)
        depositing.close_opening(more, by=cast.sun)
        assert (totals(book).raised, totals(book).box) == (25_840, 0)
        assert recount.misfits() == []


def test_two_who_do_not_agree_both_count_again(cast: Cast) -> None:
    with clock.standing_at(LATER):
        book = a_collection(cast)
        opening = an_opening(cast, a_box(cast, book))
        boxes.count(opening, by=cast.ma, notes={10000: 3})
        apart = boxes.count(opening, by=cast.sun, notes={10000: 2, 5000: 1})
        assert apart.agreed is False
        assert "¥300.00" in apart.sentence and "¥250.00" in apart.sentence
        assert totals(book).raised == 0
        boxes.count(opening, by=cast.sun, notes={10000: 3})
        assert refusal(boxes.count, opening, by=cast.sun, notes={10000: 3}) == "same-counter"
        # Who counts first does not say who keeps the books.
        assert boxes.count(opening, by=cast.ma, notes={5000: 6}).agreed
        assert totals(book).box == 30_000
        assert Voucher.objects.of(cast.house).get().recorded_by_id == cast.sun.person_id
        assert refusal(boxes.count, opening, by=cast.zhang, notes={100: 1}) == "counted"


def test_bad_counts_move_nothing(cast: Cast) -> None:
    with clock.standing_at(LATER):
        book = a_collection(cast)
        box = a_box(cast, book)
        opening = an_opening(cast, box)
        for notes, code in (
            ({10000: -1}, "note-negative"),
            ({10000: 10**9}, "note-many"),
            ({3000: 1}, "note"),
            ({}, "nothing-counted"),
            ({10000: 0}, "nothing-counted"),
        ):
            assert refusal(boxes.count, opening, by=cast.sun, notes=notes) == code
        assert refusal(boxes.count, opening, by=cast.sun, notes={100: 1}, empty=True) == (
            "not-empty"
        )
        for nobody in (cast.li, cast.zhao, cast.wang, make_cast("YY", "邻近社区").sun):
            with pytest.raises(NotYours):
                boxes.count(opening, by=nobody, notes={100: 1})
        assert refusal(an_opening, cast, box, "0002") == "being-counted"

        # Another card of the same person, and two of whom none may check.
        boxes.count(opening, by=cast.sun, notes={100: 1})
        other = know_person(name="周出纳", by=cast.house)
        appoint(other, Role.CASHIER, place=cast.root, title="出纳", by=cast.house)
        assert refusal(boxes.count, opening, by=actor_of(other), notes={100: 1}) == "pair"
        double = know_person(name="孙出纳", by=cast.house)
        appoint(double, Role.SUPERVISOR, place=cast.root, title="监督委员", by=cast.house)
        assert refusal(boxes.count, opening, by=actor_of(double), notes={100: 1}) == (
            "same-counter"
        )
        assert totals(book).raised == 0

        boxes.count(opening, by=cast.ma, notes={100: 1})
        assert refusal(an_opening, cast, box, "0001") == "seal-used"
        assert refusal(a_box, cast, book) == "serial-taken"
        empty = an_opening(cast, box, "0003")
        boxes.count(empty, by=cast.sun, notes={}, empty=True)
        done = boxes.count(empty, by=cast.ma, notes={}, empty=True)
        assert done.agreed and done.opening.closed_at is not None
        assert totals(book).raised == 100


def test_a_collection_stops_when_its_boxes_are_home(cast: Cast) -> None:
    with clock.standing_at(LATER):
        book = a_collection(cast)
        box = a_box(cast, book)
        opening = agreed(cast, an_opening(cast, box), {10000: 1})
        assert refusal(boxes.take_in, box, by=cast.sun) == "opening"
        assert refusal(collecting.close, book, by=cast.zhang) == "cash"
        assert len(collecting.lacks(book)) == 2
        slip = {"slip": a_paper(cast, "slip"), "happened_on": TODAY}
        paid_in = depositing.deposit(opening, by=cast.sun, amount_fen=10_000, **slip)
        assert refusal(depositing.close_opening, opening, by=cast.sun) == "waiting"
        check_voucher(paid_in, by=cast.ma)
        assert refusal(collecting.close, book, by=cast.zhang) == "boxes"
        depositing.close_opening(opening, by=cast.sun)
        boxes.take_in(box, by=cast.sun)
        assert refusal(an_opening, cast, box, "0002") == "box-closed"
        line = Ask.objects.of(cast.house).get(collection=book)
        promise = sign_for(
            line.pk,
            by=cast.chen,
            partnership=cast.partnership,
            amount_fen=60_000,
            parts=[(date(2019, 12, 1), 60_000)],
            agreement=a_paper(cast, "agreement"),
        )
        closed = collecting.close(book, by=cast.zhang)
        promise.refresh_from_db()
        assert promise.ended_as == "released"
        assert (closed.state, collecting.lacks(closed)) == ("closed", ["最后的收支公开还没发布。"])
        assert refusal(a_box, cast, book, "JF-02") == "not-open"
        gift = {"by": cast.sun, "amount_fen": 100, "unnamed": True}
        assert refusal(collecting.give, book, **gift) == "not-open"
        assert totals(book).raised == 10_000
