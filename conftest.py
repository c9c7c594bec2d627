"""The tests' own surroundings, set before Django reads its settings.

`LINSHUO_TEST_DB` chooses the database, `sqlite` if it says nothing. A whole run, with all its
workers, shares one directory and, on PostgreSQL, one server; both are gone when it ends.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import pytest
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

from tests.postgres import temporary_postgres

# How long one example takes depends on who else is at the machine: no test's business.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

_stack = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment; pytest-django comes after this and finds Django ready."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # a worker is started with the environment that the run set up
    if "linshuo.config.settings" in sys.modules:
        raise pytest.UsageError("DJANGO_SETTINGS_MODULE is set: the tests choose it themselves")
    chosen = os.environ.get("LINSHUO_TEST_DB") or "sqlite"
    for name in [name for name in os.environ if name.startswith("LINSHUO_")]:
        del os.environ[name]  # nothing of the developer's own set-up
    data = _stack.enter_context(tempfile.TemporaryDirectory(prefix="linshuo-test-"))
    if chosen == "postgres":
        os.environ["LINSHUO_DATABASE_URL"] = _stack.enter_context(temporary_postgres())
    os.environ.update(
        DJANGO_SETTINGS_MODULE="linshuo.config.settings",
        LINSHUO_TEST_DB=chosen,
        LINSHUO_DATA=data,
        LINSHUO_SECRET_KEY="a-key-for-tests-that-protects-nothing-at-all",
        LINSHUO_HOSTS="testserver,localhost,127.0.0.1",
        LINSHUO_HTTPS="no",
        LINSHUO_LOG_LEVEL="ERROR",
    )
    django.setup()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What knows no model asks nothing of any database: once is enough. What single pages say is
    marked too: every page is opened on both databases by the table of doors."""
    for item in items:
        where = item.path.relative_to(item.config.rootpath).as_posix()
        if where.startswith(("linshuo/kit/", "linshuo/web/ui/")):
            item.add_marker(pytest.mark.once)
        elif where.startswith(("linshuo/web/", "tests/web/")):
            item.add_marker(pytest.mark.page)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove the directory, however the run went."""
    _stack.close()


def pytest_report_header(config: pytest.Config) -> str:
    """Say which database this run is about."""
    return f"database: {os.environ['LINSHUO_TEST_DB']}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test that commits is followed by a flush, which knows nothing of SQLite's index of words:
    without this, the next test's rows would meet words of the last one's."""
    result = yield
    if nextitem is None:
        return result  # the database itself went with the last test
    marker = item.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction"))
    if commits or "transactional_db" in getattr(item, "fixturenames", ()):
        from linshuo.domain.terms import engine

        with item.config.stash[blocking_manager_key].unblock():
            if engine.is_sqlite():
                engine.renew()
    return result


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """Begin with a copy of a migrated SQLite database, where an earlier run has left one: going
    through every migration takes longer than many a test file."""
    template = _template(request.config)
    if template is None or not template.exists():
        return False
    from django.conf import settings

    shutil.copyfile(template, settings.DATABASES["default"]["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_keepdb: bool,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """… and leave one for the next run, before the first test has put anything into it."""
    template = _template(request.config)
    if template is None or django_db_keepdb:
        return
    from django.db import connection

    fresh = template.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock():
        connection.cursor().execute("VACUUM INTO %s", [str(fresh)])
    for old in template.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    fresh.replace(template)


def _template(config: pytest.Config) -> Path | None:
    """Where the database of exactly these migrations is kept; None where none can be."""
    cache = getattr(config, "cache", None)
    if os.environ["LINSHUO_TEST_DB"] != "sqlite" or cache is None:
        return None
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in (
        *sorted(root.glob("linshuo/**/migrations/*.py")),
        root / "requirements" / "run.txt",
    ):
        digest.update(path.read_bytes() if path.exists() else b"")
    return Path(cache.mkdir("template")) / f"{digest.hexdigest()[:16]}.sqlite3"


@pytest.fixture(autouse=True)
def _each_test_begins_in_chinese() -> Iterator[None]:
    """A page asked for in English leaves its thread speaking English, and the next test in it."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()
