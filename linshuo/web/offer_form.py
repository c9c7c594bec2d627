"""The form with which something is offered, as one's own page, a unit's and the desk show it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import MOST_SLOTS, MOST_TEXT
from linshuo.domain.people.skills import Skill
from linshuo.web.ui.forms import SENTENCES, Form


def _day(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=False,
        error_messages={"invalid": SENTENCES["invalid_date"]},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class OfferForm(Form):
    """What, for how many, when; the rules are the domain's."""

    text = forms.CharField(
        label=_("能提供什么"),
        max_length=MOST_TEXT,
        help_text=_("一句话，如“上门理发”“借会议室”。不写姓名、电话、门牌。"),
        error_messages={"required": _("能提供什么，写一句。")},
    )
    slots = forms.IntegerField(
        label=_("能帮几户、几次"),
        min_value=1,
        max_value=MOST_SLOTS,
        initial=1,
        error_messages={"required": _("写一个数，比如 2。"), "invalid": _("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    unit = forms.CharField(
        label=_("按什么数"), max_length=6, initial=_("户"), required=False,
        help_text=_("户、次、位、张都行。"),
    )  # fmt: skip
    hint = forms.CharField(
        label=_("什么时候、怎么做"), max_length=MOST_TEXT, required=False,
        help_text=_("如“周六上午，自带工具”。"),
    )  # fmt: skip
    skill = forms.ChoiceField(label=_("是哪样本事"), required=False)
    since = _day(_("从哪天起"), _("不填就是今天。"))
    until = _day(_("到哪天"), _("不填就一直有。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不分")), *(pair for pair in Skill.choices if pair[0])]
        self.fields["skill"].choices = choices  # type: ignore[attr-defined]
