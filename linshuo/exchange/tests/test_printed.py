"""Papers that print: slips with codes that lead somewhere once, and a day of the notebook."""

from __future__ import annotations

from typing import Any

import pytest

from linshuo.acts.notebook import write_down
from linshuo.domain.papers.actions import use_paper
from linshuo.domain.papers.models import Paper, PaperKind
from linshuo.domain.trail.verify import verify
from linshuo.exchange.printed import engine, slips
from linshuo.exchange.printed.notebook import notebook_day
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, draft, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def _printable() -> None:
    try:
        engine.fonts()
    except Refused:
        pytest.skip("no Chinese font on this machine")


def printed(cast: Cast, first: int, last: int, **more: Any) -> bytes:
    return slips.print_pad(cast.community, first, last, viewer=cast.zhang, **more)


@pytest.mark.usefixtures("_printable")
def test_a_pad_is_numbered_on_and_printed_four_to_a_page() -> None:
    cast = make_cast()
    one, two = slips.issue(6, by=cast.zhang), slips.issue(2, by=cast.he)
    assert [(p.first, p.last, p.count) for p in (one, two)] == [(1, 6, 6), (7, 8, 2)]
    found = slips.pads(cast.zhang)
    assert [(p.first, p.last, p.count, p.used, p.void) for p in found] == [
        (7, 8, 2, 0, 0),
        (1, 6, 6, 0, 0),
    ]
    assert printed(cast, 1, 6).startswith(b"%PDF-")
    with_qr = printed(cast, 1, 6, track=lambda code: f"https://example.org/slip/?code={code}")
    assert len(with_qr) > len(printed(cast, 1, 6))
    assert verify() == []


@pytest.mark.usefixtures("_printable")
def test_used_and_void_slips_are_not_printed_again() -> None:
    cast = make_cast()
    slips.issue(3, by=cast.zhang)
    one, two, three = Paper.objects.within(cast.community.pk).order_by("serial")
    use_paper(PaperKind.SLIP, one.code, by=cast.li)
    slips.void("0002", by=cast.zhang)
    slips.void(f" {three.code[:4]}-{three.code[4:].lower()} ", by=cast.zhang)
    assert [(p.used, p.void) for p in slips.pads(cast.zhang)] == [(1, 2)]
    with pytest.raises(NotYours):
        printed(cast, 1, 3)
    with pytest.raises(Refused, match="这张已经作废了"):
        slips.void("2", by=cast.zhang)
    with pytest.raises(Refused):
        use_paper(PaperKind.SLIP, two.code, by=cast.li)


def test_what_no_pad_can_be() -> None:
    cast, other = make_cast(), make_cast("XG", "仙阁社区")
    for count in (0, -1, 101):
        with pytest.raises(Refused) as caught:
            slips.issue(count, by=cast.zhang)
        assert caught.value.field == "count"
    for typed in ("", "999", "ABCDEFGH", "；", "9" * 40):
        with pytest.raises(Refused) as caught:
            slips.void(typed, by=cast.zhang)
        assert caught.value.field == "slip"
    for nobody in (cast.li, cast.wang, cast.ma):
        with pytest.raises(NotYours):
            slips.issue(4, by=nobody)
        with pytest.raises(NotYours):
            slips.pads(nobody)
    with pytest.raises(NotYours):
        slips.print_pad(other.community, 1, 4, viewer=other.zhang)
    with pytest.raises(NotYours):
        printed(cast, 1, 10_000)


@pytest.mark.usefixtures("_printable")
def test_a_day_of_the_notebook_with_anything_at_all_in_the_words() -> None:
    cast = make_cast()
    for words in ("灯不亮。", '#let x = "y" $a$ *b* \\ [c] </svg>', "话" * 3000):
        write_down(
            by=cast.li, draft_id=draft(), place=cast.estate, words=words, source="visit", at=T0
        )
    assert notebook_day(cast.li, cast.person("李网格").pk, T0.date()).startswith(b"%PDF-")
    assert notebook_day(cast.zhang, cast.person("李网格").pk, T0.date()).startswith(b"%PDF-")
    with pytest.raises(NotYours):
        notebook_day(cast.he, cast.person("李网格").pk, T0.date())


def test_without_a_chinese_font_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SERIF", ())
    monkeypatch.setattr(engine, "SANS", ())
    engine.fonts.cache_clear()
    cast = make_cast()
    with pytest.raises(Refused, match="中文字体"):
        slips.issue(4, by=cast.zhang)
    assert not Paper.objects.within(cast.community.pk).exists()
    engine.fonts.cache_clear()
