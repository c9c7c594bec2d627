"""The forms behind the lines of the board on a need's page, and the section that shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.access import LIVE_NEED
from linshuo.domain.board.models import MOST_SLOTS, AskKind
from linshuo.domain.needs.access import may
from linshuo.domain.needs.models import Need
from linshuo.domain.people.queries import partnerships
from linshuo.domain.people.skills import Skill
from linshuo.domain.pledges.queries import Line, lines_of, progress_of
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.web.ui.forms import Form


def _slots(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=MOST_SLOTS,
        error_messages={"required": _("写一个数，比如 2。"), "invalid": _("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        **kwargs,
    )


class PutUpForm(Form):
    """One new line."""

    kind = forms.ChoiceField(
        label=_("哪一种"), choices=AskKind.choices, widget=forms.RadioSelect, initial="claim"
    )
    text = forms.CharField(
        label=_("要人做什么"),
        help_text=_("榜上的一句话，如“会电工的”“声控灯”。不写姓名、电话、门牌。"),
        required=False,
    )
    slots = _slots(_("要几位、几样"), initial=1)
    unit = forms.CharField(label=_("单位"), initial=_("位"), required=False)
    hint = forms.CharField(
        label=_("什么时候、怎么做"), help_text=_("如“两个周六上午，社区备工具”。"), required=False
    )
    skill = forms.ChoiceField(label=_("要什么本事"), choices=Skill.choices, required=False)


class ChangeForm(Form):
    """What may still change of a line."""

    text = forms.CharField(label=_("要人做什么"), required=False)
    slots = _slots(_("要几位、几样"))
    hint = forms.CharField(label=_("什么时候、怎么做"), required=False)


class SignForForm(Form):
    """A name from a sheet of paper, or a unit."""

    unit = forms.ChoiceField(label=_("单位"), required=False)
    name = forms.CharField(
        label=_("签名的人"), help_text=_("纸上写的名字。单位签的就不用填。"), required=False
    )
    phone = forms.CharField(
        label=_("电话"),
        help_text=_("没有就不填。"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    slots = _slots(_("认几位、几样"), initial=1)
    goods = forms.CharField(label=_("捐什么"), required=False)

    def __init__(self, *args: Any, line: Line, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _t("不是单位")), *units]  # type: ignore[attr-defined]
        if line.slots == 1:
            del self.fields["slots"]
        if line.kind != "donate":
            del self.fields["goods"]


@dataclass(frozen=True, slots=True)
class Verb:
    """A button beside a line, with its form."""

    label: str
    title: str
    url: str
    form: Form | None
    open: bool
    ident: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """要什么，谁认了."""

    lines: list[tuple[Line, list[Verb]]]
    progress: str
    put_up: Verb | None

    @property
    def signed(self) -> bool:
        """Whether anybody has taken anything on: the frame of the seal has four corners then."""
        return any(line.names for line, _verbs in self.lines)


def section(
    actor: Actor, need: Need, prefix: str, *, opened: str = "", bound: Form | None = None
) -> Section:
    """What the need's page shows. `opened` names the form that is open, `bound` is it as typed."""
    found = lines_of(actor, need)
    works = may(actor, Can.NEED_WORK, need)
    units = _units(actor) if works and found else []
    names = ("sign", "change", "down") if works and need.state in LIVE_NEED else ()
    rows = [(line, _verbs(line, prefix, units, opened, bound, names)) for line in found]
    return Section(
        rows, progress_of(found), _put_up(need, prefix, opened, bound) if works else None
    )


def post_lines(
    actor: Actor,
    found: list[Line],
    prefix: str,
    *,
    keeps: bool,
    works: bool,
    opened: str = "",
    bound: Form | None = None,
) -> list[tuple[Line, list[Verb]]]:
    """The lines of a post: whoever works there signs for others, whoever keeps it changes them."""
    names = ("sign", "change", "down") if keeps else ("sign",) if works else ()
    units = _units(actor) if names and found else []
    return [(line, _verbs(line, prefix, units, opened, bound, names)) for line in found]


def _units(actor: Actor) -> list[tuple[str, str]]:
    return [(str(p.pk), p.organisation.name) for p in partnerships(actor)]


def _put_up(need: Need, prefix: str, opened: str, bound: Form | None) -> Verb | None:
    if need.state != "open":
        return None
    mine = bound if opened == "put-up" else None
    return Verb(
        label=_t("上榜一行"),
        title=_t("%s 上榜一行") % need.short_number,
        url=reverse("desk:ask-put-up", args=[prefix, need.number]),
        form=mine or PutUpForm(auto_id="putup_%s", label_suffix=""),
        open=opened == "put-up",
        ident="do-put-up",
    )


def _verbs(
    line: Line,
    prefix: str,
    units: list[tuple[str, str]],
    opened: str,
    bound: Form | None,
    names: tuple[str, ...],
) -> list[Verb]:
    if line.closed or not names:
        return []

    def verb(name: str, label: str, form: Form | None, says: str = "") -> Verb:
        ident = f"{name}-{line.pk}"
        return Verb(
            label=label,
            title=f"{label}：{line.text}",
            url=reverse(f"desk:ask-{name}", args=[prefix, line.pk]),
            form=bound if opened == ident and bound is not None else form,
            open=opened == ident,
            ident=f"do-{ident}",
            says=says,
        )

    known = {"text": line.text, "slots": line.slots, "hint": line.hint}
    change = ChangeForm(initial=known, auto_id=f"change{line.pk}_%s", label_suffix="")
    sign = SignForForm(line=line, units=units, auto_id=f"sign{line.pk}_%s", label_suffix="")
    made = {
        "sign": verb("sign", _t("代签"), sign, _t("纸上签的、电话里认的，替人记上。满了就排队。")),
        "change": verb("change", _t("改"), change),
        "down": verb("down", _t("收起"), None, _t("收起以后没有人能再签；已经签了的照旧。")),
    }
    return [made[name] for name in names]
