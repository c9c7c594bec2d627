"""The figures of a community on the command line."""

from __future__ import annotations

import json
import sys
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.places.models import Community
from linshuo.domain.places.queries import community_by_prefix
from linshuo.insight.figures.reading import Reading, end_of, read_all
from linshuo.kit import clock


def print_figures(prefix: str, as_of: date | None, as_json: bool) -> int:
    """For the command line. Returns 2, with a sentence, when there is no such community."""
    community = community_by_prefix(prefix)
    if community is None:
        known = ", ".join(Community.objects.order_by("prefix").values_list("prefix", flat=True))
        sys.stderr.write(f"There is no community {prefix}. Known: {known or 'none yet'}.\n")
        return 2
    moment = min(end_of(as_of), clock.now()) if as_of else clock.now()
    readings = read_all(community.pk, moment)
    if as_json:
        told = [_told(r) for r in readings]
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return 0
    for r in readings:
        sys.stdout.write("\n".join(_lines(r)) + "\n")
    return 0


def _lines(r: Reading) -> list[str]:
    """The key, the value, the name; below them the definition, and how many rows it opens to."""
    figure = r.figure
    value = r.said if figure.measure else f"{r.said} {figure.unit}"
    lines = [f"{figure.key:28} {value:>16}  {figure.name}", f"    {figure.counts}"]
    if figure.leaves_out:
        lines.append("    " + _("不算：%s") % figure.leaves_out)
    count = len(r.row_ids)
    rows = ngettext("%d 条记录", "%d 条记录", count) % count
    kind = figure.kind
    return [*lines, f"    {rows} ({kind})"]


def _told(r: Reading) -> dict[str, object]:
    return {
        "key": r.figure.key,
        "name": str(r.figure.name),
        "definition": str(r.figure.counts),
        "leaves_out": str(r.figure.leaves_out),
        "as_of": clock.local(r.as_of).isoformat(),
        "value": r.value,
        "said": r.said,
        "rows": {"kind": r.figure.kind, "ids": list(r.row_ids)},
    }
