"""Photos sent by strangers: looked at before they are decoded, and kept only as drawn anew.

What comes out is pixels and nothing else: no place, no time, no name of a camera, no second file
hidden behind the first.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from linshuo.kit.refused import Refused

MOST_BYTES = 10 * 2**20
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400
"""Enough to read a meter in; a telephone's camera takes twice that."""
KINDS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A picture as it may be kept."""

    content: bytes
    mime: str
    suffix: str


def redraw(raw: bytes, field: str = "photo") -> Redrawn:
    """The same picture, drawn anew: upright, no longer than 2400 pixels, without its metadata.

    JPEG, PNG and WebP come in; JPEG goes out, or WebP where something is transparent. The size is
    read from the header before anything is unpacked, so a bomb stays packed. Raises `Refused`.
    """
    if len(raw) > MOST_BYTES:
        raise Refused("photo-big", _("照片太大了，换一张 10 MB 以内的，或者不放照片。"), field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=KINDS) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                found.seek(0)
                found.load()
                upright = ImageOps.exif_transpose(found)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(
            "photo-bomb", _("照片的尺寸太大了，换一张平常拍的，或者不放照片。"), field
        ) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError):
        raise Refused(
            "photo", _("这个文件不是照片。可以放 JPEG、PNG 或 WebP，也可以不放。"), field
        ) from None
    return _drawn(upright)


def _drawn(picture: Image.Image) -> Redrawn:
    clear = "A" in picture.getbands() or "transparency" in picture.info
    fresh = picture.convert("RGBA" if clear else "RGB")
    fresh.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Only the pixels go on: `info` is where EXIF, XMP, comments and colour profiles travel.
    bare = Image.frombytes(fresh.mode, fresh.size, fresh.tobytes())
    out = io.BytesIO()
    if clear:
        bare.save(out, "WEBP", quality=85)
        return Redrawn(out.getvalue(), "image/webp", "webp")
    bare.save(out, "JPEG", quality=85, optimize=True)
    return Redrawn(out.getvalue(), "image/jpeg", "jpg")
