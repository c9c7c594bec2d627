"""电话单 and 上门单: worked through from top to bottom, one answer a row."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts.asking import ask
from linshuo.domain.needs.models import Contact
from linshuo.domain.needs.queries import get_need
from linshuo.domain.people.actions import reveal
from linshuo.insight.calls import due_words, to_ask
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
