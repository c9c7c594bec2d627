"""Papers and photos that a person released: contracts, resolutions, invoices, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db.models import Exists, OuterRef, Q

from linshuo.domain.board.models import Collection, Milestone, Project
from linshuo.domain.funds.models import Voucher
from linshuo.domain.funds.public.seen import seen_book, seen_collection, seen_project
from linshuo.domain.papers.actions import path_of
from linshuo.domain.papers.models import File
from linshuo.domain.pledges.models import Pledge

PICTURES = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, slots=True)
class PublicPaper:
    """One released file."""

    pk: int
    name: str
    mime: str

    @property
    def picture(self) -> bool:
        """Whether a browser shows it in the page."""
        return self.mime in PICTURES


def shown(file: File | None, name: str = "") -> PublicPaper | None:
    """The paper if it was released, by another name than that of the uploaded file."""
    if file is None or file.private:
        return None
    return PublicPaper(file.pk, name, file.mime)


def paper(community_id: int, pk: int) -> tuple[PublicPaper, Path] | None:
    """A released paper that hangs at something everyone may see, and where its content lies."""
    at_book = {
        "collection": Collection.objects.within(community_id).filter(
            seen_collection(), Q(agreement=OuterRef("pk")) | Q(resolution_file=OuterRef("pk"))
        ),
        "project": Project.objects.within(community_id).filter(
            seen_project(), resolution_file=OuterRef("pk")
        ),
        "milestone": Milestone.objects.within(community_id).filter(
            seen_project("project__"), Q(before=OuterRef("pk")) | Q(after=OuterRef("pk"))
        ),
        "voucher": Voucher.objects.within(community_id).filter(
            seen_book(), file=OuterRef("pk"), booked_at__isnull=False
        ),
        "pledge": Pledge.objects.within(community_id).filter(
            Q(agreement=OuterRef("pk")) | Q(approval=OuterRef("pk")), seen_book("ask__")
        ),
    }
    hangs = Q()
    for found in at_book.values():
        hangs |= Q(Exists(found))
    file = File.objects.within(community_id).filter(hangs, pk=pk, private=False).first()
    if file is None:
        return None
    return PublicPaper(file.pk, "", file.mime), path_of(community_id, file.sha256)
