"""民情笔记: fifteen seconds at a door, a day a page, and what became of each matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo import __version__
from linshuo.acts import notebook as acts
from linshuo.domain.needs import notebook as reads
from linshuo.domain.needs.models import Disposition, Note
from linshuo.domain.needs.queries import get_need
from linshuo.domain.places.queries import get_place
from linshuo.insight.duplicates import Suggestion
from linshuo.insight.joining import joinable
from linshuo.insight.today import Today, today
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy
from linshuo.web.desk.notebook_form import (
    BECOME,
    NoteForm,
    bound_form,
    fresh_form,
    offers,
    once_more,
)
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door

_ASIDE = frozenset({"red", "soon", "check", "follow"})


@require_GET
@staff_door(Can.NOTE_WRITE)
def mine(request: DoorRequest) -> HttpResponse:
    """My page for today, with the next line ready to be written."""
    return _page(request, reads.page(request.actor))


@require_GET
@staff_door(Can.NOTE_WRITE, Can.NOTE_READ)
def leaf(request: DoorRequest, person: int, day: str) -> HttpResponse:
    """Any page of a notebook that the viewer may open."""
    return _page(request, reads.page(request.actor, person, reads.day_of(day)))


@require_GET
@staff_door(Can.NOTE_WRITE, Can.NOTE_READ)
def printed(request: DoorRequest, person: int, day: str) -> HttpResponse:
    """The same page on paper."""
    found = reads.page(request.actor, person, reads.day_of(day))
    return page(request, "desk/notebook/print.html", {"page": found, **_dated(found)})


@require_GET
@staff_door(Can.NOTE_READ)
def shelf(request: DoorRequest) -> HttpResponse:
    """All notebooks, to leaf through."""
    return page(request, "desk/notebook/shelf.html", {"keepers": reads.keepers(request.actor)})


@require_POST
@staff_door(Can.NOTE_WRITE)
def write(request: DoorRequest) -> HttpResponse:
    """Write one note. A phone that sends what it kept asks for JSON and gets a short answer."""
    form = bound_form(request.POST)
    told = request.headers.get("Accept", "").startswith("application/json")
    if form.is_valid():
        try:
            written = _write_down(request, form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            if told:
                return JsonResponse({"saved": written.note.pk})
            if not written.again or written.note.words == tidy(form.cleaned_data["words"]):
                messages.success(request, _said(written))
                saved = f"?saved={written.note.draft_id}"
                return HttpResponseRedirect(_own_url(request) + saved)
            form = once_more(form)
    if told:
        sentences = [str(s) for errors in form.errors.values() for s in errors]
        return JsonResponse({"refused": sentences}, status=422)
    return _page(request, reads.page(request.actor), form=form)


def _write_down(request: DoorRequest, data: dict[str, Any]) -> acts.Written:
    return acts.write_down(
        by=request.actor,
        draft_id=data["draft_id"],
        place=get_place(request.actor, int(data["place_id"])),
        words=data["words"],
        source=data["source"],
        urgency=data["urgency"],
        speaker_name=data["speaker_name"],
        speaker_phone=data["speaker_phone"],
        slip=data["slip"],
        become=data["become"] or Disposition.OPEN,
        result_text=data["result_text"],
        at=data["at"],
    )


def _said(written: acts.Written) -> str:
    if written.need is None:
        return _("记下了。")
    if written.need.state == "done":
        return _("记下了，当场办结，编号 %s，等另一位同事核对。") % written.need.number
    return _("记下了，编号 %s。") % written.need.number


@require_POST
@staff_door(Can.NOTE_WRITE)
def become(request: DoorRequest, pk: int) -> HttpResponse:
    """One tap: what becomes of a note."""
    note = reads.get_note(request.actor, pk)
    how = request.POST.get("become", "")
    result = request.POST.get("result_text", "").replace("\0", "")
    try:
        if how not in dict(BECOME) or how == Disposition.OPEN:
            raise Refused("become", _("选一样：当场办结、转问题、转需求，或者仅记录。"))
        done = acts.become_of(note, how, by=request.actor, result_text=result)
    except NotYours:
        raise
    except Refused as refused:
        failed = {"pk": pk, "sentence": str(refused.sentence), "text": result, "how": how}
        return _page(request, _page_of(request, note), failed=failed)
    words = _("编号 %s。") % done.need.number if done.need else _("仅记录，不往下转。")
    messages.success(request, words)
    return HttpResponseRedirect(_note_url(request, note))


@require_POST
@staff_door(Can.NOTE_WRITE)
def join(request: DoorRequest, pk: int) -> HttpResponse:
    """The note is about a matter already known."""
    note = reads.get_note(request.actor, pk)
    number = request.POST.get("need", "").replace("\0", "")
    try:
        need = acts.join(note, get_need(request.actor, number), by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        failed = {"pk": pk, "sentence": str(refused.sentence), "text": "", "how": "joined"}
        return _page(request, _page_of(request, note), failed=failed)
    messages.success(request, _("并入 %s，说的人算在“我也要”里。") % need.number)
    return HttpResponseRedirect(_note_url(request, note))


@require_GET
@staff_door(Can.NOTE_WRITE)
def offline(request: DoorRequest) -> HttpResponse:
    """What a phone keeps to write on without a signal: places and choices, nobody's words."""
    context = {"community": request.community, "prefix": request.community.prefix}
    context |= offers(request.actor, fresh_form())
    answer = render(request, "desk/notebook/offline.html", context)
    answer["X-Linshuo-Shell"] = "1"  # the worker keeps this page, and never the lock in its place
    return answer


@require_GET
@staff_door(Can.NOTE_WRITE)
def worker(request: DoorRequest) -> HttpResponse:
    """The service worker of the notebook: it lives where it works."""
    context = {"prefix": request.community.prefix, "version": __version__}
    kind = "text/javascript; charset=utf-8"
    answer = render(request, "desk/notebook/worker.js", context, content_type=kind)
    answer["Cache-Control"] = "no-cache"
    return answer


def _own_url(request: DoorRequest) -> str:
    return reverse("desk:notebook", args=[request.community.prefix])


def _note_url(request: DoorRequest, note: Note) -> str:
    if note.author_id == request.actor.person_id and note.day == clock.today():
        return f"{_own_url(request)}#note-{note.pk}"
    args = [request.community.prefix, note.author_id, note.day.isoformat()]
    return reverse("desk:notebook-day", args=args) + f"#note-{note.pk}"


def _page_of(request: DoorRequest, note: Note) -> reads.Page:
    return reads.page(request.actor, note.author_id, note.day)


def _page(
    request: DoorRequest,
    found: reads.Page,
    *,
    form: NoteForm | None = None,
    failed: dict[str, Any] | None = None,
) -> HttpResponse:
    writing = found.mine and found.is_today
    context: dict[str, Any] = {
        "page": found,
        "lines": _lines(request, found, failed),
        "todo": _todo(request) if found.mine else None,
        "can_leaf": request.actor.can(Can.NOTE_READ),
        "writing": writing,
        **_dated(found),
    }
    if writing:
        context |= offers(request.actor, form or fresh_form())
        context["saved"] = request.GET.get("saved", "")[:36]
    return page(request, "desk/notebook/page.html", context, status=422 if failed else 200)


def _dated(found: reads.Page) -> dict[str, Any]:
    """The head of the page, in words."""
    return {
        "numeral": found.day.day,
        "weekday": wording.weekday(found.day),
        "short_day": wording.short_day(found.day),
        "matters": _matters(len(found.entries)),
        "ordinal": _("第%s件") % _numeral(found.next_no),
        "earlier": found.earlier.isoformat() if found.earlier else "",
        "later": found.later.isoformat() if found.later else "",
        "later_is_today": found.mine and found.later == clock.today(),
    }


def _matters(n: int) -> str:
    if n == 2 and _numeral(n) == "二":
        return "两件"  # two of a thing are 两, the second one is 二
    return _("还没有记") if n == 0 else _("%s件") % _numeral(n)


def _numeral(n: int) -> str:
    """Small counts as one writes them by hand."""
    chinese = wording.weekday(clock.today()).startswith("星")
    return "零一二三四五六七八九十"[n] if chinese and 0 <= n <= 10 else f" {n} "


def _todo(request: DoorRequest) -> Today | None:
    if not request.actor.can(Can.NEED_READ):
        return None
    return today(request.actor, mine=True, keys=_ASIDE, cap=2)


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry with what may be done about it."""

    entry: reads.Entry
    decide: bool
    first: bool
    alike: Suggestion | None = None
    failed: dict[str, Any] | None = None


def _lines(request: DoorRequest, found: reads.Page, failed: dict[str, Any] | None) -> list[_Line]:
    """The entries; beside the first undecided ones, the matter that each most resembles."""
    waiting = [e.pk for e in found.undecided] if found.may_decide else []
    alike = joinable(request.actor, found)
    return [
        _Line(
            entry=e,
            decide=found.may_decide and (e.undecided or e.noted),
            first=e.pk in waiting[:1],
            alike=alike.get(e.pk),
            failed=failed if failed and failed["pk"] == e.pk else None,
        )
        for e in found.entries
    ]
