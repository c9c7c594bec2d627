"""The forms of posts: setting one up, its week, its turns; and the ready examples that fill one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Post, PostKind, Risk
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import staff
from linshuo.domain.places.models import Asset
from linshuo.domain.places.queries import assets, get_place
from linshuo.domain.service.queries import Said
from linshuo.domain.service.roster import Keeper
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.clock import at_local
from linshuo.web.desk.people_forms import a_day, choice, place_choices, text
from linshuo.web.ui.forms import Form

EVERY_DAY = tuple(str(n) for n in range(7))
WORKING = EVERY_DAY[:5]


def weekday_choices() -> list[tuple[str, str]]:
    """Monday is 0, in the language of the page."""
    return [
        (value, wording.short_weekday(at_local(2019, 12, 2 + int(value)))) for value in EVERY_DAY
    ]


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready example. It fills the form and does nothing else."""

    key: str
    label: Any
    says: Any
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def initial(self) -> dict[str, Any]:
        """What the form shows, in the language of the page."""
        return {k: str(v) if isinstance(v, Promise) else v for k, v in self.values.items()}


PRESETS: dict[str, Preset] = {
    p.key: p
    for p in (
        Preset("doctor", _("小区医生"), _("每天 8:00–22:00，几位轮流"), {
            "name": _("小区医生"), "kind": "desk", "about": _("量血压，看小毛病，不开药"),
            "licence": _("医师资格证"), "weekdays": EVERY_DAY, "starts": time(8),
            "ends": time(22), "line": _("来坐班的医生"), "slots": 3}),
        Preset("order", _("小区城管"), _("工作日在小区里，管占道和乱堆"), {
            "name": _("小区城管"), "kind": "desk", "about": _("占道、乱停、乱堆，当场说当场管"),
            "weekdays": WORKING, "starts": time(9), "ends": time(11, 30),
            "starts2": time(15), "ends2": time(17, 30), "line": _("小区城管员"), "slots": 1}),
        Preset("road", _("路长"), _("一条路，每天走一趟"), {
            "name": _("路长"), "kind": "patrol", "risk": "traffic",
            "about": _("每天走一趟，看路面、招牌、车怎么停，看见的报一声"),
            "weekdays": EVERY_DAY, "starts": time(17), "ends": time(18),
            "line": _("这条路的路长"), "slots": 1}),
        Preset("doorway", _("门前三包"), _("一个门面，包卫生、包秩序、包绿化"), {
            "name": _("门前三包"), "kind": "patrol",
            "about": _("门前包卫生、包秩序、包绿化"),
            "weekdays": EVERY_DAY, "starts": time(8), "ends": time(8, 30),
            "line": _("包这个门前的"), "slots": 1}),
        Preset("sorting", _("垃圾分类"), _("一个投放点，每天早晚有人站着"), {
            "name": _("垃圾分类投放点"), "kind": "desk", "about": _("在投放点看一看、帮一帮"),
            "weekdays": EVERY_DAY, "starts": time(6, 30), "ends": time(8, 30),
            "starts2": time(18, 30), "ends2": time(20, 30), "line": _("站桶边的"), "slots": 4}),
        Preset("rota", _("共建单位轮值"), _("一家一周，轮着来；设好了去排轮值表"), {
            "name": _("共建单位轮值"), "kind": "rota",
            "about": _("轮到的一家在这一周里接待、巡一遍、帮一把"), "weekdays": ("5",),
            "starts": time(9), "ends": time(11), "slots": 1}),
    )
}  # fmt: skip


def an_hour(label: Any) -> forms.TimeField:
    """A time of day; whether it may be empty is the domain's to say."""
    return forms.TimeField(
        label=label,
        required=False,
        error_messages={"invalid": _("几点认不出来，写成 9:00 这样。")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


def _weekdays() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("星期几"),
        choices=weekday_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("星期几？")},
    )


class PostForm(Form):
    """What is said of a post."""

    name = text(_("这个岗叫什么"), 40, hint=_("几个一样的，名字里写上是哪一个：嘉福路路长。"))
    kind = forms.ChoiceField(
        label=_("怎么守"), choices=PostKind.choices, widget=forms.RadioSelect, required=False
    )
    place = choice(_("在哪里"), [])
    asset = choice(_("守的是哪一样"), [])
    about = text(_("在那里做什么"), 120, hint=_("一句话，写给来的人看。"))
    owner = choice(_("社区里谁管"), [])
    licence = text(_("要什么证"), 60, hint=_("如“医师资格证”。不要证就不填。"))
    risk = choice(_("有什么危险"), Risk.choices)
    insurance = text(_("上了什么保险"), 80, hint=_("有危险的岗一定要写。"))
    insured_until = a_day(_("保险到哪一天"))
    since = a_day(_("从哪天起"))
    until = a_day(_("到哪天为止"), hint=_("一直守着的不填。"))

    def __init__(self, *args: Any, actor: Actor, post: Post | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(c.person_id), f"{c.name} {c.title}".strip()) for c in staff(actor)]
        self.fields["owner"].choices = [("", _t("还没定")), *people]  # type: ignore[attr-defined]
        if post is not None:
            for name in ("kind", "place", "asset", "since"):
                del self.fields[name]
            return
        things = [(str(a.pk), f"{a.code} {a.name}") for a in assets(actor)]
        self.fields["place"].choices = place_choices(actor, empty=_t("选一个地方"))  # type: ignore[attr-defined]
        self.fields["asset"].choices = [("", _t("不是守一样东西")), *things]  # type: ignore[attr-defined]
        if not things:
            del self.fields["asset"]

    def told(self, actor: Actor) -> dict[str, Any]:
        """What was typed, with rows in place of their numbers."""
        found = dict(self.cleaned_data)
        found["owner"] = _row(Person, actor, found["owner"])
        if "place" in found:
            found["place"] = get_place(actor, int(found["place"])) if found["place"] else None
            found["asset"] = _row(Asset, actor, found.get("asset", ""))
        return found


class SetUpForm(PostForm):
    """A new post, with the week it is to be kept and the line one signs."""

    weekdays = _weekdays()
    starts = an_hour(_("从几点"))
    ends = an_hour(_("到几点"))
    starts2 = an_hour(_("第二段从几点"))
    ends2 = an_hour(_("到几点"))
    line = text(_("上榜一行：请谁来守"), 60, hint=_("写上就上榜，签了名的才排得进班。"))
    slots = forms.IntegerField(
        label=_("要几位"),
        min_value=1,
        initial=1,
        error_messages={"required": _("写一个数，比如 1。"), "invalid": _("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def told(self, actor: Actor) -> dict[str, Any]:
        """The same, with the week as stretches."""
        found = super().told(actor)
        days, spans = found.pop("weekdays"), []
        for tail in ("", "2"):
            starts, ends = found.pop(f"starts{tail}"), found.pop(f"ends{tail}")
            if starts is not None and ends is not None:
                spans.append((starts, ends))
        found["stretches"] = [(int(day), *span) for day in days for span in spans]
        return found

    def clean(self) -> dict[str, Any]:
        """Half a stretch is a slip of the pen, not a stretch."""
        found = super().clean() or {}
        for tail in ("", "2"):
            pair = (found.get(f"starts{tail}"), found.get(f"ends{tail}"))
            if (pair[0] is None) != (pair[1] is None):
                missing = f"starts{tail}" if pair[0] is None else f"ends{tail}"
                if missing not in self.errors:
                    self.add_error(missing, _("从几点到几点，两头都写。"))
        if found.get("weekdays") and found.get("starts") is None and "starts" not in self.errors:
            self.add_error("starts", _("从几点？"))
        if found.get("starts") is not None and not found.get("weekdays"):
            self.add_error("weekdays", _("星期几？至少选一天。"))
        return found


class KeeperForm(Form):
    """Whose: one of those who signed."""

    keeper = choice(_("谁"), [])
    nobody: Any = _("还没定，先空着")

    def __init__(self, *args: Any, keepers: list[Keeper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(k.key, k.name) for k in keepers]
        self.fields["keeper"].choices = [("", str(self.nobody)), *known]  # type: ignore[attr-defined]

    def who(self, actor: Actor) -> dict[str, Any]:
        """The person or unit that was chosen."""
        key = self.cleaned_data["keeper"]
        return {
            "person": _row(Person, actor, key[1:]) if key.startswith("p") else None,
            "partnership": _row(Partnership, actor, key[1:]) if key.startswith("u") else None,
        }


class StretchForm(KeeperForm):
    """A stretch of the week, on one day or on several alike."""

    weekdays = _weekdays()
    starts = an_hour(_("从几点"))
    ends = an_hour(_("到几点"))
    since = a_day(_("从哪天起"), hint=_("不填就从今天起。"))
    field_order = ("weekdays", "starts", "ends", "keeper", "since")


class PassOnForm(KeeperForm):
    """A stretch goes to somebody."""

    nobody = _("选一位")
    since = a_day(_("从哪天起"), hint=_("不填就从今天起。"))


class EndStretchForm(Form):
    """The last day of a stretch."""

    last = a_day(_("最后一天"), hint=_("不填就到今天。后面排好的班空出来。"))


class TurnForm(KeeperForm):
    """One turn beside the usual week."""

    nobody = _("选一位")
    day = a_day(_("哪一天"))
    starts = an_hour(_("从几点"))
    ends = an_hour(_("到几点"))
    field_order = ("keeper", "day", "starts", "ends")


class CoverForm(KeeperForm):
    """Who stands in; all of it, or from when to when."""

    nobody = _("选一位")
    starts = an_hour(_("从几点"))
    ends = an_hour(_("到几点"))


class MoveForm(Form):
    """Another day of the same round."""

    day = a_day(_("改到哪一天"), required=_("改到哪一天？"))
    starts = forms.TimeField(
        label=_("从几点"),
        error_messages={"required": _("从几点？"), "invalid": _("写成 9:00 这样。")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=_("到几点"),
        error_messages={"required": _("到几点？"), "invalid": _("写成 9:00 这样。")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class NoteForm(Form):
    """交接."""

    text = forms.CharField(
        label=_("留给下一班的话"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CameForm(Form):
    """That somebody came, as a colleague saw it."""

    minutes = forms.IntegerField(
        label=_("做了几分钟"),
        required=False,
        help_text=_("不填就按排的算，一天最多记 8 小时。"),
        error_messages={"invalid": _("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    name = text(_("来的是哪一位"), 40, autocomplete="off")
    phone = text(_("他的电话"), 30, hint=_("没有就不填。"), type="tel", autocomplete="off")

    def __init__(self, *args: Any, unit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unit:
            del self.fields["name"], self.fields["phone"]


class CorrectForm(Form):
    """What was written down wrongly, what it should say, and why."""

    record = choice(_("改哪一条"), [])
    minutes = forms.IntegerField(
        label=_("改成几分钟"),
        required=False,
        help_text=_("没有来过就写 0。"),
        error_messages={"invalid": _("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    why = forms.CharField(
        label=_("为什么改"),
        required=False,
        help_text=_("本人看得到。"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )

    def __init__(self, *args: Any, said: list[Said], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = [(str(each.pk), each.short) for each in said if not each.struck]
        self.fields["record"].choices = standing  # type: ignore[attr-defined]


def _row(model: type[Any], actor: Actor, pk: str) -> Any:
    """A row of this community by the number a list gave it."""
    return model.objects.of(actor).filter(pk=int(pk)).first() if pk and pk.isdecimal() else None
