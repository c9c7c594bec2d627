"""今天: the first page after signing in."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from linshuo.domain.needs.voices import to_release
from linshuo.domain.people.check_ins import Waiting, waiting
from linshuo.domain.service.gatherings import due_resolutions
from linshuo.domain.service.roster import shifts_today
from linshuo.insight.at_the_door import AtTheDoor, at_the_door
from linshuo.insight.letter_reads import ready_to_send
from linshuo.insight.today import CAP, today
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.notices.queries import inbox
from linshuo.web.doors import DoorRequest, page, staff_door


@require_GET
@staff_door(Can.NEED_READ)
def show(request: DoorRequest) -> HttpResponse:
    """What is due, new, silent, and waiting. `?whose=mine` narrows, `?only=red` shows one group."""
    only = request.GET.get("only", "")
    found = today(request.actor, mine=request.GET.get("whose") == "mine", only=only)
    alone = len(found.groups) == 1 and found.groups[0].key == only
    # Nobody's yet: it stands with what one answers for, not with what one was given.
    everything = found.whole and not alone
    return page(
        request,
        "desk/today/today.html",
        {
            "today": found,
            "arrived": waiting(request.actor, cap=CAP) if everything else Waiting([], 0),
            "door": at_the_door(request.actor, cap=CAP) if everything else AtTheDoor([], 0),
            "alone": found.groups[0] if alone else None,
            "day": wording.short_day(clock.today()),
            "weekday": wording.weekday(clock.today()),
            "mine_only": found.may_widen and not found.whole,
            "can_write": request.actor.can(Can.NOTE_WRITE),
            "me": request.actor.person_id,
            "told": inbox(request.actor),
            "shifts": [] if alone else shifts_today(request.actor, mine=True),
            "resolutions": [] if alone else due_resolutions(request.actor, mine=not found.whole),
            "letters": ready_to_send(request.actor) if everything else 0,
            "voices": to_release(request.actor).count()
            if everything and request.actor.can(Can.NEED_RELEASE)
            else 0,
        },
    )
