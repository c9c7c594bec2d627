"""Who may see a line of the board, and who may work on it: whoever may see or work on what it is
for. Posts, assets, offers and what money is raised for are everybody's to see, but for what a
community raises among its own; a need is whatever it was released as."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from linshuo.domain.board.lifecycle import GIVING, SPENDING
from linshuo.domain.board.models import (
    Ask,
    Collection,
    LegalBasis,
    Offer,
    Post,
    Project,
)
from linshuo.domain.needs.access import may
from linshuo.domain.needs.models import Visibility
from linshuo.domain.places.access import NOTHING, reach
from linshuo.domain.places.models import Asset
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role

_INSIDERS = frozenset({Role.MEMBER, Role.LIAISON})
LIVE_NEED = ("open", "done")
ASKING_PROJECT = ("funding", "building")
BUILT = ("accepted", "handed_over")


def kept(prefix: str = "", targets: tuple[str, ...] = ("post", "asset", "offer")) -> Q:
    """Lines for what is kept, looked after or offered, while it is."""
    found = Q()
    for target in targets:
        found |= Q(
            **{
                f"{prefix}{target}__isnull": False,
                f"{prefix}{target}__closed_at__isnull": True,
            }
        )
    return found


def raised(prefix: str = "", *, over: bool = False) -> Q:
    """Lines on which money is asked for, while it is; with `over` also what has been raised and
    built. What a community raises among its own (互助互济, 慈善法 §122) is not among them: no page
    of it is for everyone."""
    projects = (*ASKING_PROJECT, *BUILT) if over else ASKING_PROJECT
    collections = (*SPENDING, "settled") if over else GIVING
    return Q(**{f"{prefix}project__state__in": projects}) | (
        Q(**{f"{prefix}collection__state__in": collections})
        & ~Q(**{f"{prefix}collection__legal_basis": LegalBasis.MUTUAL})
    )


def mutual(prefix: str = "") -> Q:
    """Lines of what a community raises among its own, while it does."""
    return Q(
        **{
            f"{prefix}collection__state__in": GIVING,
            f"{prefix}collection__legal_basis": LegalBasis.MUTUAL,
        }
    )


def public(prefix: str = "", states: tuple[str, ...] = ("open",)) -> Q:
    """Lines on which everyone is asked, their needs being in one of these states. What is offered
    is not among them: nobody is asked to take it on."""
    need = {f"{prefix}need__visibility": Visibility.PUBLIC, f"{prefix}need__state__in": states}
    return Q(**need) | kept(prefix, ("post", "asset")) | raised(prefix)


def reached(viewer: Actor, can: Can, prefix: str = "") -> Q:
    """Lines over which somebody of the office holds a capability: by the place of what they are
    for; offers have no place and are the whole office's."""
    if viewer.everywhere(can):
        return Q()
    if not viewer.can(can):
        return NOTHING
    found = Q(**{f"{prefix}offer__isnull": False})
    for target in ("need", "post", "asset", "project", "collection"):
        found |= reach(viewer, can, f"{prefix}{target}__place__path")
    return found


def visible(viewer: Actor) -> Q:
    """Staff see lines by reach, members what is shown to members, everyone what is public.

    A matter that is not released shows nowhere, not even by its lines.
    """
    if viewer.everywhere(Can.NEED_READ):
        return Q()
    found = Q(need__visibility=Visibility.PUBLIC) | kept() | raised()
    if viewer.roles & _INSIDERS:
        found |= Q(need__visibility=Visibility.MEMBERS) | mutual()
    if viewer.can(Can.NEED_READ):
        return found | reached(viewer, Can.NEED_READ)
    return found & (Q(need__isnull=True) | ~Q(need__state="reported"))


def may_work(by: Actor, ask: Ask) -> bool:
    """Whether the actor may change a line or sign for others on it."""
    if ask.community_id != by.community_id:
        return False
    if ask.need is not None:
        return may(by, Can.NEED_WORK, ask.need)
    return may_keep(by, ask.target)


def may_keep(by: Actor, target: object) -> bool:
    """Whether the actor may set up and change a post, or what is asked for an asset."""
    if by.is_house:
        return True
    if isinstance(target, Post | Asset):
        return by.reaches(Can.POST_KEEP, target.place.path)
    if isinstance(target, Project):
        return by.reaches(Can.PROJECT_KEEP, target.place.path)
    if isinstance(target, Collection):
        return by.can(Can.COLLECTION_KEEP)
    return by.can(Can.POST_KEEP)


def spoken_for(viewer: Actor) -> frozenset[int]:
    """The partnerships the viewer speaks for."""
    return frozenset(
        g.partnership_id
        for g in viewer.grants
        if g.role is Role.LIAISON and g.partnership_id is not None
    )


def offers_for(by: Actor, offer: Offer) -> bool:
    """Whether what is offered is the actor's own, or their unit's."""
    own = offer.person_id is not None and offer.person_id == by.person_id
    return own or offer.partnership_id in spoken_for(by)


def in_term(offer: Offer, day: date) -> bool:
    """Whether a day lies in the time for which something is offered."""
    return offer.since <= day and (offer.until is None or day <= offer.until)


def stands(ask: Ask) -> bool:
    """Whether what the line is for still wants somebody: a need is open or being checked, a post,
    an asset or an offer is still there."""
    if ask.need is not None:
        return ask.need.state in LIVE_NEED
    return getattr(ask.target, "closed_at", None) is None


def takes_names(ask: Ask) -> bool:
    """Whether somebody can still sign on the line itself."""
    return ask.closed_at is None and stands(ask)
