"""The text of a brief: paragraphs in which figures stand, put there by picking.

On screen a figure in a text is its name between 【 and 】; kept is its key, so that a name may
change. A paragraph that is nothing but a figure and a way to tell it apart, 【听到｜按类别】, is a
table. There is no other markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from linshuo.insight.cuts import cuts_of, get_cut
from linshuo.insight.figures import FIGURES, Figure
from linshuo.insight.figures.reading import in_order
from linshuo.insight.saved import find_figure, saved_figures
from linshuo.kit.refused import Refused
from linshuo.kit.text import tidy

MARK = re.compile(r"【([^【】]{1,80})】")
MOST_PARAGRAPHS = 60
MOST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """A figure to pick: what is put into the text, and what it is called in the list."""

    mark: str
    words: str
    table: bool = False


def choices(community_id: int) -> list[Choice]:
    """All that can be put into a text: figures, saved ones, and tables."""
    figures = [*in_order(), *saved_figures(community_id)]
    found = [Choice(_mark(f), str(f.name)) for f in figures]
    for f in in_order():
        for cut in cuts_of(f):
            words = f"{f.name}，{cut.label}"
            found.append(Choice(f"【{f.name}｜{cut.label}】", words, table=True))
    return found


def _mark(figure: Figure) -> str:
    return f"【{figure.name}】"


def typed_to_body(paragraphs: Iterable[str], community_id: int) -> list[dict[str, str]]:
    """What was typed, with each figure by its key. Empty paragraphs are left out.

    Raises `Refused` with the field `p<number of the paragraph>` for a figure nobody knows, a table
    inside a sentence, too long a text and too many paragraphs.
    """
    named = _named(community_id)
    body = []
    for n, typed in enumerate(paragraphs):
        text = "\n".join(line for raw in typed.splitlines() if (line := tidy(raw)))
        if not text:
            continue
        if len(text) > MOST_TEXT:
            raise Refused("long", _("这一段太长了，分成两段。"), f"p{n}")
        body.append(_table(text, named, n) or {"text": _keyed(text, named, n)})
    if len(body) > MOST_PARAGRAPHS:
        raise Refused("many", _("最多 %d 段。") % MOST_PARAGRAPHS)
    return body


def _named(community_id: int) -> dict[str, Figure]:
    """Figures by what they are called here, in Chinese, and by key."""
    figures = [*FIGURES.values(), *saved_figures(community_id)]
    found = {f.key: f for f in figures} | {str(f.name): f for f in figures}
    with override("zh-hans"):
        return {str(f.name): f for f in figures} | found


def _table(text: str, named: dict[str, Figure], n: int) -> dict[str, str] | None:
    whole = MARK.fullmatch(text)
    if whole is None or "｜" not in whole[1]:
        return None
    name, _bar, label = whole[1].partition("｜")
    figure = _figure(name, named, n)
    for cut in cuts_of(figure):
        if label.strip() in (cut.key, str(cut.label), _in_chinese(cut.label)):
            return {"table": figure.key, "by": cut.key}
    message = _("“%(name)s”不能%(how)s分开看。")
    raise Refused("cut", message % {"name": figure.name, "how": label}, f"p{n}")


def _in_chinese(words: Any) -> str:
    with override("zh-hans"):
        return str(words)


def _keyed(text: str, named: dict[str, Figure], n: int) -> str:
    def key(found: re.Match[str]) -> str:
        if "｜" in found[1]:
            raise Refused("table", _("表要自己占一段：前后不写别的字。"), f"p{n}")
        return f"【{_figure(found[1], named, n).key}】"

    return MARK.sub(key, text)


def _figure(name: str, named: dict[str, Figure], n: int) -> Figure:
    figure = named.get(tidy(name))
    if figure is None:
        message = _("没有叫“%s”的数字。从下面挑一个放进来，或者把方括号去掉。")
        raise Refused("figure", message % name, f"p{n}")
    return figure


def body_to_typed(body: list[dict[str, str]], community_id: int) -> list[str]:
    """The paragraphs as they are typed; a figure that is no more stands by its key."""

    def name(found: re.Match[str]) -> str:
        figure = figure_or_none(community_id, found[1])
        return _mark(figure) if figure else found[0]

    typed = []
    for each in body:
        if "table" not in each:
            typed.append(MARK.sub(name, each["text"]))
            continue
        figure = figure_or_none(community_id, each["table"])
        cut = get_cut(figure, each["by"]) if figure else None
        words = (
            f"{figure.name}｜{cut.label}" if figure and cut else f"{each['table']}｜{each['by']}"
        )
        typed.append(f"【{words}】")
    return typed


def figure_or_none(community_id: int, key: str) -> Figure | None:
    """A figure by its key, if there still is one."""
    try:
        return find_figure(community_id, key)
    except Refused:
        return None


def used(body: list[dict[str, str]]) -> list[tuple[str, str]]:
    """(key, cut) of each figure of a body once, in the order they are read; cut is "" in a text."""
    found: dict[tuple[str, str], None] = {}
    for each in body:
        if "table" in each:
            found[(each["table"], each["by"])] = None
        else:
            for mark in MARK.finditer(each["text"]):
                found[(mark[1], "")] = None
    return list(found)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """(words, "") and ("", key) in their order."""
    end = 0
    for mark in MARK.finditer(text):
        if mark.start() > end:
            yield text[end : mark.start()], ""
        yield "", mark[1]
        end = mark.end()
    if end < len(text):
        yield text[end:], ""
