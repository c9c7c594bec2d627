"""The form of a check-in 报到, as the square, one's own page and the counter show it.

It knows the words of the lists and the estates everyone may see; no row of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.domain.people.models import AgeBand, CheckIn, Purpose
from linshuo.domain.people.skills import FreeTime, Interest, Skill, parted
from linshuo.domain.places.models import Place
from linshuo.domain.places.public import estates, spot
from linshuo.web.ui.forms import SENTENCES, Form

ADULT = "adult"
"""What the form says for `AgeBand.ADULT`, which is kept as nothing."""


def _many(label: Any, choices: Any, hint: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=[pair for pair in choices.choices if pair[0]],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=hint,
    )


def _line(label: Any, most: int, hint: Any = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=False,
        help_text=hint,
        widget=forms.TextInput(attrs=attrs),
    )


def a_day(label: Any, hint: Any = "") -> forms.DateField:
    """A calendar day that may be left out."""
    return forms.DateField(
        label=label,
        required=False,
        help_text=hint,
        error_messages={"invalid": SENTENCES["invalid_date"]},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class WishForm(Form):
    """What somebody can do, when, and what they like: theirs to change at any time."""

    unit = _line(
        _l("单位或支部"), 80, _l("打头几个字，下面会出来。没有单位就不填。"),
        list="units", autocomplete="organization",
    )  # fmt: skip
    place = forms.ChoiceField(label=_l("住在哪个小区，或者想帮哪个小区"), required=False)
    skills = _many(_l("会什么"), Skill, _l("可以选几样，都不选也行。"))
    times = _many(_l("什么时候有空"), FreeTime)
    interests = _many(_l("愿意帮什么"), Interest)
    note = _line(_l("还想说的"), 120, _l("比如：膝盖不好，爬不了楼。"))

    def __init__(self, *args: Any, community_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community_id = community_id
        choices = [("", _("说不准，哪里都行")), *estates(community_id)]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """The answers as the domain takes them."""
        data = self.cleaned_data
        kept = ("skills", "times", "interests", "note", "guardian", "licence", "licence_until")
        answers = {name: data[name] for name in kept if name in data}
        if "age_band" in data:
            answers["age_band"] = "" if data["age_band"] == ADULT else data["age_band"]
        return {**answers, "unit_text": data["unit"], "place": self.estate()}

    def estate(self) -> Place | None:
        """The estate that was chosen, if any."""
        chosen = self.cleaned_data.get("place", "")
        return spot(self.community_id, chosen) if chosen else None


class CheckInForm(WishForm):
    """The whole form: two minutes, and only the name and one consent are needed."""

    name = forms.CharField(
        label=_l("怎么称呼"), max_length=40,
        error_messages={"required": _l("怎么称呼？")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = _line(
        _l("电话"),
        30,
        _l("没有电话可以不填，有事社区上门说。"),
        inputmode="tel",
        autocomplete="tel",
    )
    age_band = forms.ChoiceField(
        label=_l("年纪"),
        choices=[(ADULT, AgeBand.ADULT.label), *[p for p in AgeBand.choices if p[0]]],
        initial=ADULT,
        required=False,
        widget=forms.RadioSelect,
        help_text=_l("不问生日。不满十四岁，要监护人同意。"),
    )
    guardian = _line(_l("监护人是谁，同意了"), 40, _l("写上监护人的姓名。"), autocomplete="off")
    licence = _line(_l("有证的写上是什么证"), 60, _l("如医师资格证、电工证。没有就不填。"))
    licence_until = a_day(_l("证到哪天有效"))
    consents = _many(
        _l("您同意哪几样"), Purpose,
        _l("第一条同意了才能报到，其余的随您。每一条往后都能收回。"),
    )  # fmt: skip

    def __init__(self, *args: Any, leave_out: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in leave_out:
            del self.fields[name]

    def clean_consents(self) -> list[str]:
        """Whoever may not be contacted cannot be asked for anything."""
        agreed: list[str] = self.cleaned_data["consents"]
        if Purpose.CONTACT.value not in agreed:
            raise forms.ValidationError(_("没有同意社区联系，就没法报到。勾上第一条。"))
        return agreed

    def clean(self) -> dict[str, Any]:
        """A child comes with a guardian; said at once, and once more by the domain."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("age_band") == AgeBand.CHILD and not data.get("guardian", "").strip():
            self.add_error("guardian", _("不满十四岁，要写上监护人是谁、同意了。"))
        return data


class ChangeForm(WishForm):
    """What one changes later. The age band and the guardian stay as they were accepted."""

    licence = _line(_l("有证的写上是什么证"), 60, _l("如医师资格证、电工证。没有就不填。"))
    licence_until = a_day(_l("证到哪天有效"))


FIELD_NAMES: Mapping[str, str] = {"unit_text": "unit"}


def as_kept(row: CheckIn) -> dict[str, Any]:
    """What a check-in says, as the form shows it first."""
    return {
        "unit": str(row.partnership) if row.partnership else row.unit_text,
        "place": str(row.place_id or ""),
        "skills": parted(row.skills),
        "times": parted(row.times),
        "interests": parted(row.interests),
        "note": row.note,
        "licence": row.licence,
        "licence_until": row.licence_until,
    }


class PauseForm(Form):
    """Until when one would rather not be asked."""

    until = a_day(_l("歇到哪一天"))


class MoveForm(Form):
    """Which community of this install one moves to."""

    to = forms.ChoiceField(
        label=_l("转到哪个社区"),
        error_messages={
            "required": _l("转到哪个社区？"),
            "invalid_choice": _l("请选列出来的一个。"),
        },
    )

    def __init__(self, *args: Any, others: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", _("选一个")), *others]  # type: ignore[attr-defined]
