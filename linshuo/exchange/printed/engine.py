"""The one PDF engine: a typst page, data as JSON, and a Chinese font from wherever there is one."""

from __future__ import annotations

import importlib.util
import io
import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import category

import segno
import typst
from django.utils.translation import gettext as _

from linshuo.kit.refused import Refused

HERE = Path(__file__).parent
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Songti SC", "SimSun")
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "PingFang SC", "SimHei")
PACKAGED = "pylopdf_fonts_zh_cn"
"""A package of Noto SC (OFL) that may stand in where the system has no Chinese font."""


@lru_cache(maxsize=1)
def fonts() -> tuple[str, str, tuple[str, ...]]:
    """Song, hei, and the directories beside the system's to look in. Looked for once.

    Raises `Refused("font")` when there is no Chinese font at all: a page of empty boxes helps
    nobody.
    """
    spec = importlib.util.find_spec(PACKAGED)
    paths = tuple(spec.submodule_search_locations or ()) if spec else ()
    families = set(typst.Fonts(font_paths=list(paths)).families())
    serif = next((f for f in SERIF if f in families), "")
    sans = next((f for f in SANS if f in families), "")
    if not serif and not sans:
        raise Refused(
            "font",
            _("这台机器上没有中文字体，印不出来。请管机器的人装上 fonts-noto-cjk，再来印。"),
        )
    return serif or sans, sans or serif, paths


_PPI: ContextVar[float] = ContextVar("ppi", default=0.0)
"""Above nought while papers are only looked at: they come as a picture of their first page."""


def first_page(make: Callable[[], bytes], *, ppi: float = 60.0) -> bytes:
    """What `make` would print, as a PNG of its first page: for a list with previews. Whatever
    `make` raises, this raises."""
    token = _PPI.set(ppi)
    try:
        return make()
    finally:
        _PPI.reset(token)


def pdf(page: str, data: Mapping[str, Any]) -> bytes:
    """The page `<page>.typ` beside this module, filled with data, as a PDF. Raises `Refused`."""
    if ppi := _PPI.get():
        return pictures(page, data, ppi=ppi)[0]
    compiled: bytes = _compile(page, data)
    return compiled


def archived(page: str, data: Mapping[str, Any]) -> bytes:
    """The same as PDF/A-2b, fit to be kept for ever: every font is embedded, and every character
    has a shape. Raises `Refused("glyph")` when one has none in any font here."""
    if ppi := _PPI.get():
        return pictures(page, data, ppi=ppi)[0]
    try:
        compiled: bytes = _compile(page, data, pdf_standards="a-2b")
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        raise Refused("glyph", _("有一个字，这台机器上没有一种字体印得出来。")) from None
    return compiled


def undrawable(texts: Iterable[str]) -> list[str]:
    """Which of these texts hold a character that no font here draws. Asked of the engine itself,
    which looks through every font there is: all at once, and each by itself only if need be."""
    wanted = list(dict.fromkeys(texts))
    own = [text for text in wanted if any(category(c) in ("Co", "Cn", "Cs") for c in text)]
    rest = [text for text in wanted if text not in own]
    return own if _draws("".join(rest)) else own + [text for text in rest if not _draws(text)]


def _draws(text: str) -> bool:
    try:
        archived("words", {"text": text})
    except Refused as refused:
        if refused.code != "glyph":
            raise
        return False
    return True


def pictures(page: str, data: Mapping[str, Any], *, ppi: float = 96) -> list[bytes]:
    """The same as PNGs, one a sheet: for whoever wants to look without a PDF reader."""
    drawn = _compile(page, data, format="png", ppi=float(ppi))
    return [drawn] if isinstance(drawn, bytes) else list(drawn)


def _compile(page: str, data: Mapping[str, Any], **how: Any) -> Any:
    serif, sans, paths = fonts()
    inputs = {"data": json.dumps(data, ensure_ascii=False), "serif": serif, "sans": sans}
    return typst.compile(
        str(HERE / f"{page}.typ"), root=str(HERE), font_paths=list(paths), sys_inputs=inputs, **how
    )


def qr(text: str) -> str:
    """A QR code as SVG, without a border: the page keeps the white around it."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=0, dark="#000")
    return out.getvalue().decode()
