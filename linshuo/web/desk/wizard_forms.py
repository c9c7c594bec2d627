"""What the first-day wizard asks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_TABLE = 200_000
"""Characters of one pasted table."""

PLACES_EXAMPLE = (
    "小区\t楼栋\t片区\n盐业小区\t1-12栋\t盐业片区\n嘉福花园\t1、2、3号楼\t\n万景公寓\t\t"
)
STAFF_EXAMPLE = (
    "姓名\t职务\t管哪里\t手机\n张明\t书记\t\t13800000001\n"
    "何秀\t盐业片区秘书\t盐业片区\t\n李想\t外勤员\t\t"
)
UNITS_EXAMPLE = "单位名\t联络员\t手机\n水务局\t陈工\t13900000001\n殿前小学\t\t"


def _text(label: object, most: int, *, required: str = "", hint: object = "", **attrs: str):  # type: ignore[no-untyped-def]
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=bool(required),
        error_messages={
            "required": required or _("这一格不能空着。"),
            "max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
            "null_characters_not_allowed": _("里面有看不见的怪字，请重新写一遍。"),
        },
        widget=forms.TextInput(attrs=attrs),
    )


class FirstCodeForm(forms.Form):
    """The code that the console printed."""

    code = _text(
        _("启动码"), 40, required=_("启动码有 12 个字母和数字，印在服务器的窗口里。"),
        autocomplete="off", spellcheck="false", placeholder="ABCD-EFGH-2345",
    )  # fmt: skip


class AboutForm(forms.Form):
    """The community itself."""

    name = _text(_("社区叫什么"), 40, required=_("社区叫什么名字？"), placeholder="嘉福社区")
    prefix = _text(
        _("编号前缀"), 6, required=_("前缀是 2 到 6 个字母或数字，字母开头，如 JF。"),
        hint=_("每件事编号的开头，定了就不再改。"), placeholder="JF",
        autocapitalize="characters", spellcheck="false",
    )  # fmt: skip
    code = _text(
        _("统计用区划代码"), 12, hint=_("12 位数字。不知道可以先空着。"), inputmode="numeric"
    )
    street = _text(_("属于哪个街道"), 40, placeholder="殿前街道")
    phone = _text(_("社区电话"), 20, hint=_("印在每一张纸上。"), type="tel")
    emergency_phone = _text(_("紧急电话"), 20, hint=_("有危险时打的，如值班手机。"), type="tel")
    hours = _text(_("什么时候有人"), 80, placeholder="周一到周五 8:00–12:00，14:30–18:00")
    address = _text(_("在哪里"), 80, placeholder="殿前街道盐业路 8 号")


def _table(label: object, hint: object) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        strip=False,
        max_length=MOST_TABLE,
        error_messages={
            "max_length": _("这一张表太长了，最多 %(limit_value)d 个字。其余的开通以后再加。"),
            "null_characters_not_allowed": _("里面有看不见的怪字，请重新从表格里复制一遍。"),
        },
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "pasted"}),
    )


class TablesForm(forms.Form):
    """Three tables pasted as text."""

    places = _table(_("地方"), _("小区、楼栋、片区。楼栋和片区可以空着；1-12栋 会变成十二栋。"))
    staff = _table(
        _("谁在管"),
        _("姓名、职务、管哪里（片区或小区）、手机。管全社区的，第三格空着。至少一位书记。"),
    )
    units = _table(_("共建单位"), _("单位名、联络员、手机。没有就空着，以后再加。"))
