"""Writes about 收支公开: drafted on its day with numbers from the records, read and published by a
person, and left as it was published. What was wrong in one is put right by another that says so.

Every three months while a collection is open, and within three months of its end (慈善法 §79); of a
project likewise, as long as money moves in it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board import collecting
from linshuo.domain.board.access import may_keep
from linshuo.domain.board.lifecycle import DISCLOSE_MONTHS, FINAL_MONTHS
from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds.access import Book, of_book
from linshuo.domain.funds.asof import as_of, within
from linshuo.domain.funds.checks import COMES_IN, GOES_OUT, booked
from linshuo.domain.funds.models import Disclosure, Transfer, Voucher
from linshuo.domain.needs.checks import short
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.calendar import months_later
from linshuo.kit.detect import find_marks
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours, Refused

LEAD = timedelta(days=7)
"""How long before it is due the draft is there to be read."""
MOST_WORDS = 400
_KIND = Disclosure.Kind


def numbers(book: Book, since: date, until: date) -> dict[str, int]:
    """What a disclosure says of a book, in 分 and in how many: as it stood at the end of `until`,
    and what came in and went out since the last one."""
    now, span = as_of(book, until), within(book, since, until)
    vouchers = Voucher.objects.within(book.community_id).filter(
        booked(**of_book(book)), happened_on__lte=until
    )
    gifts = vouchers.filter(kind__in=COMES_IN)
    return {
        "promised": now.promised,
        "raised": now.raised,
        "direct": now.direct,
        "spent": now.spent,
        "box": now.box,
        "bank": now.bank,
        "advance": now.advance,
        "goods": now.goods,
        "left": now.left,
        "raised_since": span.raised,
        "spent_since": span.spent,
        "gifts": gifts.count(),
        "unnamed": gifts.filter(unnamed=True).count(),
        "payments": vouchers.filter(kind__in=GOES_OUT).count(),
    }


def book_of(disclosure: Disclosure) -> Book:
    """Whose money a disclosure is about."""
    found: Book | None = disclosure.collection or disclosure.project
    assert found is not None
    return found


def _of(book: Book) -> ScopedQuerySet[Disclosure]:
    return Disclosure.objects.within(book.community_id).filter(**of_book(book))


def _must(by: Actor, book: Book) -> None:
    if book.community_id != by.community_id or not may_keep(by, book):
        raise NotYours("disclosure", _("没有这一份。"))


def _began(book: Book, day: date) -> date:
    last = _of(book).filter(published_at__isnull=False).order_by("-until").first()
    if last is not None:
        return min(last.until + timedelta(days=1), day)
    begun = book.opens if isinstance(book, Collection) else book.resolution_on
    first = Transfer.objects.within(book.community_id)
    first = first.filter(**{f"from_pot__{book.trail_kind}": book}).order_by("happened_on")
    moved = first.values_list("happened_on", flat=True).first()
    return min(d for d in (begun, moved, day) if d is not None)


@transaction.atomic
def draft(book: Book, *, kind: str, by: Actor, at: datetime | None = None) -> Disclosure:
    """起草, as the records stand today. One draft at a time: the one that waits is drawn anew.

    Raises `Refused` for a final one while the collection still takes gifts, or the project is not
    handed over; and where today's is published already.
    """
    _must(by, book)
    if kind not in _KIND.values:
        raise Refused("kind", _("是三个月一次，还是最后一次？"), "kind")
    if kind == _KIND.FINAL and book.state not in ("closed", "settled", "handed_over"):
        raise Refused("not-over", _("还没结束，先做三个月一次的公开。"), "kind")
    moment = happened(at)
    day = clock.local(moment).date()
    waits = _of(book).filter(kind=kind, published_at__isnull=True, corrects__isnull=True).first()
    if waits is not None:
        return redraw(waits, by=by, at=moment)
    since = _began(book, day)
    row = Disclosure(
        community_id=book.community_id,
        **of_book(book),
        kind=kind,
        since=since,
        until=day,
        numbers=numbers(book, since, day),
        drafted_at=moment,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused("today", _("今天已经公开过一次了，要改就写一份更正。")) from None
    record("disclosure:draft", row=row, subject=book, by=by, at=moment)
    return row


def _lock(disclosure: Disclosure, by: Actor) -> Disclosure:
    rows = Disclosure.objects.of(by).select_for_update(of=("self",))
    rows = rows.select_related("collection__place", "project__place", "corrects")
    row = rows.filter(pk=disclosure.pk).first()
    if row is None:
        raise NotYours("disclosure", _("没有这一份。"))
    _must(by, book_of(row))
    return row


@transaction.atomic
def redraw(disclosure: Disclosure, *, by: Actor, at: datetime | None = None) -> Disclosure:
    """The numbers of a draft as the records stand now. What is published stays as it is."""
    row = _lock(disclosure, by)
    if row.published_at is not None:
        raise Refused("published", _("已经公开的不再改，要改就写一份更正。"))
    day, book = clock.local(happened(at)).date(), book_of(row)
    taken = _of(book).filter(kind=row.kind, until=day, corrects__isnull=True).exclude(pk=row.pk)
    if row.corrects is None and day > row.until and not taken.exists():
        row.until = day
    row.numbers = numbers(book, row.since, row.until)
    row.save(update_fields=["until", "numbers"])
    record("disclosure:redraw", row=row, subject=book, by=by, at=at)
    return row


@transaction.atomic
def publish(
    disclosure: Disclosure,
    *,
    by: Actor,
    words: str = "",
    leftover: str = "",
    at: datetime | None = None,
) -> Disclosure:
    """公开, for good, by a person who has read it. The last one says what becomes of anything left
    (慈善法 §58); a correction says what was wrong (令81号). Raises `Refused` with the field."""
    row = _lock(disclosure, by)
    if by.person_id is None:
        raise NotYours("disclosure", _("公开要由人来看过再发。"))
    if row.published_at is not None:
        return row
    book = book_of(row)
    if row.numbers != numbers(book, row.since, row.until):
        told = _("起草以后账又动过，先按现在的账更新数字，看一遍再公开。")
        raise Refused("stale", told)
    row.words = _open_words(words, MOST_WORDS, "words")
    row.leftover = _open_words(leftover, 200, "leftover")
    if row.corrects is not None and len(row.words) < 4:
        raise Refused("words", _("更正了什么，写一句。"), "words")
    if row.kind == _KIND.FINAL and row.numbers["left"] and len(row.leftover) < 4:
        told = _(
            "还剩 %s。用到哪里要写明：按原来说好的办，没说过的用在相近的事上（慈善法第五十八条）。"
        )
        raise Refused("leftover", told % yuan(row.numbers["left"]), "leftover")
    row.published_at, row.published_by_id = happened(at), by.person_id
    row.save(update_fields=["words", "leftover", "published_at", "published_by"])
    record("disclosure:publish", row=row, subject=book, by=by, at=at)
    if isinstance(book, Collection) and book.state == "open" and row.corrects is None:
        collecting.disclosed(book, by=by, at=at)
    return row


def _open_words(text: str, most: int, field: str) -> str:
    said = short(text, most, field)
    if marks := find_marks(said):
        told = _("公开的话里不写认得出人的：%s")
        raise Refused("marks", told % "、".join(m.text for m in marks), field)
    return said


@transaction.atomic
def correct(disclosure: Disclosure, *, by: Actor, at: datetime | None = None) -> Disclosure:
    """更正: a further disclosure of the same days, as the records stand now; the one that was wrong
    stays beside it. Raises `Refused` for one that was never published."""
    before = _lock(disclosure, by)
    if before.published_at is None:
        raise Refused("draft", _("还没公开，直接更新数字就行。"))
    book = book_of(before)
    waits = _of(book).filter(corrects=before, published_at__isnull=True).first()
    if waits is not None:
        return redraw(waits, by=by, at=at)
    row = Disclosure(
        community_id=before.community_id,
        **of_book(book),
        kind=before.kind,
        since=before.since,
        until=before.until,
        numbers=numbers(book, before.since, before.until),
        leftover=before.leftover,
        corrects=before,
        drafted_at=happened(at),
    )
    row.save(force_insert=True)
    record("disclosure:draft", row=row, subject=book, by=by, at=at)
    return row


def final_said(book: Book) -> bool:
    """Whether the last disclosure is published and still says what the books say."""
    last = _of(book).filter(kind=_KIND.FINAL, published_at__isnull=False)
    row = last.order_by("-until", "-pk").first()
    if row is None:
        return False
    now = as_of(book, clock.today())
    return (row.numbers["raised"], row.numbers["spent"]) == (now.raised, now.spent)


def draft_due(at: datetime | None = None) -> int:
    """Draft whatever is due within a week and not drafted yet; return how many are new. Any number
    of times; what was missed while the machine was off is made up for."""
    moment = at or clock.now()
    done = 0
    due = Collection.objects.everywhere().filter(
        state__in=("open", "closed"), due_at__lte=moment + LEAD
    )
    for collection in due.select_related("place").order_by("pk"):
        kind = _KIND.QUARTER if collection.state == "open" else _KIND.FINAL
        done += _draft_once(collection, kind, moment)
    day = clock.local(moment).date()
    live = Q(state__in=("funding", "building", "accepted"))
    over = Q(state="handed_over", handed_on__lte=months_later(day + LEAD, -FINAL_MONTHS))
    for project in Project.objects.everywhere().filter(live | over).order_by("pk"):
        final = project.state == "handed_over"
        if final or _quarter_over(project, day):
            done += _draft_once(project, _KIND.FINAL if final else _KIND.QUARTER, moment)
    return done


def _quarter_over(project: Project, day: date) -> bool:
    moved = Transfer.objects.within(project.community_id).filter(from_pot__project=project)
    if not moved.exists():
        return False
    return months_later(_began(project, day), DISCLOSE_MONTHS) <= day + LEAD


def _draft_once(book: Book, kind: str, at: datetime) -> int:
    there = _of(book).filter(kind=kind, corrects__isnull=True)
    if kind == _KIND.QUARTER:
        there = there.filter(Q(published_at__isnull=True) | Q(until=clock.local(at).date()))
    if there.exists():
        return 0
    if isinstance(book, Project) and not as_of(book, clock.local(at).date()).raised:
        return 0
    draft(book, kind=kind, by=Actor.house(book.community_id), at=at)
    return 1
