"""One's own receipt of a pledge, to print or to keep."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from linshuo.domain.people.queries import actor_of
from linshuo.domain.pledges.queries import own_pledge
from linshuo.kit.refused import Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.printing import pledge_paper


@require_GET
@my_door
def receipt(request: DoorRequest, pk: int) -> HttpResponse:
    """What I took on, as one receipt."""
    actor, pledge = own_pledge([actor_of(p) for p in request.persons], pk)
    person = next(p for p in request.persons if p.community_id == actor.community_id)
    try:
        return pledge_paper(request, person.community, [pledge], f"receipt-{pk}")
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect("mine:pledge", pk=pk)
