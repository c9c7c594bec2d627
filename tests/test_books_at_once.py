"""Several people moving the money of one book in the same moment."""

from __future__ import annotations

from random import Random

import pytest

from linshuo.domain.funds import recount
from linshuo.domain.funds.actions import check_voucher, record_voucher, reverse
from linshuo.domain.funds.models import Pot, Transfer, Voucher
from linshuo.domain.funds.queries import totals
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import Refused
from tests.books import a_collection, booked
from tests.cast import make_cast
from tests.crowd import at_once
from tests.test_books import LATER

EIGHT, EACH = 8, 12


@pytest.mark.django_db(transaction=True)
def test_eight_people_on_one_book_never_take_out_what_is_not_there() -> None:
    """A hundred and some acts by eight at once: whoever comes too late gets a sentence, nobody gets
    an error, and all of it adds up."""
    with clock.standing_at(LATER):
        cast = make_cast()
        book = a_collection(cast)
        booked(cast, book, "gift", 10_000)
        writers, checker = [cast.sun, cast.zhang], cast.ma

    def press(n: int) -> int:
        draw, taken = Random(n), 0
        with clock.standing_at(LATER):
            for _step in range(EACH):
                try:
                    if draw.random() < 0.2:
                        done = Voucher.objects.of(checker).filter(booked_at__isnull=False)
                        row = reverse(draw.choice(list(done)), by=writers[n % 2], because="记错了")
                    else:
                        kind = draw.choice(["gift", "spend", "spend"])
                        row = record_voucher(
                            book,
                            by=writers[n % 2],
                            kind=kind,
                            amount_fen=draw.choice([700, 4_000, 9_000]),
                            text="按单据",
                            payee="某公司",
                            unnamed=kind == "gift",
                        )
                    check_voucher(row, by=checker)
                    taken += 1
                except Refused:
                    continue
        return taken

    answers = at_once(EIGHT, press)
    taken = [answer for answer in answers if isinstance(answer, int)]
    assert len(taken) == EIGHT, answers
    assert Transfer.objects.of(checker).count() == 1 + sum(taken)
    pots = dict(Pot.objects.of(checker).values_list("kind", "balance_fen"))
    assert sum(pots.values()) == 0
    assert pots["bank"] == totals(book).left >= 0
    assert recount.misfits() == [] == verify()
