"""Every paper and photo that hangs at a book: the office decides of each who may see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, Milestone
from linshuo.domain.funds.access import Book, of_book
from linshuo.domain.funds.models import Opening, Voucher
from linshuo.domain.papers.models import File
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import wording


@dataclass(frozen=True, slots=True)
class Hung:
    """A file, at which field of which row it hangs, and what it is in words."""

    file: File
    what: str
    row: int
    which: str
    words: str


def papers_at(book: Book, most: int = 300) -> list[Hung]:
    """The files of a book: what was resolved and agreed, steps, then vouchers, the newest first.
    Four queries."""
    found: list[Hung] = []
    if isinstance(book, Collection):
        found += _of(
            book, "collection", {"resolution_file": _("居民会议的决议"), "agreement": _("协议")}
        )
    else:
        found += _of(book, "project", {"resolution_file": _("议定这个项目的决议")})
    found += [*_agreements(book), *_steps(book), *_vouchers(book, most)]
    return found


def _of(row: object, what: str, fields: dict[str, str]) -> list[Hung]:
    files = {which: getattr(row, which) for which in fields}
    return [
        Hung(file, what, row.pk, which, fields[which])  # type: ignore[attr-defined]
        for which, file in files.items()
        if file is not None
    ]


def _agreements(book: Book) -> list[Hung]:
    rows = Pledge.objects.within(book.community_id).filter(
        Q(agreement__isnull=False) | Q(approval__isnull=False), **{f"ask__{book.trail_kind}": book}
    )
    found: list[Hung] = []
    for pledge in rows.select_related("agreement", "approval", "partnership__organisation"):
        who = str(pledge.partnership or "")
        names = {"agreement": _("%s的认捐协议") % who, "approval": _("%s的批准文件") % who}
        found += _of(pledge, "pledge", names)
    return found


def _steps(book: Book) -> list[Hung]:
    if isinstance(book, Collection):
        return []
    rows = Milestone.objects.within(book.community_id).filter(project=book)
    found: list[Hung] = []
    for step in rows.select_related("before", "after").order_by("no"):
        names = {"before": _("以前：%s") % step.text, "after": _("现在：%s") % step.text}
        found += _of(step, "step", names)
    return found


def _vouchers(book: Book, most: int) -> list[Hung]:
    rows = Voucher.objects.within(book.community_id).filter(file__isnull=False, **of_book(book))
    found: list[Hung] = []
    for voucher in rows.select_related("file").order_by("-happened_on", "-pk")[:most]:
        day = wording.near_day(voucher.happened_on)
        words = f"{day}　{voucher.get_kind_display()}　{voucher.text}".strip()
        found += _of(voucher, "voucher", {"file": words})
    photos = Opening.objects.within(book.community_id).filter(
        photo__isnull=False, box__collection=book if isinstance(book, Collection) else None
    )
    for opening in photos.select_related("photo").order_by("-pk")[:most]:
        found += _of(opening, "opening", {"photo": _("开箱 %s 的照片") % opening.seal_no})
    return found
