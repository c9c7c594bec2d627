"""A sealed file comes back whole or not at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linshuo.config.sealed import CHUNK, MAGIC, SALT, TAG, CannotOpen, Opener, Sealer, is_sealed

pytestmark = pytest.mark.once

PHRASE = "a phrase that is kept on paper"


def seal(*pieces: bytes) -> bytes:
    file = io.BytesIO()
    sealer = Sealer(file, PHRASE)
    for piece in pieces:
        sealer.write(piece)
    sealer.close()
    return file.getvalue()


def open_(sealed: bytes, phrase: str = PHRASE) -> bytes:
    return Opener(io.BytesIO(sealed), phrase).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_comes_back_whole(size: int) -> None:
    plain = bytes(range(256)) * (size // 256 + 1)
    sealed = seal(plain[: size // 2], plain[size // 2 : size])
    assert open_(sealed) == plain[:size]
    assert is_sealed(io.BytesIO(sealed))


@settings(max_examples=5, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=5), st.integers(1, 64))
def test_comes_back_in_any_pieces(pieces: list[bytes], size: int) -> None:
    opener = Opener(io.BytesIO(seal(*pieces)), PHRASE)
    assert b"".join(iter(lambda: opener.read(size), b"")) == b"".join(pieces)


def test_says_nothing_about_its_content() -> None:
    assert b"secret words" not in seal(b"secret words")
    assert seal(b"same") != seal(b"same")


def test_another_phrase_does_not_open_it() -> None:
    with pytest.raises(CannotOpen, match="passphrase"):
        open_(seal(b"words"), "another phrase")


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_changed_bit_is_refused(data: st.DataObject) -> None:
    sealed = bytearray(seal(b"words that matter"))
    at = data.draw(st.integers(len(MAGIC), len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(CannotOpen):
        open_(bytes(sealed))


@pytest.mark.parametrize("chunks", [1, 2])
def test_file_cut_at_a_chunk_is_refused(chunks: int) -> None:
    sealed = seal(b"x" * (3 * CHUNK))
    with pytest.raises(CannotOpen):
        open_(sealed[: len(MAGIC) + SALT + chunks * (CHUNK + TAG)])


def test_swapped_chunks_are_refused() -> None:
    sealed = seal(b"a" * CHUNK, b"b" * CHUNK, b"c")
    start = len(MAGIC) + SALT
    first, second = (sealed[start + n * (CHUNK + TAG) :][: CHUNK + TAG] for n in range(2))
    rest = sealed[start + 2 * (CHUNK + TAG) :]
    with pytest.raises(CannotOpen):
        open_(sealed[:start] + second + first + rest)


def test_other_file_is_told_apart() -> None:
    assert not is_sealed(io.BytesIO(b"\x1f\x8b gzip"))
    with pytest.raises(CannotOpen, match="not a sealed file"):
        open_(b"anything at all")
