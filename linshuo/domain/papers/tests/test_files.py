"""Files are kept once by what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linshuo.domain.papers.actions import keep_file, path_of
from linshuo.domain.papers.models import File
from linshuo.kit.actor import Actor
from tests.cast import Cast, make_cast

PHOTO = b"\x89PNG\r\n\x1a\n not really"


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = str(tmp_path)
    return make_cast()


def keep(by: Actor, content: bytes = PHOTO, name: str = "灯.png") -> File:
    return keep_file(content, kind="photo", mime="image/png", name=name, by=by)


def test_the_bytes_are_kept_as_they_came(cast: Cast) -> None:
    file = keep(cast.li)
    assert path_of(cast.community.pk, file.sha256).read_bytes() == PHOTO
    assert (file.size, file.name, file.private) == (len(PHOTO), "灯.png", True)


def test_the_same_bytes_again_are_the_same_file(cast: Cast, tmp_path: Path) -> None:
    first, again = keep(cast.li), keep(cast.zhang, name="again.png")
    assert first.pk == again.pk and again.name == "灯.png"
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


def test_other_bytes_are_another_file(cast: Cast) -> None:
    assert keep(cast.li).pk != keep(cast.li, b"other").pk


def test_a_neighbours_file_is_its_own(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    mine, theirs = keep(cast.li), keep(other.li)
    assert mine.pk != theirs.pk and mine.sha256 == theirs.sha256
    assert path_of(cast.community.pk, mine.sha256) != path_of(other.community.pk, mine.sha256)


def test_a_name_never_decides_where_a_file_lies(cast: Cast, tmp_path: Path) -> None:
    file = keep(cast.li, name="../../etc/" + "长" * 300 + ".png")
    path = path_of(cast.community.pk, file.sha256)
    assert tmp_path in path.parents and path.name == file.sha256
    assert len(file.name) == 120 and file.name.endswith(".png")


def test_no_half_written_file_is_left(cast: Cast, tmp_path: Path) -> None:
    keep(cast.li)
    assert not list(tmp_path.rglob("*.part"))
