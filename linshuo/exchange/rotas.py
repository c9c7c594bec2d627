"""A rota out, as a workbook: a row for each round, as it hangs outside."""

from __future__ import annotations

import io

import xlsxwriter
from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.domain.service.rota_public import shown
from linshuo.domain.service.rota_rows import Rota
from linshuo.kit import clock, wording


def workbook(community: Community, rota: Rota) -> bytes:
    """The rounds in order, with who comes; the head says of when it is."""
    now = shown(rota)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    page = book.add_worksheet(_("轮值表"))
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for x, width in enumerate((6, 12, 12, 24, 34, 16)):
        page.set_column(x, x, width)
    page.write_string(
        0, 0, f"{community.name} {now.title}", book.add_format({"bold": True, "font_size": 14})
    )
    page.write_string(1, 0, _("%s 导出，以后改了的在网页上。") % wording.moment(clock.now()))
    heads = (_("第几轮"), _("从"), _("到"), _("什么时候"), _("谁"), _("说明"))
    for x, head in enumerate(heads):
        page.write_string(3, x, head, bold)
    page.freeze_panes(4, 0)
    page.repeat_rows(3)
    for n, one in enumerate(now.rounds, start=1):
        page.write_number(n + 3, 0, n)
        for x, when in ((1, one.first), (2, one.last)):
            page.write_datetime(n + 3, x, when, day)
        for x, text in ((3, one.times), (4, one.who), (5, one.note)):
            page.write_string(n + 3, x, text)
    book.close()
    return out.getvalue()
