"""The PostgreSQL that the tests start is their own and gone afterwards."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.postgres import PostgresMissing, binaries, temporary_postgres

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _installed() -> None:
    try:
        binaries()
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize(("careful", "fsync"), [(False, "off"), (True, "on")])
def test_server_is_there_for_the_block_and_gone_after_it(careful: bool, fsync: str) -> None:
    with temporary_postgres(careful=careful, work_mem="7MB") as url:
        home = Path(parse_qs(urlsplit(url).query)["host"][0])
        with psycopg.connect(url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == (fsync,)
            assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    assert not home.exists()


def test_server_is_stopped_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), temporary_postgres() as url:
        home = Path(parse_qs(urlsplit(url).query)["host"][0])
        raise ZeroDivisionError
    assert not home.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_option_that_the_server_refuses_is_told() -> None:
    with pytest.raises(RuntimeError, match="work_mem"), temporary_postgres(work_mem="plenty"):
        pytest.fail("the block was entered")
