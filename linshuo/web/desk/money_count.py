"""点数: one person's count of an opened box, note by note; made for a telephone and one thumb.

One big field a kind of note, the sum always in sight. Without a script 算一下 asks the house for
the sum and keeps nothing.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from linshuo.domain.funds import boxes
from linshuo.domain.funds.access import same_human
from linshuo.domain.funds.models import Opening, Tally
from linshuo.kit.can import Can
from linshuo.kit.money import NOTES, yuan
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.money_boxes import get_opening, note_words, to_opening
from linshuo.web.desk.money_forms import tick, whole
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door
from linshuo.web.ui.forms import Form


class CountForm(Form):
    """How many of each note; the domain knows what cannot be."""

    empty = tick(_l("箱子是空的"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = self.fields.pop("empty")
        for value in NOTES:
            found = whole(note_words(value))
            found.widget.attrs |= {"data-fen": str(value), "maxlength": "6", "enterkeyhint": "next"}
            self.fields[f"n{value}"] = found
        self.fields["empty"] = empty

    def notes(self) -> dict[int, int]:
        """What was written, by the value of the note in 分."""
        found = {value: self.cleaned_data.get(f"n{value}") for value in NOTES}
        return {value: n for value, n in found.items() if n is not None}

    def sum(self) -> int:
        """In 分, of what can be added up; nothing is kept by it."""
        return sum(value * n for value, n in self.notes().items() if n > 0)

    def rows(self) -> list[tuple[Any, int, str]]:
        """Each field with its note, and what it makes."""
        notes = self.notes() if self.is_bound and hasattr(self, "cleaned_data") else {}
        return [
            (self[f"n{value}"], value, yuan(value * n) if (n := notes.get(value, 0)) > 0 else "")
            for value in NOTES
        ]


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_RECORD, Can.MONEY_CHECK)
@second_factor
def count(request: DoorRequest, pk: int) -> HttpResponse:
    """One person's count. `do=sum` only adds up what was typed."""
    row = get_opening(request, pk)
    if row.counted_fen is not None:
        return to_opening(request, pk)
    form = CountForm(request.POST if request.method == "POST" else None)
    total = 0
    if request.method == "POST" and form.is_valid():
        total = form.sum()
        if request.POST.get("do") == "keep":
            try:
                made = boxes.count(
                    row, by=request.actor, notes=form.notes(), empty=form.cleaned_data["empty"]
                )
            except NotYours:
                raise
            except Refused as refused:
                form.refuse(refused)
            else:
                tell = messages.warning if made.agreed is False else messages.success
                tell(request, made.sentence)
                return to_opening(request, pk)
    context = {
        "opening": row,
        "box": row.box,
        "form": form,
        "rows": form.rows(),
        "total": yuan(total),
        "which": _which(request, row),
    }
    return page(request, "desk/boxes/count.html", context)


def _which(request: DoorRequest, row: Opening) -> str:
    """Whether one is the first or the second to count, or has counted already."""
    rows = Tally.objects.of(request.actor).filter(opening=row).select_related("person__account")
    found = list(rows.order_by("-round", "pk"))
    open_round = [t for t in found if t.round == found[0].round] if found else []
    if len(open_round) != 1:
        return _("第一遍") if not found else _("重新点，第一遍")
    me = request.person
    if same_human(open_round[0].person, me):
        return _("您点过了，第二遍请另一位来点")
    return _("第二遍，先不要问头一位点出多少")
