"""The forms behind a round of honours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linshuo.domain.honours.measures import measures_for
from linshuo.domain.honours.models import MOST_BECAUSE, MOST_WORDS, Objection, Round, Whom
from linshuo.kit import clock
from linshuo.web.desk.people_forms import a_day, text
from linshuo.web.ui.forms import Form

KINDS = ("unit", "person")
A_NUMBER = {"invalid": _("这里只写数字。")}


def words(label: Any, rows: int, most: int, *, hint: Any = "") -> forms.CharField:
    """Several lines; whether they may be empty is the domain's to say."""
    return forms.CharField(
        label=label,
        required=False,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}),
    )


class RoundForm(Form):
    """A round, new or changed: whom it is for, which days count, and the least of each measure."""

    title = text(_("叫什么"), 40, hint=_("证书上也是这个名字：2019 年度志愿服务表扬。"))
    whom = forms.ChoiceField(
        label=_("评谁"), choices=Whom.choices, widget=forms.RadioSelect, required=False
    )
    year = forms.IntegerField(
        label=_("哪一年的"),
        required=False,
        error_messages=A_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    since = a_day(_("从哪天的记录算起"))
    as_of = a_day(_("算到哪天"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in KINDS:
            for measure in measures_for(kind):
                self.fields[f"{kind}-{measure.key}"] = forms.IntegerField(
                    label=measure.label,
                    help_text=measure.counts,
                    required=False,
                    error_messages=A_NUMBER,
                    widget=forms.TextInput(
                        attrs={"inputmode": "numeric", "size": 4, "autocomplete": "off"}
                    ),
                )

    def least(self, kind: str) -> list[tuple[Any, Any]]:
        """The fields of one kind, each with the unit after it."""
        return [(self[f"{kind}-{m.key}"], m.unit) for m in measures_for(kind)]

    def criteria(self) -> dict[str, dict[str, int | None]]:
        """By kind: the least of each measure, as typed."""
        return {
            kind: {m.key: self.cleaned_data.get(f"{kind}-{m.key}") for m in measures_for(kind)}
            for kind in KINDS
        }

    def told(self) -> dict[str, Any]:
        """What the domain takes."""
        names = ("title", "whom", "year", "since", "as_of")
        return {
            **{name: self.cleaned_data.get(name) for name in names},
            "criteria": self.criteria(),
        }


def beginning() -> dict[str, Any]:
    """What a new round begins with: this year's records up to today."""
    today = clock.today()
    return {
        "whom": Whom.BOTH,
        "year": today.year,
        "since": date(today.year, 1, 1),
        "as_of": today,
        "unit-standing": 6,
        "person-turns": 2,
    }


def initial_of(row: Round) -> dict[str, Any]:
    """A round as the form shows it."""
    least = {
        f"{kind}-{each['key']}": each["least"]
        for kind, criteria in row.criteria.items()
        for each in criteria
    }
    names = ("title", "whom", "year", "since", "as_of")
    return {**{name: getattr(row, name) for name in names}, **least}


class SeatForm(Form):
    """Who of the committee is there."""

    present = forms.MultipleChoiceField(
        label=_("谁在场"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = people  # type: ignore[attr-defined]


class ChooseForm(Form):
    """The committee's choice about those that are ticked."""

    because = text(_("为什么"), MOST_BECAUSE, hint=_("勾上的都用这一句。存档，不写电话和门牌。"))


class NameForm(Form):
    """One that the committee names itself."""

    who = forms.ChoiceField(label=_("提谁"), required=False)
    why = words(_("为什么"), 2, MOST_BECAUSE, hint=_("公示上大家都看得到。"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [("", _("选一个")), *choices]  # type: ignore[attr-defined]


class PublishForm(Form):
    """Until when the list hangs out."""

    until = a_day(_("公示到哪天"))


class ReasonForm(Form):
    """Why it is not gone on with, or why a certificate is taken back."""

    reason = words(_("为什么"), 2, MOST_BECAUSE)


class RevokeForm(Form):
    """Why a certificate is taken back."""

    why = words(_("为什么撤销"), 2, MOST_BECAUSE, hint=_("只存档，外面只看得到哪天起不再有效。"))


class ObjectForm(Form):
    """What somebody handed in on paper or said, typed in."""

    via = forms.ChoiceField(
        label=_("怎么提的"),
        choices=[c for c in Objection.Via.choices if c[0] != Objection.Via.WEB],
        widget=forms.RadioSelect,
        required=False,
    )
    said_on = a_day(_("哪天交来的"))
    candidate = forms.ChoiceField(label=_("说的是谁"), required=False)
    words = words(_("怎么说的"), 3, MOST_WORDS)
    who = text(_("谁提的"), 40, hint=_("不愿意留名就空着。"))
    contact = text(_("怎么告诉他"), 60, hint=_("电话，或者到哪里找他。"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["candidate"].choices = [  # type: ignore[attr-defined]
            ("", _("整个名单")), *choices,
        ]  # fmt: skip


class AnswerForm(Form):
    """The answer to an objection."""

    upheld = forms.ChoiceField(
        label=_("有没有道理"),
        choices=[("no", _("核实了，名单不改")), ("yes", _("有道理，名单要改"))],
        widget=forms.RadioSelect,
        required=False,
    )
    candidate = forms.ChoiceField(
        label=_("要改的是谁"),
        required=False,
        help_text=_("评上的改成不列入，没列入的改成列入；从今天起重新公示七天。"),
    )
    words = words(_("怎么答复"), 3, MOST_WORDS, hint=_("提的人看得到。"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["candidate"].choices = [  # type: ignore[attr-defined]
            ("", _("照提的人说的")), *choices,
        ]  # fmt: skip
