"""What stands on the page of one collection or project below its figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from linshuo.domain.board.models import (
    Acceptor,
    BudgetLine,
    Collection,
    Milestone,
    Project,
    ProjectNeed,
)
from linshuo.domain.funds.models import (
    Disclosure,
    Goods,
    PotKind,
    Transfer,
    VoucherKind,
)
from linshuo.domain.funds.public.books import PUBLIC_NEED, PublicBook
from linshuo.domain.funds.public.papers import PublicPaper, shown
from linshuo.domain.funds.public.seen import clean, giver_of, is_firm, payee_of
from linshuo.domain.needs.models import Tag
from linshuo.domain.people.models import Consent, Purpose
from linshuo.domain.pledges.access import PROMISED
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.masking import mask_name
from linshuo.kit.money import spoken, yuan

MOST = 200
GIVEN = (VoucherKind.GIFT, VoucherKind.INSTALMENT, VoucherKind.DIRECT, VoucherKind.GOODS)


@dataclass(frozen=True, slots=True)
class Funder:
    """A unit that promised or gave. Its sums stand beside its name only where it agreed."""

    name: str
    promised: str
    received: str
    words: str
    """待付, 付了一部分, 付清; empty for what was simply given."""


@dataclass(frozen=True, slots=True)
class Givers:
    """Who gave to a book: units by name, residents who wish to be named, and how many gifts came
    from those who do not."""

    units: list[Funder]
    residents: list[str]
    unnamed: int


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One thing the money goes to."""

    text: str
    contractor: str
    budget: str
    paid: str
    kept_back: str
    """质保金 2.6万元，留到 2020年11月1日; empty where nothing is."""


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A step of a project, done or to come."""

    when: str
    text: str
    note: str
    done: bool
    before: PublicPaper | None
    after: PublicPaper | None


@dataclass(frozen=True, slots=True)
class PublicAcceptor:
    """Somebody who looked at it: by name where they agreed, else masked."""

    name: str
    capacity: str
    said: str
    day: str


@dataclass(frozen=True, slots=True)
class PublicNeed:
    """A public matter that a project answers."""

    number: str
    title: str
    state: str
    tags: str
    stood: str


@dataclass(frozen=True, slots=True)
class PublicSaid:
    """A disclosure as it was published, and stays."""

    title: str
    day: str
    period: str
    sums: list[tuple[str, str]]
    words: str
    leftover: str
    corrects: str


@dataclass(frozen=True, slots=True)
class PublicGoods:
    """Something given that is not money."""

    day: str
    what: str
    who: str
    value: str
    used: str


def _live(community_id: int, book: PublicBook) -> ScopedQuerySet[Transfer]:
    """What moved in a book and was not taken back."""
    back = Transfer.objects.within(community_id).filter(reverses=OuterRef("pk"))
    return Transfer.objects.within(community_id).filter(
        ~Exists(back), reverses__isnull=True, **{f"voucher__{book.kind}": book.pk}
    )


def funders(community_id: int, book: PublicBook) -> Givers:
    """Who promised and gave. Two queries."""
    names, promised, agreed = _promised(community_id, book)
    received: dict[int, int] = {}
    residents: dict[str, None] = {}
    unnamed = 0
    for unit, name, person, public, amount in _given(community_id, book):
        if unit:
            received[unit] = received.get(unit, 0) + amount
            agreed[unit] = agreed.get(unit, True) and public
            names.setdefault(unit, name)
        elif public and person:
            residents[person] = None
        else:
            unnamed += 1
    units = [
        Funder(
            name=name,
            promised=yuan(promised[unit]) if unit in promised and agreed.get(unit) else "",
            received=yuan(received.get(unit, 0)) if agreed.get(unit) else "",
            words=_paid_words(promised[unit], received.get(unit, 0)) if unit in promised else "",
        )
        for unit, name in names.items()
    ]
    return Givers(units, list(residents)[:MOST], unnamed)


def _promised(
    community_id: int, book: PublicBook
) -> tuple[dict[int, str], dict[int, int], dict[int, bool]]:
    """The units that promised a sum, by name in the order of signing; how much; and whether they
    agreed that everyone reads it."""
    pledged = Pledge.objects.within(community_id).filter(
        PROMISED, partnership__isnull=False, **{f"ask__{book.kind}": book.pk}
    )
    names: dict[int, str] = {}
    sums: dict[int, int] = {}
    agreed: dict[int, bool] = {}
    for unit, name, amount, public in pledged.order_by("signed_at", "pk").values_list(
        "partnership_id", "partnership__organisation__name", "amount_fen", "amount_public"
    ):
        names.setdefault(unit or 0, name)
        sums[unit or 0] = sums.get(unit or 0, 0) + (amount or 0)
        agreed[unit or 0] = agreed.get(unit or 0, True) and public
    return names, sums, agreed


def _given(community_id: int, book: PublicBook) -> Iterator[tuple[int, str, str, bool, int]]:
    """Each gift: the unit by id and name, else the person's name unless hidden; whether the name
    may be shown; how much."""
    rows = _live(community_id, book).filter(voucher__kind__in=GIVEN).order_by("happened_on", "pk")
    for unit, name, person, typed, hidden, public, amount in rows.values_list(
        *("voucher__unit_id", "voucher__unit__organisation__name"),
        *("voucher__giver__name", "voucher__giver_name", "voucher__unnamed"),
        *("voucher__name_public", "amount_fen"),
    ):
        yield unit or 0, name or "", "" if hidden else (person or typed), public, amount


def _paid_words(promised: int, received: int) -> str:
    if received >= promised:
        return _("付清")
    return _("付了一部分") if received else _("待付")


def lines(community_id: int, book: PublicBook) -> list[PublicLine]:
    """What a project's money goes to, line by line, and what was paid. Two queries."""
    paid = dict(
        _live(community_id, book)
        .filter(to_pot__kind__in=(PotKind.SPENT, PotKind.DIRECT), voucher__line__isnull=False)
        .order_by()
        .values_list("voucher__line_id")
        .annotate(n=Sum("amount_fen"))
    )
    rows = BudgetLine.objects.within(community_id).filter(project=book.pk).order_by("no")
    return [
        PublicLine(
            text=clean(line.text),
            contractor=payee_of(line.contractor),
            budget=yuan(line.amount_fen),
            paid=yuan(paid.get(line.pk, 0)),
            kept_back=_kept_back(line),
        )
        for line in rows
    ]


def _kept_back(line: BudgetLine) -> str:
    if not line.retention_fen or line.retention_until is None:
        return ""
    return _("质保金 %(amount)s，%(day)s以后没有毛病再付") % {
        "amount": spoken(line.retention_fen),
        "day": wording.day(line.retention_until),
    }


def steps(community_id: int, book: PublicBook) -> list[PublicStep]:
    """The steps of a project, in order. One query."""
    rows = Milestone.objects.within(community_id).filter(project=book.pk)
    return [
        PublicStep(
            when=_when(step.done_on, step.due_on),
            text=clean(step.text),
            note=clean(step.note),
            done=step.done_on is not None,
            before=shown(step.before, _("以前：%s") % clean(step.text)),
            after=shown(step.after, _("现在：%s") % clean(step.text)),
        )
        for step in rows.select_related("before", "after").order_by("no")
    ]


def _when(done: date | None, due: date | None) -> str:
    if done is not None:
        return wording.day(done)
    return _("打算 %s 以前") % wording.day(due) if due is not None else _("日子还没定")


def acceptors(community_id: int, book: PublicBook) -> list[PublicAcceptor]:
    """Who accepted a project. One query."""
    agreed = Consent.objects.within(community_id).filter(
        person=OuterRef("person"), purpose=Purpose.NAME_PUBLIC, withdrawn_at__isnull=True
    )
    rows = Acceptor.objects.within(community_id).filter(project=book.pk)
    return [
        PublicAcceptor(
            name=_acceptor(a),
            capacity=a.capacity,
            said=clean(a.said).replace(a.name, _acceptor(a)) if a.said else "",
            day=wording.day(a.on),
        )
        for a in rows.annotate(agreed=Exists(agreed)).order_by("on", "pk")
    ]


def _acceptor(a: Acceptor) -> str:
    """A person by name only where they agreed; a unit that put its own name to it in full."""
    if getattr(a, "agreed", False) or (a.person_id is None and is_firm(a.name)):
        return a.name
    return mask_name(a.name)


def needs(community_id: int, book: PublicBook) -> list[PublicNeed]:
    """The public matters a project answers. One query."""
    rows = ProjectNeed.objects.within(community_id).filter(PUBLIC_NEED, project=book.pk)
    return [
        PublicNeed(
            number=link.need.number,
            title=link.need.public_title,
            state=link.need.state,
            tags=_("、").join(str(Tag(t).label) for t in link.need.tag_list if t in Tag.values),
            stood=wording.stood(link.need.reported_at, link.need.finished_at or clock.now()),
        )
        for link in rows.select_related("need").order_by("need__reported_at", "pk")
    ]


def disclosures(community_id: int, book: PublicBook) -> list[PublicSaid]:
    """What was published of a book's money, the newest first. One query."""
    rows = Disclosure.objects.within(community_id).filter(
        published_at__isnull=False, **{book.kind: book.pk}
    )
    return [_said(d) for d in rows.select_related("corrects").order_by("-published_at", "-pk")[:20]]


def _said(d: Disclosure) -> PublicSaid:
    names = {
        "promised": _("答应给"),
        "raised": _("收到"),
        "spent": _("花掉"),
        "left": _("还剩"),
    }
    return PublicSaid(
        title=str(Disclosure.Kind(d.kind).label),
        day=wording.day(d.published_at) if d.published_at else "",
        period=_("%(since)s到%(until)s")
        % {"since": wording.day(d.since), "until": wording.day(d.until)},
        sums=[
            (words, yuan(d.numbers[key]))
            for key, words in names.items()
            if isinstance(d.numbers.get(key), int) and (key != "promised" or d.numbers[key])
        ],
        words=d.words,
        leftover=d.leftover,
        corrects=_("更正%s的那一次") % wording.day(d.corrects.published_at)
        if d.corrects is not None and d.corrects.published_at
        else "",
    )


def goods(community_id: int, book: PublicBook) -> list[PublicGoods]:
    """What was given that is not money, and what became of it. One query."""
    rows = Goods.objects.within(community_id).filter(**{book.kind: book.pk})
    found = rows.select_related("unit__organisation", "giver").order_by("-received_on", "-pk")
    return [
        PublicGoods(
            day=wording.day(g.received_on),
            what=f"{clean(g.item, g)} {g.quantity}",
            who=giver_of(g),
            value=yuan(g.value_fen) if g.value_fen else "",
            used=_used(g),
        )
        for g in found[:MOST]
    ]


def _used(g: Goods) -> str:
    if g.used_on is None:
        return _("还没有用")
    words = f"{wording.day(g.used_on)}{_('，')}{clean(g.used_for, g)}"
    return f"{words}{_('，')}{clean(g.given_to, g)}" if g.given_to else words


def papers_of(community_id: int, book: PublicBook) -> list[PublicPaper]:
    """The released papers of a book: what was resolved and agreed. Two queries."""
    pledged = Pledge.objects.within(community_id).filter(
        PROMISED, agreement__private=False, **{f"ask__{book.kind}": book.pk}
    )
    found: list[PublicPaper | None] = []
    if book.kind == "collection":
        row = (
            Collection.objects.within(community_id)
            .select_related("agreement", "resolution_file")
            .get(pk=book.pk)
        )
        found = [
            shown(row.resolution_file, _("居民会议的决议")),
            shown(row.agreement, _("协议")),
        ]
    else:
        project = (
            Project.objects.within(community_id).select_related("resolution_file").get(pk=book.pk)
        )
        found = [shown(project.resolution_file, _("议定这个项目的决议"))]
    found += [
        shown(p.agreement, _("%s的认捐协议") % (p.partnership or _("一位居民")))
        for p in pledged.select_related("agreement", "partnership__organisation")[:MOST]
    ]
    return [each for each in found if each is not None]
