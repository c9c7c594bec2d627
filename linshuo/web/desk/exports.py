"""The ledger leaves the house as a sheet: after a look at what goes, and never unlogged."""

from __future__ import annotations

from django import forms
from django.http import FileResponse, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linshuo.exchange import ledger as sheet
from linshuo.insight.lists import LEDGER, LISTS, in_words
from linshuo.kit import clock
from linshuo.kit.can import Can
from linshuo.kit.refused import Refused
from linshuo.web.desk.ledger import filters_from
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door
from linshuo.web.ui.forms import Form


class ExportForm(Form):
    """What goes out beyond the masked ledger."""

    names = forms.BooleanField(label=gettext_lazy("带上提的人的全名"), required=False)
    words = forms.BooleanField(
        label=gettext_lazy("带上原话（里面可能有电话和门牌）"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("拿去做什么"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("勾了上面任何一项就要写。会和您的名字一起记下来。"),
    )


@require_http_methods(["GET", "POST"])
@staff_door(Can.NEED_EXPORT)
@second_factor
def ledger(request: DoorRequest) -> HttpResponse | FileResponse:
    """A look at what would go out, and the sheet itself."""
    filters = filters_from(request.GET)
    said = in_words(request.actor, LISTS[LEDGER], filters)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            out = sheet.export(
                request.actor, filters, sheet.Options(**form.cleaned_data), filters_said=said
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            name = f"{request.community.name}_{clock.today():%Y-%m-%d}.xlsx"
            return FileResponse(out, as_attachment=True, filename=name)
    query = _query(request.GET)
    prefix = request.community.prefix
    context = {
        "form": form,
        "total": sheet.rows_for(request.actor, filters, clock.now()).count(),
        "said": said,
        "post_url": f"{reverse('desk:export', args=[prefix])}?{query}",
        "back_url": f"{reverse('desk:ledger', args=[prefix])}?{query}",
    }
    return page(request, "desk/exports/ledger.html", context)


def _query(query: QueryDict) -> str:
    kept = query.copy()
    kept.pop("after", None)
    return kept.urlencode()
