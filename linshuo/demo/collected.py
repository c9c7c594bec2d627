"""义聚爱嘉, the collection of the demo: on the residents' own resolution, by boxes that two people
count, by transfers and in goods; and the books' months, closed by two people one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linshuo.acts import collecting as giving
from linshuo.demo import people
from linshuo.demo.works import FEN, Telling, book, cashier, paper
from linshuo.demo.world import World
from linshuo.domain.board import collecting
from linshuo.domain.board.models import Collection
from linshuo.domain.funds import boxes, closing, depositing, disclosing, goods
from linshuo.domain.funds.models import Goods, Opening
from linshuo.domain.people.models import Partnership
from linshuo.domain.trail.sealing import seal_all
from linshuo.kit import clock
from linshuo.kit.calendar import months_later

NAME = "义聚爱嘉"
BEGUN = clock.at_local(2019, 5, 20, 9, 30)
LAST_COUNT = clock.at_local(2019, 12, 1, 17, 10)
BOOKS_FROM = date(2018, 12, 1)


@dataclass(frozen=True, slots=True)
class Count:
    """A box opened: when, by which seal, how many of which note (in 分), what the bank's slip says
    in 分, and what is said of the difference."""

    box: str
    at: datetime
    seal: str
    notes: dict[int, int]
    slip: int
    why: str = ""


COUNTS: tuple[Count, ...] = (
    Count("YX-01", clock.at_local(2019, 8, 30, 16), "F-0107",
          {10000: 98, 5000: 28, 2000: 31, 1000: 42, 500: 12, 100: 45, 50: 1, 10: 1},
          1_230_000, "四十五元六角是硬币和毛票，银行窗口那天不收零钞，留到下次一起存。"),
    Count("YX-02", clock.at_local(2019, 10, 25, 16), "F-0212",
          {10000: 51, 5000: 14, 2000: 18, 1000: 20, 500: 8, 100: 20}, 642_000),
    Count("YX-01", LAST_COUNT, "F-0231",
          {10000: 69, 5000: 20, 2000: 24, 1000: 30, 500: 9, 100: 39, 50: 2, 10: 4},
          881_100),
)  # fmt: skip

GIVEN: tuple[tuple[datetime, str, int, bool], ...] = (
    (clock.at_local(2019, 6, 3, 10), "锦祥建设党支部", 10_000, True),
    (clock.at_local(2019, 6, 18, 15), "市水文局党支部", 6_000, True),
    (clock.at_local(2019, 7, 9, 11), "洪先生", 1_000, True),
    (clock.at_local(2019, 8, 6, 9), "", 500, False),
    (clock.at_local(2019, 9, 5, 10), "共建单位庚党支部", 3_000, True),
    (clock.at_local(2019, 9, 5, 11), "邱老师", 800, False),
    (clock.at_local(2019, 10, 17, 14), "共建单位辛党支部", 2_000, True),
    (clock.at_local(2019, 10, 28, 10), "施大姐", 500, False),
    (clock.at_local(2019, 11, 14, 15), "", 200, False),
    (clock.at_local(2019, 11, 26, 9), "", 369, False),
)
"""When, who (nobody named where empty), how many yuan, and whether they may be named."""

GOODS: tuple[tuple[datetime, str, str, int, str, datetime, str, str], ...] = (
    (clock.at_local(2019, 9, 10, 15), "大米和油", "40 份", 4_800, "共建单位壬党支部",
     clock.at_local(2019, 9, 12, 16), "中秋上门看望", "四十户高龄老人"),
    (clock.at_local(2019, 11, 20, 10), "棉被", "20 床", 2_400, "",
     clock.at_local(2019, 11, 22, 15), "入冬送到家里", "二十户独居老人"),
)  # fmt: skip

SPENT: tuple[tuple[datetime, int, str, str], ...] = (
    (clock.at_local(2019, 7, 22, 10), 6_000, "某医院", "一户大病人家的住院押金"),
    (clock.at_local(2019, 9, 20, 14), 3_600, "某助听器店", "三位老人的助听器"),
    (clock.at_local(2019, 10, 30, 11), 5_000, "某医院", "一户大病人家的药费"),
    (clock.at_local(2019, 11, 21, 15), 2_480, "某五金店", "十二户老人家里的扶手"),
)
TOLD: tuple[datetime, ...] = (clock.at_local(2019, 8, 20, 10), clock.at_local(2019, 11, 19, 10))
"""Every three months it is told what came and where it went."""


def collect_all(world: World) -> Iterator[Telling]:
    yield _opened(world)
    for count in COUNTS:
        yield _counted(world, count)
    for at, who, yuan, named in GIVEN:
        yield _given(world, at, who, yuan, named)
    for row in GOODS:
        yield _in_goods(world, *row)
    for at, yuan, payee, what in SPENT:
        yield _spent(world, at, yuan, payee, what)
    for at in TOLD:
        yield _told(world, at)
    for n in range(11):
        yield _month(world, months_later(BOOKS_FROM, n))


def _ours(world: World) -> Collection:
    rows = Collection.objects.within(world.community.pk).select_related("place")
    return rows.get(name=NAME)


def _opened(world: World) -> Telling:
    """A week after the residents' meeting decided on it."""
    yield BEGUN - timedelta(days=6)
    by = world.head
    row = collecting.draft(
        by=by, name=NAME, place=world.root, legal_basis="residents",
        owner=world.persons[people.HEAD],
        about="邻居帮邻居：自愿，不定数，名字写不写随您。",
        purpose="帮社区里遇上急难的人家，看望高龄和独居的老人",
        holder="嘉福社区居民委员会", resolution_on=date(2019, 5, 12),
        resolution_file=paper(world, by, "resolution"),
    )  # fmt: skip
    yield BEGUN
    collecting.open_up(row, by=by, text="义聚爱嘉，随您心意", hint="多少都行，不留名也行")
    for serial, where in (("YX-01", "社区服务站柜台里"), ("YX-02", "居民之家值班桌")):
        boxes.set_out(_ours(world), by=cashier(world), serial=serial, where=where, in_public=False)


def _counted(world: World, count: Count) -> Telling:
    yield count.at
    writer, watch = cashier(world), world.actors[people.WATCH]
    here = world.community.pk
    box = boxes.Box.objects.within(here).get(serial=count.box)
    opening = boxes.open_box(box, by=writer, seal_no=count.seal)
    boxes.count(opening, by=writer, notes=count.notes)
    yield count.at + timedelta(minutes=20)
    boxes.count(opening, by=watch, notes=count.notes)
    yield count.at + timedelta(minutes=50)
    slip = depositing.deposit(
        _again(opening), by=writer, amount_fen=count.slip, happened_on=clock.today(),
        slip=paper(world, writer, "deposit slip"),
    )  # fmt: skip
    book(world, slip)
    if _again(opening).difference_fen:
        why = count.why or "上次留下的零钞这次一起存了。"
        depositing.explain(_again(opening), by=writer, why="next", words=why)
    depositing.close_opening(_again(opening), by=writer)


def _again(opening: Opening) -> Opening:
    return Opening.objects.within(opening.community_id).get(pk=opening.pk)


def _given(world: World, at: datetime, who: str, yuan: int, named: bool) -> Telling:
    yield at
    here = world.community.pk
    unit = Partnership.objects.within(here).filter(organisation__name=who).first()
    voucher = giving.give(
        _ours(world), by=cashier(world), amount_fen=yuan * FEN, unit=unit,
        giver_name="" if unit else who, unnamed=not who, name_public=named,
    )  # fmt: skip
    yield at + timedelta(hours=1)
    book(world, voucher)


def _in_goods(
    world: World, at: datetime, item: str, many: str, yuan: int, who: str, used: datetime,
    used_for: str, given_to: str,
) -> Telling:  # fmt: skip
    yield at
    here, writer = world.community.pk, cashier(world)
    row = goods.receive(
        _ours(world), by=writer, item=item, quantity=many, value_fen=yuan * FEN,
        unit=Partnership.objects.within(here).filter(organisation__name=who).first(),
        unnamed=not who, name_public=bool(who),
    )  # fmt: skip
    assert row.voucher is not None
    yield at + timedelta(minutes=30)
    book(world, row.voucher)
    yield used
    row = goods.use(
        Goods.objects.within(here).get(pk=row.pk), by=writer, used_for=used_for, given_to=given_to
    )
    assert row.use_voucher is not None
    book(world, row.use_voucher)


def _spent(world: World, at: datetime, yuan: int, payee: str, what: str) -> Telling:
    yield at
    writer = cashier(world)
    voucher = giving.spend(
        _ours(world), by=writer, amount_fen=yuan * FEN, payee=payee, text=what,
        file=paper(world, writer, "bill"),
    )  # fmt: skip
    yield at + timedelta(hours=2)
    book(world, voucher)


def _told(world: World, at: datetime) -> Telling:
    yield at
    row = disclosing.draft(_ours(world), kind="quarter", by=world.head)
    disclosing.publish(row, by=world.head, words="收支都在这里，每一笔点得开。")


def _month(world: World, month: date) -> Telling:
    """On the sixth of the next month the books of this one are closed, by two people."""
    after = months_later(month, 1)
    yield clock.at_local(after.year, after.month, 6, 17)
    seal_all()
    row = closing.draw_up(month, by=cashier(world))
    yield clock.at_local(after.year, after.month, 6, 17, 30)
    closing.close_month(row, by=world.actors[people.WATCH])
