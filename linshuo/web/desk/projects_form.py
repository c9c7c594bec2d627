"""The forms of projects: proposing one, its lines, its steps, who accepted it, who pays for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Project
from linshuo.domain.needs.intake import prefix_of
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.queries import get_need
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import staff
from linshuo.domain.places.queries import get_place
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.money import parse_yuan
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.money_forms import (
    amount,
    keep_sent,
    lines,
    paper,
    photo,
    pick,
    row_in,
    tick,
    units,
)
from linshuo.web.desk.people_forms import a_day, place_choices
from linshuo.web.desk.people_forms import text as a_text
from linshuo.web.desk.verbs import VerbForm
from linshuo.web.ui.forms import Form


def colleagues(actor: Actor) -> list[tuple[str, str]]:
    """The staff, for a list."""
    return [(str(c.person_id), f"{c.name}　{c.title}") for c in staff(actor)]


def need_numbered(actor: Actor, typed: str, field: str) -> Need:
    """The need of this number, written whole or as its serial alone. Raises `Refused`."""
    number = typed.strip().upper()
    if number.isdecimal() and len(number) <= 8:
        number = f"{prefix_of(actor.community_id)}-{clock.today().year}-{int(number):04d}"
    try:
        return get_need(actor, number)
    except NotYours:
        raise Refused("need", _t("没有 %s 这一件，再看一遍编号。") % typed[:30], field) from None


class ProjectForm(Form):
    """What a project is, where, and who has it in hand."""

    name = a_text(_("叫什么"), 40, required=_("项目叫什么名字？"))
    place = pick(_("在哪里"), required=_("在哪里？"))
    needs = a_text(_("解决居民的哪些事"), 200, hint=_("写编号，几件用空格隔开。没有就不填。"))
    about = lines(_("要做什么"), 3, hint=_("居民看得懂的一两句话。"))
    owner = pick(_("谁负责"))
    contractor = a_text(_("谁来施工"), 60, hint=_("还没定就不填。"))
    planned_from = a_day(_("打算哪天开工"))
    planned_to = a_day(_("打算哪天完工"))

    def __init__(
        self, *args: Any, actor: Actor, project: Project | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        people = colleagues(actor)
        self.fields["owner"].choices = [("", _t("我自己")), *people]  # type: ignore[attr-defined]
        if project is None:
            del self.fields["contractor"]
            empty = _t("选一个地方")
            self.fields["place"].choices = place_choices(actor, empty=empty)  # type: ignore[attr-defined]
        else:
            del self.fields["place"], self.fields["needs"]
            self.fields["owner"].choices = [("", _t("不换")), *people]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What was typed, with rows in place of their numbers. Raises `Refused` for a need that is
        not there."""
        found = dict(self.cleaned_data)
        found["owner"] = row_in(Person.objects.of(self.actor), found["owner"])
        if "place" in found:
            found["place"] = get_place(self.actor, int(found["place"]))
            typed = found["needs"].replace("，", " ").replace("、", " ").split()
            found["needs"] = [need_numbered(self.actor, number, "needs") for number in typed]
        return found


class LineForm(Form):
    """One line of the budget."""

    text = a_text(_("哪一项"), 60, required=_("钱花在哪一项上？"))
    amount_fen = amount(_("多少钱"), required=_("多少钱？"))
    contractor = a_text(_("谁来做"), 60, hint=_("还没定就不填。"))
    retention_fen = amount(_("留多少质保金"), hint=_("没有就不填。"))
    retention_until = a_day(_("质保金留到哪天"))

    def told(self) -> dict[str, Any]:
        """Nothing kept back is nought."""
        return {**self.cleaned_data, "retention_fen": self.cleaned_data["retention_fen"] or 0}


class PartForm(Form):
    """Another day for a part of a promised sum."""

    due_on = a_day(_("改到哪一天"), required=_("改到哪一天？"), hint=_("和这家单位说好了的日子。"))


class StepForm(Form):
    """A step: its words and its day."""

    text = a_text(_("哪一步"), 60, required=_("这一步做什么？"))
    due_on = a_day(_("打算哪天做完"))


class AddStepForm(VerbForm):
    """The same, as a verb."""

    text = a_text(_("哪一步"), 60, required=_("这一步做什么？"))
    due_on = a_day(_("打算哪天做完"))


class PicturesForm(Form):
    """What the place looked like."""

    before = photo(_("改造前的照片"))
    after = photo(_("改造后的照片"))
    show = tick(
        _("看过了，可以让大家看"), _("照片里没有人脸、门牌、车牌。不勾就只有社区的人看得到。")
    )


class DoneForm(PicturesForm):
    """A step is done."""

    done_on = a_day(_("哪天做完的"), hint=_("不填就是今天。"))
    note = lines(_("说一句"), 2)
    field_order = ("done_on", "note", "before", "after", "show")


class SignOffForm(VerbForm):
    """Somebody accepts it."""

    name = a_text(_("姓名"), 40, required=_("是哪一位？"), autocomplete="off")
    capacity = a_text(
        _("代表谁"),
        40,
        required=_("代表谁来验收？"),
        hint=_("如“居民代表”“监督委员会”“出资单位”。"),
    )
    said = lines(_("说了什么"), 2)
    on = a_day(_("哪一天"), hint=_("不填就是今天。"))


class NeedForm(VerbForm):
    """A need that the project answers."""

    need = a_text(_("编号"), 20, required=_("是哪一件？写编号。"), hint=_("如 0042。"))


class ApproveForm(VerbForm):
    """Who decided, and when."""

    resolution = a_text(
        _("谁议定的"), 120, required=_("谁议定的？"), hint=_("如“2018年3月9日党建联席会议”。")
    )
    resolution_on = a_day(_("哪一天议定的"), required=_("哪一天？"))
    file = paper(_("决议"))

    def told(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        del found["file"]
        kept = keep_sent(self, "file", kind="resolution", by=self.actor)
        return {**found, "resolution_file": kept}


class FundForm(VerbForm):
    """The line that goes on the board."""

    text = a_text(_("榜上写什么"), 60, hint=_("不填就写“认捐”和项目的名字。"))
    hint = a_text(_("再说一句"), 60)


class BuildForm(VerbForm):
    """Who builds."""

    contractor = a_text(_("谁来施工"), 60, hint=_("写过了就不用再填。"))


class HandOverForm(VerbForm):
    """Who looks after it from now on."""

    keeper = a_text(_("交给谁管护"), 60, required=_("以后谁管护？"))
    handed_on = a_day(_("哪天交付的"), hint=_("不填就是今天。"))
    result = lines(_("怎么告诉提事的居民"), 3, hint=_("不填就写项目的名字和交付的日子。"))


class PromiseForm(VerbForm):
    """A unit signs for a sum, in parts that add up to it."""

    unit = pick(_("哪家单位"), required=_("哪家单位认的？"))
    amount_fen = amount(_("一共认多少"), required=_("一共认多少？"))
    parts = lines(
        _("分几期，哪天给多少"),
        4,
        hint=_("一行一期，日子在前，如：2019-12-01 200000。一次给清就不填，写下面的日子。"),
    )
    due_on = a_day(_("一次给清的，哪天给"))
    agreement = paper(_("认捐协议"))
    approval = paper(_("国有单位的批准文件"))
    in_public = tick(_("单位同意公开数目"), hint=_("不勾，外面只写单位的名字。"))

    def prepare(self) -> None:
        """Which units there are."""
        known = units(self.actor)
        self.fields["unit"].choices = [("", _t("选一家")), *known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Each line of the parts is a day and a sum."""
        found = super().clean() or {}
        try:
            found["parts"] = _parts(found.get("parts") or "")
        except Refused as refused:
            self.add_error("parts", str(refused.sentence))
            return found
        if not found["parts"] and "parts" not in self.errors:
            if found.get("due_on") is None and "due_on" not in self.errors:
                self.add_error("due_on", _t("哪天给？分期的在上面一行写一期。"))
            else:
                found["parts"] = [(found.get("due_on"), found.get("amount_fen"))]
        return found

    def told(self) -> dict[str, Any]:
        found = self.cleaned_data
        return {
            "partnership": row_in(Partnership.objects.of(self.actor), found["unit"]),
            "amount_fen": found["amount_fen"],
            "parts": found["parts"],
            "agreement": keep_sent(self, "agreement", kind="agreement", by=self.actor),
            "approval": keep_sent(self, "approval", kind="approval", by=self.actor),
            "in_public": found["in_public"],
        }


def _parts(typed: str) -> list[tuple[date, int]]:
    found = []
    for n, line in enumerate((x for x in typed.splitlines() if x.strip()), 1):
        day, _sep, rest = line.strip().replace("，", " ").replace("\t", " ").partition(" ")
        try:
            due = date.fromisoformat(day.replace("/", "-").replace(".", "-"))
        except ValueError:
            told = _t("第 %d 行的日子认不出来，写成 2019-12-01 200000 这样。")
            raise Refused("part", told % n, "parts") from None
        if not rest.strip():
            raise Refused("part", _t("第 %d 行还没写多少钱。") % n, "parts")
        found.append((due, parse_yuan(rest, "parts")))
    return found
