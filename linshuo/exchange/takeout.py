"""Everything a community has, out of the house: each table as CSV and as a sheet of one workbook,
each file, and a manifest with the SHA-256 of every part. Nothing is masked: it is the community's
own. Telephones and addresses leave sealed columns only where that is asked for by name.

It is written while work goes on, table by table; the manifest says from when until when.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext as _

import linshuo
from linshuo.domain.needs.complained import Complaint
from linshuo.domain.papers import actions as papers
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Organisation, Partnership
from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.kit import clock, secret
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused

MOST_IN_CELL = 32_767
"""What a cell of a workbook holds; the CSV has all of it."""
MOST_SHEET_ROWS = 1_048_575
_FORMULA = re.compile(r"^[=+\-@\t\r]")
Progress = Callable[[int, int], None]


def note(by: Actor, *, phones: bool, why: str) -> None:
    """Write down that everything is taken out, by whom and what for, before it is.

    Raises `NotYours` for whoever is not the head.
    """
    if not (by.is_house or (by.can(Can.NEED_EXPORT) and by.can(Can.STAFF_APPOINT))):
        raise NotYours("takeout", _("没有这一页。"))
    with transaction.atomic():
        community = Community.objects.select_for_update().get(pk=by.community_id)
        record(
            "community:take-out", row=community, by=by, detail={"phones": phones, "why": why[:200]}
        )


def write(
    community: Community, to: Path, *, phones: bool, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """Write everything below `to`, an empty directory, and return the manifest.

    Raises `Refused("not-empty")`.
    """
    if to.exists() and any(to.iterdir()):
        raise Refused("not-empty", _("这个目录里有东西，换一个空的。"))
    (to / "tables").mkdir(parents=True)
    began = clock.now()
    tables, files = list(_tables(community)), _files(community)
    total, done, counts = len(tables) + len(files), 0, {}
    book = xlsxwriter.Workbook(
        str(to / "all.xlsx"), {"constant_memory": True, "strings_to_formulas": False,
                               "strings_to_urls": False},
    )  # fmt: skip
    try:
        for label, rows in tables:
            counts[label] = _table(book, to / "tables" / f"{label}.csv", label, rows, phones)
            progress(done := done + 1, total)
    finally:
        book.close()
    missing = []
    for file in files:
        source = papers.path_of(file.community_id, file.sha256)
        if source.exists():
            (to / "files").mkdir(exist_ok=True)
            shutil.copyfile(source, to / "files" / file.sha256)
        else:
            missing.append(file.sha256)
        progress(done := done + 1, total)
    return _manifest(community, to, counts, missing, phones, began)


def _tables(community: Community) -> Iterator[tuple[str, models.QuerySet[Any, Any]]]:
    """The rows of every table that names a community, itself and its partners' organisations."""
    yield "places.Community", Community.objects.filter(pk=community.pk)
    ours = Partnership.objects.within(community.pk).values("organisation_id")
    yield "people.Organisation", Organisation.objects.filter(pk__in=ours)
    for model in apps.get_models():
        if any(f.attname == "community_id" for f in model._meta.concrete_fields):
            rows = model._base_manager.filter(community_id=community.pk).order_by("pk")
            if model is Complaint:
                # A head takes this out, and may be the one it is about: docs/decisions/0018.
                rows = rows.filter(kept_from="")
            yield model._meta.label, rows


def _files(community: Community) -> list[File]:
    return list(File.objects.within(community.pk).order_by("pk"))


def _table(book: Any, path: Path, label: str, rows: Any, phones: bool) -> int:
    """One table as CSV and as a sheet. Returns its rows."""
    fields = [f for f in rows.model._meta.concrete_fields if _goes(f.attname, phones)]
    names = [f.attname.removesuffix("_enc") for f in fields]
    sheet, count = book.add_worksheet(label[:31]), 0
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, names)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(names)
        for values in rows.values_list(*(f.attname for f in fields)).iterator(chunk_size=2000):
            said = [_cell(f.attname, v) for f, v in zip(fields, values, strict=True)]
            out.writerow([_unformula(each) for each in said])
            count += 1
            if count <= MOST_SHEET_ROWS:
                for column, value in enumerate(said):
                    held = value[:MOST_IN_CELL] if isinstance(value, str) else value
                    sheet.write(count, column, held)
    return count


def _goes(name: str, phones: bool) -> bool:
    return not name.endswith("_hmac") and (phones or not name.endswith("_enc"))


def _cell(name: str, value: Any) -> str | int | float | bool:
    if value is None:
        return ""
    if name.endswith("_enc"):
        return secret.unseal(value)
    if isinstance(value, (bool, int, float)):
        # A number above 2^53 would lose its end in a sheet.
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, datetime):
        return clock.local(value).isoformat(timespec="seconds")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _unformula(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _manifest(
    community: Community, to: Path, counts: dict[str, int], missing: list[str], phones: bool,
    began: datetime,
) -> dict[str, Any]:  # fmt: skip
    parts = sorted(p for p in to.rglob("*") if p.is_file())
    told: dict[str, Any] = {
        "format": 1,
        "version": linshuo.__version__,
        "community": community.name,
        "prefix": community.prefix,
        "began": began.isoformat(),
        "ended": clock.now().isoformat(),
        "phones": phones,
        "rows": counts,
        "files_erased": missing,
        "sha256": {p.relative_to(to).as_posix(): sha256_of(p) for p in parts},
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (to / "manifest.json").write_text(text, encoding="utf-8")
    return told


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
