"""A stranger's photo is drawn anew: nothing but pixels is kept, and nothing large is unpacked."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from linshuo.domain.papers.images import LONGEST_SIDE, MOST_BYTES, redraw
from linshuo.kit.refused import Refused

GPS = 34853


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **save: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (180, 40, 30)).save(out, kind, **save)
    return out.getvalue()


def located() -> bytes:
    """A photo that says where and with what it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "CameraOfWang"
    exif.get_ifd(GPS).update({1: "N", 2: (24.0, 30.0, 1.0)})
    return picture(exif=exif.tobytes(), comment=b"door 302")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_where_and_with_what_it_was_taken_is_gone() -> None:
    raw = located()
    assert b"CameraOfWang" in raw and opened(raw).getexif().get_ifd(GPS)
    made = redraw(raw)
    assert b"CameraOfWang" not in made.content and b"door 302" not in made.content
    again = opened(made.content)
    assert not dict(again.getexif()) and "comment" not in again.info
    assert again.size == (40, 60), "upright, as whoever took it saw it"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_a_telephone_takes_comes_in(kind: str) -> None:
    made = redraw(picture(kind))
    assert (made.mime, opened(made.content).format) == ("image/jpeg", "JPEG")


def test_what_is_transparent_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    made = redraw(out.getvalue())
    assert made.mime == "image/webp" and opened(made.content).mode == "RGBA"


def test_a_large_photo_becomes_smaller() -> None:
    made = redraw(picture(size=(4000, 3000)))
    assert max(opened(made.content).size) == LONGEST_SIDE


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is very large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7000, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(Refused) as refused:
        redraw(bomb(side))
    assert refused.value.code == "photo-bomb" and refused.value.field == "photo"


def test_a_file_that_is_too_heavy() -> None:
    with pytest.raises(Refused) as refused:
        redraw(b"\xff\xd8" + b"\0" * MOST_BYTES)
    assert refused.value.code == "photo-big"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"PK\x03\x04 a zip",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        picture("GIF"),
        picture("BMP"),
        picture()[:200],
        picture("PNG")[:60],
    ],
)
def test_anything_else_gets_a_sentence(raw: bytes) -> None:
    with pytest.raises(Refused) as refused:
        redraw(raw)
    assert refused.value.code == "photo" and "不是照片" in str(refused.value)


def test_what_hides_behind_a_photo_is_left_behind() -> None:
    made = redraw(picture() + b"PK\x03\x04<script>alert(1)</script>")
    assert b"script" not in made.content
