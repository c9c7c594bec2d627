"""The papers and photos behind money: each through its row, for whoever reads money."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404
from django.urls import reverse
from django.views.decorators.http import require_GET

from linshuo.domain.board.models import Collection, Milestone, Project
from linshuo.domain.funds.models import Opening, Voucher
from linshuo.domain.papers.actions import path_of
from linshuo.domain.papers.models import File
from linshuo.domain.pledges.models import Pledge
from linshuo.kit.can import Can
from linshuo.web.doors import DoorRequest, staff_door

SHELVES: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "voucher": (Voucher, ("file",)),
    "collection": (Collection, ("agreement", "resolution_file")),
    "project": (Project, ("resolution_file",)),
    "step": (Milestone, ("before", "after")),
    "opening": (Opening, ("photo",)),
    "pledge": (Pledge, ("agreement", "approval")),
}
"""Which rows have papers, and in which of their fields."""


def paper_url(request: DoorRequest, what: str, pk: int, which: str) -> str:
    """The address of a paper."""
    return reverse("desk:money-paper", args=[request.community.prefix, what, pk, which])


@require_GET
@staff_door(Can.MONEY_READ)
def paper(request: DoorRequest, what: str, pk: int, which: str) -> FileResponse:
    """A picture is shown, a PDF is saved; never anything else."""
    model, fields = SHELVES.get(what, (Voucher, ()))
    if which not in fields:
        raise Http404
    row = model.objects.of(request.actor).select_related(which).filter(pk=pk).first()
    file: File | None = getattr(row, which) if row is not None else None
    path = path_of(request.community.pk, file.sha256) if file is not None else None
    if file is None or path is None or not path.exists():
        raise Http404
    picture = file.mime.startswith("image/")
    answer = FileResponse(path.open("rb"), content_type=file.mime)
    answer["X-Content-Type-Options"] = "nosniff"
    name = f"{what}-{pk}-{which}.pdf"
    answer["Content-Disposition"] = "inline" if picture else f'attachment; filename="{name}"'
    return answer
