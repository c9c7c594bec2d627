"""The bank's statement as the office reads it: its lines in a list, and what one of them may be.

A suggestion is a voucher, a part of a promised sum or a collection, with its reason in words. None
is ever taken by itself: a person presses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.board.lifecycle import GIVING, RAISING
from linshuo.domain.board.models import Collection, LegalBasis
from linshuo.domain.funds.models import ROUTES, BankLine, PotKind, Voucher
from linshuo.domain.funds.promises import Due, due_between
from linshuo.domain.people.models import Partnership
from linshuo.domain.people.queries import partnerships
from linshuo.insight.money import WHOLE, row_of
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.money import parse_yuan, yuan
from linshuo.kit.refused import NotYours, Refused

PAGE = 50
TABS = ("waiting", "matched", "aside")
NEAR_DAYS = 15
"""So far apart are the day a voucher names and the day the bank does."""
MOST = 6
"""Suggestions of one sort: with more, the reason tells nothing."""
FAR = timedelta(days=3 * 366)
INTO = frozenset(kind for kind, route in ROUTES.items() if route[1] == PotKind.BANK)
OUT = frozenset(kind for kind, route in ROUTES.items() if route[0] == PotKind.BANK)

_OF_THE_BANK = re.compile("结息|利息|手续费|工本费|年费|冲正|冲账|退汇")
"""What the bank itself pays in or puts right is nobody's gift."""
STANDS = Q(voucher__isnull=False, voucher__refused_at__isnull=True)
"""Lines that are some voucher's; one whose voucher was sent back waits again."""


def readable(viewer: Actor) -> None:
    """Whoever neither keeps nor checks the books finds no page. Raises `NotYours`."""
    if not (viewer.can(Can.MONEY_RECORD) or viewer.can(Can.MONEY_CHECK)):
        raise NotYours("bankline", _("没有这一页。"))


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list of lines."""

    tab: str = "waiting"
    account: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line, ready to be shown."""

    pk: int
    payer: str
    memo: str
    day: str
    account: str
    came: str
    went: str
    state_words: str
    voucher: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of lines; `after` leads to the next one."""

    rows: list[LineRow]
    after: str


def lines(viewer: Actor, filters: Filters, after: str = "", size: int = PAGE) -> Found:
    """The lines under these filters, the latest first. One query."""
    readable(viewer)
    rows = BankLine.objects.of(viewer).filter(_in_tab(filters.tab), _narrowed(filters))
    if place := _place(after):
        day, pk = place
        rows = rows.filter(Q(day__lt=day) | Q(day=day, pk__lt=pk))
    rows = rows.select_related("voucher__collection", "voucher__project")
    found = list(rows.order_by("-day", "-pk")[: size + 1])
    more = found[size - 1] if len(found) > size else None
    return Found(
        rows=[line_row(row) for row in found[:size]],
        after=f"{more.day.isoformat()}.{more.pk}" if more else "",
    )


def counts(viewer: Actor, filters: Filters) -> dict[str, int]:
    """How many lines stand in each tab under the other filters. One query."""
    rows = BankLine.objects.of(viewer).filter(_narrowed(filters))
    found: dict[str, int] = rows.aggregate(
        **{tab: Count("pk", filter=_in_tab(tab)) for tab in TABS}
    )
    return found


def waiting(viewer: Actor) -> int:
    """How many lines nobody has said anything about. One query."""
    readable(viewer)
    return BankLine.objects.of(viewer).filter(_in_tab("waiting")).count()


def next_waiting(viewer: Actor, line: BankLine) -> int | None:
    """The line that waits after this one, or the first that does. One query."""
    rows = BankLine.objects.of(viewer).filter(_in_tab("waiting")).exclude(pk=line.pk)
    later = Q(day__lt=line.day) | Q(day=line.day, pk__lt=line.pk)
    ordered = rows.annotate(above=Case(When(later, then=0), default=1)).order_by(
        "above", "-day", "-pk"
    )
    return ordered.values_list("pk", flat=True).first()


def accounts(viewer: Actor) -> list[str]:
    """The accounts whose statements were handed in, the latest first. One query."""
    readable(viewer)
    rows = BankLine.objects.of(viewer).order_by().values_list("account")
    return [name for name, _last in rows.annotate(last=Max("pk")).order_by("-last")[:50]]


def get_line(viewer: Actor, pk: int) -> BankLine:
    """One line of the viewer's community, with its voucher. Raises `NotYours`."""
    readable(viewer)
    whole = (f"voucher__{name}" for name in WHOLE)
    rows = BankLine.objects.of(viewer).select_related("matched_by", *whole)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotYours("bankline", _("没有这一行。"))
    return found


def _in_tab(tab: str) -> Q:
    if tab == "matched":
        return STANDS
    aside = ~Q(set_aside="")
    return ~STANDS & aside if tab == "aside" else ~STANDS & ~aside


def _narrowed(filters: Filters) -> Q:
    found = Q(account=filters.account) if filters.account else Q()
    words = filters.text.strip()[:40]
    if words:
        said = Q(payer__icontains=words) | Q(memo__icontains=words) | Q(set_aside__icontains=words)
        try:
            fen = parse_yuan(words.lstrip("+-"))
        except Refused:
            return found & said
        found &= said | Q(amount_fen__in=(fen, -fen))
    return found


def _place(after: str) -> tuple[date, int] | None:
    day, _sep, pk = after.partition(".")
    try:
        return (date.fromisoformat(day), int(pk)) if pk.isdecimal() and len(pk) < 19 else None
    except ValueError:
        return None


def line_row(row: BankLine) -> LineRow:
    """One line as a row of a list; read with its voucher."""
    voucher = row.voucher if row.voucher and row.voucher.refused_at is None else None
    if voucher is not None:
        what = voucher.text or voucher.get_kind_display()
        told = f"{voucher.book.name}：{what}"
    elif row.set_aside:
        told = row.set_aside
    else:
        told = _("那一笔退回了，要重新对") if row.voucher else ""
    return LineRow(
        pk=row.pk,
        payer=row.payer or _("没有写对方"),
        memo=row.memo,
        day=wording.near_day(row.day),
        account=row.account,
        came=yuan(row.amount_fen) if row.amount_fen > 0 else "",
        went=yuan(-row.amount_fen) if row.amount_fen < 0 else "",
        state_words=told,
        voucher=voucher.pk if voucher is not None else None,
    )


# --- what a line may be ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a line may be. `verb` is match, instalment or gift; `target` the id of the voucher, the
    part or the collection; `unit` the unit that gave, where its name is in the payer's."""

    verb: str
    target: int
    title: str
    note: str
    reason: str
    unit: int = 0

    @property
    def likely(self) -> bool:
        """Whether more speaks for it than that it could be."""
        return self.verb != "gift" or self.unit > 0


def suggestions(viewer: Actor, line: BankLine) -> list[Suggestion]:
    """What this line may be, the likeliest first. Eight queries for what came in, one for what went
    out, however many vouchers and promises there are."""
    readable(viewer)
    found = list(_vouchers(viewer, line))
    if line.amount_fen > 0:
        found += _parts(line)
        found += [] if _OF_THE_BANK.search(line.memo) else _gifts(viewer, line)
    return found


def _vouchers(viewer: Actor, line: BankLine) -> Iterator[Suggestion]:
    """Vouchers of the same amount through the account, about the same day, that are no line's."""
    taken = BankLine.objects.within(line.community_id).filter(voucher=OuterRef("pk"))
    back = Voucher.objects.within(line.community_id).filter(
        reverses=OuterRef("pk"), refused_at__isnull=True
    )
    near = (line.day - timedelta(days=NEAR_DAYS), line.day + timedelta(days=NEAR_DAYS))
    rows = (
        Voucher.objects.of(viewer)
        .filter(
            ~Exists(taken),
            ~Exists(back),
            kind__in=INTO if line.amount_fen > 0 else OUT,
            amount_fen=abs(line.amount_fen),
            happened_on__range=near,
            refused_at__isnull=True,
        )
        .select_related(*WHOLE)
        .order_by("happened_on", "pk")[:50]
    )
    told = [(_named(row, line.payer), abs((row.happened_on - line.day).days), row) for row in rows]
    told.sort(key=lambda each: (not each[0], each[1], each[2].pk))
    for name, days, row in told[:MOST]:
        shown = row_of(row)
        parts = [_("金额一样"), _days_words(days)]
        if name:
            parts.append(_("对方户名里有“%s”") % name)
        yield Suggestion(
            "match",
            row.pk,
            title=f"{shown.amount} {shown.what}",
            note=f"{shown.book}，{shown.day}，{shown.state_words}",
            reason="，".join(parts) + "。",
        )


def _days_words(days: int) -> str:
    if not days:
        return _("同一天")
    return ngettext("差 %d 天", "差 %d 天", days) % days


def _named(row: Voucher, payer: str) -> str:
    if row.unit is not None:
        return shared(row.unit.organisation.name, payer)
    return shared(row.giver.name if row.giver else row.giver_name or row.payee, payer)


def _parts(line: BankLine) -> list[Suggestion]:
    """Parts of promised sums that this may be: enough of them still to come, from that unit."""
    due = due_between(line.community_id, None, line.day + FAR)
    found = []
    for each in due:
        book, left = each.promise.book, each.part.left_fen
        takes = GIVING if isinstance(book, Collection) else RAISING
        name = shared(each.promise.who, line.payer)
        if name and left >= line.amount_fen and book.state in takes:
            found.append((left != line.amount_fen, abs((each.part.due_on - line.day).days), each))
    found.sort(key=lambda told: (told[0], told[1], told[2].part.pk))
    return [_part(each, line) for _other, _days, each in found[:MOST]]


def _part(due: Due, line: BankLine) -> Suggestion:
    part, who = due.part, due.promise.who
    rest = _("正好是还没到的数") if part.left_fen == line.amount_fen else _("先到一部分")
    told = _("对方户名里有“%(name)s”，这一期还差 %(left)s，%(day)s到日子，%(rest)s。")
    return Suggestion(
        "instalment",
        part.pk,
        title=_("%(who)s第 %(no)d 期") % {"who": who, "no": part.no},
        note=due.promise.book.name,
        reason=told
        % {
            "name": shared(who, line.payer),
            "left": yuan(part.left_fen),
            "day": wording.near_day(part.due_on),
            "rest": rest,
        },
    )


def _gifts(viewer: Actor, line: BankLine) -> list[Suggestion]:
    """A gift to each open collection that may take it from this payer."""
    unit, name = _unit(partnerships(viewer), line.payer)
    rows = Collection.objects.of(viewer).filter(state__in=GIVING).order_by("-pk")
    found = []
    for row in rows[: 2 * MOST]:
        if row.legal_basis == LegalBasis.AGREEMENT and unit is None:
            continue  # by written agreement units give, and they alone (慈善法 §39)
        found.append(
            Suggestion(
                "gift",
                row.pk,
                title=_("“%s”的一笔捐款") % row.name,
                note=row.get_legal_basis_display(),
                reason=_gift_words(unit, name, line.payer),
                unit=unit.pk if unit else 0,
            )
        )
    return found[:MOST]


def _unit(units: Iterable[Partnership], payer: str) -> tuple[Partnership | None, str]:
    """The unit of the longest name that is in the payer's."""
    best: tuple[Partnership | None, str] = (None, "")
    for unit in units:
        name = shared(unit.organisation.name, payer)
        if len(name) > len(best[1]):
            best = (unit, name)
    return best


def _gift_words(unit: Partnership | None, name: str, payer: str) -> str:
    if unit is not None:
        told = _("对方户名里有“%(name)s”，记成%(unit)s捐的。这个募集正在收。")
        return told % {"name": name, "unit": unit.organisation.name}
    if payer:
        return _("这个募集正在收，按“%s”捐的记，名字不公开。") % payer[:40]
    return _("这个募集正在收。对账单上没有户名，按不留名记。")


_FORMS = re.compile(
    "中国共产党|中共|有限责任公司|股份有限公司|有限公司|分公司|公司|集团|党总支|党支部|党委|总支|支部"
    r"|委员会|机关|[\W_]"
)
"""What a name says of the kind of body it is; the same body's party branch and bank account differ
in just that."""


def _core(name: str) -> str:
    return _FORMS.sub("", unicodedata.normalize("NFKC", name))


def shared(name: str, payer: str) -> str:
    """What of a unit's or a person's name stands in the payer's, or the other way round; "" where
    they have nothing in common: 锦祥建设党支部, 武汉锦祥建设有限公司 → 锦祥建设."""
    known, said = _core(name), _core(payer)
    short = known.lstrip("省市区县") if len(known) > 3 else known
    for piece in (known, short):
        if len(piece) >= 2 and piece in said:
            return piece
    return said if len(said) >= 3 and said in known else ""
