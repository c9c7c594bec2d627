"""The forms of collections: what one stands on, its boxes, its goods, another purpose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Collection, LegalBasis
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.queries import get_place
from linshuo.kit.actor import Actor
from linshuo.web.desk.money_forms import (
    amount,
    keep_sent,
    lines,
    paper,
    pick,
    row_in,
    tick,
    units,
)
from linshuo.web.desk.people_forms import a_day, place_choices
from linshuo.web.desk.people_forms import text as a_text
from linshuo.web.desk.projects_form import colleagues, need_numbered
from linshuo.web.desk.verbs import VerbForm
from linshuo.web.ui.forms import Form


class CollectionForm(Form):
    """A collection as it is written down: what for, on which law, who keeps the money."""

    name = a_text(_("叫什么"), 40, required=_("叫什么？"))
    purpose = lines(_("钱用来做什么"), 2, required=_("用来做什么，要写明。"), hint=_(
        "写得具体。开始以后要改，得一位一位问过捐的人。"
    ))  # fmt: skip
    about = lines(_("再说几句"), 3, hint=_("居民看得懂的话。不写每个人要捐多少。"))
    place = pick(_("在哪里"), required=_("在哪里？"))
    need = a_text(_("为居民的哪件事"), 20, hint=_("写编号。没有就不填。"))
    owner = pick(_("谁负责"))
    legal_basis = forms.ChoiceField(
        label=_("依据哪一条"),
        choices=LegalBasis.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("每一条都有要先备齐的东西，也有不能做的事。"),
    )
    holder = a_text(_("钱由谁保管"), 60, hint=_("写单位的账户，不放在谁个人名下。"))
    resolution_on = a_day(_("居民会议哪天决议的"))
    resolution_file = paper(_("居民会议的决议"))
    charity = a_text(_("和哪家慈善组织合作"), 60)
    charity_certificate = a_text(_("公开募捐资格证书号"), 40)
    filing_no = a_text(_("募捐方案备案号"), 40)
    agreement = paper(_("合作协议、认捐协议"))
    opens = a_day(_("从哪天开始收"))
    closes = a_day(_("收到哪一天"))

    def __init__(
        self, *args: Any, actor: Actor, collection: Collection | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.collection = actor, collection
        people = colleagues(actor)
        self.fields["owner"].choices = [("", _t("还没定")), *people]  # type: ignore[attr-defined]
        empty = _t("选一个地方")
        self.fields["place"].choices = place_choices(actor, empty=empty)  # type: ignore[attr-defined]
        if collection is not None and collection.state != "draft":
            for name in list(self.fields):
                if name not in ("about", "owner", "closes"):
                    del self.fields[name]

    def told(self) -> dict[str, Any]:
        """What was typed, with rows in place of their numbers; a paper that was not sent again
        stays as it was. Raises `Refused` with the field."""
        found = dict(self.cleaned_data)
        found["owner"] = row_in(Person.objects.of(self.actor), found["owner"])
        if "place" not in found:
            return found
        found["place"] = get_place(self.actor, int(found["place"]))
        typed = found["need"].strip()
        found["need"] = need_numbered(self.actor, typed, "need") if typed else None
        for name in ("agreement", "resolution_file"):
            kept = keep_sent(self, name, kind=name.removesuffix("_file"), by=self.actor)
            if kept is None and self.collection is not None:
                kept = getattr(self.collection, name)
            found[name] = kept
        return found


class OpenForm(VerbForm):
    """The line that goes on the board."""

    text = a_text(_("榜上写什么"), 60, hint=_("不填就写募集的名字。"))
    hint = a_text(_("再说一句"), 60)


class BoxForm(VerbForm):
    """A box is set out."""

    serial = a_text(_("箱子上的编号"), 20, required=_("箱子上的编号是多少？"), autocomplete="off")
    where = a_text(_("放在哪里"), 60, required=_("放在哪里？"))
    in_public = tick(
        _("是人人路过的公共场所"),
        _("公共场所设箱是公开募捐，只有和慈善组织合作的可以。"),
    )
    since = a_day(_("哪天放的"), hint=_("不填就是今天。"))


class GoodsForm(VerbForm):
    """Something given that is not money."""

    item = a_text(_("是什么"), 60, required=_("是什么东西？"))
    quantity = a_text(_("多少"), 20, required=_("多少？"), hint=_("如“20 袋”。"))
    value_fen = amount(_("值多少钱"), hint=_("捐的人说的。说不出就不填；填了由另一个人核对入账。"))
    unit = pick(_("哪家单位给的"))
    giver_name = a_text(_("谁给的"), 40, hint=_("个人写姓名。单位给的不用填。"), autocomplete="off")
    unnamed = tick(_("不愿留名"))
    name_public = tick(_("本人同意公开名字"))
    received_on = a_day(_("哪天收到的"), hint=_("不填就是今天。"))
    file = paper(_("清单或照片"))

    def prepare(self) -> None:
        """Which units there are."""
        known = units(self.actor)
        self.fields["unit"].choices = [("", _t("不是单位")), *known]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        found["unit"] = row_in(Partnership.objects.of(self.actor), found["unit"])
        found["file"] = keep_sent(self, "file", kind="voucher", by=self.actor)
        return found


class UseForm(Form):
    """What goods were used for."""

    used_for = a_text(_("用来做什么"), 120, required=_("用来做了什么？"))
    given_to = a_text(
        _("给了谁"), 60, required=_("给了谁？"), hint=_("不写名字，如“二十二户高龄老人”。")
    )
    used_on = a_day(_("哪一天"), hint=_("不填就是今天。"))
    file = paper(_("签收单"))


class PurposeForm(VerbForm):
    """Another purpose is proposed."""

    purpose = lines(_("想改成用来做什么"), 2, required=_("想改成用来做什么？"))
    because = lines(_("为什么要改"), 2, required=_("为什么要改，写一句，捐的人要看得懂。"))


class SettlePurposeForm(VerbForm):
    """How it was decided for those who left no name."""

    unnamed_how = a_text(_("没留名的怎么定的"), 80, hint=_("都留了名的就不填。"))
