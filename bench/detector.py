"""How much of what gives people away is marked, in messages that people really wrote.

    python -m bench.detector [DIRECTORY]    with messages.xlsx and its sisters in it

`detector-labels.csv` holds what a reader marked by hand, as message number, first and last
character and kind, and no text; `other` is right to mark and not asked for. A label counts as found
when every character of it is under some mark; a mark that touches no label is a false one. The
messages fall in two halves, read in two rounds: in the first, `SAMPLE` messages drawn by a seed
were read whole for false marks; in the second every mark was judged. What is measured and why it
is not the figure for unseen text: `docs/detector.md`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import math
import random
from collections import Counter, defaultdict
from pathlib import Path

from bench import report
from linshuo.kit.detect import Mark, find_marks

FILES = ("messages", "messages-with-replies", "messages-labelled")
LABELS = Path(__file__).with_name("detector-labels.csv")
DATA = Path(__file__).parents[2] / "shared" / "data" / "citizen-messages"
SAMPLE = 200
SEED = "detector"
ANON = "0000-00000000"
"""What stands in the data where a number of eight digits or more was."""
SHAPES = ("138{:04d}{:04d}", "139 {:04d} {:04d}", "137-{:04d}-{:04d}", "(0592){:04d}{:04d}")

Label = tuple[int, int, str]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="bench.detector", description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, nargs="?", default=DATA)
    parser.add_argument("--show", action="store_true", help="print what was missed, to read")
    parser.add_argument("--write", action="store_true", help="into docs/measurements.md")
    asked = parser.parse_args()
    if not asked.directory.is_dir():
        raise SystemExit(f"no messages in {asked.directory}")
    text = judge(read(asked.directory), labels(), asked.show)
    print(text)
    if asked.write:
        report.write("detector", text)


def read(directory: Path) -> dict[str, str]:
    """Title, line break and text of each message by its number, the last file last."""
    from python_calamine import CalamineWorkbook

    found: dict[str, str] = {}
    for name in FILES:
        sheet = CalamineWorkbook.from_path(str(directory / f"{name}.xlsx")).get_sheet_by_index(0)
        for row in sheet.to_python()[1:]:
            number = str(row[0]).removesuffix(".0")
            found[number] = f"{row[2] or ''}\n{str(row[4] or '').strip()}"
    return found


def in_first_half(number: str) -> bool:
    """Whether the message was read in the first round; the others were in the second."""
    return hashlib.sha256(number.encode()).digest()[0] % 2 == 1


def labels() -> dict[str, list[Label]]:
    """The hand labels by message number."""
    found: dict[str, list[Label]] = defaultdict(list)
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["message"]].append((int(row["start"]), int(row["end"]), row["kind"]))
    return found


def judge(messages: dict[str, str], by_hand: dict[str, list[Label]], show: bool) -> str:
    """The figures of both halves, as text for the document."""
    first = sorted(filter(in_first_half, messages))
    second = sorted(set(messages) - set(first))
    random.Random(SEED).shuffle(first)
    marks = {number: find_marks(text) for number, text in messages.items()}
    one, two = (_found(half, by_hand, marks, messages, show) for half in (first, second))
    rows = [[kind, *one.get(kind, ("", "")), *two.get(kind, ("", ""))] for kind in sorted(two)]
    planted, kept = plant(messages, by_hand)
    rows.append(["real numbers in their place", str(planted), _share(kept, planted), "", ""])
    heads = ["by hand", "first half", "marked whole", "second half", "marked whole"]
    return (
        f"{report.table(heads, rows)}\n\n"
        f"A false mark: {_wrong(first[:SAMPLE], by_hand, marks)} messages of the first half,"
        f" {_wrong(second, by_hand, marks)} of the second;"
        f" {_share(sum(map(bool, marks.values())), len(messages))} of all"
        f" {len(messages):,} have any mark at all.\n"
    )


def _found(
    numbers: list[str],
    by_hand: dict[str, list[Label]],
    marks: dict[str, list[Mark]],
    messages: dict[str, str],
    show: bool,
) -> dict[str, tuple[str, str]]:
    """By kind: how many labels, and which share of them is marked whole."""
    asked, found = Counter[str](), Counter[str]()
    for number in numbers:
        for label in by_hand.get(number, ()):
            asked[label[2]] += 1
            if covered(label, marks[number]):
                found[label[2]] += 1
            elif show:
                print("missed", number, label, messages[number][label[0] : label[1]])
    return {kind: (str(asked[kind]), _between(found[kind], asked[kind])) for kind in asked}


def _wrong(
    numbers: list[str], by_hand: dict[str, list[Label]], marks: dict[str, list[Mark]]
) -> str:
    bad = sum(any(false(m, by_hand.get(n, [])) for m in marks[n]) for n in numbers)
    return f"{bad} of {len(numbers):,}"


def covered(label: Label, marks: list[Mark]) -> bool:
    """Whether each character of the label is under a mark."""
    under = {at for mark in marks for at in range(mark.start, mark.end)}
    return all(at in under for at in range(label[0], label[1]))


def false(mark: Mark, wanted: list[Label]) -> bool:
    """Whether no label touches the mark."""
    return not any(start < mark.end and mark.start < end for start, end, _kind in wanted)


def plant(messages: dict[str, str], by_hand: dict[str, list[Label]]) -> tuple[int, int]:
    """How many anonymised phones there are, and how many are marked as real ones in their place."""
    draw = random.Random(SEED)
    planted = kept = 0
    for number, wanted in by_hand.items():
        for start, end, kind in wanted:
            text = messages[number]
            if kind != "phone" or text[start:end] != ANON:
                continue
            real = draw.choice(SHAPES).format(draw.randrange(10_000), draw.randrange(10_000))
            before = text[:start].removesuffix("0731-").removesuffix("0731—")
            at = len(before)
            marks = find_marks(before + real + text[end:])
            planted += 1
            kept += covered((at, at + len(real), kind), marks)
    return planted, kept


def _between(part: int, whole: int) -> str:
    """A share with the bounds of Wilson's interval, nineteen times in twenty."""
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    width = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    low, high = ((middle + sign * width) / (1 + z * z / whole) for sign in (-1, 1))
    return f"{100 * share:.0f} % ({part}; {100 * low:.0f} to {100 * high:.0f})"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} % ({part})" if whole else ""


if __name__ == "__main__":
    main()
