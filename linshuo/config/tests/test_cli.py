"""The command line answers whoever keeps the server in sentences."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from linshuo.config import cli
from linshuo.config.cli import main


def linshuo(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with no settings but these."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LINSHUO_", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "linshuo.config.cli", *arguments],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_has_a_line_for_each_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    for name in [
        "run",
        "migrate",
        "worker",
        "verify",
        "backup",
        "restore",
        "figures",
        "import",
        "demo",
        "secret",
    ]:
        assert re.search(rf"^    {name} +\w", shown, re.M), name


def test_help_needs_no_settings_and_no_django() -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "linshuo.config.cli", "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "django" not in ran.stderr


def test_bad_setting_is_a_sentence_and_code_2() -> None:
    ran = linshuo("verify", LINSHUO_SECRET_KEY="short", LINSHUO_HOSTS="a.example")
    assert ran.returncode == 2
    assert ran.stderr.startswith("LINSHUO_SECRET_KEY has only 5 characters")
    assert "Traceback" not in ran.stderr


def test_database_without_tables_is_a_sentence(tmp_path: Path) -> None:
    ran = linshuo("verify", LINSHUO_DEBUG="yes", LINSHUO_DATA=str(tmp_path))
    assert ran.returncode == 2
    assert ran.stderr.strip() == "The database is not up to date: run linshuo migrate"
    assert linshuo("worker", LINSHUO_DEBUG="yes", LINSHUO_DATA=str(tmp_path)).returncode == 2


def test_database_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    url = f"postgres://lin:hush@/house?host={tmp_path}"
    ran = linshuo("verify", LINSHUO_DEBUG="yes", LINSHUO_DATABASE_URL=url)
    assert ran.returncode == 2
    assert ran.stderr.startswith("The database cannot be used: ")
    assert "hush" not in ran.stderr


def test_secret_is_long_and_new_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secret"]) == main(["secret"]) == 0
    one, two = capsys.readouterr().out.split()
    assert one != two
    assert len(one) >= 40


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["run", "--port", "http"], "“http” is not a port"),
        (["run", "--port", "70000"], "“70000” is not a port"),
        (["figures", "JF", "--as-of", "1 Dec"], "“1 Dec” is not a day"),
        (["import", "people", "x.xlsx", "--community", "JF"], "invalid choice"),
        ([], "required"),
    ],
)
def test_bad_argument(arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert what in capsys.readouterr().err


def test_port_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9123")
    assert cli.build_parser().parse_args(["run"]).port == 9123
    assert cli.build_parser().parse_args(["demo", "--port", "9124"]).port == 9124


def test_port_that_is_taken_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["run", "--port", str(port)]) == 2
    assert f"Port {port} is taken" in capsys.readouterr().err


@pytest.mark.django_db
def test_verify_of_an_empty_house_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.django_db
def test_community_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--community", "XX"]) == 2
    assert "no community with the prefix “XX”" in capsys.readouterr().err


def test_file_that_does_not_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "none.xlsx")
    assert main(["import", "messages", missing, "--community", "JF"]) == 2
    assert "There is no file" in capsys.readouterr().err


def test_mistake_of_our_own_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(arguments: Any) -> int:
        raise KeyError("ours")

    monkeypatch.setattr(cli, "secret", broken)
    with pytest.raises(KeyError):
        main(["secret"])


# --- The demo's surroundings -------------------------------------------------------------------


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A place for a demo, and the variables put back afterwards."""
    for name in list(os.environ):
        if name.startswith("LINSHUO_"):
            monkeypatch.delenv(name)
    for name in ("SECRET_KEY", "CLOCK_OFFSET", "HOSTS", "HTTPS", "LOG_LEVEL"):
        monkeypatch.setenv(f"LINSHUO_{name}", "a value of the developer's own")
    monkeypatch.setenv("LINSHUO_DATA", str(tmp_path / "demo"))
    return tmp_path / "demo"


def test_demo_has_its_own_settings_and_keeps_them(variables: Path) -> None:
    cli.demo_environment(fresh=False)
    first = {k: v for k, v in os.environ.items() if k.startswith("LINSHUO_")}
    assert first["LINSHUO_DATA"] == str(variables)
    assert len(first["LINSHUO_SECRET_KEY"]) >= 40
    assert "LINSHUO_CLOCK_OFFSET" not in first
    cli.demo_environment(fresh=False)
    assert {k: v for k, v in os.environ.items() if k.startswith("LINSHUO_")} == first


def test_fresh_demo_starts_again(variables: Path) -> None:
    cli.demo_environment(fresh=False)
    key = os.environ["LINSHUO_SECRET_KEY"]
    (variables / "linshuo.sqlite3").write_text("an older demo")
    cli.demo_environment(fresh=True)
    assert os.environ["LINSHUO_SECRET_KEY"] != key
    assert not (variables / "linshuo.sqlite3").exists()


def test_what_reads_a_house_reads_the_demo_where_nothing_else_was_said(tmp_path: Path) -> None:
    place = str(tmp_path)
    told = linshuo("figures", "JF", LINSHUO_DATA=place).stderr
    assert told.startswith("LINSHUO_SECRET_KEY is not set")
    (tmp_path / "demo-key").write_text("k" * 43)
    told = linshuo("figures", "JF", LINSHUO_DATA=place).stderr
    assert f"this is the demo in {place}." in told
    assert "run linshuo migrate" in told
    ran = linshuo("verify", LINSHUO_DATA=place, LINSHUO_SECRET_KEY="short")
    assert "the demo" not in ran.stderr
    assert "LINSHUO_SECRET_KEY has only" in ran.stderr


def test_demo_touches_nothing_that_is_not_a_demo(variables: Path) -> None:
    variables.mkdir()
    (variables / "linshuo.sqlite3").write_text("a real house")
    assert main(["demo", "--fresh", "--no-serve"]) == 2
    assert (variables / "linshuo.sqlite3").read_text() == "a real house"
