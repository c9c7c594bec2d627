"""The desk's pages of money: what is recorded, checked, counted and closed by clicks alone, and that
every figure on them is what the database adds up to."""

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
from django.urls import reverse

from linshuo.domain.board.models import BudgetLine, Collection, Milestone, Project
from linshuo.domain.funds import recount
from linshuo.domain.funds.models import Box, Closing, Disclosure, Goods, Opening, Voucher
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Account
from linshuo.domain.pledges.models import Instalment
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.kit.money import yuan
from tests.books import a_collection, a_paper, a_project, a_promise, booked
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
    from linshuo.domain.funds.actions import check_voucher, record_voucher, reverse

    check_voucher(reverse(wrong, by=cast.sun, because="记重了"), by=cast.ma)
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
        for label, amount in told.items():
            assert f"{label} <b>{amount}</b>" in home
            listed = text(client.get(f"{DESK}{book.trail_kind}s/"))
            assert f"{label} <b>{amount}</b>" in listed
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
        for pot in ("bank", "box", "advance", "goods", "direct"):
            rows = client.get(f"{DESK}books/{book.number}/?pot={pot}")
            assert rows.context["closing"] == yuan(n[pot]), pot
        whole = client.get(f"{DESK}books/{book.number}/")
        assert whole.context["rows"][-1].balance == yuan(n["left"])
    page = text(client.get(reverse("desk:project", args=["JF", works.number])))
    paid, part = 5_000_00 + 120_00 + 7_000_00, 20_000_00
    for fen in (90_000_00, paid, 90_000_00 - paid, 30_000_00, 15_000_00, part, 25_000_00):
        assert yuan(fen) in page
    due = text(client.get(f"{DESK}due/"))
    assert yuan(10_000_00) in due and yuan(25_000_00) in due
    assert "逾期" not in due and "欠" not in due and "付了一部分" in due
    assert recount.misfits() == []
