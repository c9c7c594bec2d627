"""留多久: how long what is kept, by which rule, and what the clock takes away next."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings as conf
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linshuo.exchange import keeping, takeout_jobs
from linshuo.kit import clock
from linshuo.kit.can import Can
from linshuo.web.desk.people_tabs import settings_tabs
from linshuo.web.doors import DoorRequest, page, staff_door

AHEAD = timedelta(days=30)


@require_GET
@staff_door(Can.PLACE_WRITE)
def kept(request: DoorRequest) -> HttpResponse:
    """A table: nothing is changed here; whoever keeps the server sets the periods."""
    inside, soon = request.community.pk, clock.now() + AHEAD
    rows = [
        {
            "name": period.name,
            "long": _("%d 天") % period.days,
            "source": period.source,
            "now": len(period.due(inside)),
            "soon": len(period.due(inside, soon)),
        }
        for period in keeping.PERIODS
    ]
    others = [
        *keeping.KEPT_ON,
        (_("夜里的备份"), _("最近 %d 份") % conf.BACKUPS_KEPT, _("再旧的自己删掉")),
        (_("取走用的压缩包"), _("%d 天") % takeout_jobs.KEPT.days, _("取完就不用留")),
    ]
    context = {
        "rows": rows,
        "others": [{"name": n, "long": w, "source": s} for n, w, s in others],
        "tabs": settings_tabs(request.actor, request.community.prefix, "kept"),
    }
    return page(request, "desk/settings/kept.html", context)
