"""Who may see the books, put something into them, and check it."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.people.models import Person
from linshuo.domain.places.access import NOTHING
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours

Book = Collection | Project
"""What has pots of its own."""


def readable(viewer: Actor) -> Q:
    """All the books of the community, or none: money is looked at as a whole."""
    return Q() if viewer.is_house or viewer.can(Can.MONEY_READ) else NOTHING


def must(by: Actor, can: Can, book: Book) -> None:
    """Raises `NotYours` unless the actor may use the capability on this book."""
    if book.community_id != by.community_id or not by.can(can):
        raise NotYours(can.value, _("没有这一页。"))


def of_book(book: Book) -> dict[str, Book]:
    """The key that a row of this book carries: {"project": …} or {"collection": …}."""
    return {book.trail_kind: book}


def same_human(one: Person, other: Person) -> bool:
    """Whether two cards may be one human being: the same account or telephone, or the same name
    where nothing tells them apart. Who checks is somebody else than who records."""
    if one.pk == other.pk or (one.account_id is not None and one.account_id == other.account_id):
        return True
    if one.phone_hmac and other.phone_hmac:
        return one.phone_hmac == other.phone_hmac
    return one.name == other.name
