"""The books: two people for every movement, nothing below nothing, nothing changed afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum

from linshuo.domain.board.models import BudgetLine
from linshuo.domain.funds import recount
from linshuo.domain.funds.access import Book
from linshuo.domain.funds.actions import check_voucher, record_voucher, refuse_voucher, reverse
from linshuo.domain.funds.models import ROUTES, Pot, Transfer, Voucher, VoucherKind
from linshuo.domain.funds.queries import statement, totals
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import appoint
from linshuo.domain.pledges.models import Instalment
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import Lost, NotYours, Refused
from tests.books import DAY, a_collection, a_project, a_promise, booked
from tests.cast import T0, Cast, make_cast

pytestmark = pytest.mark.django_db

LATER = T0 + timedelta(days=10)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def refusal(act: Callable[[], Any]) -> str:
    """The code of the refusal that an act meets."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def give(cast: Cast, book: Book, fen: int, **told: Any) -> Voucher:
    return record_voucher(
        book, by=cast.sun, kind="gift", amount_fen=fen, **({"giver_name": "林先生"} | told)
    )


def test_money_moves_when_a_second_person_has_checked(cast: Cast) -> None:
    with clock.standing_at(LATER):
        book = a_collection(cast)
        voucher = give(cast, book, 12_000)
        assert totals(book).raised == 0
        for nobody in (cast.li, cast.zhao, cast.chen):
            with pytest.raises(NotYours):
                check_voucher(voucher, by=nobody)
            with pytest.raises(NotYours):
                record_voucher(book, by=nobody, kind="gift", amount_fen=1, unnamed=True)
        first = check_voucher(voucher, by=cast.ma)
        assert check_voucher(voucher, by=cast.ma) == first
        with pytest.raises(Lost):
            check_voucher(voucher, by=cast.zhang)
        voucher.refresh_from_db()
        assert voucher.receipt_no == "JF-S-2019-0001"
        assert (totals(book).raised, totals(book).bank, totals(book).left) == (12_000,) * 3
        back = reverse(voucher, by=cast.sun, because="记重了")
        assert refusal(lambda: reverse(voucher, by=cast.sun, because="再冲")) == "reversed"
        check_voucher(back, by=cast.ma)
        assert totals(book).raised == 0
        assert recount.misfits() == [] == verify()


def test_whoever_recorded_does_not_check_under_any_card(cast: Cast) -> None:
    """Another card of the same human: the same telephone, or a name that nothing tells apart."""
    with clock.standing_at(LATER):
        book = a_collection(cast)
        own = record_voucher(book, by=cast.zhang, kind="gift", amount_fen=500, unnamed=True)
        assert refusal(lambda: check_voucher(own, by=cast.zhang)) == "same-person"
        twin = know_person(name="张书记", phone="", by=cast.house)
        appoint(twin, Role.SUPERVISOR, place=cast.root, title="监督委员", by=cast.house)
        assert refusal(lambda: check_voucher(own, by=actor_of(twin))) == "same-person"
        with pytest.raises(DatabaseError), transaction.atomic():
            Voucher.objects.of(cast.zhang).filter(pk=own.pk).update(
                checked_by=own.recorded_by, booked_at=LATER
            )
        assert refusal(lambda: refuse_voucher(own, by=cast.ma, because=" ")) == "because"
        refuse_voucher(own, by=cast.ma, because="没有单据")
        with pytest.raises(Lost):
            check_voucher(own, by=cast.ma)


@pytest.mark.parametrize(
    "verb", ["UPDATE funds_transfer SET amount_fen = 1", "DELETE FROM funds_transfer"]
)
def test_a_transfer_is_neither_changed_nor_deleted(cast: Cast, verb: str) -> None:
    with clock.standing_at(LATER):
        booked(cast, a_collection(cast), "gift", 500)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _plain_owner(cursor)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(verb)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            assert recount.misfits() == []
            cursor.execute("GRANT UPDATE ON funds_transfer TO CURRENT_USER")
            assert [m.code for m in recount.misfits()] == ["guard"]
            cursor.execute("RESET ROLE")


def _plain_owner(cursor: Any) -> None:
    """The tests' own role is a superuser, whom nothing stops: go on as one who owns the table as a
    community's database user does, after the migration's own words."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SELECT current_user")
    me = cursor.fetchone()[0]
    cursor.execute("DROP ROLE IF EXISTS keeper")
    cursor.execute("CREATE ROLE keeper NOSUPERUSER")
    cursor.execute(f'GRANT keeper TO "{me}"')
    cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO keeper")
    cursor.execute("ALTER TABLE funds_transfer OWNER TO keeper")
    cursor.execute("SET ROLE keeper")
    migration = import_module("linshuo.domain.funds.migrations.0002_append_only")
    with connection.schema_editor() as editor:
        migration.refuse(None, editor)
    cursor.execute("SELECT count(*) FROM funds_transfer")


def test_a_database_administrator_changes_one_amount(cast: Cast) -> None:
    """Scenario 10, the money: the trigger lifted, an amount changed, a balance made to fit."""
    with clock.standing_at(LATER):
        book = a_collection(cast)
        voucher = booked(cast, book, "gift", 50_000)
        assert verify() == [] == recount.misfits()
        row = Transfer.objects.of(cast.sun).get(voucher=voucher)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DROP TRIGGER funds_transfer_append_only_update")
            cursor.execute("UPDATE funds_transfer SET amount_fen = 40000 WHERE id = %s", [row.pk])
        assert [m.what for m in verify()] == [f"transfer {row.pk}"]
        found = [m.code for m in recount.misfits() if m.code != "guard"]
        assert sorted(found) == ["pot", "pot", "transfer"]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE funds_pot SET balance_fen = balance_fen * 4 / 5 WHERE balance_fen <> 0"
            )
            cursor.execute(
                "UPDATE funds_voucher SET amount_fen = 40000 WHERE id = %s", [voucher.pk]
            )
        assert {m.what for m in verify()} == {f"transfer {row.pk}", f"voucher {voucher.pk}"}


def test_what_does_not_fit_gets_a_sentence_and_moves_nothing(cast: Cast) -> None:
    with clock.standing_at(LATER):
        project, other = a_project(cast, budget_fen=50_000), a_project(cast, name="修雨棚")
        collection = a_collection(cast)
        pledge = a_promise(cast, project, 30_000, 20_000)
        part = Instalment.objects.of(cast.sun).filter(pledge=pledge).order_by("no")[0]
        line = BudgetLine.objects.of(cast.sun).get(project=project)

        def put(book: Book, kind: str, fen: int, **told: Any) -> str:
            told = {"text": "按单据", "payee": "某照明公司"} | told
            return refusal(
                lambda: record_voucher(book, by=cast.sun, kind=kind, amount_fen=fen, **told)
            )

        assert put(collection, "spend", 1) == "too-little"
        assert put(collection, "gift", 0, unnamed=True) == "amount"
        assert put(collection, "gift", -5, unnamed=True) == "amount"
        assert put(collection, "gift", 10**10, unnamed=True) == "amount"
        assert put(collection, "gift", 5) == "giver"
        assert put(collection, "gift", 5, unnamed=True, giver_name="林") == "unnamed"
        assert put(collection, "gift", 5, unnamed=True, happened_on=date(2019, 12, 1)) == "future"
        assert put(collection, "reverse", 5) == "reverse"
        assert put(other, "instalment", 100, pledge=pledge, instalment=part) == "another-book"
        assert put(project, "instalment", 30_001, pledge=pledge, instalment=part) == (
            "over-instalment"
        )
        assert put(project, "cash", 5) == "kind"
        booked(cast, project, "instalment", 30_000, pledge=pledge, instalment=part)
        assert put(project, "spend", 50) == "line"
        assert put(project, "spend", 50, payee="", line=line) == "payee"
        assert put(project, "spend", 50_001, line=line) == "over-line"
        assert put(project, "spend", 30_001, line=line) == "too-little"
        assert put(project, "draw", 50) == "advance"
        assert put(other, "spend", 50, line=line) == "another-book"
        assert recount.misfits() == [] == verify()
        assert Transfer.objects.of(cast.sun).count() == 1


def test_a_statement_adds_up_over_any_stretch_and_pages_by_marks(cast: Cast) -> None:
    with clock.standing_at(LATER):
        book = a_collection(cast)
        for n in range(5):
            booked(cast, book, "gift", 1000 + n, happened_on=DAY + timedelta(days=n))
        booked(cast, book, "spend", 700, happened_on=DAY + timedelta(days=3))
        booked(cast, book, "draw", 300, advance_to=cast.person("李网格"), happened_on=DAY)
        whole = statement(book, since=DAY, until=DAY + timedelta(days=9))
        assert (whole.opening_fen, whole.closing_fen) == (0, totals(book).left)
        later = statement(book, since=DAY + timedelta(days=2), until=DAY + timedelta(days=3))
        assert (later.opening_fen, later.came_fen, later.went_fen) == (2001, 2005, 700)
        assert statement(book, since=DAY, until=DAY, pot="bank").closing_fen == 700
        pages, after = [], ""
        while True:
            page = statement(book, since=DAY, until=DAY + timedelta(days=9), after=after, size=2)
            pages += page.lines
            if not (after := page.after):
                break
        assert pages == whole.lines
        assert [line.moved_within for line in pages if not line.came_fen + line.went_fen] == [
            "账户 → 备用金"
        ]


SEQUENCES, IN_ONE = 1000, 50


@pytest.mark.parametrize("chunk", range(SEQUENCES // IN_ONE))
def test_a_thousand_random_sequences(chunk: int) -> None:
    """Whatever several people do in whatever order: no pot below nothing, every book zero against
    the world, every public total what the transfers add up to; and each act is taken or refused
    exactly as a ledger kept on one sheet beside it would."""
    draw = Random(chunk)
    cast = make_cast()
    with clock.standing_at(LATER):
        books = [Sheet(cast, draw, a_collection(cast)), Sheet(cast, draw, a_project(cast))]
        for _sequence in range(IN_ONE):
            sheet = draw.choice(books)
            for _step in range(draw.randint(2, 5)):
                sheet.step()
            sheet.compare()
        assert recount.misfits() == []
    if chunk % 10 == 0:
        assert verify() == []


class Sheet:
    """One book, and beside it what somebody with a pencil would have written down."""

    def __init__(self, cast: Cast, draw: Random, book: Book) -> None:
        self.cast, self.draw, self.book = cast, draw, book
        self.pots = dict.fromkeys(
            ("donors", "box", "bank", "advance", "goods", "direct", "spent"), 0
        )
        self.waiting: list[Voucher] = []
        self.done: list[Voucher] = []
        self.keepers = [cast.sun, cast.zhang]
        self.checkers = [cast.ma, cast.zhang]
        self.advance_to = cast.person("李网格")
        self.project = book.trail_kind == "project"
        self.line = BudgetLine.objects.of(cast.sun).filter(project_id=book.pk).first()
        kinds = ["gift", "spend", "draw", "put_back", "spend_advance", "refund", "goods", "use"]
        self.kinds = [*kinds, "direct"] if self.project else [*kinds, "cash", "deposit", "loss"]

    def step(self) -> None:
        what = self.draw.choice(["write", "write", "check", "check", "check", "refuse", "reverse"])
        getattr(self, what)()

    def free(self, source: str, target: str, fen: int) -> bool:
        enough = source == "donors" or self.pots[source] >= fen
        return enough and (target != "donors" or -self.pots["donors"] >= fen)

    def write(self) -> None:
        kind, fen = self.draw.choice(self.kinds), self.draw.choice([1, 99, 1000, 4560, 10_000])
        told: dict[str, Any] = {"text": "按单据", "payee": "某公司", "advance_to": self.advance_to}
        if kind in ("gift", "cash", "goods", "direct", "refund"):
            told["giver_name"] = "林先生"
        if self.project and kind in ("spend", "spend_advance", "direct"):
            told["line"] = self.line
        source, target = ROUTES[VoucherKind(kind)]
        by = self.draw.choice(self.keepers)
        try:
            row = record_voucher(self.book, by=by, kind=kind, amount_fen=fen, **told)
        except Refused as refused:
            assert refused.code in ("too-little", "more-than-came")
            assert not self.free(source, target, fen)
            return
        assert self.free(source, target, fen)
        self.waiting.append(row)

    def check(self) -> None:
        if not self.waiting:
            return
        row, by = self.draw.choice(self.waiting), self.draw.choice(self.checkers)
        way = ROUTES[VoucherKind((row.reverses or row).kind)]
        source, target = way if row.reverses is None else way[::-1]
        try:
            check_voucher(row, by=by)
        except Refused as refused:
            if row.recorded_by_id == by.person_id:
                assert refused.code == "same-person"
            else:
                assert not self.free(source, target, row.amount_fen)
            return
        assert row.recorded_by_id != by.person_id
        assert self.free(source, target, row.amount_fen)
        self.pots[source] -= row.amount_fen
        self.pots[target] += row.amount_fen
        self.waiting.remove(row)
        self.done.append(Voucher.objects.of(by).get(pk=row.pk))

    def refuse(self) -> None:
        if self.waiting:
            row = self.waiting.pop(self.draw.randrange(len(self.waiting)))
            refuse_voucher(row, by=self.checkers[0], because="和单据对不上")

    def reverse(self) -> None:
        if not self.done:
            return
        row = self.draw.choice(self.done)
        try:
            self.waiting.append(reverse(row, by=self.cast.sun, because="记错了"))
        except Refused as refused:
            assert refused.code in ("reversed", "not-booked", "too-little", "more-than-came")

    def compare(self) -> None:
        mine = Pot.objects.of(self.cast.sun).filter(**{self.book.trail_kind: self.book.pk})
        kept = dict(mine.values_list("kind", "balance_fen"))
        if kept:
            assert kept == self.pots
        assert sum(kept.values()) == 0
        assert all(fen >= 0 for kind, fen in kept.items() if kind != "donors")
        said = totals(self.book)
        assert (said.raised, said.spent) == (
            -self.pots["donors"],
            self.pots["spent"] + self.pots["direct"],
        )
        assert said.left == said.raised - said.spent
        rows = Transfer.objects.of(self.cast.sun)
        came = rows.filter(from_pot__in=mine.filter(kind="donors")).aggregate(n=Sum("amount_fen"))
        went = rows.filter(to_pot__in=mine.filter(kind="donors")).aggregate(n=Sum("amount_fen"))
        assert said.raised == (came["n"] or 0) - (went["n"] or 0)
