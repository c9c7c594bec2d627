"""A bad setting is answered with a sentence that names it; all of them at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from linshuo.config import env
from linshuo.config.env import REGISTRY, Environment, parse_database_url

pytestmark = pytest.mark.once


def told(variables: dict[str, str], read: object) -> str:
    """The one problem that reading has."""
    environment = Environment(variables)
    read(environment)  # type: ignore[operator]
    (problem,) = environment.problems
    return problem


def test_empty_environment_has_defaults_and_no_problem() -> None:
    environment = Environment({})
    assert environment.flag("LINSHUO_DEBUG", False) is False
    assert environment.number("LINSHUO_WORKERS", 2, least=1, most=9) == 2
    assert environment.names("LINSHUO_HOSTS") == []
    assert environment.path("LINSHUO_DATA", "data") == Path.cwd() / "data"
    environment.finish()


@pytest.mark.parametrize("value", ["1", "yes", "TRUE", " on "])
def test_yes(value: str) -> None:
    assert Environment({"LINSHUO_DEBUG": value}).flag("LINSHUO_DEBUG", False) is True


@pytest.mark.parametrize("value", ["0", "no", "False", "off"])
def test_no(value: str) -> None:
    assert Environment({"LINSHUO_DEBUG": value}).flag("LINSHUO_DEBUG", True) is False


def test_neither_yes_nor_no() -> None:
    problem = told({"LINSHUO_DEBUG": "maybe"}, lambda e: e.flag("LINSHUO_DEBUG", True))
    assert problem == (
        "LINSHUO_DEBUG is “maybe”, which is neither yes nor no. For example: LINSHUO_DEBUG=yes"
    )


@pytest.mark.parametrize(
    ("value", "what"), [("two", "not a whole number"), ("0", "between 1 and 9"), ("1e3", "whole")]
)
def test_bad_number(value: str, what: str) -> None:
    variables = {"LINSHUO_WORKERS": value}
    problem = told(variables, lambda e: e.number("LINSHUO_WORKERS", 2, least=1, most=9))
    assert problem.startswith(f"LINSHUO_WORKERS is {value}" if value == "0" else "LINSHUO_WORKERS")
    assert what in problem


def test_list_and_choice() -> None:
    environment = Environment({"LINSHUO_HOSTS": "a.example, b.example,", "LINSHUO_LANGUAGE": "fr"})
    assert environment.names("LINSHUO_HOSTS") == ["a.example", "b.example"]
    assert environment.choice("LINSHUO_LANGUAGE", "zh-hans", ("zh-hans", "en")) == "zh-hans"
    assert environment.problems[0].startswith("LINSHUO_LANGUAGE is “fr”; it can be zh-hans, en.")


def test_directory_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    problem = told({"LINSHUO_DATA": str(file)}, lambda e: e.path("LINSHUO_DATA", "data"))
    assert "which is a file" in problem


def test_secret_from_a_file_and_never_repeated(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    variables = {"LINSHUO_SECRET_KEY_FILE": str(file)}
    assert Environment(variables).secret("LINSHUO_SECRET_KEY", "") == "k" * 40
    problem = told({"LINSHUO_SECRET_KEY": "qwerty"}, lambda e: e.secret("LINSHUO_SECRET_KEY", ""))
    assert "only 6 characters" in problem
    assert "qwerty" not in problem


def test_file_that_is_not_there_and_both_at_once(tmp_path: Path) -> None:
    variables = {"LINSHUO_SECRET_KEY_FILE": str(tmp_path / "none")}
    assert "No such file" in told(variables, lambda e: e.text("LINSHUO_SECRET_KEY"))
    variables["LINSHUO_SECRET_KEY"] = "k" * 40
    assert "keep one of the two" in told(variables, lambda e: e.text("LINSHUO_SECRET_KEY"))


def test_all_problems_in_one_go() -> None:
    environment = Environment({"LINSHUO_DEBUG": "maybe", "LINSHUO_WORKERS": "many"})
    environment.flag("LINSHUO_DEBUG", False)
    environment.number("LINSHUO_WORKERS", 2, least=1, most=9)
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.finish()
    assert [line.split()[0] for line in str(caught.value).splitlines()] == [
        "LINSHUO_DEBUG",
        "LINSHUO_WORKERS",
    ]


def test_variable_that_nobody_explained_is_our_own_mistake() -> None:
    with pytest.raises(KeyError):
        Environment({}).text("LINSHUO_NEW")


def test_settings_read_exactly_what_is_explained() -> None:
    source = (Path(env.__file__).parent / "settings.py").read_text()
    assert set(re.findall(r'env\.\w+\(\s*"(LINSHUO_\w+)"', source)) == set(REGISTRY)
    for setting in REGISTRY.values():
        assert setting.doc.endswith(".")
        assert setting.example


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("sqlite:////srv/house.sqlite3", "linshuo.config.sqlite", "/srv/house.sqlite3"),
        ("sqlite:////srv/my%20house.db", "linshuo.config.sqlite", "/srv/my house.db"),
        ("sqlite:///:memory:", "linshuo.config.sqlite", ":memory:"),
        ("postgres://db/house", "django.db.backends.postgresql", "house"),
        ("postgresql:///house", "django.db.backends.postgresql", "house"),
    ],
)
def test_database_address(url: str, engine: str, name: str) -> None:
    entry = parse_database_url(url)
    assert (entry["ENGINE"], entry["NAME"]) == (engine, name)


def test_sqlite_path_without_the_fourth_slash_is_relative() -> None:
    assert parse_database_url("sqlite:///x.db")["NAME"] == str(Path.cwd() / "x.db")


def test_postgres_address_in_full() -> None:
    url = "postgres://lin:p%40ss@db.example:5433/house?sslmode=require"
    entry = parse_database_url(url)
    assert (entry["USER"], entry["PASSWORD"]) == ("lin", "p@ss")
    assert (entry["HOST"], entry["PORT"]) == ("db.example", "5433")
    assert entry["OPTIONS"] == {"sslmode": "require"}
    socket = parse_database_url("postgres://lin@/house?host=/run/postgresql&port=5434")
    assert (socket["HOST"], socket["PORT"], socket["OPTIONS"]) == ("/run/postgresql", "5434", {})


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("mysql://x/y", "begins with “mysql”"),
        ("house.sqlite3", "begins with “”"),
        ("sqlite://house.sqlite3", "three slashes"),
        ("sqlite:///", "names no file"),
        ("postgres://db", "names no database"),
        ("postgres://db:port/house", "port that is not a number"),
        ("postgres://user:hush@[db/house", "cannot be read"),
    ],
)
def test_bad_database_address(url: str, what: str) -> None:
    variables = {"LINSHUO_DATABASE_URL": url}
    problem = told(variables, lambda e: e.database("LINSHUO_DATABASE_URL", Path("/srv")))
    assert problem.startswith("LINSHUO_DATABASE_URL ")
    assert what in problem
    assert "hush" not in problem
