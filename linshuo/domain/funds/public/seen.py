"""The gate: which books everyone may see, how whoever gave is called, and what a text loses on its
way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, LegalBasis, Project
from linshuo.domain.funds.models import Closing, Goods, Voucher
from linshuo.domain.trail.models import Seal
from linshuo.kit import wording
from linshuo.kit.masking import mask_name, mask_text

COLLECTIONS = ("open", "closed", "settled")
PROJECTS = ("approved", "funding", "building", "accepted", "handed_over")
_FIRMS = tuple("店厂部行司所站社局会心院校队馆铺场村组团委处")


def seen_collection(prefix: str = "") -> Q:
    """Collections with a page for everyone: opened, and not among a community's own."""
    return Q(**{f"{prefix}state__in": COLLECTIONS}) & ~Q(
        **{f"{prefix}legal_basis": LegalBasis.MUTUAL}
    )


def seen_project(prefix: str = "") -> Q:
    """Projects with a page for everyone: from the day they were resolved on."""
    return Q(**{f"{prefix}state__in": PROJECTS})


def seen_book(prefix: str = "") -> Q:
    """What belongs to one of either."""
    return (
        Q(**{f"{prefix}collection__isnull": False}) & seen_collection(f"{prefix}collection__")
    ) | (Q(**{f"{prefix}project__isnull": False}) & seen_project(f"{prefix}project__"))


def is_seen(book: Collection | Project) -> bool:
    """Whether this one has a page for everyone."""
    if isinstance(book, Project):
        return book.state in PROJECTS
    return book.state in COLLECTIONS and book.legal_basis != LegalBasis.MUTUAL


def giver_of(row: Voucher | Goods) -> str:
    """Who gave, as far as they agreed to be named beside it (慈善法 §82)."""
    if row.unit is not None:
        return str(row.unit) if row.name_public else _("一家共建单位")
    if row.unnamed or not row.name_public:
        return _("一位居民")
    name = row.giver.name if row.giver is not None else row.giver_name
    return name or _("一位居民")


def clean(text: str, row: Voucher | Goods | None = None) -> str:
    """A text nobody released by hand: without numbers and doors, and without whoever gave, unless
    they agreed."""
    if row is not None and not row.name_public:
        for name in (row.giver.name if row.giver is not None else "", row.giver_name):
            if len(name) > 1:
                text = text.replace(name, mask_name(name))
    return mask_text(text)


def is_firm(name: str) -> bool:
    """Whether a name written by hand is that of a firm or a unit, and of nobody in person."""
    return len(name) > 2 and name.endswith(_FIRMS)


def payee_of(text: str) -> str:
    """Who was paid: a firm by its name, what may be a person masked."""
    if not is_firm(text) and (2 <= len(text) <= 4 or "·" in text):
        return mask_name(text)
    return mask_text(text)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the community's chain: who keeps it can hold the records against it later."""

    month: str
    """The month that was closed with it; empty while none is closed."""
    seq: int
    hash: str
    day: str
    """On which day it was the head."""

    @property
    def spoken(self) -> str:
        """The first sixteen characters in fours: 9f3c 51ab 07de a21e."""
        return " ".join(self.hash[n : n + 4] for n in range(0, 16, 4))


def head(community_id: int) -> Head | None:
    """The head of the chain as the last closed month has it, else as it is now. None for a chain
    without a link."""
    closed = (
        Closing.objects.within(community_id)
        .filter(closed_at__isnull=False)
        .order_by("-month")
        .values_list("month", "seq", "head", "closed_at")
        .first()
    )
    if closed is not None:
        month, seq, found, at = closed
        return Head(_month(month), seq, found, wording.day(at) if at else "")
    last = Seal.objects.within(community_id).order_by("-seq").values_list("seq", "hash").first()
    return Head("", last[0], last[1], "") if last else None


def _month(first: date) -> str:
    return _("%(year)d年%(month)d月") % {"year": first.year, "month": first.month}
