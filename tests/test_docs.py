"""The documentation cannot rot: what it names exists, and what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

from django.apps import apps

from docs import build
from linshuo.config.env import REGISTRY
from linshuo.kit.can import Can

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def test_generated_pages_follow_from_the_code() -> None:
    stale = [
        name
        for name, make in build.PAGES.items()
        if (DOCS / name).read_text(encoding="utf-8") != make()
    ]
    assert stale == [], "run ./dev docs"


def test_every_model_has_one_word_in_the_glossary() -> None:
    words = re.findall(r"`([A-Z]\w+)`", (DOCS / "glossary.md").read_text(encoding="utf-8"))
    models = [m.__name__ for m in apps.get_models() if m.__module__.startswith("linshuo.")]
    assert sorted(words) == sorted(set(models))


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "linshuo").rglob("*.py")
        if not {"migrations", "tests", "__pycache__"} & set(path.parts)
        and path.stat().st_size
        and not build.first_line(path)
    ]
    assert silent == []


def test_the_tour_names_things_that_exist() -> None:
    text = (DOCS / "tour.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)(?:: (\w+))?`", text)
    assert len(named) > 15
    for path, name in named:
        places = [ROOT / "linshuo" / path, ROOT / "linshuo" / "domain" / path]
        found = next((p for p in places if p.exists()), None)
        assert found is not None, path
        if name:
            assert re.search(rf"^(def|class) {name}\b|^{name}\b", found.read_text(), re.M), name


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_setting_is_read_and_every_variable_explained() -> None:
    used = set()
    for path in (ROOT / "linshuo").rglob("*.py"):
        if "tests" not in path.parts:
            used |= set(re.findall(r"LINSHUO_[A-Z_]+", path.read_text(encoding="utf-8")))
    unexplained = {u.removesuffix("_FILE") for u in used} - set(REGISTRY)
    assert unexplained == set()


def test_every_capability_is_asked_for_somewhere() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "linshuo").rglob("*.py")
        if "tests" not in path.parts and path.name != "can.py"
    )
    unused = [can.name for can in Can if f"Can.{can.name}" not in source]
    assert unused == []


def test_no_address_of_a_machine_stands_in_a_tracked_file() -> None:
    """Paths of somebody's computer and registry hosts do not belong into a commit."""
    bad = re.compile(r"/(?:home|root|Users)/\w|files\.pythonhosted|index-url", re.I)
    for path in [*ROOT.glob("*"), *DOCS.rglob("*.md"), *(ROOT / "requirements").glob("*")]:
        if path.is_file() and path.suffix in {".md", ".txt", ".toml", ""}:
            assert not bad.search(path.read_text(encoding="utf-8", errors="ignore")), path.name
