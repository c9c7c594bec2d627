"""Who may plan and change turns: the office where it keeps posts, keepers for their own."""

from __future__ import annotations

from linshuo.domain.board.access import may_keep, spoken_for
from linshuo.domain.board.models import Post
from linshuo.domain.service.models import Turn
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can


def may_plan(by: Actor, post: Post) -> bool:
    """Whether the actor plans turns at a post: whoever keeps posts there, and staff who work."""
    if post.community_id != by.community_id:
        return False
    return may_keep(by, post) or by.reaches(Can.NEED_WORK, post.place.path)


def own(by: Actor, turn: Turn) -> bool:
    """Whether a turn is the actor's own, or their unit's."""
    mine = turn.person_id is not None and turn.person_id == by.person_id
    return by.is_house or mine or turn.partnership_id in spoken_for(by)
