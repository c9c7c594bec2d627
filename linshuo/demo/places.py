"""Where the demo happens: 嘉福社区 with its 片区, 小区 and 楼栋, and what stands in them.

嘉福花园, 盐业小区 and the street are the article's; every other name is invented.
"""

from __future__ import annotations

STREET = "殿前街道"
NAME = "嘉福社区"
PREFIX = "JF"
PHONE = "0592-0550100"
"""Nobody's: no telephone number in Xiamen begins with a nought."""
HOURS = "周一到周六 8:00–18:00"
ADDRESS = "湖里区殿前街道嘉福社区居民之家一楼"
CODE = ""
"""The street's code is 350206002; the community's own last three digits are not known."""

DISTRICTS: tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...] = (
    ("盐业片区", (("盐", "嘉福盐业小区", 6), ("村", "嘉福新村", 4))),
    ("花园片区", (("花", "嘉福花园", 9),)),
    ("和顺片区", (("和", "和顺家园", 5), ("顺", "和顺里", 4))),
    ("榕荫片区", (("榕", "榕荫里", 5), ("荫", "榕荫公寓", 3))),
    ("新晴片区", (("晴", "新晴小区", 6), ("雅", "新晴雅居", 4))),
)
"""片区, and in each its 小区: the short name the tables use, the name, how many buildings."""

ASSETS: tuple[tuple[str, str, str, str], ...] = (
    ("盐", "房间", "JZ-01", "居民之家"),
    ("榕", "房间", "KP-01", "科普室（筹备）"),
    ("和", "房间", "FW-01", "社区服务站"),
    ("榕", "树", "GS-01", "老榕树"),
    ("盐", "水井", "SJ-01", "封存的老井"),
    ("花", "场地", "CD-01", "东边空地"),
    ("村", "场地", "CD-02", "新村小广场"),
    *(("盐", "路灯", f"LD-{n:02d}", f"盐业小区 {n} 号路灯") for n in range(1, 15)),
    *(("和", "路灯", f"LD-{n + 14:02d}", f"背街 {n} 号路灯") for n in range(1, 12)),
    *(("盐", "监控", f"JK-{n:02d}", f"盐业小区 {n} 号探头") for n in range(1, 9)),
    *(("榕", "座椅", f"ZY-{n:02d}", f"榕树下 {n} 号石桌") for n in range(1, 3)),
)
"""Where, what kind, its code, what people call it."""

SHEDS: dict[str, tuple[str, str, str]] = {
    "2 栋旁建充电车棚": ("花2", "CP-01", "2 栋充电车棚"),
    "5 栋旁建充电车棚": ("花5", "CP-02", "5 栋充电车棚"),
    "7 栋南侧建充电车棚": ("花7", "CP-03", "7 栋充电车棚"),
    "9 栋后门建充电车棚": ("花9", "CP-04", "9 栋充电车棚"),
    "北门建充电车棚": ("花", "CP-05", "北门充电车棚"),
}
"""The five that the article counts, by the matter that was settled when each opened."""
