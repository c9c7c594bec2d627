"""Money that units promise: signed for with an agreement and its parts, let go of as far as it has
not come, kept once it was spent and made public; and what the clock brings to its days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.acts import signing
from linshuo.domain.board.models import WHOLE, Project
from linshuo.domain.funds.access import Book, of_book
from linshuo.domain.funds.checks import came_of
from linshuo.domain.funds.models import WORLD, Disclosure, Pot, Transfer
from linshuo.domain.funds.promises import paid_by_part
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges import instalments
from linshuo.domain.pledges.lifecycle import LIVE
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.money import spoken
from linshuo.kit.refused import Refused


@transaction.atomic
def sign_for(
    ask_id: int,
    *,
    by: Actor,
    partnership: Partnership,
    amount_fen: int,
    parts: Sequence[tuple[date, int]],
    agreement: File | None,
    approval: File | None = None,
    in_public: bool = False,
    at: datetime | None = None,
) -> Pledge:
    """A unit signs for a sum: its liaison, or the office typing an agreement. `parts` are days and
    分 that add up to it; a sum paid at once is one part. With `in_public` the unit agrees that
    everyone reads how much it gives.

    A name that stands on the line already, without a sum, gets one. Raises `Refused` with the
    field, `NotYours` when it is not theirs to sign.
    """
    pledge = signing.sign(ask_id, by=by, partnership=partnership, at=at)
    return instalments.promise(
        pledge,
        by=by,
        amount_fen=amount_fen,
        agreement=agreement,
        parts=parts,
        approval=approval,
        in_public=in_public,
        at=at,
    )


@transaction.atomic
def let_go(pledge: Pledge, *, by: Actor, at: datetime | None = None) -> Pledge:
    """不认了, whatever was pledged: of a sum only what has not come yet. Where some came, that is
    from now on the whole of what was promised, and the pledge stands until it is spent."""
    if pledge.amount_fen is None:
        return pledges.release(pledge, by=by, at=at)
    pledges.must_move(by, pledge)
    _hold(pledge, by)
    received = came_of(pledge)
    if received:
        return instalments.cut(pledge, by=by, received_fen=received, at=at)
    return pledges.release(pledge, by=by, received_fen=0, at=at)


def _hold(pledge: Pledge, by: Actor) -> None:
    """Hold the pledge's row while it is looked at what came of it."""
    Pledge.objects.of(by).select_for_update(of=("self",)).get(pk=pledge.pk)


def let_go_all(book: Book, *, at: datetime | None = None) -> int:
    """Whatever stands on the lines of a book that comes to nothing is let go of; how many."""
    house = Actor.house(book.community_id)
    rows = Pledge.objects.of(house).filter(
        state__in=LIVE, **{f"ask__{key}": value for key, value in of_book(book).items()}
    )
    found = list(rows.select_related(*(f"ask__{name}" for name in WHOLE)).order_by("pk"))
    for pledge in found:
        let_go(pledge, by=house, at=at)
    return len(found)


def keep(pledge: Pledge, *, by: Actor, receipt: str = "", at: datetime | None = None) -> Pledge:
    """做到了, whatever was pledged: a sum by what became of it, anything else as `signing.keep`."""
    if pledge.amount_fen is not None:
        return keep_promise(pledge, by=by, at=at)
    return signing.keep(pledge, by=by, receipt=receipt, at=at)


@transaction.atomic
def keep_promise(pledge: Pledge, *, by: Actor, at: datetime | None = None) -> Pledge:
    """做到了: the whole sum came, and what it was for was handed over, or all of it was spent and
    made public. What became of it is written on the pledge.

    Raises `Refused` with what is still missing.
    """
    pledges.must_move(by, pledge)
    _hold(pledge, by)
    row = pledges.reload(pledge, by)
    book = row.ask.project or row.ask.collection
    if row.amount_fen is None or book is None:
        raise Refused("no-sum", _("这一项没有写金额。"))
    missing = row.amount_fen - came_of(row)
    if missing > 0:
        raise Refused("missing", _("还有 %s没到，到齐了才算做到。") % spoken(missing))
    return pledges.fulfil(row, by=by, receipt=_became_of(row, book), money_settled=True, at=at)


def _became_of(pledge: Pledge, book: Book) -> str:
    """认捐的 60万元 全部到账，“盐业小区路灯”2019年11月20日交付. Raises `Refused`."""
    said = {"sum": spoken(pledge.amount_fen or 0), "name": book.name}
    if isinstance(book, Project) and book.state == "handed_over" and book.handed_on:
        said["day"] = wording.day(book.handed_on)
        return _("认捐的 %(sum)s全部到账，“%(name)s”%(day)s交付。") % said
    pots = Pot.objects.within(book.community_id).filter(**of_book(book)).exclude(kind__in=WORLD)
    if any(pots.values_list("balance_fen", flat=True)):
        raise Refused("not-spent", _("“%s”的款还没花完，花完、公开了才算做到。") % book.name)
    told = Disclosure.objects.within(book.community_id).filter(
        published_at__isnull=False, **of_book(book)
    )
    last = told.order_by("-until", "-pk").first()
    moved = _last_day(book)
    if last is None or last.published_at is None or (moved is not None and last.until < moved):
        raise Refused("not-told", _("“%s”的收支还没公开，公开了才算做到。") % book.name)
    said["day"] = wording.day(last.published_at)
    return _("认捐的 %(sum)s全部到账，用在“%(name)s”上，%(day)s公开了收支。") % said


def _last_day(book: Book) -> date | None:
    """The last day on which anything moved."""
    rows = Transfer.objects.within(book.community_id).filter(
        **{f"voucher__{key}": value for key, value in of_book(book).items()}
    )
    return rows.order_by("-happened_on").values_list("happened_on", flat=True).first()


def tick(at: datetime | None = None) -> int:
    """What time alone brings to promised sums; returns how many were told.

    A week before the day of a part the liaison is quietly told; on the day whoever has it in hand
    looks whether it came. What came in full is told to nobody. Any number of times.
    """
    moment = at or clock.now()
    today = clock.local(moment).date()
    rows = list(instalments.near(moment))
    paid: dict[int, int] = {}
    for community_id in {row.community_id for row in rows}:
        own = [row.pk for row in rows if row.community_id == community_id]
        paid |= paid_by_part(community_id, own)
    told = 0
    for row in rows:
        if paid.get(row.pk, 0) >= row.amount_fen or _let_go_of(row.pledge):
            continue
        if row.due_on <= today:
            told += instalments.tell_day(row, at=moment)
        elif row.told_at is None:
            told += instalments.tell_near(row, at=moment)
    return told


def _let_go_of(pledge: Pledge) -> bool:
    """Whether what came is all that is promised by now."""
    return pledge.amount_fen is not None and came_of(pledge) >= pledge.amount_fen
