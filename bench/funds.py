"""How many transfers a second the books take, and what a statement of a million costs.

    ./dev bench funds                      both databases, full size (some minutes)
    ./dev bench funds --rows 20000 --seconds 2
    ./dev bench funds --write              put the figures into docs/measurements.md

A transfer is a voucher recorded by one person and checked by another: two transactions through the
actions the pages use, with locks, refusals and the trail. Eight processes make them as fast as they
can, first all in one collection, then each time in one of many; gifts and payments in turn. Beside
them, in the same run, the same processes put a bare row into a table without a key to anything, one
a transaction: what the engine itself can do. A statement is asked for over HTTP from the server as
`linshuo run` starts it, and told as a multiple of its constant page.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from bench import report
from bench.claim import _database
from bench.meter import Hand, load, machine, percentile, server
from bench.stage import ENGINES, _disconnect, _migrate, _settings

PORT = 8766
FEW = 1000
"""Transfers of the book that a statement of a million is compared with."""
YEARS = 10
BARE = (
    "community_id bigint, voucher_id bigint, from_pot bigint, to_pot bigint, amount_fen bigint,"
    " happened_on date, booked_at timestamp, by_id bigint, checked_by_id bigint"
)
Figures = dict[str, str]


# --- Transfers ------------------------------------------------------------------------------------


def _books(count: int) -> dict[str, Any]:
    """A community, its cashier and supervisor, and collections with something in each."""
    from django.db import connection

    from tests.books import a_collection, booked
    from tests.cast import make_cast

    cast = make_cast()
    books = [a_collection(cast, name=f"第 {n} 个") for n in range(count)]
    for book in books:
        booked(cast, book, "gift", 10_000_000_00)
    key = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_bare (id {key} PRIMARY KEY, {BARE})")
    who = [cast.person(name).pk for name in ("孙出纳", "马监督")]
    return {"books": [book.pk for book in books], "who": who}


def _client(seed: int, seconds: float, given: dict[str, Any]) -> None:
    """Do it again and again until the time is up; print how often, and how long each took."""
    do = _bare if given["bare"] else _transfers(seed, given)
    took = []
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        do()
        took.append(time.perf_counter() - begun)
    told = {"n": len(took), "p95": 1000 * percentile(took, 0.95), "longest": 1000 * max(took)}
    sys.stdout.write(json.dumps(told) + "\n")


def _bare() -> None:
    from django.db import connection, transaction

    row = (1, 1, 1, 2, 100, "2026-01-01", "2026-01-01 08:00:00", 1, 2)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_bare (community_id, voucher_id, from_pot, to_pot, amount_fen,"
            " happened_on, booked_at, by_id, checked_by_id) VALUES"
            " (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            row,
        )


def _transfers(seed: int, given: dict[str, Any]) -> Any:
    from linshuo.domain.board.models import Collection
    from linshuo.domain.funds.actions import check_voucher, record_voucher
    from linshuo.domain.people.models import Person
    from linshuo.domain.people.queries import actor_of

    chance = random.Random(seed)
    people = Person.objects.everywhere()
    cashier, supervisor = (actor_of(people.get(pk=pk)) for pk in given["who"])
    books = list(Collection.objects.everywhere().filter(pk__in=given["books"]))
    turns = iter(range(10**9))

    def one() -> None:
        book, turn = chance.choice(books), next(turns)
        told: dict[str, Any] = {"text": "按单据", "by": cashier, "amount_fen": 100}
        told |= {"kind": "spend", "payee": "店"} if turn % 2 else {"kind": "gift", "unnamed": True}
        check_voucher(record_voucher(book, **told), by=supervisor)

    return one


def _rate(clients: int, seconds: float, given: dict[str, Any]) -> tuple[float, float, float]:
    """How many a second all clients did together; the worst 95th percentile, the longest wait."""
    command = [sys.executable, "-m", "bench.funds", "--seconds", str(seconds), "--child"]
    running = [
        subprocess.Popen(
            [*command, str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for n in range(clients)
    ]
    for process in running:  # all are told before any is waited for
        assert process.stdin is not None
        process.stdin.write(json.dumps(given))
        process.stdin.close()
        process.stdin = None
    told = [json.loads(process.communicate()[0].splitlines()[-1]) for process in running]
    return (
        sum(each["n"] for each in told) / seconds,
        max(each["p95"] for each in told),
        max(each["longest"] for each in told),
    )


def _moved(asked: argparse.Namespace) -> Figures:
    from linshuo.domain.funds.recount import misfits

    given = _books(asked.books)

    def rate(books: list[int], *, bare: bool = False) -> tuple[float, float, float]:
        return _rate(asked.clients, asked.seconds, {**given, "books": books, "bare": bare})

    before = rate([], bare=True)
    busy, many = rate(given["books"][:1]), rate(given["books"])
    base = (before[0] + rate([], bare=True)[0]) / 2

    def said(found: tuple[float, float, float]) -> str:
        return (
            f"{found[0]:.0f} a second, {base / found[0]:.1f} bare inserts each,"
            f" p95 {report.ms(found[1])}, longest {report.ms(found[2])}"
        )

    return {
        "bare insert": f"{base:.0f} a second",
        "transfers, all in one book": said(busy),
        f"transfers, in {asked.books} books": said(many),
        "pots, vouchers and transfers that do not add up": str(len(misfits())),
    }


# --- Statements -----------------------------------------------------------------------------------


def _fill(book: Any, who: list[int], rows: int) -> None:
    """So many transfers of a book over ten years, by SQL: three gifts for each payment."""
    from django.db import connection
    from django.utils import timezone

    from linshuo.domain.funds.models import Pot, Transfer, Voucher

    pots = dict(Pot.objects.within(book.community_id).filter(collection=book).values_list(
        "kind", "pk"))  # fmt: skip
    first = max((v.pk for v in Voucher.objects.everywhere().order_by("-pk")[:1]), default=0)
    days = f"i * CAST({YEARS * 365} AS bigint) / {rows}"
    day = (
        f"DATE '2016-01-01' + CAST({days} AS integer)"
        if connection.vendor == "postgresql"
        else f"date('2016-01-01', '+' || ({days}) || ' days')"
    )
    out = "i % 4 = 0"
    fixed = {
        "community_id": book.community_id, "collection_id": book.pk, "recorded_by_id": who[0],
        "recorded_at": timezone.now(), "checked_by_id": who[1], "booked_at": timezone.now(),
        "giver_name": "", "unnamed": True, "name_public": False, "payee": "", "text": "按单据",
        "refused_because": "", "receipt_no": "", "ticket_no": "",
    }  # fmt: skip
    voucher = {
        "id": f"{first} + i", "kind": f"CASE WHEN {out} THEN 'spend' ELSE 'gift' END",
        "amount_fen": "100", "happened_on": day,
    }  # fmt: skip
    moved = {
        "voucher_id": f"{first} + i", "amount_fen": "100", "happened_on": day,
        "from_pot_id": f"CASE WHEN {out} THEN {pots['bank']} ELSE {pots['donors']} END",
        "to_pot_id": f"CASE WHEN {out} THEN {pots['spent']} ELSE {pots['bank']} END",
    }  # fmt: skip
    given = {
        "community_id": book.community_id, "booked_at": fixed["booked_at"],
        "by_id": who[0], "checked_by_id": who[1],
    }  # fmt: skip
    with connection.cursor() as cursor:
        for model, told, same in ((Voucher, voucher, fixed), (Transfer, moved, given)):
            names = ", ".join((*told, *same))
            values = ", ".join((*told.values(), *("%s" for _ in same)))
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({names}) WITH RECURSIVE n(i) AS"
                f" (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
                f" SELECT {values.replace('% 4', '%% 4')} FROM n",
                list(same.values()),
            )
        paid = rows // 4
        for kind, fen in (
            ("donors", -100 * (rows - paid)), ("bank", 100 * (rows - 2 * paid)),
            ("spent", 100 * paid),
        ):  # fmt: skip
            rows_of = Pot.objects.within(book.community_id).filter(pk=pots[kind])
            rows_of.update(balance_fen=fen + rows_of.get().balance_fen)
        cursor.execute("ANALYZE")


def _read(asked: argparse.Namespace) -> Figures:
    from django.conf import settings
    from django.core.management import call_command

    from tests.books import a_collection, booked
    from tests.cast import make_cast, sign_up
    from tests.signing import signed_in

    cast = make_cast()
    who = [cast.person(name).pk for name in ("孙出纳", "马监督")]
    small, large = (a_collection(cast, name=name) for name in ("小的", "大的"))
    for book in (small, large):
        booked(cast, book, "gift", 100)  # which makes its pots
    for book, rows in ((small, FEW), (large, asked.rows)):
        _fill(book, who, rows)
    cookie = settings.SESSION_COOKIE_NAME
    session = signed_in(sign_up(cast, "张书记")).cookies[cookie].value
    hand: Hand = (f"{cookie}={session}", "JF")
    call_command("collectstatic", interactive=False, verbosity=0)
    desk = "/desk/{prefix}/money/books/"
    paths = {
        f"statement, {FEW:,} transfers": f"{desk}{small.number}/",
        f"statement, {asked.rows:,} transfers": f"{desk}{large.number}/",
        "… its page half-way down": f"{desk}{large.number}/?after=20210101.0",
        "… of one month": f"{desk}{large.number}/?since=2021-01-01&until=2021-01-31",
        "… of one month, the account alone": (
            f"{desk}{large.number}/?pot=bank&since=2021-01-01&until=2021-01-31"
        ),
    }
    figures = {}
    with server(PORT):
        load(PORT, ["/healthz", *paths.values()], [hand] * 4, 5)  # until every worker is warm
        constant = load(PORT, ["/healthz"], [hand], asked.seconds / 2)
        figures["constant page"] = report.ms(constant.p50)
        small_ms = 0.0
        for name, path in paths.items():
            found = load(PORT, [path], [hand], asked.seconds)
            if found.bad or not found.rate:
                raise SystemExit(f"{found.bad or 'nothing but'} bad answers at {path}")
            small_ms = small_ms or found.p50
            figures[name] = (
                f"{report.ms(found.p50)} (p95 {report.ms(found.p95)}),"
                f" {found.p50 / constant.p50:.0f} × constant, {found.p50 / small_ms:.1f} × small"
            )
    return figures


# --- Both databases -------------------------------------------------------------------------------


def _measure(asked: argparse.Namespace) -> Figures:
    found: Figures = {}
    for part in (_moved, _read):
        with _database(asked.engine) as url, tempfile.TemporaryDirectory() as data:
            command = [sys.executable, "-m", "bench.funds", "--part", part.__name__]
            command += ["--seconds", str(asked.seconds), "--clients", str(asked.clients)]
            command += ["--books", str(asked.books), "--rows", str(asked.rows)]
            # A process each: settings are read once.
            environment = {**os.environ, "BENCH_URL": url, "BENCH_DATA": data}
            done = subprocess.run(
                command, check=True, stdout=subprocess.PIPE, text=True, env=environment
            )
        found |= json.loads(done.stdout.splitlines()[-1])
        print(json.dumps(found, ensure_ascii=False, indent=1), file=sys.stderr, flush=True)
    return found


def _part(asked: argparse.Namespace) -> Figures:
    _settings(os.environ["BENCH_URL"], Path(os.environ["BENCH_DATA"]))
    _migrate()
    found = {"_moved": _moved, "_read": _read}[asked.part](asked)
    _disconnect()
    return found


def main() -> int:
    """Measure on each database and print the table."""
    parser = argparse.ArgumentParser(prog="bench funds", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8, help="of each load (%(default)s)")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--books", type=int, default=64)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the long statement")
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--write", action="store_true", help="into docs/measurements.md")
    parser.add_argument("--part", choices=("_moved", "_read"), help=argparse.SUPPRESS)
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child is not None:
        import django

        django.setup()
        _client(asked.child, asked.seconds, json.loads(sys.stdin.read()))
        return 0
    if asked.part:
        sys.stdout.write(json.dumps(_part(asked)) + "\n")
        return 0
    return _told(asked)


def _told(asked: argparse.Namespace) -> int:
    found = {}
    for engine in [asked.engine] if asked.engine else ENGINES:
        print(f"== {engine}", file=sys.stderr, flush=True)
        asked.engine = engine
        found[engine] = _measure(asked)
    heads = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
    names = list(dict.fromkeys(name for figures in found.values() for name in figures))
    rows = [[name, *(figures[name] for figures in found.values())] for name in names]
    text = (
        f"{asked.clients} clients for {asked.seconds:g} s, statements by one; {machine()};"
        f" measured {datetime.now():%Y-%m-%d} by `./dev bench funds`.\n\n"  # noqa: DTZ005
        f"{report.table(['', *(heads[engine] for engine in found)], rows)}\n"
    )
    print(text)
    if asked.write:
        report.write("funds", text)
    wrong = "pots, vouchers and transfers that do not add up"
    return 1 if any(figures[wrong] != "0" for figures in found.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
