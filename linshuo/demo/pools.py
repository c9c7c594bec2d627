"""Short texts that are needed once and used up."""

from __future__ import annotations

from random import Random

EXTENSIONS = (
    "施工队赶上雨季，路面没法开挖。",
    "主材从外地发，路上耽搁了。",
    "有两户的签字要等人从外地回来。",
    "方案在居民会上改了一次，重新报。",
    "相邻单位要走完审批才能进场。",
    "供货的型号停产，换了一家重新量。",
    "连着下雨，吊篮停工五天。",
    "共建单位的款项要过他们的会，晚十天。",
    "地下挖出一段老管，要先认是谁家的。",
    "验收的老师排到下周。",
    "管线图和实际对不上，要再探一次。",
    "邻居家里办喜事，答应过了再动工。",
    "隔壁学校考试，那一周不能动电锤。",
)
STILL_FINE = (
    "还好着。", "都正常，谢谢记得。", "好的，没再坏。", "你们还会来问，我都忘了。", "没问题。",
    "好着呢，隔壁也来看过。", "跟刚弄好时一样。", "没再犯。", "用着顺手。", "好，放心。",
    "一直好的，不用再跑一趟。", "下了几场雨都没事。", "好了就是好了。", "嗯，还行，没什么问题。",
    "好的，换个人问我也这么说。", "家里人都说好。", "这个月都没想起来这件事，说明好了。",
    "好，就是灰有点多，我自己擦。", "可以可以。", "没有再吵。", "好用，天天用。", "行，稳当。",
    "还好，我每天路过都看一眼。", "没坏，孩子也爱惜。", "挺好。", "好着，邻居还夸。",
    "好，你们忙。", "老样子，好的那种。", "没再漏一滴。", "好，省心了。",
)  # fmt: skip


class Pools:
    """What is left of the texts; drawn without putting back."""

    def __init__(self, rng: Random) -> None:
        self.extensions = rng.sample(EXTENSIONS, len(EXTENSIONS))
        self._still_fine = rng.sample(STILL_FINE, len(STILL_FINE))
        self._rng = rng

    def still_fine(self) -> str:
        """What somebody says thirty days later; often the tick alone is written down."""
        if self._still_fine and self._rng.random() < 0.4:
            return self._still_fine.pop()
        return ""
