"""What residents said when asked whether it was settled, and agreed that it may be shown.

Not all of it is praise: some matters were settled in part, and that stands beside the rest. Keys
are titles of matters that everyone may see.
"""

# ruff: noqa: E501
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """One resident's words. `partly` says how it came out; `shown` is what a person let through,
    all of it when empty; `waits` is for nobody having looked at it yet."""

    words: str
    partly: bool = False
    shown: str = ""
    waits: bool = False


VOICES: dict[str, Voice] = {
    "2 栋旁建充电车棚": Voice("刷卡就能充，充满自己断。就是棚短了一截，斜雨还打得到车座。", partly=True),
    "北门建充电车棚": Voice("我数过，连着一个礼拜通道都是空的。"),
    "小区里没有一盏路灯": Voice("女儿昨天自己走回来的。拐角那一盏装偏了，还有一段暗。", partly=True),
    "小区监控坏了一大半": Voice("后来又去看过一次，脸看得清楚。"),
    "消防通道被车堵死": Voice("晚上下去看过，都规矩了。过年人多的时候还不好说。", partly=True),
    "化粪池满出来流到路上": Voice("不冒了，也没味了。等了这么多天，久了点。"),
    "一下大雨新村就积水": Voice("七月那场雨我站门口看，水往下走了。"),
    "物业走了没人接": Voice("有人扫地了，有事也知道找谁。楼道的灯还是换得慢。", partly=True),
    "减速带太高刮底盘": Voice("昨天开过去没刮。"),
    "路口没有斑马线": Voice("车到这里会慢下来了，电动车还是照冲。", partly=True),
    "想要几张下棋的石桌": Voice("从早到晚有人下，还要排队。"),
    "老人食堂太远": Voice("饭是热的，菜咸了一点。四个人坐一桌吃，比一个人强。"),
    "小广场没地方坐": Voice("坐的地方够了，中午晒得坐不住。", partly=True),
    "晾衣绳绑在树上": Voice("太阳好的时候要抢，再有两根就好了。", partly=True),
    "暑假想有个看书的地方": Voice(
        "我孙子在二中，他看完了十一本。开学以后周末还开不开，没有人说。", partly=True,
        shown="孩子看完了十一本。开学以后周末还开不开，没有人说。",
    ),
    "广场舞音箱太响": Voice("关上窗听不到了，她们还在跳，挺好。"),
    "河沟边丢满塑料袋": Voice("现在有人在那边散步了。上游漂下来的还得隔几天捞一次。", partly=True, waits=True),
    "健身器材转盘卡死": Voice("扭起来没声音。我叫余桂香，天天早上都在。", waits=True),
}  # fmt: skip
