"""民情笔记: fifteen seconds at a door, a day a page, and what became of each matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo import __version__
from linshuo.acts import notebook as acts
from linshuo.domain.needs import notebook as reads
from linshuo.domain.needs.models import Disposition, Note, Urgency
from linshuo.domain.needs.queries import get_need
from linshuo.domain.places.models import Place
from linshuo.domain.places.queries import get_place, tree
from linshuo.insight.duplicates import Suggestion
from linshuo.insight.joining import joinable
from linshuo.insight.today import Today, today
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.ui.forms import Form

ELSEWHERE = "other"
KEPT_DAYS = 7
"""How long a draft lives on a phone, and so how late a note may arrive with its own time."""

_BECOME = [
    (Disposition.OPEN.value, _l("先记下")),
    (Disposition.PROBLEM.value, _l("转问题")),
    (Disposition.WISH.value, _l("转需求")),
    (Disposition.SETTLED.value, _l("当场办结")),
    (Disposition.NOTED.value, _l("仅记录")),
]
_ASIDE = frozenset({"red", "soon", "check", "follow"})


class _Typed(forms.CharField):
    """What was typed, whatever is in it: the rules are the domain's."""

    def to_python(self, value: Any) -> str:
        """Without the character that PostgreSQL has no place for."""
        return str(super().to_python(value) or "").replace("\0", "")


class NoteForm(Form):
    """The next line of the notebook. Words are enough; all else is set before."""

    draft_id = _Typed(required=False)
    at = _Typed(required=False)
    words = _Typed(
        label=_l("原话"),
        strip=False,
        error_messages={"required": _l("写一句人家怎么说的。")},
    )
    place = _Typed(
        label=_l("在哪"),
        error_messages={"required": _l("选一个地方；说不清就选整个社区。")},
    )
    place_other = _Typed(label=_l("别处"), required=False)
    source = forms.ChoiceField(label=_l("来源"), choices=reads.sources)
    urgency = forms.ChoiceField(label=_l("多急"), choices=Urgency.choices)
    speaker_name = _Typed(label=_l("谁说的"), required=False)
    speaker_phone = _Typed(label=_l("电话"), required=False)
    slip = _Typed(label=_l("便民条上的码"), required=False)
    become = forms.ChoiceField(label=_l("怎么办"), choices=_BECOME, required=False)
    result_text = _Typed(label=_l("怎么办结的"), required=False)

    def clean_draft_id(self) -> str:
        """The draft's own id; a fresh one where there is none that makes sense."""
        try:
            return str(UUID(self.cleaned_data["draft_id"]))
        except ValueError:
            return str(uuid4())

    def clean_at(self) -> datetime | None:
        """When it was written, told by a phone that had no signal; the present if it makes no
        sense or is older than a draft may be."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["at"])
            age = clock.now() - moment
        except (ValueError, TypeError, OverflowError):
            return None
        return moment if timedelta(minutes=-5) < age < timedelta(days=KEPT_DAYS + 1) else None

    def clean(self) -> dict[str, Any]:
        """One place from the chips or from the whole list."""
        data: dict[str, Any] = super().clean() or {}
        chosen = data.get("place", "")
        if chosen == ELSEWHERE:
            chosen = data.get("place_other", "")
            if not chosen:
                self.add_error("place", _("在别处，是哪里？"))
        if chosen and not (chosen.isdecimal() and len(chosen) < 16):
            self.add_error("place", _("这个地方不在列出来的里面，重新选一下。"))
        data["place_id"] = chosen
        return data


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
    form = NoteForm(request.POST, auto_id="n_%s", label_suffix="")
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
            form = _once_more(form)
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


def _once_more(form: NoteForm) -> NoteForm:
    """The draft had arrived before, and then its words were changed: nothing of either is lost."""
    typed = {**form.data.dict(), "draft_id": str(uuid4())}
    again = NoteForm(typed, auto_id="n_%s", label_suffix="")
    again.add_error("words", _("先前写的那一条已经收下了。这是后来改过的，要另记一条就再按记下。"))
    return again


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
        if how not in dict(_BECOME) or how == Disposition.OPEN:
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
    try:
        need = acts.join(
            note, get_need(request.actor, request.POST.get("need", "")), by=request.actor
        )
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
    form = NoteForm(auto_id="n_%s", label_suffix="", initial=_preset())
    context = {"community": request.community, "prefix": request.community.prefix}
    answer = render(request, "desk/notebook/offline.html", {**context, **_writing(request, form)})
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
        fresh = NoteForm(auto_id="n_%s", label_suffix="", initial=_preset())
        context |= _writing(request, form or fresh)
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
    return _("还没有记") if n == 0 else _("%s件") % _numeral(n)


def _numeral(n: int) -> str:
    """Small counts as one writes them by hand."""
    chinese = wording.weekday(clock.today()).startswith("星")
    return "零一二三四五六七八九十"[n] if chinese and 0 <= n <= 10 else f" {n} "


def _preset() -> dict[str, Any]:
    return {
        "draft_id": str(uuid4()),
        "source": "visit",
        "urgency": Urgency.GENERAL,
        "become": Disposition.OPEN,
    }


@dataclass(frozen=True, slots=True)
class _Choice:
    """A place on offer: as a chip, in the list of a wide screen, in the list of a phone."""

    pk: int
    label: str
    full: str
    chip: bool = False
    chosen: bool = False
    other: bool = False


def _writing(request: DoorRequest, form: NoteForm) -> dict[str, Any]:
    """The form of the next line, and what it offers."""
    near = reads.near_places(request.actor)
    places: list[Place] = tree(request.actor)
    near_ids = [p.pk for p in near]
    first = near_ids[0] if near else (places[0].pk if places else 0)
    typed = str(form["place"].value() or first)
    elsewhere = typed == ELSEWHERE or typed not in {str(pk) for pk in near_ids}
    chosen = str(form["place_other"].value() or "") if typed == ELSEWHERE else typed
    names = {p.pk: p.full_name for p in places}
    depth = min((p.path.count("/") for p in places), default=0)
    wrong = ("source", "place", "urgency", "become")
    folded = ("speaker_name", "speaker_phone", "slip", "result_text")
    return {
        "form": form,
        "me": request.actor.person_id,
        "near": [
            _Choice(
                p.pk,
                p.label,
                names.get(p.pk, p.label),
                chip=not elsewhere and typed == str(p.pk),
                chosen=chosen == str(p.pk),
            )
            for p in near
        ],
        "places": [
            _Choice(
                p.pk,
                "\u3000" * (p.path.count("/") - depth) + p.name,
                p.full_name,
                chosen=p.pk not in near_ids and chosen == str(p.pk),
                other=elsewhere and chosen == str(p.pk),
            )
            for p in places
        ],
        "elsewhere": elsewhere,
        "become_options": _BECOME,
        "become_chosen": form["become"].value() or Disposition.OPEN.value,
        "wrong": [form[name] for name in wrong if form[name].errors],
        "more_open": any(form[name].errors or form[name].value() for name in folded),
    }


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
