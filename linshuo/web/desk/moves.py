"""The forms behind the buttons of a need: one for each verb, checked by the domain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linshuo.acts.asking import ask
from linshuo.acts.ledger import owner_among_staff
from linshuo.domain.needs import actions, working
from linshuo.domain.needs.models import (
    Category,
    Contact,
    Kind,
    Need,
    Outcome,
    Tag,
    Visibility,
)
from linshuo.domain.needs.queries import get_need, ledger_categories
from linshuo.domain.people.queries import staff
from linshuo.kit.actor import Actor
from linshuo.kit.detect import find_marks
from linshuo.kit.refused import NotYours, Refused


class MoveForm(forms.Form):
    """A form that knows the need and who is looking; every rule is the domain's."""

    use_required_attribute = False

    def __init__(self, *args: Any, need: Need, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need, self.actor = need, actor
        for each in self.fields.values():
            each.required = False
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and what is known already."""


class _StaffChoice(forms.ChoiceField):
    def valid_value(self, value: str) -> bool:
        return True  # the domain knows the staff; its sentence is better than "not a choice"


def _date(**kwargs: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("日期看不懂，写成 2019-12-20 这样。")},
        **kwargs,
    )


def _lines(rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class AcceptForm(MoveForm):
    kind = forms.ChoiceField(label=_("算哪一种"), choices=Kind.choices, widget=forms.RadioSelect)
    category = forms.ChoiceField(label=_("类别"))
    owner = _StaffChoice(label=_("交给谁办"))
    due_on = _date(label=_("哪天以前办好"), help_text=_("不填就按类别的天数算。"))
    tags = forms.MultipleChoiceField(
        label=_("难痛堵"), choices=Tag.choices, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        _categories(self, "category")
        _colleagues(self, "owner")
        self.fields["kind"].initial = self.need.kind
        self.fields["category"].initial = self.need.category_id or ""
        self.fields["owner"].initial = self.need.owner_id or self.actor.person_id
        self.fields["tags"].initial = self.need.tag_list


def _categories(form: MoveForm, name: str) -> None:
    days = _t("%d 天")  # in an f-string nothing would collect it
    choices = [(c.pk, f"{c.name}　{days % c.done_days}") for c in ledger_categories(form.actor)]
    form.fields[name].choices = [("", _t("选一个")), *choices]  # type: ignore[attr-defined]


def _colleagues(form: MoveForm, name: str) -> None:
    choices = [(c.person_id, f"{c.name}　{c.title}") for c in staff(form.actor)]
    form.fields[name].choices = [("", _t("选一位")), *choices]  # type: ignore[attr-defined]


def _category(actor: Actor, value: str) -> Category | None:
    found = Category.objects.of(actor).filter(pk=value) if value.isdecimal() else None
    return found.first() if found is not None else None


def _owner(actor: Actor, value: str) -> Any:
    return owner_among_staff(actor, int(value)) if value.isdecimal() else None


def _accept(need: Need, d: dict[str, Any], by: Actor) -> Need:
    return actions.accept(
        need,
        by=by,
        category=_category(by, d["category"]),
        owner=_owner(by, d["owner"]),
        due_on=d["due_on"],
        tags=d["tags"],
        kind=d["kind"] or None,
        visibility=need.visibility,
        public_title=need.public_title,
        public_text=need.public_text,
    )


class ResultForm(MoveForm):
    result_text = _lines(label=_("做了什么"), help_text=_("居民看得懂的一两句话。"))


class FinishForm(ResultForm):
    field_order = ("outcome", "result_text", "no_results_because")
    outcome = forms.ChoiceField(
        label=_("办成了什么样"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    no_results_because = forms.CharField(
        label=_("没有办理记录的原因"), help_text=_("前面记过进展就不用填。")
    )


class DeclineForm(MoveForm):
    reason = _lines(2, label=_("为什么办不了"))
    who_can_help = _lines(2, label=_("可以去找谁"), help_text=_("单位、电话或者地址。"))


class ReasonForm(MoveForm):
    reason = _lines(2, label=_("为什么"))


class ExtendForm(ReasonForm):
    field_order = ("due_on", "reason")
    due_on = _date(label=_("延到哪一天"))


class MergeForm(MoveForm):
    into = forms.CharField(
        label=_("并入哪一件"), help_text=_("写编号，如 0042。并入以后，说过的人都算在那一件里。")
    )


class AskForm(MoveForm):
    said = forms.ChoiceField(label=_("怎么样"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=_("怎么问的"), choices=Contact.Channel.choices, widget=forms.RadioSelect
    )
    words = _lines(2, label=_("居民原话"), help_text=_("说没好的，写明哪里没好。"))
    rating_result = forms.ChoiceField(label=_("结果几分"))
    words_ok = forms.BooleanField(label=_("本人说可以公开这句话，不写名字"))
    rating_attitude = forms.ChoiceField(label=_("态度几分"))

    def prepare(self) -> None:
        said = Contact.Said
        asked = self.need.requester_id is not None or self.need.paper_id is not None
        spoken = [said.SETTLED, said.NOT_SETTLED, said.NO_ANSWER]
        seen = [said.SEEN_FINE, said.SEEN_NOT]
        order = spoken + ([] if asked else seen) if asked else seen + spoken
        self.fields["said"].choices = [(s.value, s.label) for s in order]  # type: ignore[attr-defined]
        stars = [("", _t("没问")), *[(str(n), str(n)) for n in (5, 4, 3, 2, 1)]]
        for name in ("rating_result", "rating_attitude"):
            self.fields[name].choices = stars  # type: ignore[attr-defined]
        self.fields["channel"].initial = Contact.Channel.PHONE


def _ask(need: Need, d: dict[str, Any], by: Actor) -> Need:
    return ask(
        need,
        by=by,
        channel=d["channel"],
        said=d["said"],
        words=d["words"],
        words_ok=bool(d["words_ok"]),
        rating_result=_stars(d["rating_result"]),
        rating_attitude=_stars(d["rating_attitude"]),
    )


def _stars(value: str) -> int | None:
    return int(value) if value.isdecimal() else None


class ProgressForm(MoveForm):
    text = _lines(label=_("办到哪一步了"), help_text=_("写完，台账上就看得到。"))


class AssignForm(MoveForm):
    owner = _StaffChoice(label=_("交给谁办"))

    def prepare(self) -> None:
        _colleagues(self, "owner")
        self.fields["owner"].initial = self.need.owner_id or ""


def _assign(need: Need, d: dict[str, Any], by: Actor) -> Need:
    owner = _owner(by, d["owner"])
    if owner is None:
        raise Refused("owner", _t("这件事交给谁办？"), "owner")
    return working.assign(need, by=by, owner=owner)


class ReleaseForm(MoveForm):
    visibility = forms.ChoiceField(
        label=_("谁看得到"), choices=Visibility.choices, widget=forms.RadioSelect
    )
    public_title = forms.CharField(label=_("公开的题目"))
    public_text = _lines(5, label=_("公开的话"), help_text=_("不写姓名、电话、门牌。"))
    let_pass = forms.BooleanField(label=_("标出来的地方我看过了，可以公开"))

    def prepare(self) -> None:
        need = self.need
        self.fields["visibility"].initial = need.visibility
        self.fields["public_title"].initial = need.public_title or need.title
        self.fields["public_text"].initial = need.public_text or need.words


def _release(need: Need, d: dict[str, Any], by: Actor) -> Need:
    marks = find_marks(f"{d['public_title']}\n{d['public_text']}", place_shown=True)
    if d["visibility"] != Visibility.STAFF and marks and not d["let_pass"]:
        shown = "、".join(dict.fromkeys(m.text for m in marks))
        raise Refused(
            "marks", _t("这些地方可能认得出人，改掉，或者看过以后勾上：%s") % shown, "public_text"
        )
    return working.release(
        need,
        by=by,
        visibility=d["visibility"],
        public_title=d["public_title"],
        public_text=d["public_text"],
        marks=len(marks),
    )


class SortForm(MoveForm):
    title = forms.CharField(label=_("题目"))
    category = forms.ChoiceField(label=_("类别"))
    tags = forms.MultipleChoiceField(
        label=_("难痛堵"), choices=Tag.choices, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        _categories(self, "category")
        self.fields["title"].initial = self.need.title
        self.fields["category"].initial = self.need.category_id or ""
        self.fields["tags"].initial = self.need.tag_list


class WhyForm(MoveForm):
    why = _lines(2, label=_("写明要街道帮什么"))


class TakeBackForm(MoveForm):
    why = _lines(2, label=_("街道怎么答复的"))


class EmptyForm(MoveForm):
    """A move that needs no words."""


def _merge(need: Need, d: dict[str, Any], by: Actor) -> Need:
    typed = d["into"].strip().upper()
    head, _sep, _serial = need.number.rpartition("-")
    number = f"{head}-{int(typed):04d}" if typed.isdecimal() and len(typed) <= 8 else typed
    try:
        into = get_need(by, number)
    except NotYours:
        raise Refused(
            "survivor", _t("没有 %s 这一件，再看一遍编号。") % typed[:30], "into"
        ) from None
    try:
        return actions.merge(need, into, by=by)
    except NotYours:
        raise
    except Refused as refused:
        raise Refused(refused.code, refused.sentence, "into") from None


@dataclass(frozen=True, slots=True)
class Verb:
    """A button on a need's page: its form, what it calls, and how it says it is done."""

    name: str
    label: Any
    form: type[MoveForm]
    call: Callable[[Need, dict[str, Any], Actor], Any]
    done: Any
    confirm: Any = ""


def _date_or_refuse(value: date | None) -> date:
    if value is None:
        raise Refused("due", _t("延到哪一天？"), "due_on")
    return value


VERBS: dict[str, Verb] = {
    v.name: v
    for v in (
        Verb("accept", _("受理"), AcceptForm, _accept, _("受理了。")),
        Verb("settle", _("当场办结"), ResultForm,
             lambda n, d, by: actions.settle(n, by=by, result_text=d["result_text"]),
             _("办结了，等另一位同事核对。")),
        Verb("decline", _("不予受理"), DeclineForm,
             lambda n, d, by: actions.decline(n, by=by, **d), _("记下了，告诉人家可以去找谁。")),
        Verb("contest", _("请再看一次"), EmptyForm,
             lambda n, d, by: actions.contest(n, by=by), _("重新等答复了。")),
        Verb("merge", _("并入"), MergeForm, _merge, _("并好了，人都算过去了。")),
        Verb("finish", _("办结"), FinishForm,
             lambda n, d, by: actions.finish(n, by=by, **d), _("办结了，等居民点头。")),
        Verb("ask", _("问好没好"), AskForm, _ask, _("记下了。")),
        Verb("confirm", _("销号"), EmptyForm,
             lambda n, d, by: actions.confirm(n, by=by), _("销号了，三十天后再问一次。")),
        Verb("reopen", _("退回"), ReasonForm,
             lambda n, d, by: actions.reopen(n, by=by, **d), _("退回重办了，编号不变。")),
        Verb("extend", _("延期"), ExtendForm,
             lambda n, d, by: actions.extend(
                 n, by=by, due_on=_date_or_refuse(d["due_on"]), reason=d["reason"]),
             _("延期了。")),
        Verb("withdraw", _("撤回"), ReasonForm,
             lambda n, d, by: actions.withdraw(n, by=by, **d), _("撤回了。")),
        Verb("progress", _("写进展"), ProgressForm,
             lambda n, d, by: working.add_result(n, by=by, text=d["text"]), _("记下了。")),
        Verb("assign", _("换责任人"), AssignForm, _assign, _("换好了。")),
        Verb("release", _("公开"), ReleaseForm, _release, _("改好了。")),
        Verb("sort", _("改题目和类别"), SortForm,
             lambda n, d, by: working.sort_out(
                 n, by=by, title=d["title"], category=_category(by, d["category"]), tags=d["tags"]),
             _("改好了。")),
        Verb("still", _("问过，还要办"), EmptyForm,
             lambda n, d, by: working.still_true(n, by=by), _("记下了。")),
        Verb("escalate", _("报街道"), WhyForm,
             lambda n, d, by: working.escalate(n, by=by, **d), _("报上去了。期限照走。")),
        Verb("return", _("街道答复"), TakeBackForm,
             lambda n, d, by: working.take_back(n, by=by, **d), _("记下了。")),
    )
}  # fmt: skip
