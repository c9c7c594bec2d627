"""谁在管: appointments given and ended, and the sign-in cards that go with them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts.serving import take_on
from linshuo.domain.people.models import Appointment, Person
from linshuo.domain.people.queries import get_person, in_force
from linshuo.domain.people.staffing import end_appointment, issue_card, unused_cards
from linshuo.domain.places.queries import get_place
from linshuo.kit import clock, wording
from linshuo.kit.can import Can, Role
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.cards_to_print import cards_page
from linshuo.web.desk.people_forms import EndForm, GiveForm
from linshuo.web.desk.people_tabs import people_tabs
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.roles import post_words


@require_GET
@staff_door(Can.STAFF_APPOINT)
def staff_page(request: DoorRequest) -> HttpResponse:
    """Everyone with a post over a place today, whether they have an account, and unused cards."""
    actor, prefix = request.actor, request.community.prefix
    rows = list(
        Appointment.objects.of(actor)
        .filter(in_force(), place__isnull=False)
        .select_related("person", "place")
        .order_by("place__path", "pk")
    )
    waiting = {person.pk for person, _paper in unused_cards(actor)}
    order = [role.value for role in Role]
    rows.sort(key=lambda r: order.index(r.role))
    context = {
        "rows": [_row(row, waiting, prefix) for row in rows],
        "waiting": len(waiting),
        "tabs": people_tabs(actor, prefix, "staff"),
    }
    return page(request, "desk/people/staff.html", context)


def _row(row: Appointment, waiting: set[int], prefix: str) -> dict[str, Any]:
    person = row.person
    entry = _("能登录") if person.account_id else ""
    if person.pk in waiting:
        entry = _("卡印了，还没用")
    return {
        "person": person.pk,
        "url": reverse("desk:person", args=[prefix, person.pk]),
        "name": person.name,
        "post": post_words(row.title, row.role),
        "over": row.place.full_name if row.place else "",
        "since": wording.day(row.starts),
        "entry": entry or _("还不能登录"),
        "has_account": bool(person.account_id),
        "end_url": reverse("desk:staff-end", args=[prefix, row.pk]),
    }


@staff_door(Can.STAFF_APPOINT)
def give(request: DoorRequest) -> HttpResponse:
    """Give a post: to someone already known (`?person=`), or to a name and a phone."""
    person = _person(request)
    form = GiveForm(request.POST or None, actor=request.actor, person=person)
    if form.is_valid():
        data = form.cleaned_data
        try:
            row = take_on(
                by=request.actor,
                role=Role(data["role"]),
                person=person,
                name=data.get("name", ""),
                phone=data.get("phone", ""),
                place=get_place(request.actor, int(data["place"])),
                title=data["title"],
                starts=data["starts"],
                ends=data["ends"],
            )
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            words = _("%(name)s 从 %(day)s 起担任%(post)s。")
            given = {"name": row.person.name, "day": wording.day(row.starts),
                     "post": post_words(row.title, row.role)}  # fmt: skip
            messages.success(request, words % given)
            return _back(request)
    return page(request, "desk/people/give.html", {"form": form, "person": person})


def _person(request: DoorRequest) -> Person | None:
    pk = request.POST.get("person") or request.GET.get("person") or ""
    if not pk:
        return None
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        raise Http404
    return get_person(request.actor, int(pk))


def _back(request: DoorRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:staff", args=[request.community.prefix]))


@staff_door(Can.STAFF_APPOINT)
def end(request: DoorRequest, pk: int) -> HttpResponse:
    """End a post. What was done under it stays."""
    row = (
        Appointment.objects.of(request.actor)
        .filter(in_force(), pk=pk)
        .select_related("person", "place", "partnership__organisation")
        .first()
    )
    if row is None:
        raise Http404
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ended = end_appointment(row, by=request.actor, ends=form.cleaned_data["ends"])
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            words = _("%(name)s 的任职到 %(day)s 为止。")
            day = wording.day(ended.ends or clock.today())
            messages.success(request, words % {"name": row.person.name, "day": day})
            return _back(request)
    context = {
        "form": form,
        "name": row.person.name,
        "post": post_words(row.title, row.role),
        "over": row.place.full_name if row.place else str(row.partnership),
    }
    return page(request, "desk/people/end.html", context)


@require_POST
@staff_door(Can.STAFF_APPOINT)
def card(request: DoorRequest) -> HttpResponse:
    """Print a sign-in card for one person; an older one that was not used stops working."""
    person = _person(request)
    if person is None:
        raise Http404
    issue_card(person, by=request.actor)
    where = reverse("desk:staff-cards", args=[request.community.prefix])
    return HttpResponseRedirect(f"{where}?person={person.pk}")


@require_GET
@staff_door(Can.STAFF_APPOINT)
def cards(request: DoorRequest) -> HttpResponse:
    """The cards that were printed and not used yet, one person's or all, on A4."""
    only = _person(request)
    found = [
        (person, paper)
        for person, paper in unused_cards(request.actor)
        if only is None or person.pk == only.pk
    ]
    back = reverse("desk:staff", args=[request.community.prefix])
    return cards_page(request, request.community, found, back=back)
