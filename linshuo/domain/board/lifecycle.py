"""The lives of a collection 募集 and of a project 项目, each as one table.

What a collection must show before it opens follows from its legal basis; what a project must show
before each step follows from who has agreed, what stands done, and who has looked at it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from linshuo.kit.can import Can
from linshuo.kit.moves import Lifecycle, Move, State
from linshuo.kit.refused import Refused

DRAFT_DAYS = 30
DISCLOSE_MONTHS = 3
"""A campaign tells every three months what came in and what was spent (慈善法 §79)."""
FINAL_MONTHS = 3
"""… and within three months of its end what became of all of it (慈善法 §79)."""
APPROVE_DAYS = 30
STEP_DAYS = 90
"""A project says again how it stands every ninety days, whatever it waits for."""


@dataclass(frozen=True, slots=True)
class CollectionFacts:
    """A collection as it would be after the move."""

    legal_basis: str = ""
    holder: str = ""
    charity: str = ""
    charity_certificate: str = ""
    filing_no: str = ""
    has_agreement: bool = False
    has_resolution: bool = False
    left_fen: int = 0
    waiting: int = 0
    """Vouchers that nobody has checked yet."""
    boxes_open: int = 0
    """Boxes still standing, or opened and not explained."""
    final_said: bool = False
    """Whether the final disclosure is published, with what became of anything left."""
    received: bool = False


def has_basis(f: CollectionFacts) -> None:
    """A collection names the law it stands on before it opens."""
    if not f.legal_basis:
        raise Refused("legal-basis", _("先写明依据哪一条来募集。"), "legal_basis")


def has_holder(f: CollectionFacts) -> None:
    """Whoever keeps the money is named (慈善法 §38)."""
    if not f.holder:
        raise Refused("holder", _("钱由谁保管，要写明。"), "holder")


def residents_resolved(f: CollectionFacts) -> None:
    """Money raised among residents needs their meeting's resolution (居委会组织法 §16)."""
    if f.legal_basis == "residents" and not f.has_resolution:
        raise Refused("resolution", _("居民会议筹集，要有居民会议的决议和日期。"), "resolution_on")


def charity_joined(f: CollectionFacts) -> None:
    """A public campaign is a qualified charity's, with certificate, filing and agreement
    (慈善法 §22, §24, §26)."""
    if f.legal_basis != "joint":
        return
    for value, field, words in (
        (f.charity, "charity", _("和哪家慈善组织合作，要写明。")),
        (f.charity_certificate, "charity_certificate", _("慈善组织的公开募捐资格证书号还没写。")),
        (f.filing_no, "filing_no", _("募捐方案的备案号还没写。")),
        (f.has_agreement, "agreement", _("和慈善组织的合作协议还没放上来。")),
    ):
        if not value:
            raise Refused(field, words, field)


def units_agreed(f: CollectionFacts) -> None:
    """What units give stands on a written agreement (慈善法 §39)."""
    if f.legal_basis == "agreement" and not f.has_agreement:
        raise Refused("agreement", _("单位认捐，要先放上认捐协议。"), "agreement")


def counted_out(f: CollectionFacts) -> None:
    """Before a collection closes, its boxes are taken in, counted and explained."""
    if f.boxes_open:
        raise Refused("boxes", _("还有 %d 个箱子没收回、没点完。") % f.boxes_open)


def all_checked(f: CollectionFacts) -> None:
    """Nothing may wait for a second person when the books are drawn up."""
    if f.waiting:
        raise Refused("waiting", _("还有 %d 笔没有复核。") % f.waiting)


def nothing_left(f: CollectionFacts) -> None:
    """What is left has been spent, given back, or its use disclosed (令81号)."""
    if f.left_fen and not f.final_said:
        raise Refused("left", _("还有结余，先在最后的公开里说明怎么用。"))


def finally_said(f: CollectionFacts) -> None:
    """A collection ends with its final disclosure (慈善法 §79)."""
    if not f.final_said:
        raise Refused("final", _("最后的收支公开还没发布。"))


def nothing_came(f: CollectionFacts) -> None:
    """Whatever has been given to cannot be dropped as if it had not been."""
    if f.received:
        raise Refused("received", _("已经收到钱物，不能作废；收完以后结束它。"))


class CollectionLife(Lifecycle[CollectionFacts]):
    """准备 → 在募 → 收完了 → 公开完了."""

    kind = "collection"

    draft = State("draft", _("准备中"), "报", due_for="open", start=True)
    open = State("open", _("在募"), "办", due_for="disclose")
    closed = State("closed", _("收完了"), "办", due_for="final")
    settled = State("settled", _("结清公开了"), "销", final=True)
    dropped = State("dropped", _("不办了"), "撤", final=True)

    open_ = Move(
        "open", _("开始募集"), (draft,), open, Can.COLLECTION_KEEP,
        (has_basis, has_holder, residents_resolved, charity_joined, units_agreed),
    )  # fmt: skip
    disclose: Move[CollectionFacts] = Move(
        "disclose", _("按期公开"), (open,), open, Can.COLLECTION_KEEP
    )
    close = Move(
        "close", _("停止募集"), (open,), closed, Can.COLLECTION_KEEP, (counted_out, all_checked)
    )
    settle = Move(
        "settle", _("结清"), (closed,), settled, Can.COLLECTION_KEEP,
        (all_checked, finally_said, nothing_left),
    )  # fmt: skip
    drop = Move("drop", _("不办了"), (draft,), dropped, Can.COLLECTION_KEEP, (nothing_came,))


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project as it would be after the move."""

    has_resolution: bool = False
    lines: int = 0
    budget_fen: int = 0
    promised_fen: int = 0
    received_fen: int = 0
    steps_left: int = 0
    """Milestones not done yet."""
    acceptors: int = 0
    others_accepted: int = 0
    """Acceptors who are not the one in charge."""
    keeper: str = ""
    waiting: int = 0


def has_resolution(f: ProjectFacts) -> None:
    """A project stands on a resolution, with its day."""
    if not f.has_resolution:
        raise Refused("resolution", _("先写明谁在哪一天议定了这个项目。"), "resolution")


def has_lines(f: ProjectFacts) -> None:
    """Money is asked for what is written down, line by line."""
    if not f.lines:
        raise Refused("lines", _("先列出要花钱的每一项。"))


def is_promised(f: ProjectFacts) -> None:
    """Nobody builds on nothing: something has been promised or received."""
    if not f.promised_fen and not f.received_fen:
        raise Refused("promised", _("还没有人认捐，先不要开工。"))


def steps_done(f: ProjectFacts) -> None:
    """Accepted is what has been built."""
    if f.steps_left:
        raise Refused("steps", _("还有 %d 步没做完。") % f.steps_left)


def looked_at(f: ProjectFacts) -> None:
    """Two people put their names to it, and not just those in charge of it."""
    if f.acceptors < 2 or not f.others_accepted:
        raise Refused("acceptors", _("验收要有两位以上，其中至少一位不是负责人。"))


def is_kept(f: ProjectFacts) -> None:
    """Somebody looks after it from now on."""
    if not f.keeper:
        raise Refused("keeper", _("交给谁管护，要写明。"), "keeper")


def books_checked(f: ProjectFacts) -> None:
    """Nothing may wait for a second person when it is handed over."""
    if f.waiting:
        raise Refused("waiting", _("还有 %d 笔没有复核。") % f.waiting)


def nothing_held(f: ProjectFacts) -> None:
    """A project that has received money is carried through, or gives it back first."""
    if f.received_fen:
        raise Refused("received", _("已经收到钱，退还以后才能停。"))


class ProjectLife(Lifecycle[ProjectFacts]):
    """提出 → 议定 → 筹款 → 施工 → 验收 → 交付."""

    kind = "project"

    proposed = State("proposed", _("提出"), "报", due_for="approve", start=True)
    approved = State("approved", _("议定"), "报", due_for="fund")
    funding = State("funding", _("筹款"), "办", due_for="build")
    building = State("building", _("施工"), "办", due_for="built")
    accepted = State("accepted", _("验收了"), "办", due_for="hand-over")
    handed_over = State("handed_over", _("交付了"), "销", final=True)
    dropped = State("dropped", _("不办了"), "撤", final=True)

    approve = Move("approve", _("议定"), (proposed,), approved, Can.PROJECT_KEEP, (has_resolution,))
    fund = Move("fund", _("开始筹款"), (approved,), funding, Can.PROJECT_KEEP, (has_lines,))
    build = Move(
        "build", _("开工"), (approved, funding), building, Can.PROJECT_KEEP,
        (has_lines, is_promised),
    )  # fmt: skip
    accept = Move(
        "accept", _("验收"), (building,), accepted, Can.PROJECT_KEEP, (steps_done, looked_at)
    )
    hand_over = Move(
        "hand_over", _("交付"), (accepted,), handed_over, Can.PROJECT_KEEP,
        (is_kept, books_checked),
    )  # fmt: skip
    drop = Move(
        "drop", _("不办了"), (proposed, approved, funding), dropped, Can.PROJECT_KEEP,
        (nothing_held,),
    )  # fmt: skip


COLLECTION = CollectionLife
PROJECT = ProjectLife
GIVING: tuple[str, ...] = ("open",)
"""Collections that take what is given."""
SPENDING: tuple[str, ...] = ("open", "closed")
RAISING: tuple[str, ...] = ("funding", "building", "accepted")
"""Projects that take what was promised: instalments may fall due after the work is done."""
PAYING: tuple[str, ...] = ("building", "accepted", "handed_over")
"""Projects that pay: what was kept back falls due after it is handed over."""
LIVE_PROJECT: tuple[str, ...] = ("proposed", "approved", "funding", "building", "accepted")
