"""人: who the community knows. Names and phones are masked until there is a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.domain.honours.behind import named_in
from linshuo.domain.needs.access import visible as visible_needs
from linshuo.domain.needs.models import Need
from linshuo.domain.people.access import visible
from linshuo.domain.people.actions import (
    change_person,
    give_consent,
    know_person,
    reveal,
    withdraw_consent,
)
from linshuo.domain.people.models import Appointment, Person, Purpose
from linshuo.domain.people.queries import consents, get_person, in_force, looks_at, staff
from linshuo.domain.places.models import Place
from linshuo.domain.places.queries import get_place
from linshuo.kit import secret, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name, mask_phone
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import fold, tidy
from linshuo.web.desk.people_forms import (
    ChangePersonForm,
    ConsentForm,
    FindForm,
    PersonForm,
    RevealForm,
)
from linshuo.web.desk.people_tabs import people_tabs
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.roles import post_words
from linshuo.web.ui.seals import SEALS

PAGE = 50
MOST_ASKED = 20


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list, formatted."""

    url: str
    name: str
    phone: str
    place: str
    post: str


@require_GET
@staff_door(Can.PERSON_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """Everyone the community knows, found by name, pinyin initials or the whole phone number."""
    form = FindForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    found = Person.objects.of(request.actor).filter(visible(request.actor), _matching(wanted))
    found = found.filter(erased_at__isnull=True)
    rows = list(
        found.filter(_after(request.GET.get("after", "")))
        .select_related("place")
        .order_by("initials", "pk")[: PAGE + 1]
    )
    more, rows = len(rows) > PAGE, rows[:PAGE]
    posts = {c.person_id: c.title for c in staff(request.actor)}
    following = (
        urlencode({"q": wanted, "after": f"{rows[-1].initials}_{rows[-1].pk}"}) if more else ""
    )
    context = {
        "wanted": wanted,
        "rows": [_row(person, posts, request.community.prefix) for person in rows],
        "count": found.count(),
        "next": f"?{following}" if following else "",
        "first": f"?{urlencode({'q': wanted})}" if request.GET.get("after") else "",
        "tabs": people_tabs(request.actor, request.community.prefix, "people"),
        "may_add": request.actor.can(Can.PERSON_WRITE),
    }
    return page(request, "desk/people/list.html", context)


def _matching(wanted: str) -> Q:
    typed = tidy(wanted)
    if not typed:
        return Q()
    digits = "".join(c for c in fold(typed) if c.isdigit())
    if len(digits) >= 7 and not any(c.isalpha() for c in typed):
        try:
            return Q(phone_hmac=secret.fingerprint(clean_phone(typed)))
        except Refused:
            return Q(pk__in=())
    if typed.isascii():
        return Q(initials__startswith=fold(typed)) | Q(name__icontains=typed)
    return Q(name__contains=typed)


def _after(mark: str) -> Q:
    initials, _sep, pk = mark.replace("\x00", "").rpartition("_")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return Q()
    return Q(initials__gt=initials) | Q(initials=initials, pk__gt=int(pk))


def _row(person: Person, posts: dict[int, str], prefix: str) -> PersonRow:
    serves = person.pk in posts
    return PersonRow(
        url=reverse("desk:person", args=[prefix, person.pk]),
        name=person.name if serves else mask_name(person.name),
        phone=mask_phone(person.phone),
        place=person.place.full_name if person.place else "",
        post=posts.get(person.pk, ""),
    )


@staff_door(Can.PERSON_WRITE)
def add(request: DoorRequest) -> HttpResponse:
    """Add a person; one who is known by name and phone is found instead."""
    form = PersonForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        try:
            person = know_person(
                name=form.cleaned_data["name"],
                phone=form.cleaned_data["phone"],
                place=_place(request.actor, form.cleaned_data["place"]),
                by=request.actor,
            )
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("%s 记下了。") % mask_name(person.name))
            return _to(request, person)
    return page(request, "desk/people/add.html", {"form": form})


def _place(actor: Actor, pk: str) -> Place | None:
    return get_place(actor, int(pk)) if pk else None


def _to(request: DoorRequest, person: Person) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:person", args=[request.community.prefix, person.pk]))


@require_GET
@staff_door(Can.PERSON_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One person, masked."""
    return _page(request, get_person(request.actor, pk))


@require_POST
@staff_door(Can.PERSON_REVEAL)
def show_phone(request: DoorRequest, pk: int) -> HttpResponse:
    """The name and the phone in the clear, this once; who looked and why is kept."""
    person = get_person(request.actor, pk)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, person, reveal_form=form)
    try:
        phone = reveal(person, by=request.actor, reason=form.cleaned_data["reason"])
    except NotYours:
        raise
    except Refused as refused:
        refusal_into(form, refused)
        return _page(request, person, reveal_form=form)
    return _page(request, person, seen=phone or _("没有留电话"))


@require_POST
@staff_door(Can.PERSON_WRITE)
def change(request: DoorRequest, pk: int) -> HttpResponse:
    """Correct what is known; what is left empty stays."""
    person = get_person(request.actor, pk)
    form = ChangePersonForm(request.POST, actor=request.actor)
    if not form.is_valid():
        return _page(request, person, change_form=form)
    data = form.cleaned_data
    try:
        change_person(
            person,
            name=data["name"] or None,
            phone=data["phone"] or None,
            place=_place(request.actor, data["place"]),
            by=request.actor,
        )
    except NotYours:
        raise
    except Refused as refused:
        refusal_into(form, refused)
        return _page(request, person, change_form=form)
    messages.success(request, _("改好了。"))
    return _to(request, person)


@require_POST
@staff_door(Can.PERSON_WRITE)
def consent(request: DoorRequest, pk: int) -> HttpResponse:
    """Write down that somebody agreed, or took it back, on their word at the counter."""
    person = get_person(request.actor, pk)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _page(request, person)
    purpose = Purpose(form.cleaned_data["purpose"])
    if form.cleaned_data["do"] == "give":
        give_consent(person, purpose, by=request.actor)
        messages.success(request, _("记下了：本人同意“%s”。") % purpose.label)
    else:
        withdraw_consent(person, purpose, by=request.actor)
        messages.success(request, _("记下了：本人收回“%s”。") % purpose.label)
    return _to(request, person)


def _page(
    request: DoorRequest,
    person: Person,
    *,
    seen: str = "",
    reveal_form: RevealForm | None = None,
    change_form: ChangePersonForm | None = None,
) -> HttpResponse:
    actor = request.actor
    rows = list(
        Appointment.objects.of(actor)
        .filter(in_force(), person=person)
        .select_related("place", "partnership__organisation")
        .order_by("pk")
    )
    named = bool(seen) or any(row.place_id for row in rows)
    refused = any(f is not None and f.errors for f in (reveal_form, change_form))
    context: dict[str, Any] = {
        "person": person,
        "name": person.name if named else mask_name(person.name),
        "seen": seen,
        "phone": seen or mask_phone(person.phone) or _("没有留"),
        "place": person.place.full_name if person.place else _("不知道"),
        "posts": [
            (post_words(r.title, r.role), r.place.full_name if r.place else str(r.partnership))
            for r in rows
        ],
        "consents": _consents(person),
        "asked": _asked(actor, person, request.community.prefix),
        "named": named_in(actor, person=person.pk),
        "looks": looks_at(person)[:20] if actor.can(Can.STAFF_APPOINT) else None,
        "reveal_form": reveal_form or RevealForm(auto_id="reveal_%s"),
        "change_form": change_form or ChangePersonForm(actor=actor, auto_id="change_%s"),
        "open_reveal": reveal_form is not None,
        "open_change": change_form is not None,
        "may_reveal": actor.can(Can.PERSON_REVEAL) and bool(person.phone_enc),
        "may_write": actor.can(Can.PERSON_WRITE),
        "may_appoint": actor.can(Can.STAFF_APPOINT),
    }
    return page(request, "desk/people/person.html", context, status=422 if refused else 200)


def _consents(person: Person) -> list[dict[str, str]]:
    given = consents(person)
    return [
        {
            "purpose": purpose.value,
            "words": str(purpose.label),
            "since": wording.day(given[purpose].given_at) if purpose in given else "",
        }
        for purpose in Purpose
    ]


def _asked(actor: Actor, person: Person, prefix: str) -> list[dict[str, str]]:
    rows = (
        Need.objects.of(actor)
        .filter(visible_needs(actor), requester=person)
        .order_by("-reported_at", "-pk")
        .only("community_id", "number", "title", "state", "reported_at")[:MOST_ASKED]
    )
    return [
        {
            "url": f"/desk/{prefix}/needs/{row.number}/",
            "number": row.number,
            "title": row.title,
            "state": row.state,
            "words": str(SEALS[row.state].words),
            "day": wording.near_day(row.reported_at),
        }
        for row in rows
    ]
