"""QR codes as SVG, drawn here: nothing is asked of another site."""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> str:
    """A QR code of the text as one `<svg>`, dark on white whatever the theme, with its border.

    It has a viewBox and no size of its own: the style sheet says how large.
    """
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False,
        svgclass="qr", lineclass=None, omitsize=True,
    )  # fmt: skip
    return out.getvalue().decode().strip()
