"""The forms behind the buttons of a pledge: one for each verb, every rule the domain's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linshuo.acts.pledging import arrange, hand_on, witness
from linshuo.acts.promising import keep, let_go
from linshuo.domain.people.models import Partnership
from linshuo.domain.people.queries import partnerships
from linshuo.domain.pledges import actions
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.actions import correct, missed
from linshuo.domain.service.models import Turn
from linshuo.domain.service.queries import TurnRow, get_record, get_turn
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused
from linshuo.web.ui.forms import SENTENCES, Form


@dataclass(frozen=True, slots=True)
class Known:
    """What a form needs to know to offer its choices."""

    actor: Actor
    pledge: Pledge
    turns: list[TurnRow]


class VerbForm(Form):
    """A form of one verb; nothing in it is required but by the domain."""

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            each.required = False
        self.prepare(known)

    def prepare(self, known: Known) -> None:
        """Fill in choices, and leave out what does not apply."""


def _day(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        error_messages={"invalid": SENTENCES["invalid_date"]},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        error_messages={"invalid": _("几点认不出来，写成 9:00 这样。")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class PlanForm(VerbForm):
    planned_on = _day(_("约在哪一天"))
    until = _day(_("做到哪一天"), _("认管、认养有个期限的，写上。"))

    def prepare(self, known: Known) -> None:
        if known.pledge.ask.kind not in ("manage", "adopt"):
            del self.fields["until"]


class TurnForm(VerbForm):
    day = _day(_("哪一天"))
    starts = _hour(_("从几点"))
    ends = _hour(_("到几点"))


class WhichForm(VerbForm):
    turn = forms.ChoiceField(
        label=_("哪一班"), error_messages={"invalid_choice": _("选上面的一班。")}
    )

    def prepare(self, known: Known) -> None:
        choices = [(str(t.pk), t.when) for t in known.turns if t.asks]
        self.fields["turn"].choices = choices  # type: ignore[attr-defined]


class CameForm(WhichForm):
    word = forms.ChoiceField(label=_("谁说来过了"), widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label=_("做了几分钟"),
        help_text=_("不填就按约好的算。"),
        error_messages={"invalid": _("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    name = forms.CharField(label=_("来的是哪一位"))
    phone = forms.CharField(
        label=_("他的电话"),
        help_text=_("没有就不填。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def prepare(self, known: Known) -> None:
        super().prepare(known)
        need = known.pledge.ask.need
        words = [("requester", _("受助的人"))] if need and need.requester_id else []
        words += [("slip", _("便民条上写的"))] if need and need.paper_id else []
        self.fields["word"].choices = [*words, ("colleague", _("我在场，看见的"))]  # type: ignore[attr-defined]
        if known.pledge.partnership_id is None:
            del self.fields["name"], self.fields["phone"]


class CorrectForm(VerbForm):
    """What was written down wrongly, what it should say, and why."""

    record = forms.ChoiceField(
        label=_("改哪一条"), error_messages={"invalid_choice": _("选上面的一条。")}
    )
    minutes = forms.IntegerField(
        label=_("改成几分钟"),
        help_text=_("没有来过就写 0。"),
        error_messages={"invalid": _("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    why = forms.CharField(
        label=_("为什么改"),
        help_text=_("本人看得到。"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )

    def prepare(self, known: Known) -> None:
        self.fields["record"].choices = [  # type: ignore[attr-defined]
            (str(said.pk), f"{turn.when}　{said.short}")
            for turn in known.turns
            for said in turn.said
            if not said.struck
        ]


class KeepForm(VerbForm):
    receipt = forms.CharField(
        label=_("收到了什么、做到了什么"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def prepare(self, known: Known) -> None:
        if known.pledge.ask.kind == "claim" or known.pledge.amount_fen is not None:
            del self.fields["receipt"]


class HandForm(VerbForm):
    unit = forms.ChoiceField(label=_("交给哪个单位"))
    name = forms.CharField(label=_("交给谁"), help_text=_("交给单位就不用填。"))
    phone = forms.CharField(
        label=_("电话"), widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    )

    def prepare(self, known: Known) -> None:
        units = [(str(p.pk), p.organisation.name) for p in partnerships(known.actor)]
        self.fields["unit"].choices = [("", _("不是单位")), *units]  # type: ignore[attr-defined]


class PressForm(VerbForm):
    """A verb that needs no words."""


def _turn(pledge: Pledge, data: dict[str, Any], by: Actor) -> Turn:
    if not data["turn"]:
        raise Refused("turn", _("哪一班？先约一班，再说来没来。"), "turn")
    return get_turn(by, pledge, int(data["turn"]))


def _came(pledge: Pledge, data: dict[str, Any], by: Actor) -> object:
    return witness(
        _turn(pledge, data, by),
        by=by,
        word=data["word"],
        minutes=data["minutes"],
        name=data.get("name", ""),
        phone=data.get("phone", ""),
    )


def _correct(pledge: Pledge, data: dict[str, Any], by: Actor) -> object:
    if not data["record"]:
        raise Refused("record", _("改哪一条？"), "record")
    wrong = get_record(by, pledge, int(data["record"]))
    return correct(wrong, by=by, minutes=data["minutes"], why=data["why"])


def _plan(pledge: Pledge, data: dict[str, Any], by: Actor) -> object:
    if data["planned_on"] is None:
        raise Refused("planned", _("约在哪一天？"), "planned_on")
    return actions.plan(
        pledge, by=by, planned_on=data["planned_on"], until=data.get("until") or pledge.until
    )


def _hand(pledge: Pledge, data: dict[str, Any], by: Actor) -> object:
    unit = Partnership.objects.of(by).filter(pk=data["unit"]).first() if data["unit"] else None
    try:
        return hand_on(pledge, by=by, name=data["name"], phone=data["phone"], unit=unit)
    except Refused as refused:
        if refused.field != "successor":
            raise
        raise Refused(refused.code, refused.sentence, "unit" if unit else "name") from None


@dataclass(frozen=True, slots=True)
class Verb:
    """A button of a pledge: where it makes sense, its form, what it calls, what is said after."""

    name: str
    label: Any
    states: tuple[str, ...]
    form: type[VerbForm]
    call: Callable[[Pledge, dict[str, Any], Actor], object]
    done: Any
    says: Any = ""
    staff: bool = False
    """Whether it is the office's alone, and not the pledger's."""
    head: bool = False
    """Whether it takes a head, and something on record."""


HELD = ("accepted", "under_way")
VERBS: dict[str, Verb] = {
    v.name: v
    for v in (
        Verb("agree", _("说了，来"), ("asked",), PressForm,
             lambda p, d, by: actions.agree(p, by=by), _("认下了，接着约日子。"),
             _("问过本人，说来。空着的这一位就是他的了。")),
        Verb("plan", _("约日子"), HELD, PlanForm, _plan, _("约好了。")),
        Verb("turn", _("约一班"), HELD, TurnForm, lambda p, d, by: arrange(
            p, by=by, day=d["day"], starts=d["starts"], ends=d["ends"]), _("约好了一班。"),
            _("写明几点到几点，来过以后按这个记时长。过去的日子也能补。")),
        Verb("came", _("来过了"), HELD, CameForm, _came, _("记下了，时长归本人。"), staff=True),
        Verb("missed", _("没来"), HELD, WhichForm,
             lambda p, d, by: missed(_turn(p, d, by), by=by), _("记下了，只有两边看得到。"),
             _("只记下这一班没来，不算什么账。可以再约。"), staff=True),
        Verb("keep", _("做到了"), HELD, KeepForm,
             lambda p, d, by: keep(p, by=by, receipt=d.get("receipt", "")), _("做到了，谢谢。"),
             staff=True),
        Verb("correct", _("更正时长"), (*HELD, "ended"), CorrectForm, _correct,
             _("更正了，原来的也还看得到。"),
             _("原来那一条划掉、留着，写明谁在什么时候、为什么改。"), staff=True, head=True),
        Verb("hand", _("交接"), HELD, HandForm, _hand, _("交接好了。"),
             _("位子直接交给接手的人，不用排队。")),
        Verb("release", _("不认了"), ("offered", "waiting", "asked", *HELD), PressForm,
             lambda p, d, by: let_go(p, by=by), _("放下了，空出来的先问排队的。")),
    )
}  # fmt: skip
