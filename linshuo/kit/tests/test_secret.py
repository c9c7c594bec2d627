"""Keeping a phone number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit import secret


@pytest.fixture
def keys() -> Iterator[None]:
    """Put back the key that the rest of the tests use."""
    kept = secret._key
    yield
    secret._key = kept


@given(st.text(max_size=60))
def test_what_is_sealed_is_read_back(plain: str) -> None:
    assert secret.unseal(secret.seal(plain)) == plain


def test_sealed_twice_it_does_not_look_the_same() -> None:
    assert secret.seal("13800131234") != secret.seal("13800131234")


def test_the_number_does_not_show_through() -> None:
    assert "13800131234" not in secret.seal("13800131234") + secret.fingerprint("13800131234")


def test_nothing_stays_nothing() -> None:
    assert (secret.seal(""), secret.unseal(""), secret.fingerprint("")) == ("", "", "")


def test_under_another_key_it_reads_as_empty(keys: None) -> None:
    kept = secret.seal("13800131234")
    secret.use_key("quite-another-key-than-the-one-it-was-kept-with")
    assert secret.unseal(kept) == ""


@pytest.mark.parametrize("spoilt", ["rubbish", "gAAAAA==", "电话", "x" * 200])
def test_a_spoilt_value_stops_no_page(spoilt: str) -> None:
    assert secret.unseal(spoilt) == ""


def test_a_fingerprint_is_the_same_for_the_same_and_with_the_key_only(keys: None) -> None:
    here = secret.fingerprint("13800131234")
    assert here == secret.fingerprint("13800131234") != secret.fingerprint("13800131235")
    assert len(here) == 64
    secret.use_key("quite-another-key-than-the-one-it-was-kept-with")
    assert secret.fingerprint("13800131234") != here
