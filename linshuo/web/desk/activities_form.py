"""The forms of activities and meetings."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Risk
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import partnerships, staff
from linshuo.domain.places.queries import get_place
from linshuo.domain.service.models import Activity, ActivityKind, HereVia
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.web.desk.people_forms import a_day, choice, place_choices, text
from linshuo.web.ui.forms import Form


def an_hour(label: Any) -> forms.TimeField:
    """A time of day; whether it may be empty is the domain's to say."""
    return forms.TimeField(
        label=label,
        required=False,
        error_messages={"invalid": _("几点认不出来，写成 9:00 这样。")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


def words(label: Any, rows: int, *, hint: Any = "") -> forms.CharField:
    """Several lines; how long they may be is the domain's to say."""
    return forms.CharField(
        label=label, required=False, help_text=hint, widget=forms.Textarea(attrs={"rows": rows})
    )


def moment(day: date | None, hour: time | None) -> datetime | None:
    """A day and an hour on a Chinese wall clock; None while either is missing."""
    return datetime.combine(day, hour, tzinfo=clock.SHANGHAI) if day and hour else None


class ActivityForm(Form):
    """An activity, new or changed."""

    kind = forms.ChoiceField(
        label=_("哪一种"), choices=ActivityKind.choices, widget=forms.RadioSelect, required=False
    )
    title = text(_("叫什么"), 60, hint=_("写给来的人看：清理小公园。"))
    about = words(_("做什么，带什么"), 3, hint=_("大家都看得到，不写谁家。"))
    day = a_day(_("哪一天"))
    starts = an_hour(_("从几点"))
    ends = an_hour(_("到几点"))
    place = choice(_("在哪里"), [])
    where = text(_("在那里的哪一处"), 60, hint=_("活动室、北门。"))
    places = forms.IntegerField(
        label=_("几个名额"),
        required=False,
        help_text=_("不限就空着。报满了就报不进，不排队。"),
        error_messages={"invalid": _("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    owner = choice(_("社区里谁管"), [])
    hosts = forms.MultipleChoiceField(
        label=_("哪几个单位一起办"), required=False, widget=forms.CheckboxSelectMultiple
    )
    numbers = text(_("为了哪几件事"), 120, hint=_("写编号，几件用逗号隔开：0186，0187。"))
    risk = choice(_("有什么危险"), Risk.choices)
    insurance = text(_("上了什么保险"), 80, hint=_("有危险的活动一定要写。"))

    def __init__(
        self, *args: Any, actor: Actor, activity: Activity | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(c.person_id), f"{c.name} {c.title}".strip()) for c in staff(actor)]
        units = [(str(p.pk), str(p)) for p in partnerships(actor)]
        self.fields["owner"].choices = [("", _t("还没定")), *people]  # type: ignore[attr-defined]
        self.fields["hosts"].choices = units  # type: ignore[attr-defined]
        self.fields["place"].choices = place_choices(actor, empty=_t("选一个地方"))  # type: ignore[attr-defined]
        if not units:
            del self.fields["hosts"]
        if activity is not None:
            del self.fields["kind"], self.fields["numbers"]

    def told(self, actor: Actor) -> dict[str, Any]:
        """What was typed, with rows in place of their numbers."""
        found = dict(self.cleaned_data)
        day, starts, ends = found.pop("day"), found["starts"], found["ends"]
        found["starts"], found["ends"] = moment(day, starts), moment(day, ends)
        owner = found["owner"]
        found["owner"] = Person.objects.of(actor).filter(pk=int(owner)).first() if owner else None
        found["place"] = get_place(actor, int(found["place"])) if found["place"] else None
        chosen = [int(pk) for pk in found.pop("hosts", [])]
        found["hosts"] = list(Partnership.objects.of(actor).filter(pk__in=chosen))
        return found


def initial_of(activity: Activity, hosts: list[tuple[int, str]]) -> dict[str, Any]:
    """What the form shows of an activity that is there."""
    said = ("title", "about", "where", "places", "risk", "insurance")
    starts, ends = clock.local(activity.starts), clock.local(activity.ends)
    return {
        **{name: getattr(activity, name) for name in said},
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": str(activity.place_id),
        "owner": str(activity.owner_id or ""),
        "hosts": [str(pk) for pk, _name in hosts],
    }


class CancelForm(Form):
    """Why it is called off."""

    why = text(_("为什么取消"), 120, hint=_("报了名的人都看得到。"))


class SignUpForm(Form):
    """Somebody at the desk, or on the paper."""

    name = text(_("叫什么名字"), 40, autocomplete="off")
    phone = text(_("电话"), 30, hint=_("没有就不填。"), type="tel", autocomplete="off")


class ListForm(Form):
    """The list as the organiser went through it."""

    came = forms.TypedMultipleChoiceField(coerce=int, required=False, label=_("来了的"))
    via = forms.ChoiceField(
        label=_("怎么知道的"),
        choices=[c for c in HereVia.choices if c[0] != HereVia.CODE],
        widget=forms.RadioSelect,
        required=False,
    )
    hours = forms.BooleanField(label=_("我在场，给来了的人记时长"), required=False)

    def __init__(self, *args: Any, turns: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["came"].choices = [(pk, str(pk)) for pk in turns]  # type: ignore[attr-defined]


class OutcomeForm(Form):
    """What came of it; of a meeting the minutes."""

    text = words(_("办成了什么"), 5, hint=_("写居民看得懂的：谁家方便了什么。写了就上广场。"))

    def __init__(self, *args: Any, meeting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if meeting:
            self.fields["text"].label = _t("会议记录")
            self.fields["text"].help_text = _t("谁到了，说了什么。只在社区里看。")


class NumberForm(Form):
    """A matter by its number."""

    number = text(_("哪一件，写编号"), 20, hint=_("今年的写后四位就行。"), inputmode="numeric")


class SaidForm(Form):
    """What the meeting said of one thing."""

    said = words(_("会上怎么说"), 3)


class ResolutionForm(Form):
    """定了什么，谁办，哪天以前."""

    number = text(_("和哪一件有关"), 20, hint=_("写编号，没有就不填。"))
    owner = choice(_("谁来办"), [])
    due_on = a_day(_("哪天以前办好"))
    text = text(_("定了什么"), 200)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(c.person_id), f"{c.name} {c.title}".strip()) for c in staff(actor)]
        self.fields["owner"].choices = [("", _t("选一位")), *people]  # type: ignore[attr-defined]


class DoneForm(Form):
    """A resolution is carried out."""

    done_text = text(_("办成了什么"), 200)
