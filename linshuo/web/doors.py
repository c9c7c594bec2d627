"""What every door does before a view runs: who is there, in which community, may they, are they
still sitting at the screen.

A staff view is written as

    @staff_door(Can.NEED_READ)
    def ledger(request: DoorRequest) -> HttpResponse:
        return page(request, "desk/ledger.html", {...})

under a pattern `<str:prefix>/…`. The door spends the prefix: the view receives the rest of the
address, and finds `request.community`, `request.person` and `request.actor`.

What a door answers: nobody signed in → the sign-in page, and back here afterwards; no such
community, nobody there or the capability nowhere → 404, the same page as for an address that never
was; a screen left alone → the lock. `NotYours` raised inside the view is a 404 too, and a
`Refused` that the view did not put beside a field is a page with its sentence.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from linshuo.domain.people.models import Account, Appointment, Person
from linshuo.domain.people.queries import actor_of, in_force, persons_of
from linshuo.domain.places.models import Community
from linshuo.kit.actor import Actor
from linshuo.kit.can import STAFF_ROLES, Can, Role
from linshuo.kit.refused import NotYours, Refused
from linshuo.web import lock
from linshuo.web.rail import rail
from linshuo.web.second import second_factor
from linshuo.web.where import page_of, safe_next

__all__ = [
    "DoorRequest",
    "home_of",
    "my_door",
    "page",
    "refusal_into",
    "safe_next",
    "second_factor",
    "staff_door",
    "to_sign_in",
]

P = ParamSpec("P")


class DoorRequest(HttpRequest):
    """A request that came through a door. Only a name for the type checker."""

    user: Account
    community: Community
    person: Person
    actor: Actor
    persons: list[Person]


View = Callable[Concatenate[Any, P], HttpResponse]
_AT_A_DESK = tuple(r.value for r in (*STAFF_ROLES, Role.SUPERVISOR, Role.CASHIER))
"""Roles that work at a shared screen, which locks."""


def staff_door(can: Can, *others: Can) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Let in who holds `can` (or one of `others`) anywhere in the community of the prefix."""

    def wrap(view: View[P]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def door(request: DoorRequest, prefix: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            _enter(request, prefix)
            if not any(request.actor.can(each) for each in (can, *others)):
                raise Http404
            return _guarded(request, view, args, kwargs)

        door.can = (can, *others)  # type: ignore[attr-defined]
        return door

    return wrap


def my_door(view: View[P]) -> Callable[..., HttpResponse]:
    """Let in whoever is signed in; `request.persons` is who they are, community by community.

    A resident's own phone does not lock; the screen of someone who serves as staff does.
    """

    @functools.wraps(view)
    def door(request: DoorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        request.persons = persons_of(request.user)
        if _serves(request.user):
            return _guarded(request, view, args, kwargs)
        return _called(request, view, args, kwargs)

    return door


def _enter(request: DoorRequest, prefix: str) -> None:
    """Find the community and who the account is in it: one query, and one for the appointments."""
    if not (prefix.isascii() and prefix.isalnum()):
        raise Http404  # no prefix looks like this, and PostgreSQL takes no NUL
    person = (
        Person.objects.everywhere()
        .filter(account=request.user, community__prefix=prefix.upper(), erased_at__isnull=True)
        .select_related("community")
        .first()
    )
    if person is None:
        raise Http404
    request.person = person
    request.community = person.community
    request.actor = actor_of(person)


def _serves(account: Account) -> bool:
    return (
        Appointment.objects.everywhere()
        .filter(in_force(), person__account=account, role__in=_AT_A_DESK)
        .exists()
    )


def _guarded(
    request: DoorRequest, view: View[P], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    answer = lock.check(request)
    if answer is None:
        answer = _called(request, view, args, kwargs)
    lock.mark_seen(request, answer)
    return answer


def _called(
    request: DoorRequest, view: View[P], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    try:
        answer = view(request, *args, **kwargs)
    except NotYours as refused:
        raise Http404(str(refused)) from None
    except Refused as refused:
        answer = render(request, "mine/refused.html", {"refused": refused}, status=409)
    if not answer.has_header("Cache-Control"):
        add_never_cache_headers(answer)  # a shared computer's Back button shows nothing
    return answer


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, and afterwards back to where one wanted to go."""
    where = f"{reverse('account_login')}?{urlencode({'next': page_of(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return HttpResponseRedirect(where)


def home_of(account: Account) -> str:
    """Where someone goes after signing in: the desk if they serve, else their own page. Whoever
    only keeps the money begins with the money, the sub-district with what is stuck."""
    serving = (
        Appointment.objects.everywhere()
        .filter(in_force(), person__account=account, role__in=(*_AT_A_DESK, Role.SUB_DISTRICT))
        .order_by("pk")
        .values_list("community__prefix", "role")
    )
    found = sorted(serving, key=lambda row: (row[1] == Role.SUB_DISTRICT, row[1] == Role.CASHIER))
    if not found:
        return reverse("mine:home")
    prefix, role = found[0]
    if role == Role.SUB_DISTRICT:
        return _beside(prefix)
    return desk_of(prefix, money_only=role == Role.CASHIER)


def desk_of(prefix: str, *, money_only: bool) -> str:
    """The first page of a community's desk."""
    return f"/desk/{prefix}/money/" if money_only else f"/desk/{prefix}/"


def _beside(prefix: str) -> str:
    return f"/desk/{prefix}/beside/"


def _first_of(actor: Actor, prefix: str) -> str:
    """The first page of the desk for whoever is at it."""
    if not actor.can(Can.NEED_READ) and not actor.can(Can.MONEY_READ):
        return _beside(prefix)
    return desk_of(prefix, money_only=not actor.can(Can.NEED_READ))


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page with what `ui/desk.html` reads. A form in it that was refused answers 422."""
    form = (context or {}).get("form")
    if status == 200 and isinstance(form, forms.BaseForm) and form.is_bound and form.errors:
        status = 422
    return render(request, template, {**desk_context(request), **(context or {})}, status=status)


def desk_context(request: HttpRequest) -> dict[str, Any]:
    """What the frame of the desk shows. Costs its two queries only where a template draws it."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"sign_out_url": reverse("account_logout"), "home_url": "/my/"}
    community: Community = request.community  # type: ignore[attr-defined]
    prefix = community.prefix
    return {
        "community": community,
        "prefix": prefix,
        "actor": actor,
        "community_name": community.name,
        "actor_name": actor.name,
        "actor_post": SimpleLazyObject(lambda: post_of(actor)),
        "rail": SimpleLazyObject(lambda: rail(request, actor, prefix)),
        "home_url": _first_of(actor, prefix),
        "search_url": f"/desk/{prefix}/search/",
        "sign_out_url": reverse("account_logout"),
        "sign_in_url": reverse("account_login"),
        "lock_url": reverse("mine:unlock"),
        "lock_idle": lock.idle_seconds(),
    }


def post_of(actor: Actor) -> str:
    """What the actor's first appointment is called here: 盐业片区秘书."""
    title = (
        Appointment.objects.of(actor)
        .filter(in_force(), person_id=actor.person_id)
        .order_by("pk")
        .values_list("title", flat=True)
        .first()
    )
    return title or ""


def refusal_into(
    form: forms.BaseForm, refused: Refused, fields: Mapping[str, str] | None = None
) -> None:
    """Put a refusal's sentence beside its field, or on top of the form when it names none.

    `fields` translates the domain's name of a field into the form's, where they differ.
    """
    name = (fields or {}).get(refused.field or "", refused.field)
    form.add_error(name if name in form.fields else None, str(refused.sentence))
