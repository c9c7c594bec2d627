"""Writes about another purpose 改用途: what was given for one thing is used for another only when
everybody who gave, and can be asked, has agreed (慈善法 §56). Until then it goes on being used for
what it was given for. Whoever does not agree gets it back.

Who left no name cannot be asked. What the law has for them differs with the basis: a campaign's
plan is filed anew by the charity (慈善法 §56), the residents' meeting decides again what it had
decided (居委会组织法 §16), and what was raised among a community's own they decide together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.board.access import spoken_for
from linshuo.domain.board.collecting import lock_collection, repurpose
from linshuo.domain.board.lifecycle import SPENDING
from linshuo.domain.board.models import Collection, LegalBasis
from linshuo.domain.funds.checks import COMES_IN, booked
from linshuo.domain.funds.models import PurposeAnswer, PurposeChange, Voucher, VoucherKind
from linshuo.domain.needs.checks import short
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours, Refused

MOST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """How far asking has come."""

    agreed: int
    refused: int
    """Who said no and has not got it back."""
    to_ask: int
    unnamed_fen: int
    """What was given by those who left no name."""


def gifts(collection: Collection) -> ScopedQuerySet[Voucher]:
    """What was given and not taken back since."""
    return Voucher.objects.within(collection.community_id).filter(
        booked(collection=collection, kind__in=COMES_IN)
    )


def askable(collection: Collection) -> ScopedQuerySet[Voucher]:
    """Gifts whose giver is known, by name at least."""
    named = Q(giver__isnull=False) | Q(unit__isnull=False) | ~Q(giver_name="")
    return gifts(collection).filter(named)


@transaction.atomic
def propose(
    collection: Collection, *, by: Actor, purpose: str, because: str, at: datetime | None = None
) -> PurposeChange:
    """Begin to ask. Raises `Refused` with the field; one change at a time."""
    row = lock_collection(collection, by)
    if by.person_id is None:
        raise NotYours("purpose", _("没有这一页。"))
    if row.state not in SPENDING:
        raise Refused("ended", _("这个募集没有在用钱，不用改用途。"))
    wanted = " ".join(short(purpose, MOST, "purpose").split())
    if len(wanted) < 2 or wanted == row.purpose:
        raise Refused("purpose", _("想改成用来做什么？"), "purpose")
    why = short(because, MOST, "because")
    if len(why) < 4:
        raise Refused("because", _("为什么要改，写一句，捐的人要看得懂。"), "because")
    change = PurposeChange(
        community_id=row.community_id,
        collection=row,
        purpose=wanted,
        because=why,
        proposed_by_id=by.person_id,
        proposed_at=happened(at),
    )
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError:
        raise Refused("one-at-a-time", _("上一次改用途还没问完，先了结那一次。")) from None
    record("purposechange:propose", row=change, subject=row, by=by, at=at)
    return change


def _lock(change: PurposeChange, by: Actor) -> PurposeChange:
    rows = PurposeChange.objects.of(by).select_for_update(of=("self",))
    row = rows.select_related("collection__place").filter(pk=change.pk).first()
    if row is None:
        raise NotYours("purpose", _("没有这一次。"))
    if row.settled_at is not None:
        raise Refused("settled", _("这一次已经了结了。"))
    return row


@transaction.atomic
def answer(
    change: PurposeChange,
    voucher: Voucher,
    *,
    by: Actor,
    agrees: bool,
    at: datetime | None = None,
) -> PurposeAnswer:
    """What whoever gave one gift says: themselves, their unit's liaison, or the office that asked
    them. They may change their mind until it is settled."""
    row = _lock(change, by)
    gift = askable(row.collection).filter(pk=voucher.pk).first()
    if gift is None:
        raise NotYours("purpose", _("没有这一笔。"))
    own = by.person_id is not None and gift.giver_id == by.person_id
    own = own or (gift.unit_id is not None and gift.unit_id in spoken_for(by))
    if by.person_id is None or not (own or by.can(Can.COLLECTION_KEEP)):
        raise NotYours("purpose", _("没有这一笔。"))
    moment = happened(at)
    mine = PurposeAnswer.objects.of(by).filter(change=row, voucher=gift).first()
    said = {"agrees": agrees, "said_to_id": by.person_id, "at": moment}
    if mine is None:
        mine = PurposeAnswer(community_id=row.community_id, change=row, voucher=gift, **said)
        mine.save(force_insert=True)
    else:
        for name, value in said.items():
            setattr(mine, name, value)
        mine.save(update_fields=["agrees", "said_to", "at"])
    record("purposeanswer:say", row=mine, subject=row.collection, by=by, at=moment)
    return mine


def asked(change: PurposeChange) -> Asked:
    """Who has agreed, who has not, who is still to be asked."""
    collection = change.collection
    named = list(askable(collection).order_by("pk"))
    said = dict(
        PurposeAnswer.objects.within(change.community_id)
        .filter(change=change)
        .values_list("voucher_id", "agrees")
    )
    back = _given_back(change)
    agreed = refused = to_ask = 0
    for gift in named:
        if said.get(gift.pk):
            agreed += 1
        elif back[_who(gift)] >= gift.amount_fen:
            back[_who(gift)] -= gift.amount_fen
        elif gift.pk in said:
            refused += 1
        else:
            to_ask += 1
    unnamed = gifts(collection).exclude(pk__in=[gift.pk for gift in named])
    total = unnamed.aggregate(n=Sum("amount_fen"))["n"] or 0
    return Asked(agreed, refused, to_ask, int(total))


def _who(voucher: Voucher) -> tuple[int | None, int | None, str]:
    return voucher.giver_id, voucher.unit_id, voucher.giver_name


def _given_back(change: PurposeChange) -> Counter[tuple[int | None, int | None, str]]:
    rows: Iterable[Voucher] = Voucher.objects.within(change.community_id).filter(
        booked(collection=change.collection, kind=VoucherKind.REFUND),
        booked_at__gte=change.proposed_at,
    )
    found: Counter[tuple[int | None, int | None, str]] = Counter()
    for row in rows:
        found[_who(row)] += row.amount_fen
    return found


def for_the_unnamed(basis: str, fen: int) -> str:
    """What the law has for money of those who left no name, as a sentence for the office."""
    ways = {
        LegalBasis.JOINT: _(
            "由慈善组织把改过的募捐方案报原备案的民政部门备案（慈善法第五十六条），写上备案文号。"
        ),
        LegalBasis.RESIDENTS: _(
            "由居民会议再议定一次（居委会组织法第十六条），写上哪一天、怎么定的。"
        ),
        LegalBasis.MUTUAL: _("请居民一起议定，在社区里张贴过再改，写上哪一天、怎么定的。"),
        LegalBasis.AGREEMENT: _("单位认捐都有名有姓，一家一家问。"),
    }
    return _("没留名的 %s 问不到人，") % yuan(fen) + ways[LegalBasis(basis)]


@transaction.atomic
def settle(
    change: PurposeChange, *, by: Actor, unnamed_how: str = "", at: datetime | None = None
) -> PurposeChange:
    """Everybody who can be asked has agreed, and `unnamed_how` says how it was decided for those
    who cannot: from now on it is used for the new purpose. Raises `Refused` while it is not so."""
    row = _lock(change, by)
    collection = lock_collection(row.collection, by)
    how_far = asked(row)
    if how_far.to_ask:
        told = ngettext(
            "还有 %d 笔的捐赠人没有问到，问完再改。",
            "还有 %d 笔的捐赠人没有问到，问完再改。",
            how_far.to_ask,
        )
        raise Refused("to-ask", told % how_far.to_ask)
    if how_far.refused:
        told = ngettext(
            "有 %d 笔的捐赠人不同意，先退给他们，或者不改（慈善法第五十六条）。",
            "有 %d 笔的捐赠人不同意，先退给他们，或者不改（慈善法第五十六条）。",
            how_far.refused,
        )
        raise Refused("not-agreed", told % how_far.refused)
    how = short(unnamed_how, 80, "unnamed_how")
    if how_far.unnamed_fen and len(how) < 4:
        told = for_the_unnamed(collection.legal_basis, how_far.unnamed_fen)
        raise Refused("unnamed", told, "unnamed_how")
    if how:
        row.because = _("%(why)s 没留名的：%(how)s") % {"why": row.because[:100], "how": how}
    row.settled_at, row.agreed = happened(at), True
    row.save(update_fields=["because", "settled_at", "agreed"])
    record("purposechange:settle", row=row, subject=collection, by=by, at=at)
    repurpose(collection, by=by, purpose=row.purpose, at=at)
    return row


@transaction.atomic
def give_up(change: PurposeChange, *, by: Actor, at: datetime | None = None) -> PurposeChange:
    """不改了: it goes on being used for what it was given for."""
    row = _lock(change, by)
    lock_collection(row.collection, by)
    row.settled_at = happened(at)
    row.save(update_fields=["settled_at"])
    record("purposechange:give-up", row=row, subject=row.collection, by=by, at=at)
    return row


def must_be_for(collection: Collection, purpose: str) -> None:
    """Raises `Refused` for spending on anything but what the money was given for; on what is only
    proposed not before it is settled (慈善法 §53, §56)."""
    wanted = " ".join(purpose.split())
    if not wanted or wanted == collection.purpose:
        return
    asking = PurposeChange.objects.within(collection.community_id).filter(
        collection=collection, settled_at__isnull=True, purpose=wanted
    )
    told = (
        _("改用途还没问完捐的人，问完、都同意了才能用在“%s”上（慈善法第五十六条）。") % wanted
        if asking.exists()
        else _("这笔钱是捐来“%s”的，别的事不能用。要改用途，先问捐的人。") % collection.purpose
    )
    raise Refused("purpose", told, "purpose")
