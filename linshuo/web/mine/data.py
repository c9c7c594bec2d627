"""我的资料: what is held on oneself as one file, and asking that it be deleted."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linshuo.acts import erasing
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.exchange import own_data
from linshuo.kit import clock, wording
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door


@my_door
def data(request: DoorRequest) -> HttpResponse:
    """A part for each community that knows the account: what is held, and the way out of it."""
    refused: dict[int, str] = {}
    if request.method == "POST":
        person, do = _mine(request), request.POST.get("do")
        try:
            _do(request, person, do)
        except NotYours:
            raise
        except Refused as no:
            refused[person.pk] = str(no.sentence)
        else:
            return redirect(f"{reverse('mine:data')}#data-{person.pk}")
    parts = [_part(person, refused.get(person.pk, "")) for person in request.persons]
    context = {"parts": parts, "days": erasing.WAIT.days, "backups": settings.BACKUPS_KEPT}
    return render(request, "mine/data.html", context, status=422 if refused else 200)


def _do(request: DoorRequest, person: Person, do: str | None) -> None:
    if do == "ask" and request.POST.get("sure") != "on":
        raise Refused("sure", _("看明白了，先在前面打个钩。"))
    if do == "ask":
        asked = erasing.ask(person, by=actor_of(person))
        told = _("记下了。%s 删除，在那以前随时可以收回。") % wording.day(asked.due_on)
    elif do == "take-back":
        erasing.take_back(person, by=actor_of(person))
        told = _("收回了，什么也没有删。")
    else:
        raise Http404
    messages.success(request, told)


def _mine(request: DoorRequest) -> Person:
    wanted = request.POST.get("person", "")
    person = next((p for p in request.persons if str(p.pk) == wanted), None)
    if person is None:
        raise Http404
    return person


def _part(person: Person, refused: str) -> dict[str, Any]:
    waits = erasing.pending(person)
    return {
        "pk": person.pk,
        "community": person.community.name,
        "held": [(kind, _("%d 条") % n) for kind, n in own_data.counted(person)],
        "due": wording.day(waits.due_on) if waits else "",
        "refused": refused,
    }


@require_POST
@my_door
def file(request: DoorRequest) -> HttpResponse:
    """Everything held on oneself in one community, as one file."""
    person = _mine(request)
    answer = HttpResponse(
        own_data.export(person, by=actor_of(person)), content_type="application/zip"
    )
    name = f"linshuo-{person.community.prefix}-{clock.today():%Y-%m-%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
