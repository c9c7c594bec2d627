"""Who may plan and change turns, and who may write down whose word that somebody came."""

from __future__ import annotations

from linshuo.domain.board.access import may_keep, reached, spoken_for
from linshuo.domain.board.models import Post
from linshuo.domain.people.models import Person
from linshuo.domain.places.models import Place
from linshuo.domain.pledges.access import owned
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Activity, ActivityKind, Turn, Via
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role


def may_plan(by: Actor, post: Post) -> bool:
    """Whether the actor plans turns at a post: whoever keeps posts there, and staff who work."""
    if post.community_id != by.community_id:
        return False
    return may_keep(by, post) or by.reaches(Can.NEED_WORK, post.place.path)


def may_hold(by: Actor, place: Place) -> bool:
    """Whether the actor announces, changes and cancels activities at a place."""
    ours = place.community_id == by.community_id
    return ours and (by.is_house or by.reaches(Can.POST_KEEP, place.path))


def may_run(by: Actor, activity: Activity) -> bool:
    """Whether the actor signs others up, keeps the list and writes down what came of it: whoever
    holds it, sees to it, or works there. The same as for its turns."""
    if activity.community_id != by.community_id:
        return False
    if by.is_house or may_hold(by, activity.place):
        return True
    own_work = activity.owner_id is not None and activity.owner_id == by.person_id
    return by.can(Can.NEED_WORK) and (own_work or by.reaches(Can.NEED_WORK, activity.place.path))


def may_come(by: Actor, activity: Activity) -> bool:
    """Whether somebody may sign themselves up: everyone; for a meeting whoever serves or speaks for
    a unit, anyone else by word to the office."""
    if activity.community_id != by.community_id or by.person_id is None:
        return False
    return activity.kind != ActivityKind.MEETING or bool(by.roles - {Role.RESIDENT})


def own(by: Actor, turn: Turn) -> bool:
    """Whether a turn is the actor's own, or their unit's."""
    mine = turn.person_id is not None and turn.person_id == by.person_id
    return by.is_house or mine or turn.partnership_id in spoken_for(by)


def may_attest(by: Actor, turn: Turn) -> bool:
    """Whether the actor may write down that somebody came: staff who work on what the turn is for,
    and whoever was served, for themselves. Never whoever speaks for the unit whose hours these
    would be: they gain by it."""
    if turn.community_id != by.community_id:
        return False
    if by.is_house:
        return True
    if turn.partnership_id is not None and turn.partnership_id in spoken_for(by):
        return False
    return may_work(by, turn) or (by.person_id is not None and by.person_id in served(turn))


def may_work(by: Actor, turn: Turn) -> bool:
    """Whether a turn is staff work of the actor's: by what it is for, as everywhere."""
    if by.is_house:
        return True
    if not by.can(Can.NEED_WORK) or turn.community_id != by.community_id:
        return False
    if by.everywhere(Can.NEED_WORK):
        return True
    if by.everywhere(Can.NEED_WORK):
        return True
    if turn.pledge_id is not None:
        theirs = reached(by, Can.NEED_WORK, "ask__") | owned(by)
        return Pledge.objects.of(by).filter(theirs, pk=turn.pledge_id).exists()
    if turn.post is not None:
        return may_plan(by, turn.post)
    activity = turn.activity
    if activity is None:
        return False
    own_work = activity.owner_id is not None and activity.owner_id == by.person_id
    return own_work or by.reaches(Can.NEED_WORK, activity.place.path)


def served(turn: Turn) -> frozenset[int]:
    """Whoever the turn was for, as far as the community knows: who asked for the matter or said it
    for them; of what is offered, who signed for it. Nobody in particular at a post."""
    if turn.pledge is None:
        return frozenset()
    ask = turn.pledge.ask
    if ask.offer_id is not None:
        found = {turn.pledge.person_id}
    else:
        found = {ask.need.requester_id, ask.need.proxy_id} if ask.need else set()
    return frozenset(pk for pk in found if pk is not None)


def word_stands(by: Actor, turn: Turn, via: str, whose: Person | None) -> bool:
    """Whether this may be anybody's word: a slip there was, whoever was served, or the colleague
    who writes it down and saw it. At a post and in the open those served have no list."""
    if via == Via.SLIP:
        need = turn.pledge.ask.need if turn.pledge else None
        return need is not None and need.paper_id is not None
    if whose is None or whose.community_id != turn.community_id:
        return False
    if via == Via.COLLEAGUE:
        return by.is_house or whose.pk == by.person_id
    known = served(turn)
    return turn.pledge is None or not known or whose.pk in known
