"""English from Chinese: collect what the screens say, keep what is translated, compile it.

The words on screen are Chinese in the source, each inside gettext; `linshuo/locale/en` has the
English. `python -m linshuo.config.i18n` collects and lists what is missing, `… compile` makes the
file that the server reads. Babel does both, so nobody needs GNU gettext installed.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent

#: The functions that mark words in Python, and which of their arguments hold them.
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "_t": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
#: Shown to developers only, or when nothing works any more and so nothing can be translated.
CHINESE_ONLY = frozenset(
    {"web/ui/templates/ui/components.html", "web/ui/gallery.py", "web/ui/templates/500.html"}
)
#: A comment on a line of Python whose Chinese is to stay as it is, such as a pasted example.
AS_IS = "# as is"
#: The name is the same in every language.
NAME = "邻说"
HAN = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*[a-z]|%[sdifr]|\{\w*\}")


@dataclass(frozen=True)
class Fault:
    """A string whose English is not in order, and what is the matter with it."""

    message: str
    what: str

    def __str__(self) -> str:
        return f"{self.what}: {self.message}"


def catalog_path(locale: str) -> Path:
    """The translations of a locale."""
    return PACKAGE / "locale" / locale / "LC_MESSAGES" / "django.po"


# --- Collecting --------------------------------------------------------------------------------


def sources() -> Iterator[Path]:
    """Every file that says something on screen: Python and templates, without the tests."""
    for path in sorted(PACKAGE.rglob("*")):
        parts = path.relative_to(PACKAGE).parts
        if "tests" in parts or "migrations" in parts or not path.is_file():
            continue
        if path.suffix == ".py" or (
            "templates" in parts and path.suffix in {".html", ".txt", ".svg"}
        ):
            yield path


def collect() -> Catalog:
    """All strings on screen, with the files they stand in."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path in sources():
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            source = _as_python(source, path)
        where = path.relative_to(PACKAGE.parent).as_posix()
        found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS,
                        comment_tags=["Translators:"])  # fmt: skip
        for line, message, comments, context in found:
            catalog.add(message, locations=[(where, line)], auto_comments=comments, context=context)
    return catalog


def _as_python(source: str, path: Path) -> str:
    """A template as Python that says the same strings, at the same lines."""
    from django.utils.translation.template import templatize

    # The blanked-out HTML keeps its indentation, which Python would stumble over.
    return "\n".join(line.strip() for line in templatize(source, origin=str(path)).split("\n"))


def update(locale: str = "en") -> Catalog:
    """Bring the file of a locale up to the sources: what is translated stays translated.

    A string that is gone is dropped; a new one comes in empty, never guessed from a similar one.
    """
    catalog = read(locale)
    catalog.update(collect(), no_fuzzy_matching=True)
    path = catalog_path(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, catalog, width=100, sort_by_file=True, ignore_obsolete=True,
             include_lineno=False)  # fmt: skip
    # The dates change with every run and say nothing that git does not.
    lines = written.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not re.match(r'"P(OT|O)-\w+-Date', line)))
    return catalog


def read(locale: str) -> Catalog:
    """The file of a locale; empty if there is none yet."""
    path = catalog_path(locale)
    if not path.exists():
        return Catalog(
            locale=locale, project="linshuo", charset="utf-8", fuzzy=False,
            header_comment="# English for 邻说. `./dev translate` collects, people translate.",
        )  # fmt: skip
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def compile_(locale: str = "en") -> Path:
    """Make the file that the server reads, beside the one that people edit."""
    path = catalog_path(locale).with_suffix(".mo")
    with path.open("wb") as file:
        write_mo(file, read(locale), use_fuzzy=False)
    return path


# --- Judging -----------------------------------------------------------------------------------


def missing(locale: str = "en") -> list[Fault]:
    """Every string of the sources whose translation is absent, doubtful, or would break."""
    catalog = read(locale)
    faults = []
    for wanted in collect():
        if not wanted.id:
            continue
        have = catalog.get(wanted.id, wanted.context)
        if fault := _fault(wanted, have):
            faults.append(Fault(str(wanted.id), fault))
    return faults


def _fault(wanted: Message, have: Message | None) -> str:
    ids = _parts(wanted.id)
    texts = _parts(have.string if have else "")
    if not have or not all(texts) or len(texts) < len(ids):
        return "no translation"
    if have.fuzzy:
        return "fuzzy"
    if any(HAN.search(text.replace(NAME, "")) for text in texts if text not in ids):
        return "Chinese in it"
    given = [Counter(PLACEHOLDER.findall(id_)) for id_ in ids]
    asked = [Counter(PLACEHOLDER.findall(text)) for text in texts]
    # One neighbour or several: either may leave the number out, neither may ask for more.
    fits = asked == given if len(ids) == 1 else all(one <= given[-1] for one in asked)
    return "" if fits else "other placeholders"


def _parts(id_or_string: object) -> list[str]:
    if isinstance(id_or_string, list | tuple):
        return [str(part) for part in id_or_string]
    return [str(id_or_string or "")]


def unmarked() -> list[str]:
    """Chinese for a screen that no translation will ever reach, as `file: words`.

    In templates that is any text outside a translation tag; in Python the strings of the doors
    and the sentences of refusals (elsewhere Chinese may be data, such as the words of a detector).
    """
    found = []
    for path in sources():
        name = path.relative_to(PACKAGE).as_posix()
        if name in CHINESE_ONLY:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            words = _bare_text(text)
        else:
            as_is = {n for n, line in enumerate(text.splitlines(), 1) if line.endswith(AS_IS)}
            door = name.startswith(("web/", "api/"))
            words = _bare_strings(ast.parse(text), door=door, as_is=as_is)
        found += [f"{name}: {word}" for word in words if word != NAME]
    return found


def _bare_text(template: str) -> Iterator[str]:
    """Chinese text of a template outside the blocks that are translated or thrown away."""
    from django.template.base import Lexer, TokenType

    inside = ""
    for token in Lexer(template).tokenize():
        word = token.contents.split(None, 1)[0] if token.contents.strip() else ""
        if token.token_type == TokenType.BLOCK:
            if word in {"blocktrans", "blocktranslate", "comment"}:
                inside = word
            elif inside and word == f"end{inside}":
                inside = ""
        elif token.token_type == TokenType.TEXT and not inside:
            for line in re.findall(r"[^\n<>]*[\u3400-\u9fff][^\n<>]*", token.contents):
                yield line.strip()


def _bare_strings(tree: ast.AST, *, door: bool, as_is: Set[int]) -> Iterator[str]:
    """Chinese strings of a module that are for a screen and not in a gettext call."""
    for node in ast.iter_child_nodes(tree):
        called = ""
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if called in KEYWORDS or is_docstring:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if door and HAN.search(node.value) and as_is.isdisjoint(lines):
                yield node.value
        else:
            said = door or called in {"Refused", "NotYours", "Lost"}
            yield from _bare_strings(node, door=said, as_is=as_is)


def main(argv: list[str]) -> int:
    """`compile`, or collect and list what is missing."""
    if argv == ["compile"]:
        compile_()
        return 0
    catalog = update()
    faults = missing()
    for fault in faults:
        print(fault)
    for words in unmarked():
        print(f"not marked for translation: {words}")
    compile_()
    print(f"{len(catalog)} strings, {len(faults)} to look at: {catalog_path('en')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
