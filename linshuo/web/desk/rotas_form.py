"""The forms of rotas: by which rules and with whom; the days somebody cannot; a swap typed in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Post
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import partnerships
from linshuo.domain.service.roster import keepers
from linshuo.domain.service.rota_reads import MemberRow, Month
from linshuo.domain.service.rota_rows import Holidays, Per, Rota, RotaDays
from linshuo.domain.service.rotas import MOST_GAP, members_of
from linshuo.kit.actor import Actor
from linshuo.web.desk.people_forms import a_day, choice, text
from linshuo.web.ui.forms import Form


class RulesForm(Form):
    """Who takes part and by which rules."""

    gap = forms.IntegerField(
        label=_("同一家两轮之间，至少隔几轮的时间"),
        help_text=_("0 是可以连着。四家轮，写 1 到 2 就够匀。"),
        min_value=0,
        max_value=MOST_GAP,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    holidays = forms.ChoiceField(
        label=_("放假怎么办"), choices=Holidays.choices, widget=forms.RadioSelect
    )
    holiday_unit = choice(_("放假的轮次由哪一家值"), [])
    members = forms.MultipleChoiceField(
        label=_("谁来轮"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("请从名单里选。")},
    )
    basis = text(
        _("大家是怎么答应的"),
        120,
        hint=_("没答应的不排。写一句，比如“1月联席会议上说好的”。"),
        autocomplete="off",
    )

    def __init__(self, *args: Any, actor: Actor, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        units = [(f"u{unit.pk}", str(unit)) for unit in partnerships(actor)]
        known = {key for key, _name in units}
        signed = [(k.key, k.name) for k in keepers(actor, post) if k.key not in known]
        self.fields["members"].choices = [*units, *signed]  # type: ignore[attr-defined]
        self.fields["holiday_unit"].choices = [("", _("不用指定")), *units]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What was typed, with rows in place of their keys."""
        found = dict(self.cleaned_data)
        unit = found["holiday_unit"]
        found["holiday_unit"] = _rows(Partnership, self.actor, [unit])[0] if unit else None
        units = [key for key in found["members"] if key.startswith("u")]
        persons = [key for key in found["members"] if key.startswith("p")]
        found["members"] = [
            *_rows(Partnership, self.actor, units),
            *_rows(Person, self.actor, persons),
        ]
        return found


class DrawUpForm(RulesForm):
    """A new rota: from when to when, cut into what."""

    first = a_day(_("从哪天起"), required=_("从哪天起？"), hint=_("一周一轮的，从星期一起最齐整。"))
    last = a_day(_("到哪天为止"), required=_("到哪天为止？"))
    per = forms.ChoiceField(label=_("多长一轮"), choices=Per.choices, widget=forms.RadioSelect)
    field_order = ("first", "last", "per", "members", "gap", "holidays", "holiday_unit", "basis")


def rules_of(rota: Rota) -> dict[str, Any]:
    """What the form of a rota's rules shows at first."""
    return {
        "gap": rota.gap,
        "holidays": rota.holidays,
        "holiday_unit": f"u{rota.holiday_unit_id}" if rota.holiday_unit_id else "",
        "members": [
            f"u{m.partnership_id}" if m.partnership_id else f"p{m.person_id}"
            for m in members_of(rota)
            if m.left_on is None
        ],
        "basis": rota.basis,
    }


class DaysForm(Form):
    """Somebody cannot, would rather not, or would like to."""

    member = choice(_("哪一家"), [], required=_("哪一家？"))
    kind = forms.ChoiceField(
        label=_("这几天"), choices=RotaDays.Kind.choices, widget=forms.RadioSelect
    )
    first = a_day(_("从哪天起"), required=_("从哪天起？"))
    last = a_day(_("到哪天为止"), hint=_("只有一天就不填。"))

    def __init__(self, *args: Any, rows: list[MemberRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(row.pk), row.name) for row in rows]
        self.fields["member"].choices = [("", _("选一家")), *known]  # type: ignore[attr-defined]


class SwapForm(Form):
    """A swap that both sides agreed to, as they told the office."""

    gives = choice(_("这一轮"), [], required=_("哪一轮？"))
    takes = choice(_("和这一轮对换"), [], required=_("和哪一轮换？"))
    word = text(
        _("两边是怎么说好的"), 120, hint=_("比如“两家联络员电话里说好的”。"), autocomplete="off"
    )

    def __init__(self, *args: Any, months: list[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_come = [
            (cell.first.isoformat(), f"{cell.days} {cell.who}")
            for month in months
            for cell in month.cells
            if cell.turn and not (cell.now or cell.over or cell.note)
        ]
        for name in ("gives", "takes"):
            self.fields[name].choices = [("", _("选一轮")), *to_come]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """The two first days, and the word."""
        data = self.cleaned_data
        return {
            "gives": date.fromisoformat(data["gives"]),
            "takes": date.fromisoformat(data["takes"]),
            "word": data["word"],
        }


def _rows(model: type[Any], actor: Actor, keys: list[str]) -> list[Any]:
    """Rows of this community by the keys a list gave them, in the order of the keys."""
    pks = [int(key[1:]) for key in keys if key[1:].isdecimal()]
    found = model.objects.of(actor).in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]
