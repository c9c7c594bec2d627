"""Who is in the demo. All of them are invented, and so are their telephone numbers."""

from __future__ import annotations

from linshuo.kit.can import Role

HEAD = "叶书记"
WATCH = "高委员"
CASHIER = "孔出纳"

SERVING: tuple[tuple[str, Role, str, str], ...] = (
    (HEAD, Role.SECRETARY, "", "社区党总支书记"),
    ("何秘书", Role.DISTRICT_SECRETARY, "盐业片区", "盐业片区秘书"),
    ("周秘书", Role.DISTRICT_SECRETARY, "花园片区", "花园片区秘书"),
    ("吴秘书", Role.DISTRICT_SECRETARY, "和顺片区", "和顺片区秘书"),
    ("郑秘书", Role.DISTRICT_SECRETARY, "榕荫片区", "榕荫片区秘书"),
    ("曾秘书", Role.DISTRICT_SECRETARY, "新晴片区", "新晴片区秘书"),
    ("潘秘书", Role.ESTATE_SECRETARY, "盐", "盐业小区秘书"),
    ("蔡秘书", Role.ESTATE_SECRETARY, "花", "嘉福花园小区秘书"),
    ("卢秘书", Role.ESTATE_SECRETARY, "晴", "新晴小区秘书"),
    ("李外勤", Role.FIELD_STAFF, "", "外勤员"),
    ("黄外勤", Role.FIELD_STAFF, "", "外勤员"),
    ("杨外勤", Role.FIELD_STAFF, "", "外勤员"),
    ("谢外勤", Role.FIELD_STAFF, "", "外勤员"),
    (WATCH, Role.SUPERVISOR, "", "居务监督委员"),
    (CASHIER, Role.CASHIER, "", "社区出纳"),
)
"""Name, role, over which place (the whole community when empty), what the post is called."""

ROUNDS: dict[str, str] = {
    "盐": "李外勤", "村": "李外勤", "花": "黄外勤", "和": "杨外勤", "顺": "杨外勤",
    "榕": "谢外勤", "荫": "谢外勤", "晴": "黄外勤", "雅": "李外勤",
}  # fmt: skip
"""Whose round leads through which estate."""

PARTNERS: tuple[str, ...] = (
    "市水文局党支部",
    "锦祥建设党支部",
    *(f"共建单位{mark}党支部" for mark in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"),
)
"""The two that the article names, and sixteen more: eighteen."""

MEMBERS: tuple[str, ...] = (
    "赵在职", "钱医生", "孙工", "冯律师", "陈电工", "褚老师", "卫会计", "蒋木匠", "沈护士",
    "韩消防", "秦园艺", "尤师傅", "何教练", "吕老师", "孔主任", "曹工", "严医生", "华老师",
    "金师傅", "魏社工", "陶工", "姜师傅", "戚老师", "邹工",
)  # fmt: skip
"""Party members who have reported in; their own check-ins come with a later room."""

RESIDENTS: dict[str, tuple[str, ...]] = {
    "盐": ("苏阿婆1", "魏大哥2", "范师傅3", "彭大姐4", "鲁阿伯5", "韦阿姨6", "马师傅2", "方大嫂1"),
    "村": ("俞老板1", "任大叔2", "袁大姐3", "柳阿伯4", "史师傅3", "唐女士2", "费阿婆4"),
    "花": (
        "王阿姨3", "刘阿伯5", "方女士7", "洪先生2", "江奶奶1", "邱老师8", "施大姐4", "柯先生9",
        "戴阿姨6", "詹师傅9", "涂妈妈3", "白爷爷5", "薛女士1",
    ),
    "和": ("贺女士3", "倪先生1", "汤阿姨4", "滕爸爸5", "殷奶奶2", "罗师傅5", "毕女士3", "郝老师1"),
    "顺": ("安阿姨1", "常师傅2", "乐女士3", "于大哥4", "时阿伯2", "傅妈妈1", "皮先生4"),
    "榕": ("卞阿伯5", "齐女士2", "康师傅3", "伍阿姨1", "余奶奶4", "元老师5", "顾大哥2", "孟大姐3"),
    "荫": ("平女士1", "黄奶奶2", "和先生3", "穆师傅1", "萧阿姨2", "尹爸爸3"),
    "晴": ("姚先生1", "邵妈妈2", "湛阿姨3", "汪师傅4", "祁女士5", "毛大哥6", "禹奶奶4", "狄老师2"),
    "雅": ("米女士1", "贝先生2", "明阿姨3", "臧师傅4", "计妈妈2", "伏阿伯3"),
}  # fmt: skip
"""By estate: what each is called, and the number of the building."""


def phone(serial: int) -> str:
    """A number that nobody can have: the 154 range is given to no operator."""
    return f"154{serial:08d}"
