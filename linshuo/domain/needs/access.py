"""Who may see which needs and notes: one Q for the list and for the check."""

from __future__ import annotations

from django.db.models import Q

from linshuo.domain.needs.models import Need, Note, Visibility
from linshuo.domain.places.access import reach
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role

_INSIDERS = frozenset({Role.MEMBER, Role.LIAISON})


def visible(viewer: Actor, can: Can = Can.NEED_READ) -> Q:
    """Needs the viewer may see, or, for another capability, may use it on.

    Staff: where their appointment reaches, and wherever they own the matter or took the note.
    Members and liaisons: what has been shown to members and accepted. Anyone: what they asked for.
    """
    if viewer.is_house:
        return Q()
    found = reach(viewer, can, "place__path")
    me = viewer.person_id
    if me is None or viewer.everywhere(can):
        return found
    if viewer.can(can):
        found |= Q(owner_id=me) | Q(note__author_id=me)
    if can is Can.NEED_READ:
        found |= Q(requester_id=me)
        if viewer.roles & _INSIDERS:
            found |= Q(visibility__in=[Visibility.PUBLIC, Visibility.MEMBERS]) & ~Q(
                state="reported"
            )
    return found


def may(viewer: Actor, can: Can, need: Need) -> bool:
    """Whether the viewer may use the capability on this need: the same Q as the list."""
    if need.community_id != viewer.community_id:
        return False
    if viewer.everywhere(can):
        return True  # the Q is then empty: nothing to ask the database
    return Need.objects.of(viewer).filter(visible(viewer, can), pk=need.pk).exists()


def visible_notes(viewer: Actor) -> Q:
    """One's own notebook; all of them for those who leaf through all."""
    if viewer.is_house:
        return Q()
    found = reach(viewer, Can.NOTE_READ, "place__path")
    if viewer.person_id is None or viewer.everywhere(Can.NOTE_READ):
        return found
    return found | Q(author_id=viewer.person_id)


def audiences(need: Need) -> list[str]:
    """For the index of words: the same rule as `visible` for staff, as terms.

    `p12`: reached by an appointment over place 12 or above it; `u7`: owner or note's author.
    """
    found = [f"p{pk}" for pk in need.place.path.strip("/").split("/")]
    people = {need.owner_id, need.note.author_id if need.note else None}
    return found + sorted(f"u{pk}" for pk in people if pk)


def note_audiences(note: Note) -> list[str]:
    """A note is found by its author, and by those who leaf through all."""
    return [f"p{pk}" for pk in note.place.path.strip("/").split("/")] + [f"u{note.author_id}"]


def listens(viewer: Actor, can: Can) -> frozenset[str]:
    """The audiences the viewer belongs to: any of them in common, and the entry may be found."""
    found = {f"p{path.strip('/').rsplit('/', 1)[-1]}" for path in viewer.paths(can)}
    if viewer.person_id is not None:
        found.add(f"u{viewer.person_id}")
    return frozenset(found)
