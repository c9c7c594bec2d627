"""Sums that units promised and what came of them, formatted; and which project a need stands in.

For the desk and for whoever speaks for the unit. What everyone may see of money comes through
`funds.public`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.board.lifecycle import COLLECTION, LIVE_PROJECT, PROJECT
from linshuo.domain.board.models import Project, ProjectNeed
from linshuo.domain.funds.access import Book
from linshuo.domain.funds.promises import Promise, promise_of, promises_by
from linshuo.domain.funds.queries import Key, key_of, totals_of
from linshuo.domain.funds.sums import Totals
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Partnership
from linshuo.domain.pledges.instalments import Part
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.money import spoken, yuan


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a promised sum."""

    label: str
    day: str
    amount: str
    came: str
    words: str
    """待付, 付了一部分, 付清."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum a unit promised, part by part, and what came of it in sentences."""

    pledge: int
    about: str
    number: str
    """Of the project or collection."""
    amount: str
    came: str
    to_come: str
    """Empty once all of it came."""
    parts: tuple[PartRow, ...]
    became: tuple[str, ...]


def sum_of(pledge: Pledge) -> Sum | None:
    """What one pledge promised and what came of it; None for a pledge without an amount."""
    found = promise_of(pledge)
    return _sums(pledge.community_id, [found])[0] if found is not None else None


def sums_of(viewer: Actor, unit: Partnership) -> list[Sum]:
    """Everything one unit promised, the newest last: eight queries, however much. The caller has
    made sure that the viewer is of the office or speaks for the unit."""
    return _sums(viewer.community_id, promises_by(viewer.community_id, unit.pk))


def _sums(community_id: int, promises: list[Promise]) -> list[Sum]:
    books = {key_of(promise.book): promise.book for promise in promises}
    if not books:
        return []
    found = totals_of(books.values())
    settled = _settled(community_id, books)
    return [_sum(promise, found[key_of(promise.book)], settled) for promise in promises]


def _settled(community_id: int, books: Iterable[Key]) -> Counter[int]:
    """How many needs each project settled."""
    rows = ProjectNeed.objects.within(community_id).filter(
        project_id__in=[pk for kind, pk in books if kind == "project"],
        project__state="handed_over",
        need__state__in=("done", "closed"),
    )
    return Counter(rows.values_list("project_id", flat=True))


def _sum(promise: Promise, totals: Totals, settled: Counter[int]) -> Sum:
    book = promise.book
    return Sum(
        pledge=promise.pledge,
        about=book.name,
        number=book.number,
        amount=yuan(promise.amount_fen),
        came=yuan(promise.paid_fen),
        to_come=yuan(promise.left_fen) if promise.left_fen else "",
        parts=tuple(_part(part) for part in promise.parts),
        became=tuple(_became(book, totals, settled)),
    )


def _part(part: Part) -> PartRow:
    return PartRow(
        label=_("第 %d 期") % part.no,
        day=wording.near_day(part.due_on),
        amount=yuan(part.amount_fen),
        came=yuan(part.paid_fen),
        words=part.words,
    )


def _became(book: Book, totals: Totals, settled: Counter[int]) -> Iterable[str]:
    if totals.raised:
        yield _("各家一共到了 %(raised)s，花了 %(spent)s，还剩 %(left)s。") % {
            "raised": spoken(totals.raised),
            "spent": spoken(totals.spent),
            "left": spoken(totals.left),
        }
    if not isinstance(book, Project):
        yield _("现在%s。") % COLLECTION.states[book.state].label
        return
    if book.handed_on is not None:
        day = wording.day(book.handed_on)
        yield _("%(day)s交付，由%(keeper)s管护。") % {"day": day, "keeper": book.keeper}
        n = settled[book.pk]
        if n:
            yield ngettext("居民的 %d 件事办成了。", "居民的 %d 件事办成了。", n) % n
        return
    yield _("现在走到%s。") % PROJECT.states[book.state].label


@dataclass(frozen=True, slots=True)
class InProject:
    """The project that a need stands in."""

    number: str
    name: str
    state_words: str


def project_of(viewer: Actor, need: Need) -> InProject | None:
    """The project that answers a need or has answered it; one that was dropped does not. One
    query."""
    rows = ProjectNeed.objects.of(viewer).filter(
        need=need, project__state__in=(*LIVE_PROJECT, "handed_over")
    )
    found = rows.select_related("project").order_by("-pk").first()
    if found is None:
        return None
    project = found.project
    return InProject(project.number, project.name, str(PROJECT.states[project.state].label))
