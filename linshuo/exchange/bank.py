"""A bank's statement: which column is what, every row checked, then all taken or none.

Banks write what came and what went in one column with a sign, or in two; the same statement handed
in twice adds nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linshuo.domain.funds import banking
from linshuo.domain.funds.banking import Said
from linshuo.domain.papers import actions as papers
from linshuo.domain.papers.models import File
from linshuo.exchange import cells, columns, sheets
from linshuo.exchange.columns import Target
from linshuo.exchange.plans import Remark
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.money import parse_yuan
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

KIND = "bank"
MIME = "application/octet-stream"


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TARGETS: tuple[Target, ...] = (
    Target("day", gettext_lazy("哪一天"), _names("交易日期 记账日期 日期 交易时间 入账日期")),
    Target(
        "amount", gettext_lazy("金额（收支在一列，支出带负号）"),
        _names("交易金额 发生额 金额"),
    ),
    Target(
        "way", gettext_lazy("借还是贷（收支在一列、不带负号时）"),
        _names("借贷标志 借贷方向 收支方向 收支标志 借贷 借/贷 收/支 收支 方向 收付标志"),
    ),
    Target("came", gettext_lazy("收入"), _names("收入金额 贷方发生额 贷方金额 收入 贷方 存入")),
    Target("went", gettext_lazy("支出"), _names("支出金额 借方发生额 借方金额 支出 借方 支取")),
    Target(
        "payer", gettext_lazy("对方是谁"),
        _names("对方户名 对方名称 对方账户名称 付款人 交易对手 户名 对方"),
    ),
    Target("memo", gettext_lazy("摘要"), _names("摘要 附言 用途 备注 交易摘要")),
    Target("balance", gettext_lazy("余额"), _names("账户余额 余额 当前余额")),
)  # fmt: skip
_IN = frozenset(_names("贷 贷方 收 收入 进 进账 入账 存 存入 转入 来账 C CR +"))
_OUT = frozenset(_names("借 借方 支 支出 出 出账 付 付出 取 支取 转出 往账 D DR DB -"))
"""How banks say which way it went; 贷 is what they owe us, so it came in."""
_CURRENCY = re.compile(r"^(?:¥|￥|CNY|RMB|人民币)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking the statement would do. `problems` stand in the way of all of it."""

    said: tuple[tuple[int, Said], ...]
    """Row of the sheet, and what it says."""
    problems: tuple[Remark, ...]
    empty: tuple[int, ...]
    """Rows without an amount: headings, sums, blank lines."""


def recognises(header: str) -> bool:
    """Whether a header is one that a statement's columns are usually found under."""
    return columns.recognises(header, TARGETS)


def guess(headers: list[str] | tuple[str, ...]) -> dict[str, int]:
    """The likely column of each target."""
    return columns.guess(headers, TARGETS)


def keep(content: bytes, name: str, *, by: Actor) -> File:
    """Keep an uploaded statement. Raises `Refused` for what is no sheet."""
    banking.must(by)
    sheet = sheets.read(content, name, recognises)
    if not sheet.rows:
        raise Refused("no-rows", _("表头下面一行也没有。"), "file")
    kept = papers.keep_file(content, kind=KIND, mime=MIME, name=tidy(name)[-100:], by=by)
    if kept.kind != KIND:  # the same bytes are kept once, and are something else here
        told = _("这个文件以前在别处交过。从网上银行重新导出一份，再交到这里。")
        raise Refused("elsewhere", told, "file")
    return kept


def sheet_of(pk: int, *, by: Actor) -> tuple[File, sheets.Sheet]:
    """An uploaded statement, read again. Raises `NotYours`, or `Refused` when its file is gone."""
    banking.must(by)
    file = File.objects.of(by).filter(pk=pk, kind=KIND).first()
    if file is None:
        raise NotYours("bank", _("没有这一页。"))
    try:
        content = papers.path_of(by.community_id, file.sha256).read_bytes()
    except OSError:
        raise Refused("file-gone", _("这个文件不在了，请重新交一次。"), "file") from None
    return file, sheets.read(content, file.name, recognises)


def check(mapping: columns.Mapping_, headers: tuple[str, ...] | list[str]) -> None:
    """Raises `Refused` with the target's key when something indispensable has no column."""
    columns.check_each(mapping, headers, TARGETS)
    if "day" not in mapping:
        raise Refused("no-day", _("哪一列是日期？没有这一列收不了。"), "day")
    if "amount" not in mapping and not {"came", "went"} & set(mapping):
        raise Refused("no-amount", _("哪一列是金额？收支分两列的，选“收入”和“支出”。"), "amount")
    if "amount" in mapping and {"came", "went"} & set(mapping):
        raise Refused("amount-twice", _("金额在一列里，还是收支分两列？选一样。"), "amount")
    if "way" in mapping and "amount" not in mapping:
        raise Refused("way", _("收支分两列的，不用选“借还是贷”。"), "way")


def plan(sheet: sheets.Sheet, mapping: columns.Mapping_) -> Plan:
    """Every row read; nothing is written. Raises `Refused` for a mapping that will not do."""
    check(mapping, sheet.headers)
    return _Planner(sheet, mapping).plan()


def already(found: Plan, *, account: str, by: Actor) -> int:
    """How many of its lines are here from another time."""
    marks = banking.marked((said for _row, said in found.said), banking.clean_account(account))
    return len(banking.known(marks, by=by))


def carry_out(found: Plan, *, account: str, by: Actor) -> int:
    """Take the whole statement; gives back how many lines were new. Raises `Refused` while a row
    has something wrong with it."""
    if found.problems:
        told = _("有 %d 处要先改好，一行都没有收。")
        raise Refused("problems", told % len(found.problems))
    if not found.said:
        raise Refused("no-rows", _("没有一行写着金额。"))
    return len(banking.take_in((said for _row, said in found.said), account=account, by=by))


class _Planner:
    def __init__(self, sheet: sheets.Sheet, mapping: columns.Mapping_) -> None:
        self.sheet, self.mapping = sheet, mapping
        self.problems: list[Remark] = []

    def plan(self) -> Plan:
        said, empty = [], []
        for row in self.sheet.rows:
            before = len(self.problems)
            amount = self._amount(row)
            if amount is None and len(self.problems) == before:
                empty.append(row.number)
                continue
            day = self._day(row)
            balance = self._signed(row, "balance")
            if len(self.problems) > before or amount is None or day is None:
                continue
            payer, memo = self._cell(row, "payer"), self._cell(row, "memo")
            said.append((row.number, Said(day, amount, payer[:80], memo[:120], balance)))
        return Plan(tuple(said), tuple(self.problems), tuple(empty))

    def _cell(self, row: sheets.Row, key: str) -> str:
        column = self.mapping.get(key)
        text = "" if column is None else " ".join(tidy(row.cells[column]).split())
        if key in ("payer", "memo"):
            text = banking.short_number(text)
        return text

    def _problem(self, row: sheets.Row, key: str, refused: Refused) -> None:
        header = self.sheet.headers[self.mapping[key]]
        self.problems.append(Remark(row.number, header, str(refused.sentence)))

    def _day(self, row: sheets.Row) -> date | None:
        try:
            text = self._cell(row, "day")
            if not text:
                raise Refused("when", _("没有写日期。"))
            moment = cells.when(text)
            if moment > clock.now():
                raise Refused("when", _("这个日子还没到。"))
            return clock.local(moment).date()
        except Refused as refused:
            self._problem(row, "day", refused)
            return None

    def _amount(self, row: sheets.Row) -> int | None:
        if "way" in self.mapping:
            return self._by_way(row)
        if "amount" in self.mapping:
            return self._signed(row, "amount") or None
        came, went = self._signed(row, "came") or 0, self._signed(row, "went") or 0
        if came and went:
            both = Refused("both", _("一行里又有收入又有支出。"))
            self._problem(row, "came", both)
            return None
        return came - abs(went) or None

    def _by_way(self, row: sheets.Row) -> int | None:
        amount = self._signed(row, "amount")
        if not amount:
            return None
        way = self._cell(row, "way").upper()
        if way in _IN or way in _OUT:
            return amount if way in _IN else -amount
        told = _("“%s”看不出是收是支。写“贷”或“收”，“借”或“支”。") if way else _("没有写是借是贷。")
        self._problem(row, "way", Refused("way", told % way[:20] if way else told))
        return None

    def _signed(self, row: sheets.Row, key: str) -> int | None:
        """An amount that may be nothing, or below it. None for an empty cell and for a bad one."""
        text = self._cell(row, key) if key in self.mapping else ""
        plain = text.replace("−", "-").replace("－", "-").replace("（", "(").replace("）", ")")
        plain = _CURRENCY.sub("", plain)
        below = plain.startswith("-") or (plain.startswith("(") and plain.endswith(")"))
        plain = _CURRENCY.sub("", plain.strip("-+() "))
        if not plain or not plain.strip("0.,"):
            return 0 if plain else None
        try:
            fen = parse_yuan(plain)
        except Refused as refused:
            self._problem(row, key, refused)
            return None
        return -fen if below else fen
