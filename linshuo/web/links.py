"""Signed addresses: of one matter, whose holder says whether it helped; of one check-in.

The square answers it and the desk gives it out; neither leans on the other, so it stands here.
"""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from linshuo.acts.outside import CheckIn, Need, partner_name
from linshuo.notices.asking_again import SAY_SALT as SAY
from linshuo.notices.asking_again import say_token

__all__ = ["CHECK_IN", "SAY", "check_in_link", "link_for", "read_link"]

SAY_DAYS = 90
CHECK_IN = "plaza.check-in"
UNIT = "plaza.unit"


def link_for(need: Need) -> str:
    """The address at which whoever asked says whether it is settled; good for ninety days."""
    return reverse("plaza:say", args=[need.community.prefix, say_token(need)])


def read_link(token: str) -> tuple[int, str] | None:
    """The community and the number a token was signed for; None when it is too old or not ours."""
    try:
        community_id, number = signing.loads(token, salt=SAY, max_age=SAY_DAYS * 86400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(community_id), str(number)


def check_in_link(row: CheckIn | None, here: tuple[int, str] | None = None) -> str:
    """The address at which somebody sees that they checked in, and their receipt number.

    It stands on the printed receipt and does not run out. Without a row it is an address that says
    no more than that something was handed in. `here` is the community's id and prefix; without it
    the row's own are looked up.
    """
    if here is None:
        assert row is not None
        here = (row.community_id, row.community.prefix)
    token = signing.dumps([here[0], row.pk if row else 0], salt=CHECK_IN)
    return reverse("plaza:checked", args=[here[1], token])


def read_check_in_link(token: str) -> tuple[int, int] | None:
    """The community and the check-in a token was signed for; None when it is not ours."""
    try:
        community_id, pk = signing.loads(token, salt=CHECK_IN)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(community_id), int(pk)


def unit_link(unit: int, here: tuple[int, str]) -> str:
    """The check-in form with a unit filled in, for its liaison to pass on to its people. `unit` is
    the partnership's id, `here` the community's id and prefix."""
    community_id, prefix = here
    token = signing.dumps([community_id, unit], salt=UNIT)
    return f"{reverse('plaza:check-in', args=[prefix])}?unit={token}"


def read_unit_link(token: str, community_id: int) -> str:
    """The name of the unit a token was signed for; empty when it is not ours or has left."""
    try:
        community, pk = signing.loads(token, salt=UNIT)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return partner_name(community_id, int(pk)) if community == community_id else ""
