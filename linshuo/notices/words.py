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
from linshuo.notices.models import Message
from linshuo.notices.sayings import SAYINGS, TO_ASKED, TO_PROVIDERS, TO_SIGNERS

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
    title = public_title(message.need) if message.need else _line_text(message)
    head = f"{message.need.number} " if message.need else ""
    return f"{head}{plain}" + (_("：%s") % title if title else "")


def _line_text(message: Message) -> str:
    """The words of a line that hangs on the board for everyone."""
    return str(message.line.text) if message.line else ""


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
    if message.saying in TO_ASKED:
        return f"/my/sign/{prefix}/{message.ask_id}/"
    if message.saying in TO_SIGNERS:
        return f"/my/pledges/{message.pledge_id}/"
    if message.saying in TO_PROVIDERS:
        return f"/my/offers/asked/{message.pledge_id}/"
    if message.need is None:
        return f"/desk/{prefix}/pledges/{message.pledge_id}/"
    return f"/desk/{prefix}/needs/{message.need.number}/"


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
