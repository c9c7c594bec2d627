"""What somebody sees of their own giving, and of what their community raises among its own
(互助互济, 慈善法 §122), which has no page for anybody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, LegalBasis
from linshuo.domain.funds.checks import COMES_IN
from linshuo.domain.funds.models import Goods, Transfer, Voucher, VoucherKind
from linshuo.domain.funds.public.books import PublicBook, told
from linshuo.domain.funds.public.seen import COLLECTIONS, is_seen
from linshuo.domain.people.lifecycle import LIVE
from linshuo.domain.people.models import CheckIn, Person
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role
from linshuo.kit.money import yuan

MOST = 200


@dataclass(frozen=True, slots=True)
class OwnGift:
    """One gift of one's own."""

    pk: int
    day: str
    about: str
    kind: str
    """collection or project, where it has a page for everyone; empty otherwise."""
    number: str
    amount: str
    receipt_no: str
    undone: bool
    """Whether it was given back or taken back since."""


def gifts_of(person: Person) -> list[OwnGift]:
    """What this person gave, booked, the newest first. One query."""
    back = Transfer.objects.within(person.community_id).filter(
        reverses__voucher=OuterRef("pk"), reverses__isnull=False
    )
    rows = _given(person).annotate(undone=Exists(back))
    return [_gift(v) for v in rows.order_by("-happened_on", "-pk")[:MOST]]


def _given(person: Person) -> ScopedQuerySet[Voucher]:
    return (
        Voucher.objects.within(person.community_id)
        .filter(giver=person, kind__in=COMES_IN, booked_at__isnull=False)
        .select_related("collection", "project")
    )


def _gift(v: Voucher) -> OwnGift:
    book = v.book
    things = _("实物，折成 %s") if v.kind == VoucherKind.GOODS else "%s"
    return OwnGift(
        pk=v.pk,
        day=wording.day(v.happened_on),
        about=book.name,
        kind=book.trail_kind if is_seen(book) else "",
        number=book.number,
        amount=things % yuan(v.amount_fen),
        receipt_no=v.receipt_no,
        undone=bool(getattr(v, "undone", False)),
    )


def things_of(person: Person) -> list[str]:
    """Goods this person gave that are worth no sum in the books, in words. One query."""
    rows = Goods.objects.within(person.community_id).filter(giver=person, voucher__isnull=True)
    found = rows.order_by("-received_on", "-pk").values_list("item", "quantity", "received_on")
    return [f"{wording.day(day)}{_('，')}{item} {n}" for item, n, day in found[:MOST]]


def own_gift(persons: Iterable[Person], pk: int) -> tuple[Person, Voucher] | None:
    """A gift of one of these, with everything that stands on its receipt."""
    for person in persons:
        found = _given(person).filter(pk=pk)
        whole = ("unit__organisation", "giver", "recorded_by", "checked_by")
        voucher = found.select_related("collection", "project", *whole).first()
        if voucher is not None:
            return person, voucher
    return None


def among_own(person: Person, actor: Actor) -> list[PublicBook]:
    """What the community raises among its own, for whoever belongs to it or gave to it."""
    rows = Collection.objects.within(person.community_id).filter(
        state__in=COLLECTIONS, legal_basis=LegalBasis.MUTUAL
    )
    if not _belongs(person, actor):
        gave = _given(person).filter(collection=OuterRef("pk"))
        goods = Goods.objects.within(person.community_id).filter(
            giver=person, collection=OuterRef("pk")
        )
        rows = rows.filter(Q(Exists(gave)) | Q(Exists(goods)))
    return told(rows.select_related("place").order_by("-opens", "-pk"))


def find_own(person: Person, actor: Actor, number: str) -> PublicBook | None:
    """One of those, by its number."""
    return next((book for book in among_own(person, actor) if book.number == number), None)


def _belongs(person: Person, actor: Actor) -> bool:
    """Whoever lives here, checked in, or does something here; a unit from outside does not."""
    if person.place_id is not None or actor.roles - {Role.RESIDENT, Role.LIAISON}:
        return True
    return CheckIn.objects.of(actor).filter(person=person, state__in=LIVE).exists()
