"""Sample context for `ui/components.html`: every component with words it may really carry.

All names, phones and sentences of residents are samples. Used in development and for pictures only.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linshuo.web.ui.forms import Form
from linshuo.web.ui.seals import SEALS


class SampleForm(Form):
    """A form in each of the states a field can be in."""

    place = forms.CharField(label=_("在哪里"), help_text=_("写到栋就行，不用门牌。"))
    phone = forms.CharField(label=_("手机号"), required=False)
    estate = forms.ChoiceField(
        label=_("小区"), choices=[("", _("还没选")), ("yy", "盐业小区"), ("jf", "嘉福花园")]
    )
    words = forms.CharField(label=_("居民原话"), widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.ChoiceField(
        label=_("来源"),
        widget=forms.RadioSelect,
        choices=[("visit", "走访"), ("call", "来电"), ("wechat", "微信"), ("proxy", "代报")],
    )
    skills = forms.MultipleChoiceField(
        label=_("会做的事"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("wire", "电工"), ("pipe", "水工"), ("cut", "理发"), ("teach", "辅导功课")],
    )
    agree = forms.BooleanField(label=_("同意社区打电话回我"), required=False)

    def clean_phone(self) -> str:
        """The remedy stands in the sentence."""
        phone: str = self.cleaned_data["phone"]
        if 0 < len(phone) < 11:
            raise forms.ValidationError(
                _("少了 %(n)d 位。没有手机可以不填，打印纸条就能查。"),
                params={"n": 11 - len(phone)},
            )
        return phone


def _tab(label: str, count: int, clock: str = "", *, current: bool = False) -> SimpleNamespace:
    return SimpleNamespace(url="#", label=label, count=count, clock=clock, current=current)


def _rail(current: str) -> list[SimpleNamespace]:
    names = [
        "今天",
        "民情笔记",
        "问题台账",
        "认领认捐",
        "轮值在岗",
        "钱款项目",
        "组织党员",
        "彰显",
        "简报",
    ]
    counts = {"问题台账": 51, "认领认捐": 7}
    return [
        SimpleNamespace(url="#", label=name, count=counts.get(name), current=name == current)
        for name in names
    ]


def _ledger() -> list[dict[str, Any]]:
    table = """\
red|超 3 天|0121|7 栋化粪池满溢|堵点|嘉福花园|陈外勤|11月29日|物业已抽两次，又返满；要换管|31
red|超 2 天|0098|北门早晚占道，救护车进不来|难点|盐业小区|小区城管|11月30日|已劝离，下午复回|14
red|超 1 天|0133|12 栋顶楼渗水|痛点|盐业小区|周秘书|12月1日|等晴天查防水层|3
yellow|慢了|0089|儿童乐园选址|难点|嘉福花园|何秘书|12月15日|意见征询 2 次，还没定|58
yellow|慢了|0110|地下车库指示牌||嘉福花园|何秘书|12月12日|样稿待改|9
blue|今天 18:00|0150|3 号门禁刷不开|堵点|盐业小区|周秘书|12月2日|师傅 15:00 到|12
blue|明天|0147|垃圾桶点位挪远||盐业小区|周秘书|12月3日|新点位已贴通知|7
blue|剩 2 天|0139|楼道堆放旧家具||盐业小区|李外勤|12月4日|3 户已清 2 户|5
empty|剩 13 天|0162|晚十点后广场舞声音大||嘉福花园|何秘书|12月15日|约领队周三面谈|22
empty|剩 18 天|0042|3 栋楼道装灯|难点|盐业小区|周秘书|12月20日|灯到货，12月7日装前 6 盏|23
empty|待销号|0186|健身器材螺丝松动||嘉福花园|陈外勤|今天办结|还没问过居民|1"""
    keys = ["clock", "words", "no", "title", "tag", "place", "owner", "due", "now", "also"]
    return [dict(zip(keys, line.split("|"), strict=True)) for line in table.splitlines()]


def _moments() -> list[dict[str, str]]:
    table = """past|reported|11月12日|记下|盐业片区秘书走访，记进《民情笔记》。
past||11月13日|受理|上展板。并入两件同样的事，原来的人都算在“我也要”里。
past|taken|11月20日|认领|林** 签名；11月22日共建单位甲认捐 12 盏灯；11月23日陈** 签名。
past||11月26日|联系上了|认领的人和社区约好时间。
today||今天|正在办|灯已到货，12月7日上午装前 6 盏。
next|done|12月20日前|办结|周秘书写明结果，另一位同事核对。
next|closed|办结之后|销号|请说这件事的居民来定。说没好，就退回重办，编号不变。
next||再过三十天|回访|再问一次：还好着吗？"""
    keys = ["phase", "state", "when", "title", "text"]
    return [dict(zip(keys, line.split("|"), strict=True)) for line in table.splitlines()]


def sample() -> dict[str, Any]:
    """Everything `ui/components.html` shows."""
    form = SampleForm(
        {"place": "盐业小区 3 栋", "phone": "1380013", "estate": "yy", "source": "visit"}
    )
    form.add_error(None, _("这件事昨天记过一次，编号 0098。要是同一件，请并入。"))
    return {
        "form": form,
        "rail": _rail("问题台账"),
        "community_name": "嘉福社区",
        "actor_name": "周秘书",
        "actor_post": "盐业片区",
        "states": list(SEALS),
        "tabs": [
            _tab("未销号", 51, current=True),
            _tab("超期", 3, "red"),
            _tab("慢了", 2, "yellow"),
            _tab("临期", 3, "blue"),
            _tab("未到", 43, "empty"),
            _tab("销号", 163, "green"),
        ],
        "rows": _ledger(),
        "moments": _moments(),
        "urgency": [("calm", "不急"), ("today", "今天"), ("now", "马上")],
        "how": [
            ("good", "居民说好了"),
            ("back", "居民说没好，退回重办"),
            ("miss", "没联系上，记一次（已记 1 次）"),
        ],
        "facts": [
            ("下一步", "12月7日上午，装前 6 盏"),
            ("谁在办", "盐业片区秘书 周秘书"),
            ("还要办吗", "11月30日问过，还要"),
        ],
        "signs": ["林**", "陈**"],
        "open_signs": ["等您签名"],
        "keys": [("J K", "上下"), ("X", "选"), ("⏎", "打开"), ("P", "写进展"), ("?", "全部")],
        "posts": [
            ("小区医生", "每天 8:00–22:00", "林医生", "14 / 14 班"),
            ("门前三包", "周一至周五 7:00", "轮值单位", "5 / 5 班"),
            ("路长", "早晚高峰", "叶**、郑**", "9 / 10 班"),
        ],
    }
