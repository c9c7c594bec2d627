"""What leaves the house in words: numbers, neutral sentences, public titles and links; of anybody's
own words, names and telephones nothing, since nobody knows who else reads a mailbox or a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.needs.models import Need, Visibility
from linshuo.domain.places.models import Community
from linshuo.domain.service.models import Activity
from linshuo.kit import wording
from linshuo.notices.apart import swap_words
from linshuo.notices.asking_again import SAYING, say_token
from linshuo.notices.freed import freed_by, turn_words
from linshuo.notices.models import Message
from linshuo.notices.sayings import (
    SAYINGS,
    TO_ASKED,
    TO_COMERS,
    TO_HONOURED,
    TO_KEEPERS,
    TO_PROVIDERS,
    TO_SIGNERS,
    TO_STAND_IN,
)
from linshuo.notices.sayings_apart import TO_SWAPPERS

MOST_LINES = 30
MOST_IN_GROUP = 12
"""A robot of 企业微信 takes 2048 bytes."""


@dataclass(frozen=True, slots=True)
class Words:
    """A letter: a subject where the channel has one, and what it says."""

    subject: str
    body: str


def sentence(message: Message) -> str:
    """JF-2019-0042 有一件事交给您办: with the title where everyone may read it anyway."""
    plain = str(SAYINGS[message.saying].plain)
    title = public_title(message.need) if message.need else _open_words(message)
    head = f"{message.need.number} " if message.need else ""
    return f"{head}{plain}" + (_("：%s") % title if title else "")


def _open_words(message: Message) -> str:
    """The words that hang outside for everyone anyway: of a line, of an activity; of a resolution
    and of a letter none."""
    if message.apart:
        return swap_words(message.swap) if message.swap is not None else ""
    if message.turn is not None:
        return turn_words(message.turn)
    if message.activity is not None:
        return "" if message.resolution else activity_words(message.activity)
    if message.honour is not None:
        return str(message.honour.title)
    return str(message.line.text) if message.line else ""


def activity_words(activity: Activity) -> str:
    """清理小公园，12月7日 9:00，盐业小区 北门; of one called off the reason too."""
    place = f"{activity.place.full_name} {activity.where}".strip()
    said = [activity.title, wording.moment(activity.starts), place]
    if activity.cancelled_at is not None:
        said.append(activity.cancelled_because)
    return _("，").join(said)


def title_of(message: Message) -> str:
    """What a sentence about something else than a matter or a line speaks of, in full."""
    if message.apart:
        return swap_words(message.swap) if message.swap is not None else ""
    if message.resolution is not None:
        day = wording.near_day(message.resolution.due_on)
        return _("%(what)s，%(day)s以前") % {"what": message.resolution.text, "day": day}
    if message.turn is not None:
        return turn_words(message.turn)
    if message.honour is not None:
        return str(message.honour.title)
    return activity_words(message.activity) if message.activity else ""


def public_title(need: Need) -> str:
    """The title a person released for everyone; empty for any other matter."""
    return need.public_title if need.visibility == Visibility.PUBLIC else ""


def link(message: Message, community: Community) -> str:
    """Where it is read in full, after signing in; empty while the house does not know its name."""
    if not settings.SITE:
        return ""
    return settings.SITE + where(message, community.prefix)


def where(message: Message, prefix: str) -> str:
    """The page on which its reader goes on."""
    if message.apart:
        return "/my/turns/" if message.saying in TO_SWAPPERS else "/my/letters/"
    if message.turn is not None and message.saying not in TO_ASKED:
        free = freed_by(message.turn)
        mine = message.saying in TO_STAND_IN
        return f"/my/turns/{free.pk}/cover/" if mine else f"/desk/{prefix}/posts/turns/{free.pk}/"
    if message.honour_id is not None:
        return _where_honoured(message, prefix)
    if message.saying in TO_KEEPERS:
        return f"/desk/{prefix}/money/"
    if message.saying in TO_ASKED:
        return f"/my/sign/{prefix}/{message.ask_id}/"
    if message.saying in TO_SIGNERS:
        return f"/my/pledges/{message.pledge_id}/"
    if message.saying in TO_COMERS:
        return f"/my/activities/{prefix}/{message.activity_id}/"
    if message.activity_id is not None:
        return f"/desk/{prefix}/activities/{message.activity_id}/"
    if message.saying in TO_PROVIDERS:
        return f"/my/offers/asked/{message.pledge_id}/"
    if message.saying == SAYING and message.need is not None:
        return f"/c/{prefix}/say/{say_token(message.need)}/"
    if message.need is None:
        return f"/desk/{prefix}/pledges/{message.pledge_id}/"
    return f"/desk/{prefix}/needs/{message.need.number}/"


def _where_honoured(message: Message, prefix: str) -> str:
    if message.saying in TO_HONOURED:
        return "/my/honours/"
    if message.saying == "replied":
        return f"/c/{prefix}/honours/said/"
    return f"/desk/{prefix}/honours/{message.honour_id}/"


def _lines(community: Community, messages: Sequence[Message], between: str) -> list[str]:
    """A line for each message, and one for those that say the same: five people who signed for one
    matter are told of to its owner once."""
    told = (f"{sentence(m)}{between}{link(m, community)}".rstrip() for m in messages)
    return list(dict.fromkeys(told))


def mail(community: Community, messages: Sequence[Message], *, urgent: bool) -> Words:
    """A mail to one person."""
    lines = _lines(community, messages, "\n")
    first = _("急，") if urgent else ""
    count = ngettext("%d 件事", "%d 件事", len(lines)) % len(lines)
    subject = _("%(community)s：%(first)s%(count)s") % {
        "community": community.name,
        "first": first,
        "count": count,
    }
    foot = [_("细节登录以后看，邮件里不写谁家的事。")]
    if settings.SITE:
        foot.append(_("不想收邮件，在这里改：%s") % f"{settings.SITE}/my/told/")
    if community.phone:
        foot.append(_("有事打社区电话 %s。") % community.phone)
    parts = [*lines[:MOST_LINES], *_more(len(lines) - MOST_LINES), "——\n" + "\n".join(foot)]
    return Words(subject, "\n\n".join(parts) + "\n")


def sms(community: Community, messages: Sequence[Message]) -> Words:
    """A text message: what is first, and how many more."""
    more = len(_lines(community, messages, "")) - 1
    said = sentence(messages[0])
    if more:
        said += ngettext("，还有 %d 件", "，还有 %d 件", more) % more
    where = link(messages[0], community)
    return Words("", f"【{community.name}】{said}。{where}".strip())


def group(community: Community, messages: Sequence[Message], *, urgent: bool) -> Words:
    """What a robot says in a group chat."""
    head = _("【%(community)s】%(first)s") % {
        "community": community.name,
        "first": _("急") if urgent else _("这一天的事"),
    }
    lines = _lines(community, messages, " ")
    more = _more(len(lines) - MOST_IN_GROUP)
    return Words("", "\n".join([head, *lines[:MOST_IN_GROUP], *more]))


def _more(n: int) -> list[str]:
    if n <= 0:
        return []
    return [ngettext("还有 %d 件，登录以后看。", "还有 %d 件，登录以后看。", n) % n]
