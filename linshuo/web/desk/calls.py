"""电话单 and 上门单: worked through from top to bottom, one answer a row."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linshuo.acts.asking import ask
from linshuo.domain.needs.models import Contact
from linshuo.domain.needs.queries import get_need
from linshuo.domain.people.actions import reveal
from linshuo.insight.calls import Call, due_words, to_ask
from linshuo.kit import clock
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.notices.calls import to_tell
from linshuo.web.doors import DoorRequest, page, staff_door


@require_GET
@staff_door(Can.NEED_CONFIRM)
def show(request: DoorRequest) -> HttpResponse:
    """The two lists for today."""
    return call_list(request)


@require_POST
@staff_door(Can.NEED_CONFIRM)
def answer(request: DoorRequest, number: str) -> HttpResponse:
    """Write down what was said; the row leaves the list, or stays with one more try."""
    need = get_need(request.actor, number)
    words = request.POST.get("words", "")
    try:
        ask(
            need,
            by=request.actor,
            channel=request.POST.get("channel", Contact.Channel.PHONE),
            said=request.POST.get("said", ""),
            words=words,
        )
    except NotYours:
        raise
    except Refused as refused:
        return call_list(request, number=number, words=words, refused=str(refused.sentence))
    messages.success(request, _("%s 记下了。") % need.short_number)
    return HttpResponseRedirect(reverse("desk:calls", args=[request.community.prefix]))


@require_http_methods(["GET", "POST"])
@staff_door(Can.NEED_CONFIRM)
def keyed(request: DoorRequest) -> HttpResponse:
    """A morning's calls, typed back row by row: each good row is kept, the others say why not."""
    told = {name: request.POST.getlist(name)[:200] for name in ("number", "words")}
    bad: dict[str, tuple[str, str, str]] = {}
    kept = 0
    for number, words in zip(told["number"], told["words"], strict=False):
        said = request.POST.get(f"said-{number}", "")
        if not said:
            if words.strip():
                bad[number] = (said, words, _("怎么样，选一个。"))
            continue
        try:
            _key(request, number, said, words)
        except Refused as refused:
            bad[number] = (said, words, str(refused.sentence) or _("这一件现在不用问了。"))
        else:
            kept += 1
    if kept:
        messages.success(request, ngettext("记下了 %d 行。", "记下了 %d 行。", kept) % kept)
    if request.method == "POST" and not bad:
        return HttpResponseRedirect(reverse("desk:calls", args=[request.community.prefix]))
    lists = to_ask(request.actor)
    rows = [_keyed_row(c, "phone", bad) for c in lists.calls]
    rows += [_keyed_row(c, "visit", bad) for c in lists.visits]
    stars = [("", _("没问")), *((str(n), str(n)) for n in (5, 4, 3, 2, 1))]
    context = {"rows": rows, "day": due_words(clock.now()), "stars": stars, "bad": len(bad)}
    return page(request, "desk/calls/keyed.html", context, status=422 if bad else 200)


def _key(request: DoorRequest, number: str, said: str, words: str) -> None:
    rated = {
        name: int(value)
        if (value := request.POST.get(f"{name}-{number}", "")).isdecimal()
        else None
        for name in ("result", "attitude")
    }
    seen = said in (Contact.Said.SEEN_FINE, Contact.Said.SEEN_NOT)
    visit = seen or request.POST.get(f"how-{number}") == "visit"
    ask(
        get_need(request.actor, number),
        by=request.actor,
        channel=Contact.Channel.VISIT if visit else Contact.Channel.PHONE,
        said=said,
        words=words,
        words_ok=request.POST.get(f"ok-{number}") == "on",
        rating_result=rated["result"],
        rating_attitude=rated["attitude"],
    )


def _keyed_row(call: Call, how: str, bad: dict[str, tuple[str, str, str]]) -> dict[str, object]:
    said, words, refused = bad.get(call.number, ("", "", ""))
    spoken = (Contact.Said.SETTLED, Contact.Said.NOT_SETTLED, Contact.Said.NO_ANSWER)
    seen = (Contact.Said.SEEN_FINE, Contact.Said.SEEN_NOT)
    options = _options(*(spoken if how == "phone" else (*seen, *spoken)))
    return {
        "call": call, "how": how, "said": said, "words": words, "refused": refused,
        "options": options,
    }  # fmt: skip


@require_POST
@staff_door(Can.PERSON_REVEAL)
def dial(request: DoorRequest, number: str) -> HttpResponse:
    """Show one telephone, and write down who looked at it and why."""
    need = get_need(request.actor, number)
    if need.requester is None:
        raise NotYours("person", "")
    own = request.actor.person_id in (need.owner_id, need.note.author_id if need.note else None)
    why = _("电话单：%s") % need.number
    phone = reveal(need.requester, by=request.actor, reason=why, own_case=own)
    return call_list(request, number=number, phone=phone or _("没有留电话"))


def call_list(
    request: DoorRequest,
    *,
    number: str = "",
    phone: str = "",
    words: str = "",
    refused: str = "",
    tell_at: int = 0,
) -> HttpResponse:
    """The page; `number` or `tell_at` is the row that something is shown at."""
    said = Contact.Said
    return page(
        request,
        "desk/calls/calls.html",
        {
            "lists": to_ask(request.actor),
            "day": due_words(clock.now()),
            "at": number,
            "tell": to_tell(request.actor),
            "tell_at": tell_at,
            "phone": phone,
            "words": words,
            "refused": refused,
            "spoken": [
                (s.value, s.label) for s in (said.SETTLED, said.NOT_SETTLED, said.NO_ANSWER)
            ],
            "seen": [(s.value, s.label) for s in (said.SEEN_FINE, said.SEEN_NOT)],
        },
        status=422 if refused else 200,
    )


def _options(*said: Contact.Said) -> list[tuple[str, str]]:
    return [(each.value, str(each.label)) for each in said]
