"""One's own hours out, as a file any spreadsheet opens.

The columns follow the record of service of 民政部令第67号 (what, when, where, how long, who
says so, who recorded it): one place to map them from when another system has to be fed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from linshuo.domain.service.own_record import Line
from linshuo.kit import clock

BOM = "\ufeff"
"""Without it a Chinese spreadsheet program takes UTF-8 for something else."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet program may begin to calculate at."""


def hours_csv(community: str, lines: Iterable[Line]) -> bytes:
    """A row for each record as it stands, oldest first, each cell safe to open."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    head = [
        *(_("日期"), _("从"), _("约到"), _("时长（分钟）"), _("做什么"), _("地点")),
        *(_("谁说的"), _("哪一位"), _("记下的日子"), _("更正前"), _("更正说明"), _("记录单位")),
    ]
    writer.writerow(head)
    for line in sorted(lines, key=lambda each: (each.starts, each.pk)):
        starts, ends = clock.local(line.starts), clock.local(line.planned)
        cells = [
            *(f"{starts:%Y-%m-%d}", f"{starts:%H:%M}", f"{ends:%H:%M}", str(line.minutes)),
            *(line.what, line.where, line.word, line.whose, line.noted),
            *("；".join(line.was), "；".join(line.notes), community),
        ]
        writer.writerow([safe(cell) for cell in cells])
    return (BOM + out.getvalue()).encode()


def safe(cell: str) -> str:
    """The cell as text: an apostrophe before whatever would be taken for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULAS) else cell
