"""What the import contracts say of themselves."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def contracts() -> list[dict[str, object]]:
    """The contracts as they stand in pyproject.toml."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = told["tool"]["importlinter"]["contracts"]
    return found


def test_no_contract_lists_an_exception() -> None:
    assert [c["name"] for c in contracts() if "ignore_imports" in c] == []


def test_the_square_may_call_one_act_and_no_other() -> None:
    """A new act is out of the square's reach until somebody writes down why not."""
    (square,) = [c for c in contracts() if "public.py" in str(c["name"])]
    acts = {p.stem for p in (ROOT / "linshuo" / "acts").glob("*.py")} - {"__init__", "outside"}
    forbidden = square["forbidden_modules"]
    assert isinstance(forbidden, list)
    listed = {name.rsplit(".", 1)[-1] for name in forbidden if name.startswith("linshuo.acts.")}
    assert listed == acts
