"""A million needs in 200 communities, on both databases: what the pages and the index cost.

    ./dev bench ledger            fill (some ten minutes, once) and measure
    ./dev bench ledger --small    20,000 needs in 8 communities: to see that it runs
    ./dev bench ledger --write    put the figures into docs/measurements.md

Pages are asked for over HTTP from the server as `linshuo run` starts it, by 16 people of 16
communities at once, without pauses. A page is told as a multiple of the same server's constant
page, measured in the same minute.
"""

from __future__ import annotations

import random
import sys
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from bench import report
from bench.meter import CLIENTS, Hand, Load, load, memory, percentile, server, timed
from bench.stage import stage

PORT = 8765
WORDS = ("路灯", "老人", "小区", "噪音", "电梯 不亮", "灯", "独居老人", "三轮车", "社区协调")
CONSTANT = "/healthz"


def main() -> None:
    """Measure on each database."""
    report.measure_each("ledger", report.asked("ledger", __doc__.splitlines()[0]), measure)


def measure(engine: str, size: str, seconds: float) -> dict[str, str]:
    """Every figure by its name, formatted."""
    from bench.filler import fill

    def say(what: str) -> None:
        print(what, file=sys.stderr, flush=True)

    with stage(engine, f"ledger-{size}", lambda: fill(*report.SIZES[size], say)):
        figures: dict[str, str] = {}
        for part in (_index, _search, _duplicates, lambda: _pages(seconds, say)):
            for name, value in part().items():
                figures[name] = value
                say(f"  {name}: {value}")
        return figures


# --- Without HTTP ----------------------------------------------------------------------------


def _some(count: int, seed: int) -> list[Any]:
    """Needs from all over, with the actor of their community's secretary as `viewer`."""
    from linshuo.domain.needs.models import Need

    chance = random.Random(seed)
    most = Need.objects.everywhere().order_by("-pk").values_list("pk", flat=True)[0]
    wanted = chance.sample(range(1, most + 1), min(count, most))
    return list(Need.objects.everywhere().filter(pk__in=wanted).select_related("place"))


def _secretary(community_id: int) -> Any:
    from linshuo.domain.people.models import Appointment
    from linshuo.domain.people.queries import actor_of

    held = Appointment.objects.within(community_id).filter(role="secretary")
    return actor_of(held.select_related("person").order_by("pk")[0].person)


def _spread(took: list[float]) -> str:
    return f"{report.ms(percentile(took, 0.5))} (p95 {report.ms(percentile(took, 0.95))})"


def _index() -> dict[str, str]:
    """The index of words by itself."""
    from django.db import connection, transaction

    from linshuo.domain.needs.access import audiences
    from linshuo.domain.terms import actions, queries

    needs = _some(200, 1)
    places = [(need.community_id, word) for need in needs[:40] for word in WORDS]

    def write(need: Any) -> None:
        with transaction.atomic():
            text = f"{need.number} {need.title} {need.words}"
            heard = audiences(need)
            actions.index(
                "need", need.pk, community_id=need.community_id, text=text, audiences=heard
            )

    def find(community: int, word: str) -> None:
        queries.find(community, "need", word, audiences=None, most=20)

    def count(community: int, word: str) -> None:
        queries.count(community, "need", word, audiences=None)

    for place in places:
        find(*place)  # the first time, it is the disk that is measured
    return {
        "size of the index": f"{_index_megabytes(connection):.0f} MB",
        "newest 20 of a word": _spread(timed([lambda p=p: find(*p) for p in places])),
        "count of a word, capped at 1,000": _spread(timed([lambda p=p: count(*p) for p in places])),
        "index one changed need, committed": _spread(timed([lambda n=n: write(n) for n in needs])),
    }


def _index_megabytes(connection: Any) -> float:
    sql = (
        "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'terms_words%'"
        if connection.vendor == "sqlite"
        else "SELECT pg_relation_size('terms_words')"
    )
    with connection.cursor() as cursor:
        try:
            cursor.execute(sql)
        except Exception:  # an SQLite without dbstat: its data are all in one table
            cursor.execute("SELECT sum(length(block)) FROM terms_words_data")
        return float(cursor.fetchone()[0]) / 2**20


def _search() -> dict[str, str]:
    """找一找 over needs, notes and people, without the page around it."""
    from linshuo.insight.search import search

    viewers = {need.community_id: _secretary(need.community_id) for need in _some(12, 2)}
    calls = [lambda v=viewer, w=word: search(v, w) for viewer in viewers.values() for word in WORDS]
    for call in calls:
        call()
    numbers = [lambda v=viewer: search(v, "42") for viewer in viewers.values()]
    names = [lambda v=viewer: search(v, "wjg") for viewer in viewers.values()]
    return {
        "search for a word, all kinds": _spread(timed(calls)),
        "search for a number": _spread(timed(numbers)),
        "search for initials": _spread(timed(names)),
    }


def _duplicates() -> dict[str, str]:
    """Suggestions for a need said again in other words, and for needs never said before."""
    from bench.grammar import Speaker
    from linshuo.insight.duplicates import suggest

    chance, speaker = random.Random(3), Speaker(10_000)
    needs = [need for need in _some(300, 3) if need.state != "withdrawn"]
    viewers = {c: _secretary(c) for c in {need.community_id for need in needs}}
    hits = 0
    took: list[float] = []
    for need in needs:
        viewer, text = viewers[need.community_id], speaker.again(need.words)
        found: list[Any] = []
        took += timed([lambda v=viewer, t=text, f=found: f.extend(suggest(v, t))])
        hits += need.pk in {s.need_id for s in found}
    news = [chance.choice(list(viewers.values())) for _ in range(100)]
    fresh = timed([lambda v=v: suggest(v, speaker.trouble()[1]) for v in news])
    return {
        "likely duplicates of a need said again": _spread(took),
        "… which is among the three": f"{100 * hits / len(needs):.1f} %",
        "likely duplicates of something new": _spread(fresh),
    }


# --- Over HTTP -------------------------------------------------------------------------------


def _hands(count: int) -> list[Hand]:
    """Sessions of secretaries of as many communities, signed in just now."""
    from django.conf import settings

    from linshuo.domain.people.models import Appointment
    from tests.signing import signed_in

    held = (
        Appointment.objects.everywhere()
        .filter(role="secretary")
        .select_related("person__account", "community")
        .order_by("community_id")
    )
    secretaries = list(held)
    name = settings.SESSION_COOKIE_NAME
    hands = []
    for n in range(count):
        one = secretaries[n * len(secretaries) // count % len(secretaries)]
        session = signed_in(one.person.account).cookies[name].value
        hands.append((f"{name}={session}", one.community.prefix))
    return hands


def _addresses() -> dict[str, list[str]]:
    desk = "/desk/{prefix}"
    middle = (datetime.now().astimezone() - timedelta(days=5 * 365)).timestamp()
    words = [quote(word) for word in WORDS]
    return {
        "ledger": [f"{desk}/ledger/"],
        "ledger, all years, half-way down": [f"{desk}/ledger/?tab=all&after={middle:.6f}_1"],
        "ledger, all years, with a word": [f"{desk}/ledger/?tab=all&q={word}" for word in words],
        "search": [f"{desk}/search/?q={word}" for word in words],
    }


def _pages(seconds: float, say: Any) -> dict[str, str]:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    hands = _hands(CLIENTS)
    addresses = _addresses()
    figures = {
        f"queries: {name}": _queries(paths[0], hands[0]) for name, paths in addresses.items()
    }
    with server(PORT) as pid:
        constant = _load([CONSTANT], hands, seconds)
        figures["constant page"] = f"{constant.rate:.0f} a second, p95 {report.ms(constant.p95)}"
        for name, paths in addresses.items():
            many, one = _load(paths, hands, seconds), _load(paths, hands[:1], seconds / 2)
            again = _load([CONSTANT], hands, seconds / 2)
            base = (constant.rate + again.rate) / 2
            figures[name] = (
                f"{base / many.rate:.1f} × constant, {many.rate:.0f} a second,"
                f" p95 {report.ms(many.p95)}"
            )
            figures[f"{name}, one client"] = (
                f"{report.ms(one.p50)} (p95 {report.ms(one.p95)}), {many.bytes / 1000:.0f} kB"
            )
            say(f"  {name}: {figures[name]}")
        figures["memory of a worker"] = f"{max(memory(pid)):.0f} MB"
    return figures


def _load(paths: list[str], hands: list[Hand], seconds: float, again: bool = False) -> Load:
    found = load(PORT, paths, hands, seconds, again)
    if found.bad or not found.rate:
        raise SystemExit(f"{found.bad or 'nothing but'} bad answers at {paths[0]}")
    return found


def _queries(path: str, hand: Hand) -> str:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    name, _sep, value = hand[0].partition("=")
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[name] = value
    with CaptureQueriesContext(connection) as context:
        answer = client.get(path.replace("{prefix}", hand[1]))
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return str(len(context))


if __name__ == "__main__":
    main()
