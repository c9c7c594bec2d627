"""Words are collected from Python and templates, and a translation that would break is named."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

from linshuo.config import i18n

PYTHON = '''
from django.utils.translation import gettext, gettext_lazy as _, ngettext, pgettext

pytestmark = pytest.mark.once
TITLE = _("民情笔记")
def say(n):
    """一句说明。"""
    gettext("第%(page)s页")
    pgettext("动词", "办")
    return ngettext("%(n)d 件", "%(n)d 件事", n)
'''
TEMPLATE = """{% extends "x.html" %}
{# 不在屏幕上 #}
    {% trans "今天" %}
  <c-button label="{% trans '记下' %}">
      {% blocktrans trimmed count n=n %}
        {{ n }} 位邻居
      {% plural %}
        {{ n }} 位邻居们
      {% endblocktrans %}
</c-button>
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one module and one template."""
    package = tmp_path / "linshuo"
    for name in ("web/templates/cotton", "web/tests", "web/migrations"):
        (package / name).mkdir(parents=True)
    (package / "web" / "views.py").write_text(PYTHON)
    (package / "web" / "templates" / "cotton" / "page.html").write_text(TEMPLATE)
    for unread in ("tests", "migrations"):
        (package / "web" / unread / "x.py").write_text('_("没有人看见")')
    monkeypatch.setattr(i18n, "PACKAGE", package)
    return package


def translate(package: Path, **english: Any) -> None:
    """Fill in the file of translations."""
    catalog = i18n.read("en")
    for message in catalog:
        first = message.id[0] if isinstance(message.id, tuple) else message.id
        if first in english:
            message.string = english[first]
    from babel.messages.pofile import write_po

    with i18n.catalog_path("en").open("wb") as file:
        write_po(file, catalog)


ENGLISH = {
    "民情笔记": "Notebook",
    "第%(page)s页": "Page %(page)s",
    "办": "do",
    "%(n)d 件": ("%(n)d matter", "%(n)d matters"),
    "今天": "Today",
    "记下": "Note it",
    "%(n)s 位邻居": ("One neighbour", "%(n)s neighbours"),
}


def test_collects_from_python_and_templates(package: Path) -> None:
    found = {(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in i18n.collect()}
    assert found == {(None, ""), ("动词", "办")} | {(None, w) for w in ENGLISH if w != "办"}


def test_everything_is_missing_until_translated(package: Path) -> None:
    i18n.update("en")
    assert {fault.what for fault in i18n.missing("en")} == {"no translation"}
    assert len(i18n.missing("en")) == len(ENGLISH)
    translate(package, **ENGLISH)
    assert i18n.missing("en") == []


def test_update_keeps_what_is_translated_and_drops_what_is_gone(package: Path) -> None:
    i18n.update("en")
    translate(package, **ENGLISH)
    views = package / "web" / "views.py"
    views.write_text(views.read_text().replace("民情笔记", "民情日记"))
    i18n.update("en")
    catalog = i18n.read("en")
    assert "民情笔记" not in catalog
    assert catalog["今天"].string == "Today"
    assert catalog["民情日记"].string == ""  # not guessed from a similar one
    assert not catalog["民情日记"].fuzzy
    text = i18n.catalog_path("en").read_text()
    assert "Date" not in text
    i18n.update("en")
    assert i18n.catalog_path("en").read_text() == text


@pytest.mark.parametrize(
    ("words", "english", "what"),
    [
        ("第%(page)s页", "Page %(n)s", "other placeholders"),
        ("第%(page)s页", "Page", "other placeholders"),
        ("%(n)d 件", ("One matter", "%(m)d matters"), "other placeholders"),
        ("%(n)d 件", ("%(n)d matter", ""), "no translation"),
        ("今天", "今日", "Chinese in it"),
    ],
)
def test_translation_that_would_break_is_named(
    package: Path, words: str, english: Any, what: str
) -> None:
    i18n.update("en")
    translate(package, **ENGLISH | {words: english})
    (fault,) = i18n.missing("en")
    assert (fault.what, words in fault.message) == (what, True)


def test_doubtful_translation_is_named(package: Path) -> None:
    i18n.update("en")
    translate(package, **ENGLISH)
    path = i18n.catalog_path("en")
    path.write_text(path.read_text().replace('msgid "今天"', '#, fuzzy\nmsgid "今天"'))
    assert [str(fault) for fault in i18n.missing("en")] == ["fuzzy: 今天"]


def test_compiled_file_speaks_english(package: Path) -> None:
    import gettext

    i18n.update("en")
    translate(package, **ENGLISH)
    with i18n.compile_("en").open("rb") as file:
        said = gettext.GNUTranslations(file)
    assert said.gettext("今天") == "Today"
    assert said.ngettext("%(n)d 件", "%(n)d 件事", 2) == "%(n)d matters"
    assert said.pgettext("动词", "办") == "do"


def test_missing_file_is_an_empty_one(package: Path) -> None:
    assert isinstance(i18n.read("en"), Catalog)
    assert len(i18n.read("en")) == 0


def test_chinese_that_no_translation_reaches(package: Path) -> None:
    template = package / "web" / "templates" / "bare.html"
    template.write_text("<p>邻说</p>{% comment %}注{% endcomment %}<b title='说'>{{ x }} 听 </b>")
    views = package / "web" / "bare.py"
    views.write_text('"""说明"""\nx = "问"\ny = "例"  # as is\nz = gettext("好")\n')
    rule = package / "rule.py"
    rule.write_text('words = ["难"]\nraise Refused("code", "不行")\nraise Refused("c", _("行"))\n')
    assert sorted(i18n.unmarked()) == [
        "rule.py: 不行",
        "web/bare.py: 问",
        "web/templates/bare.html: b title='说'",
        "web/templates/bare.html: 听",
    ]
    ast.parse(rule.read_text())
