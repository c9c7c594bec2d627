"""Forms about people, places and settings. What the house refuses is added beside the field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linshuo.acts.serving import roles_to_give
from linshuo.domain.papers.images import MOST_BYTES
from linshuo.domain.people.models import Person, Purpose
from linshuo.domain.places.models import ORDER, Place, PlaceKind
from linshuo.domain.places.queries import tree
from linshuo.kit.actor import Actor
from linshuo.web.roles import ROLE_WORDS
from linshuo.web.ui.forms import Form


def text(label: Any, most: int, *, required: Any = "", hint: Any = "", **attrs: str) -> Any:
    """A line of text whose refusals are sentences. `required` is what an empty one is told."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(required),
        error_messages={
            "required": required or "",
            "max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
            "null_characters_not_allowed": _("里面有看不见的怪字，请重新写一遍。"),
        },
        widget=forms.TextInput(attrs=attrs),
    )


def choice(label: Any, choices: Iterable[tuple[Any, Any]], *, required: Any = "") -> Any:
    """One of some, in a list that unfolds."""
    return forms.ChoiceField(
        label=label,
        choices=list(choices),
        required=bool(required),
        error_messages={
            "required": required or "",
            "invalid_choice": _("请从名单里选一个。"),
        },
    )


def a_day(label: Any, *, required: Any = "", hint: Any = "") -> Any:
    """A calendar day."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=bool(required),
        error_messages={
            "required": required or "",
            "invalid": _("日子写成 2019-12-01 这样。"),
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def place_choices(actor: Actor, *, empty: Any = None) -> list[tuple[str, str]]:
    """The community's places in use, indented below one another. One query."""
    found = [
        (str(p.pk), "　" * max(0, ORDER.index(p.kind) - 1) + p.name)
        for p in tree(actor)
        if p.kind != PlaceKind.STREET
    ]
    return ([("", empty)] if empty is not None else []) + found


class FindForm(forms.Form):
    """Whom to look for."""

    q = forms.CharField(required=False, max_length=40, strip=True)


class PersonForm(forms.Form):
    """A person as the community will know them."""

    name = text(_("怎么称呼"), 40, required=_("怎么称呼？"), autocomplete="off")
    phone = text(_("电话"), 30, hint=_("没有电话可以不填。"), type="tel", autocomplete="off")
    place = choice(_("住在哪里"), [])

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices(actor, empty=_("不知道"))  # type: ignore[attr-defined]


class ChangePersonForm(PersonForm):
    """What is to be corrected; what is left empty stays as it is."""

    name = text(_("怎么称呼"), 40, autocomplete="off")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = ""
        choices = self.fields["place"].choices  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", _("不动")), *list(choices)[1:]]  # type: ignore[attr-defined]


class RevealForm(forms.Form):
    """Why somebody's phone has to be seen."""

    reason = text(
        _("为什么要看"), 200, required=_("看别人经办的电话，要写一句为什么。"),
        hint=_("本人看得到这一句，也看得到是您看的。"),
    )  # fmt: skip


class ConsentForm(forms.Form):
    """One purpose, given or taken back on somebody's word."""

    purpose = choice(_("同意什么"), Purpose.choices, required=_("同意什么？"))
    do = choice("", [("give", ""), ("withdraw", "")], required="x")


class GiveForm(forms.Form):
    """An appointment over a place: to a person already known, or to a name and a phone."""

    name = text(_("姓名"), 40, required=_("怎么称呼？"), autocomplete="off")
    phone = text(_("手机"), 30, hint=_("同名的靠手机分清。"), type="tel", autocomplete="off")
    role = choice(_("做什么"), [], required=_("做什么？"))
    title = text(_("这里怎么叫"), 40, hint=_("如“盐业片区秘书”。空着就照前一格叫。"))
    place = choice(_("管哪里"), [], required=_("管哪里？"))
    starts = a_day(_("从哪天起"), hint=_("空着就是今天。"))
    ends = a_day(_("到哪天止"), hint=_("没有期限就空着。"))

    def __init__(
        self, *args: Any, actor: Actor, person: Person | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            ("", _("选一个")),
            *((r.value, ROLE_WORDS[r]) for r in roles_to_give(actor)),
        ]  # type: ignore[attr-defined]
        self.fields["place"].choices = place_choices(actor)  # type: ignore[attr-defined]
        if person is not None:
            del self.fields["name"], self.fields["phone"]


class EndForm(forms.Form):
    """The last day of an appointment."""

    ends = a_day(_("最后一天"), hint=_("空着就是昨天：今天起不再担任。"))


class AgreedForm(Form):
    """What was agreed with a partner unit."""

    since = a_day(_("从哪天起"), hint=_("空着就是今天。"))
    until = a_day(_("到哪天为止"), hint=_("没有说就空着。"))
    wishes = text(_("单位想要社区帮什么"), 200, hint=_("照他们说的写。没有就不填。"))
    agreement = forms.FileField(
        label=_("共建协议"),
        required=False,
        help_text=_("PDF，或者拍一张照片，10 MB 以内。只有社区的人看得到。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
    )

    def paper(self) -> tuple[bytes, str] | None:
        """The agreement's bytes and name, if one was handed in."""
        sent = self.cleaned_data["agreement"]
        return (sent.read(MOST_BYTES + 1), sent.name) if sent else None


class UnitForm(AgreedForm):
    """A unit checks in: its name, its liaison, what was agreed."""

    name = text(_("单位名"), 80, required=_("单位叫什么名字？"), autocomplete="off")
    uscc = text(_("统一社会信用代码"), 18, hint=_("18 位。不知道可以不填。"), spellcheck="false")
    liaison_name = text(_("联络员"), 40, autocomplete="off")
    liaison_phone = text(_("联络员的手机"), 30, type="tel", autocomplete="off")


class PartForm(Form):
    """The last day of a partnership."""

    until = a_day(_("最后一天"), hint=_("空着就是昨天：今天起不再是共建单位。"))


class LiaisonForm(forms.Form):
    """Whoever speaks for a partner unit."""

    name = text(_("姓名"), 40, required=_("怎么称呼？"), autocomplete="off")
    phone = text(_("手机"), 30, type="tel", autocomplete="off")


class PlaceForm(forms.Form):
    """A place under another one; only kinds that go there are offered."""

    kind = choice(_("是什么"), [], required=_("是小区还是楼栋？"))
    name = text(_("名字"), 40, required=_("这个地方叫什么名字？"))

    def __init__(self, *args: Any, parent: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrower = ORDER[ORDER.index(parent.kind) + 1 :]
        self.fields["kind"].choices = [(k, PlaceKind(k).label) for k in narrower]  # type: ignore[attr-defined]


class AssetForm(forms.Form):
    """A thing that can be looked after."""

    name = text(_("叫什么"), 40, required=_("这件设施叫什么？"), placeholder=_("小广场的大榕树"))
    kind = text(_("是什么"), 20, placeholder=_("树、路灯、活动室"))
    code = text(_("编号"), 20, required=_("给它一个编号，挂牌子时要用。"), spellcheck="false")
    place = choice(_("在哪里"), [], required=_("在哪里？"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices(actor)  # type: ignore[attr-defined]


class CommunityForm(forms.Form):
    """What the community says about itself."""

    name = text(_("社区叫什么"), 40, required=_("社区叫什么名字？"))
    code = text(_("统计用区划代码"), 12, hint=_("12 位数字。不知道可以空着。"), inputmode="numeric")
    phone = text(_("社区电话"), 20, hint=_("印在每一张纸上。"), type="tel")
    emergency_phone = text(_("紧急电话"), 20, hint=_("有危险时打的，如值班手机。"), type="tel")
    hours = text(_("什么时候有人"), 80)
    address = text(_("在哪里"), 80)


class CategoryForm(forms.Form):
    """A category, and how many days the work may take."""

    name = text(_("叫什么"), 40, required=_("类别要有名字，最多 40 个字。"))
    code = text(_("短代码"), 20, hint=_("空着就用拼音首字母。"), spellcheck="false")
    done_days = forms.IntegerField(
        label=_("几天办完"),
        min_value=1,
        max_value=365,
        initial=15,
        error_messages={
            "required": _("办理天数从 1 到 365。"),
            "invalid": _("办理天数从 1 到 365。"),
            "min_value": _("办理天数从 1 到 365。"),
            "max_value": _("办理天数从 1 到 365。"),
        },
    )


class DayForm(forms.Form):
    """A day on which this community departs from the national calendar."""

    day = a_day(_("哪一天"), required=_("哪一天？"))
    working = choice(_("这天"), [("0", _("放假")), ("1", _("上班"))], required=_("放假还是上班？"))
    name = text(_("为什么"), 40, hint=_("如“台风停工”。可以不填。"))
