"""The look keeps its promises: tokens only, a seal a state, ARIA on fields, no inline code."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler, Tag

from linshuo.kit.refused import Refused
from linshuo.web.ui import csp
from linshuo.web.ui.gallery import SampleForm, sample
from linshuo.web.ui.seals import SEALS
from linshuo.web.ui.templatetags import ui

HERE = Path(__file__).parent.parent
CSS = HERE / "static" / "ui" / "css"
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
# Set where it is used, by the element itself, so that a variant may change it.
LOCAL = {
    "--at", "--axis", "--corner", "--corner-size", "--corner-stroke", "--fill", "--inset", "--lead",
    "--margin", "--mark", "--outset", "--seal", "--tint", "--tint-edge",
}  # fmt: skip


def _say(source: str, **context: object) -> str:
    """A template string as the pages write them: with our tags, through cotton's compiler."""
    return Template("{% load ui i18n %}" + CottonCompiler().process(source)).render(
        Context(context)
    )


def _without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def test_every_custom_property_is_a_token() -> None:
    """A typo in var(--…) is silent in a browser; here it is not."""
    tokens = set(re.findall(r"(--[\w-]+)\s*:", (CSS / "tokens.css").read_text("utf-8")))
    for sheet in CSS.glob("*.css"):
        css = sheet.read_text("utf-8")
        used = set(re.findall(r"var\(\s*(--[\w-]+)", css))
        assert used <= tokens | LOCAL, (sheet.name, used - tokens - LOCAL)


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_colours_live_in_the_tokens_alone(sheet: Path) -> None:
    if sheet.name == "tokens.css":
        return
    css = _without_comments(sheet.read_text("utf-8"))
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*;)", css)
    assert not re.findall(r"\b(?:oklch|oklab|rgba?|hsla?|lab|lch)\((?!\s*in\b)", css)


def test_every_sheet_stands_in_a_layer() -> None:
    """Outside the layers a rule would win over all; a page's own sheet names its layer itself."""
    entry = (CSS / "linshuo.css").read_text("utf-8")
    named = dict(re.findall(r'@import url\("([\w.]+)"\) layer\((\w+)\)', entry))
    order = re.search(r"@layer ([\w, ]+);", entry)
    assert order and set(named.values()) == set(order.group(1).split(", "))
    for sheet in CSS.glob("*.css"):
        if sheet.name not in {*named, "linshuo.css"}:
            css = _without_comments(sheet.read_text("utf-8")).strip()
            assert re.match(r"@layer (components|print) \{", css), sheet.name


def test_tokens_say_the_same_in_hex_for_old_browsers() -> None:
    css = (CSS / "tokens.css").read_text("utf-8")
    fallback = css[css.index("@supports not") : css.index("@media print")]
    first = css[: css.index(":root[data-theme=light]")]
    coloured = set(re.findall(r"(--[\w-]+):\s*(?:light-dark|oklch)", first))
    assert coloured == set(re.findall(r"(--[\w-]+): #", fallback)) & coloured


@pytest.mark.parametrize("state", SEALS)
def test_each_state_has_one_character_and_words(state: str) -> None:
    look = SEALS[state]
    assert len(look.glyph) == 1
    assert look.frame in {"two", "four", "outline", "solid", "none"}
    spoken = ui.seal(state)
    assert f'data-frame="{look.frame}"' in spoken
    assert f'aria-label="{look.words}"' in spoken
    assert 'aria-hidden="true"' in ui.seal(state, quiet=True)


def test_only_what_is_settled_is_solid_and_no_two_seals_look_alike() -> None:
    assert [state for state, look in SEALS.items() if look.frame == "solid"] == ["closed"]
    assert len({look.glyph for look in SEALS.values()}) == len(SEALS)


def test_an_icon_is_silent_unless_it_stands_alone() -> None:
    silent = ui.icon("phone")
    assert silent.startswith("<svg")
    assert 'aria-hidden="true"' in silent and 'stroke-width="1.75"' in silent
    assert 'width="24"' not in silent and "style=" not in silent
    assert 'aria-label="&lt;菜单&gt;"' in ui.icon("menu", label="<菜单>")


def test_an_icon_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(Exception, match="no-such-icon"):
        ui.icon("no-such-icon")


def test_days_are_said_as_people_say_them() -> None:
    date = dt.date(2019, 12, 1)
    with translation.override("zh-hans"):
        assert (ui.day(date), ui.short_day(date)) == ("2019年12月1日", "12月1日")
        assert ui.weekday(date) == "星期日"
        assert ui.month(date) == "2019年12月"
    with translation.override("en"):
        assert (ui.day(date), ui.short_day(date)) == ("1 December 2019", "1 December")
        assert ui.weekday(date) == "Sunday"
    assert ui.day(None) == "" and ui.hour(dt.time(8, 5)) == "8:05"
    assert ui.grouped(1480) == "1,480"


def test_one_parameter_of_the_address_changes_and_the_rest_stay() -> None:
    request = RequestFactory().get("/", {"clock": "red", "page": "3", "q": "楼道 灯"})
    source = "{% load ui %}{% autoescape off %}{% query_replace page=None clock='blue' %}"
    page = Template(source + "{% endautoescape %}")
    answer = page.render(Context({"request": request}))
    assert answer == "?clock=blue&q=%E6%A5%BC%E9%81%93+%E7%81%AF"


def test_a_field_ties_its_label_hint_and_error_to_its_control() -> None:
    form = SampleForm({"phone": "1380013"})
    html = _say('<c-field :field="form.phone" hint="不公开。" />', form=form)
    assert '<label class="field__label" for="id_phone">手机号' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'id="id_phone_helptext"' in html and 'id="id_phone_error"' in html
    assert 'aria-invalid="true"' in html and "少了 4 位" in html and 'value="1380013"' in html


def test_what_is_missing_is_said_in_our_words() -> None:
    form = SampleForm({})
    assert form.errors["words"] == ["这一栏还空着。"]
    assert "required" not in str(form["words"])


def test_a_refusal_finds_its_field_or_stands_above() -> None:
    form = SampleForm({"phone": ""})
    form.refuse(Refused("phone_taken", "这个号码已经有人用了。", field="phone"))
    form.refuse(Refused("no_result", "请先写明办理结果。", field="elsewhere"))
    assert form.errors["phone"] == ["这个号码已经有人用了。"]
    assert form.non_field_errors() == ["请先写明办理结果。"]


class _Found(HTMLParser):
    """What a browser would make of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: list[str | None] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_what_a_person_typed_is_escaped_once_in_every_way_in() -> None:
    nasty = '"><script>a&b</script>'
    html = _say(
        '<c-button name="x" value="{{ v }}" data-v="{{ v }}" note="{{ v }}">{{ v }}</c-button>'
        '<c-quote source="{{ v }}">{{ v }}</c-quote><c-field name="q" :value="v" label="{{ v }}" />'
        '<c-tag title="{{ v }}">x</c-tag>',
        v=nasty,
    )
    found = _Found()
    found.feed(html)
    assert "script" not in found.tags
    assert found.values.count(nasty) == 4
    assert found.text.count(nasty) == 5


def _declared(component: str) -> set[str]:
    source = (HERE / "templates" / "cotton" / f"{component}.html").read_text("utf-8")
    variables = re.search(r"<c-vars\s(.*?)/>", source, re.DOTALL)
    return set(re.findall(r":?([\w-]+)(?==|\s|$)", variables.group(1))) if variables else set()


def test_no_page_passes_a_raw_value_where_cotton_would_not_escape_it() -> None:
    """`:name="value"` is safe only for a variable the component declares (and so escapes itself).

    Cotton prints an undeclared one through `{{ attrs }}` as it is: `x="{{ value }}"` is the way.
    """
    wrong = []
    for page in (HERE.parent).rglob("templates/**/*.html"):
        for tag in Tag.tag_pattern.finditer(page.read_text("utf-8")):
            name = tag.group(2)
            if tag.group(1) or name in ("vars", "slot"):
                continue
            raw = re.findall(r"(?:^|\s):([\w-]+)=", tag.group(3) or "")
            wrong += [(page.name, name, key) for key in raw if key not in _declared(name)]
    assert not wrong


@pytest.mark.parametrize("piece", ["figure", "clock", "kind", "tag", "seal"])
def test_what_stands_in_a_sentence_brings_no_space_into_it(piece: str) -> None:
    """A space before 。 or between two characters is a mistake that every reader sees."""
    html = _say(f'办结<c-{piece} value="4" href="#">数</c-{piece}>。')
    assert html.startswith("办结<") and html.endswith(">。")


def test_choices_tick_the_present_value_and_name_the_group() -> None:
    html = _say(
        '<c-choices name="u" label="多急" :options="o" value="b" />',
        o=[("a", "不急"), ("b", "今天")],
    )
    assert re.search(r'value="b" checked', html) and not re.search(r'value="a" checked', html)
    assert 'role="radiogroup" aria-labelledby="u_label"' in html


def test_the_gallery_shows_every_component() -> None:
    source = (HERE / "templates" / "ui" / "components.html").read_text("utf-8")
    base = (HERE / "templates" / "ui" / "desk.html").read_text("utf-8")
    for component in (HERE / "templates" / "cotton").glob("*.html"):
        assert f"<c-{component.stem}" in source + base, component.stem


def test_the_gallery_renders_whole() -> None:
    request = RequestFactory().get("/ui/components/")
    html = render_to_string("ui/components.html", sample(), request)
    assert "<c-" not in html and "{%" not in html and "{{" not in html
    assert html.count("<h1>") == 1
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_needs_a_looser_policy(path: Path) -> None:
    """A strict Content-Security-Policy: no inline handler, style attribute, or inline script."""
    html = path.read_text("utf-8")
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert not re.search(r"<[^>]*\sstyle=", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert "<style" not in html or path.name == "500.html"


def test_the_page_for_our_own_errors_needs_nothing_that_could_have_failed() -> None:
    html = (HERE / "templates" / "500.html").read_text("utf-8")
    assert "{%" not in html and "{{" not in html and "src=" not in html and "<link" not in html
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", csp.ERROR_PAGE_STYLE)


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html"])
def test_error_pages_say_what_to_do_next(name: str) -> None:
    html = render_to_string(name, {}, RequestFactory().get("/"))
    assert "回首页" in html and "！" not in html
