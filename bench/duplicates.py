"""How good the suggestions of likely duplicates are, on messages that people really wrote.

    ./dev bench duplicates DIRECTORY    with messages.xlsx and its sisters in it

Three things are told. Copies: how many of the pairs that an exhaustive comparison of all texts
calls near copies are suggested. Judged: `duplicates.csv` holds pairs of message numbers that were
read by a person and judged the same matter or not, drawn evenly from likely to unlikely; how many
of either are suggested. Alarms: how many of all messages get any suggestion at all.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from bench import report
from bench.meter import percentile, timed
from bench.stage import scratch

FILES = ("messages", "messages-with-replies", "messages-labelled")
COPY = 0.35
"""Of a pair of texts, shared over all bigrams, each weighted by its rarity."""


@dataclass(frozen=True)
class Message:
    """One message: its number in the files, title and text."""

    number: str
    title: str
    words: str


def main() -> None:
    """Read, fill a database of one community, and suggest for each message."""
    parser = argparse.ArgumentParser(prog="bench duplicates", description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--likely", type=int, action="append", help="try other thresholds")
    parser.add_argument("--show", type=int, default=0, help="print so many suggestions to read")
    parser.add_argument("--write", action="store_true", help="into docs/measurements.md")
    asked = parser.parse_args()
    with scratch():
        messages = read(asked.directory)
        text = judge(messages, asked.likely or [], asked.show)
    print(text)
    if asked.write:
        report.write("duplicates", text)


def read(directory: Path) -> list[Message]:
    """The messages of all files, each once."""
    from python_calamine import CalamineWorkbook

    from linshuo.kit.text import tidy

    found: dict[str, Message] = {}
    for name in FILES:
        sheet = CalamineWorkbook.from_path(str(directory / f"{name}.xlsx")).get_sheet_by_index(0)
        for row in sheet.to_python()[1:]:
            number = str(row[0]).removesuffix(".0")
            found.setdefault(number, Message(number, tidy(str(row[2])), tidy(str(row[4]))))
    return list(found.values())


def judge(messages: list[Message], thresholds: list[int], show: int) -> str:
    """The figures, as text for the document."""
    from linshuo.insight import duplicates

    _fill(messages)
    likely = duplicates.LIKELY
    duplicates.LIKELY = 0
    suggested, took = _suggest(messages)
    copies = {frozenset(pair) for pair in near_copies(messages)}
    judged = _judged()
    rows = []
    for threshold in sorted({likely, *thresholds}):
        shown = {n: [(o, s) for o, s in f if s >= threshold][:3] for n, f in suggested.items()}
        pairs = {frozenset((n, other)) for n, found in shown.items() for other, _s in found}
        same = [pair for pair, yes in judged.items() if yes]
        other = [pair for pair, yes in judged.items() if not yes]
        rows.append(
            [
                f"{threshold}{' (chosen)' if threshold == likely else ''}",
                _share(len(copies & pairs), len(copies)),
                _share(sum(pair in pairs for pair in same), len(same)),
                _share(sum(pair in pairs for pair in other), len(other)),
                _share(sum(bool(found) for found in shown.values()), len(messages)),
            ]
        )
    if show:
        _show(messages, suggested, likely, show)
    head = ["score from", "near copies", "judged the same", "judged another", "messages with any"]
    return (
        f"{len(messages):,} messages; {len(copies)} pairs of near copies, {len(judged)} judged"
        f" pairs; {report.ms(percentile(took, 0.5))} a suggestion,"
        f" p95 {report.ms(percentile(took, 0.95))}.\n\n{report.table(head, rows)}\n"
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} % ({part})" if whole else ""


def _judged() -> dict[frozenset[str], bool]:
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return {
            frozenset((row["one"], row["other"])): row["same"] == "yes"
            for row in csv.DictReader(file)
        }


def _fill(messages: list[Message]) -> None:
    from django.db import transaction

    from linshuo.domain.needs.models import Need
    from linshuo.domain.places.actions import open_community
    from linshuo.domain.terms.actions import Row, index_many
    from linshuo.kit import clock

    community, root = open_community(prefix="B0", name="社区", street="街道")
    now = clock.now()
    needs = [
        Need(
            pk=n,
            community_id=community.pk,
            number=f"B0-2019-{n:04d}",
            kind="problem",
            place=root,
            title=message.title[:60],
            words=message.words,
            source="import",
            urgency="general",
            state="reported",
            due_at=now,
            due_for="answer",
            reported_at=now,
            progress_at=now,
        )
        for n, message in enumerate(messages, 1)
    ]
    with transaction.atomic():
        Need.objects.within(community.pk).bulk_create(needs, batch_size=500)
        index_many(
            Row("need", need.pk, community.pk, f"{need.title} {need.words}", ()) for need in needs
        )


def _suggest(messages: list[Message]) -> tuple[dict[str, list[tuple[str, int]]], list[float]]:
    """For each message, as if it were new, the ten likeliest others and their scores."""
    from linshuo.domain.places.models import Community
    from linshuo.insight.duplicates import suggest
    from linshuo.kit.actor import Actor

    house = Actor.house(Community.objects.get().pk)
    found: dict[str, list[tuple[str, int]]] = {}

    def one(n: int, message: Message) -> None:
        likely = suggest(house, message.words, title=message.title, exclude=n, most=10)
        found[message.number] = [(messages[s.need_id - 1].number, s.score) for s in likely]

    took = timed([lambda n=n, m=m: one(n, m) for n, m in enumerate(messages, 1)])
    return found, took


def near_copies(messages: list[Message]) -> list[tuple[str, str]]:
    """Every pair of texts that share more than `COPY` of their bigrams by weight."""
    from linshuo.kit.text import bigrams

    sets = [set(bigrams(f"{message.title}\n{message.words}")) for message in messages]
    often = Counter(term for terms in sets for term in terms)
    weight = {term: math.log(len(sets) / n) for term, n in often.items()}
    total = [sum(weight[term] for term in terms) for terms in sets]
    holders = defaultdict(list)
    for n, terms in enumerate(sets):
        for term in terms:
            if often[term] <= 80:
                holders[term].append(n)
    shared = Counter(
        (one, other)
        for who in holders.values()
        for i, one in enumerate(who)
        for other in who[i + 1 :]
    )
    found = []
    for (one, other), count in shared.items():
        if count < 3:
            continue
        both = sum(weight[term] for term in sets[one] & sets[other])
        if both / (total[one] + total[other] - both) >= COPY:
            found.append((messages[one].number, messages[other].number))
    return found


def _show(
    messages: list[Message], suggested: dict[str, list[tuple[str, int]]], likely: int, count: int
) -> None:
    titles = {message.number: message.title for message in messages}
    pairs = sorted(
        (found[0][1], number, found[0][0]) for number, found in suggested.items() if found
    )
    shown = [pair for pair in pairs if pair[0] >= likely - 10]
    for score, number, other in shown[:: max(1, len(shown) // count)]:
        print(f"{score} {number} {titles[number]}\n   {other} {titles[other]}")


if __name__ == "__main__":
    main()
