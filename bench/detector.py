"""How much of what gives people away is marked, in messages that people really wrote.

    python -m bench.detector [DIRECTORY]    with messages.xlsx and its sisters in it

`detector-labels.csv` holds what a reader marked by hand in one half of the messages, as message
number, first and last character and kind, and no text. A label counts as found when every
character of it is under some mark. `SAMPLE` messages of that half, drawn by a seed, were read
whole: a mark there that touches no label is a false one. What is measured and why it is not the
figure for unseen text: `docs/detector.md`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
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
    messages = {n: text for n, text in read(asked.directory).items() if in_read_half(n)}
    text = judge(messages, labels(), asked.show)
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


def in_read_half(number: str) -> bool:
    """Whether the message was kept from the first rules and read by hand for the labels."""
    return hashlib.sha256(number.encode()).digest()[0] % 2 == 1


def labels() -> dict[str, list[Label]]:
    """The hand labels by message number."""
    found: dict[str, list[Label]] = defaultdict(list)
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["message"]].append((int(row["start"]), int(row["end"]), row["kind"]))
    return found


def judge(messages: dict[str, str], by_hand: dict[str, list[Label]], show: bool) -> str:
    """The figures, as text for the document."""
    marks = {number: find_marks(text) for number, text in messages.items()}
    asked, found = Counter[str](), Counter[str]()
    for number, wanted in by_hand.items():
        for label in wanted:
            asked[label[2]] += 1
            if covered(label, marks[number]):
                found[label[2]] += 1
            elif show:
                print("missed", number, label, messages[number][label[0] : label[1]])
    planted, kept = plant(messages, by_hand)
    sample = sorted(messages)
    random.Random(SEED).shuffle(sample)
    wrong = [n for n in sample[:SAMPLE] if any(false(m, by_hand[n]) for m in marks[n])]
    rows = [[kind, str(asked[kind]), _share(found[kind], asked[kind])] for kind in sorted(asked)]
    rows.append(["real numbers in their place", str(planted), _share(kept, planted)])
    return (
        f"{report.table(['by hand', 'labels', 'marked whole'], rows)}\n\n"
        f"{_share(len(wrong), SAMPLE)} of {SAMPLE} messages read whole have a false mark;"
        f" {_share(sum(map(bool, marks.values())), len(messages))} of all"
        f" {len(messages):,} have any mark at all.\n"
    )


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


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} % ({part})" if whole else ""


if __name__ == "__main__":
    main()
