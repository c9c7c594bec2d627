"""What is different about a roster among the sheets that come in: columns, rows, report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linshuo.domain.people.skills import Skill, labels
from linshuo.exchange.roster_plans import TARGETS, RosterPlan
from linshuo.exchange.sheets import Sheet
from linshuo.kit.masking import mask_phone
from linshuo.web.ui.forms import Form


class RosterForm(Form):
    """Which column is what; whether all agreed, and whether they get their receipts at once."""

    agreed = forms.BooleanField(
        label=gettext_lazy("名册上的人都同意社区联系"),
        required=False,
        help_text=gettext_lazy("没有这一句不能替人报到。表里另有一列写着的，在上面选那一列。"),
    )
    receipt = forms.BooleanField(
        label=gettext_lazy("收进来就给回执"),
        required=False,
        help_text=gettext_lazy("不勾，就在报到处一位一位给。"),
    )

    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不收")), *((str(i), h) for i, h in enumerate(sheet.headers))]
        for target in TARGETS:
            self.fields[_named(target.key)] = forms.ChoiceField(
                label=target.label,
                choices=choices,
                required=False,
                help_text=target.hint,
                error_messages={"invalid_choice": _("这张表里没有这一列。")},
            )

    def mapping(self) -> dict[str, int]:
        """The columns chosen."""
        chosen = {t.key: self.cleaned_data.get(_named(t.key), "") for t in TARGETS}
        return {key: int(value) for key, value in chosen.items() if value}

    def columns(self) -> list[forms.BoundField]:
        """The fields that choose a column."""
        return [self[_named(target.key)] for target in TARGETS]


def _named(key: str) -> str:
    return f"col_{key}"


def field_of(key: str | None) -> str | None:
    """The form's field for the domain's name of a column."""
    return _named(key) if key and any(target.key == key for target in TARGETS) else key


def initial(mapping: dict[str, int], agreed: bool, receipt: bool) -> dict[str, Any]:
    """What the form shows first."""
    chosen = {_named(key): str(column) for key, column in mapping.items()}
    return {**chosen, "agreed": agreed, "receipt": receipt}


def preview(found: RosterPlan, most: int) -> list[tuple[int, str, str, str, str]]:
    """The first people as they will be taken: row, name, telephone masked, unit, skills."""
    return [
        (
            line.row,
            line.name,
            mask_phone(line.phone),
            line.unit,
            "、".join(labels(Skill, ",".join(line.skills))),
        )
        for line in found.lines[:most]
    ]
