"""The signed address of one matter: its holder reads how it stands and says whether it helped.

The square answers it and the desk gives it out; neither leans on the other, so it stands here.
"""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from linshuo.acts.outside import Need

SAY = "plaza.say"
SAY_DAYS = 90


def link_for(need: Need) -> str:
    """The address at which whoever asked says whether it is settled; good for ninety days."""
    token = signing.dumps([need.community_id, need.number], salt=SAY)
    return reverse("plaza:say", args=[need.community.prefix, token])


def read_link(token: str) -> tuple[int, str] | None:
    """The community and the number a token was signed for; None when it is too old or not ours."""
    try:
        community_id, number = signing.loads(token, salt=SAY, max_age=SAY_DAYS * 86400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(community_id), str(number)
