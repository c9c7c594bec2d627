"""What may be told, in which sentence, and for how long it stays true.

A sentence holds a matter's number and title, or a line's words, and nothing of a person's.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.access import takes_names
from linshuo.domain.board.models import Ask, Collection, Project
from linshuo.domain.funds.access import of_book
from linshuo.domain.funds.models import Disclosure, Voucher
from linshuo.domain.funds.promises import promise_of
from linshuo.domain.honours.models import Objection, Round
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Need
from linshuo.domain.pledges.instalments import HOLDS, TOLD_DAYS
from linshuo.domain.pledges.lifecycle import LIVE as PLEDGE_LIVE
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Activity, Resolution, Turn
from linshuo.domain.service.rota_rows import RotaSwap
from linshuo.kit import clock
from linshuo.notices.freed import freed_by, is_free
from linshuo.notices.saying import Gathering, Saying
from linshuo.notices.sayings_apart import APART


def _live(need: Need, person: int) -> bool:
    return need.state in LIVE


def _reported(need: Need, person: int) -> bool:
    return need.state == "reported"


def _open(need: Need, person: int) -> bool:
    return need.state == "open"


def _uncalled(pledge: Pledge) -> bool:
    return pledge.state == "accepted" and pledge.first_contact_at is None


def _agreed(pledge: Pledge) -> bool:
    return pledge.state in ("accepted", "under_way")


def _to_come(pledge: Pledge) -> bool:
    """Whether a part of a promised sum whose day is near or here has not come in full."""
    promise = promise_of(pledge) if pledge.state in HOLDS else None
    until = clock.today() + timedelta(days=TOLD_DAYS)
    return promise is not None and any(
        part.left_fen > 0 and part.due_on <= until for part in promise.parts
    )


def _wanted(ask: Ask, person: int) -> bool:
    if not (takes_names(ask) and ask.left):
        return False
    signed = Pledge.objects.within(ask.community_id).filter(ask=ask, person_id=person)
    return not signed.filter(state__in=PLEDGE_LIVE).exists()


def _waits(ask: Ask, person: int) -> bool:
    """Whether somebody else's voucher of what money is asked for still waits."""
    if not isinstance(ask.target, Collection | Project):
        return False
    rows = Voucher.objects.within(ask.community_id).filter(**of_book(ask.target))
    waiting = rows.filter(booked_at__isnull=True, refused_at__isnull=True)
    return waiting.exclude(recorded_by_id=person).exists()


def _drafted(ask: Ask, person: int) -> bool:
    if not isinstance(ask.target, Collection | Project):
        return False
    rows = Disclosure.objects.within(ask.community_id).filter(**of_book(ask.target))
    return rows.filter(published_at__isnull=True).exists()


def _expected(row: Gathering, person: int) -> bool:
    """Whether it is still to come and the person means to."""
    if not isinstance(row, Activity) or row.cancelled_at is not None or row.starts <= clock.now():
        return False
    mine = Turn.objects.within(row.community_id).filter(activity=row, person_id=person)
    return mine.filter(away_at__isnull=True).exists()


def _off(row: Gathering, person: int) -> bool:
    return isinstance(row, Activity) and row.cancelled_at is not None and row.ends > clock.now()


def _free(turn: Turn, person: int) -> bool:
    return is_free(freed_by(turn))


def _undone(row: Gathering, person: int) -> bool:
    return isinstance(row, Resolution) and row.done_at is None


def _unanswered(row: Gathering, person: int) -> bool:
    """Whether somebody who objected to this list still waits for an answer."""
    if not isinstance(row, Round):
        return False
    rows = Objection.objects.within(row.community_id).filter(round=row)
    return rows.filter(answered_at__isnull=True).exists()


SAYINGS: dict[str, Saying] = {
    "assigned": Saying(
        _("“%(title)s”交给您办。"),
        _("有一件事交给您办"),
        lambda n, me: n.state == "open" and n.owner_id == me,
    ),
    "danger": Saying(
        _("有危险：“%(title)s”，还没有人答复。"),
        _("有危险的一件事，还没有人答复"),
        _reported,
        urgent=True,
        group=True,
    ),
    "late": Saying(
        _("“%(title)s”过了答复的时限，还没有人答复。"),
        _("有一件事过了答复的时限，还没有人答复"),
        _reported,
        urgent=True,
        group=True,
    ),
    "done": Saying(
        _("“%(title)s”说是办结了，等人核对。"),
        _("有一件事说是办结了，等人核对"),
        lambda n, me: n.state == "done",
        group=True,
    ),
    "back": Saying(_("“%(title)s”退回重办了，居民说没好。"), _("有一件事退回重办了"), _open),
    "still-good": Saying(
        _("一个月前给您办的“%(title)s”，现在还好吗？按一下告诉我们。"),
        _("一个月前给您办的一件事，现在还好吗？按一下告诉我们"),
        lambda n, me: n.state == "closed" and n.due_at is not None and n.requester_id == me,
    ),
    "again": Saying(
        _("“%(title)s”第二次退回，交到您手上，下次会上要说。"),
        _("有一件事第二次退回，下次会上要说"),
        _open,
        group=True,
    ),
    "joined": Saying(
        _("有一件并到您办的“%(title)s”里来了。"), _("有一件并到您办的事里来了"), _live
    ),
    "contested": Saying(
        _("“%(title)s”没有受理，人家请社区再看一次。"),
        _("有一件没有受理的，人家请社区再看一次"),
        _reported,
        group=True,
    ),
    "up": Saying(
        _("“%(title)s”报给街道了。"),
        _("有一件您办的事报给街道了"),
        lambda n, me: n.state in LIVE and n.returned_at is None,
    ),
    "returned": Saying(_("街道答复了“%(title)s”。"), _("有一件您办的事，街道答复了"), _live),
    "invite": Saying(
        _("“%(title)s”空出来一位，等您一句话，来还是不来。"),
        _("您排队的那一行空出来了，等您一句话，来还是不来"),
        _live,
        lambda p: p.state == "asked",
    ),
    "remind": Saying(
        _("您认的“%(title)s”还没约日子，可以自己先约一个。"),
        _("您认的一项还没约日子，可以自己先约一个"),
        _live,
        _uncalled,
    ),
    "uncalled": Saying(
        _("“%(title)s”有人认下五天了，还没有人联系。"),
        _("有人认下五天了，还没有人联系"),
        _live,
        _uncalled,
    ),
    "part-near": Saying(
        _("您单位认捐的“%(title)s”，这几天里有一笔约好的日子。"),
        _("您单位认捐的一项，这几天里有一笔约好的日子"),
        _live,
        _to_come,
    ),
    "part-day": Saying(
        _("“%(title)s”有一笔认捐款约好了日子，看一看到了没有。"),
        _("有一笔认捐款约好了日子，看一看到了没有"),
        _live,
        _to_come,
    ),
    "serve": Saying(
        _("有人请您来做“%(title)s”，七天里联系上，约个日子。"),
        _("您提供的一项，有人来请了"),
        _live,
        _uncalled,
    ),
    "serve-late": Saying(
        _("请您来做“%(title)s”的人等了五天了，约个日子吧。"),
        _("您提供的一项，有人等了五天了"),
        _live,
        _uncalled,
    ),
    "off": Saying(
        _("约好的“%(title)s”不来了，可以再请一次。"),
        _("您请的一项，这次不来了"),
        _live,
        lambda p: p.state == "ended",
    ),
    "not-needed": Saying(
        _("请您来做“%(title)s”的人说不用来了。"),
        _("您提供的一项，有人说不用来了"),
        _live,
        lambda p: p.state == "ended",
    ),
    "wanted": Saying(
        _("“%(title)s”还缺人，社区想问您来不来。来不来都行。"),
        _("有一件事还缺人，社区想问您来不来"),
        _live,
        wanted=_wanted,
    ),
    "free": Saying(
        _("空出一班，您愿意就来替，不来也行：%(title)s。"),
        _("您守的岗空出一班，愿意就来替，不来也行"),
        _live,
        frees=_free,
    ),
    "free-now": Saying(
        _("空出一班，您愿意就来替，不来也行：%(title)s。"),
        _("您守的岗空出一班，愿意就来替，不来也行"),
        _live,
        frees=_free,
        urgent=True,
    ),
    "free-fit": Saying(
        _("空出一班，正好是您说有空的时候，签个名就能来，不来也行：%(title)s。"),
        _("空出一班，正好是您说有空的时候，不来也行"),
        _live,
        wanted=_wanted,
        frees=_free,
    ),
    "free-post": Saying(
        _("有人来不了，还没有人替：%(title)s。"),
        _("您管的岗空出一班，还没有人替"),
        _live,
        frees=_free,
    ),
    "signed-up": Saying(
        _("您单位的联络员替您报了名：%(title)s。不去的话，退掉就行。"),
        _("您单位的联络员替您报了名"),
        _live,
        gathers=_expected,
    ),
    "to-come": Saying(
        _("您报了名：%(title)s。来不了，说一声就行。"),
        _("您报了名，别忘了"),
        _live,
        gathers=_expected,
    ),
    "act-moved": Saying(
        _("时间或地方改了：%(title)s。来不了，退掉就行。"),
        _("您报名的活动，时间或地方改了"),
        _live,
        gathers=_expected,
        urgent=True,
    ),
    "act-off": Saying(
        _("取消了：%(title)s。"),
        _("活动取消了"),
        _live,
        gathers=_off,
        urgent=True,
        group=True,
    ),
    "resolved": Saying(
        _("会上定了，由您来办：%(title)s。"), _("会上定了一件，由您来办"), _live, gathers=_undone
    ),
    "res-late": Saying(
        _("会上定的过了日子，还没办：%(title)s。"),
        _("会上定的一件过了日子，还没办"),
        _live,
        gathers=_undone,
    ),
    "to-check": Saying(_("“%(title)s”有账等您复核。"), _("有账等您复核"), _live, wanted=_waits),
    "not-booked": Saying(
        _("“%(title)s”有一笔账退回给您了，看一下为什么。"),
        _("有一笔账退回给您了"),
        _live,
        wanted=lambda ask, me: True,
    ),
    "disclose": Saying(
        _("“%(title)s”的收支公开起草好了，看一遍再公开。"),
        _("有一份收支公开起草好了，看一遍再公开"),
        _live,
        wanted=_drafted,
    ),
    "listed": Saying(
        _("名单公示了，里面有您，或者您单位：%(title)s。写不写全名、想不想上榜，您定。"),
        _("有一份名单公示了，里面有您，或者您单位"),
        _live,
        gathers=lambda row, me: getattr(row, "state", "") == "notice",
    ),
    "honoured": Saying(
        _("授了：%(title)s。证书可以自己印，也可以到社区拿。"),
        _("有一张证书授给您，或者您单位了"),
        _live,
        calls=False,  # the certificate comes to their hands, and before that they were listed
        gathers=lambda row, me: getattr(row, "state", "") == "awarded",
    ),
    "taken-back": Saying(
        _("您的一张证书不再有效了：%(title)s。不明白，打电话问社区。"),
        _("您的一张证书不再有效了，不明白打电话问社区"),
        _live,
        gathers=lambda row, me: True,
    ),
    "objected": Saying(
        _("有人对公示的名单提了异议：%(title)s。三个工作日里答复。"),
        _("有人对公示的名单提了异议，三个工作日里答复"),
        _live,
        gathers=_unanswered,
    ),
    "replied": Saying(
        _("您提的异议答复了：%(title)s。"),
        _("您提的异议答复了"),
        _live,
        gathers=lambda row, me: True,
    ),
    **APART,
}


TO_SIGNERS = frozenset({"invite", "remind", "off", "part-near"})
"""Sentences for whoever signed, who reads on at their own page and not at the desk."""
TO_PROVIDERS = frozenset({"serve", "serve-late", "not-needed"})
"""Sentences for whoever offers what was asked for."""
TO_STAND_IN = frozenset({"free", "free-now"})
"""Sentences for whoever keeps a post, who may stand in there."""
TO_ASKED = frozenset({"wanted", "free-fit"})
"""Sentences for whoever might sign for a line."""
TO_KEEPERS = frozenset({"to-check", "not-booked", "disclose"})
"""Sentences for whoever keeps the books."""
TO_HONOURED = frozenset({"listed", "honoured", "taken-back"})
"""Sentences for whoever stands on a list of honours, or their unit."""
TO_COMERS = frozenset({"signed-up", "to-come", "act-moved", "act-off"})
"""Sentences for whoever signed up for an activity."""


def still_holds(
    saying: str,
    need: Need | None,
    pledge: Pledge | None,
    person: int,
    ask: Ask | None = None,
    gathering: Gathering | None = None,
    turn: Turn | None = None,
    swap: RotaSwap | None = None,
    over: bool = False,
) -> bool:
    """Whether a message is still worth telling as things stand; 0 is a group, not a person. `over`:
    what it asks for was done since."""
    known = SAYINGS.get(saying)
    if over or known is None or (need is not None and not known.holds(need, person)):
        return False
    if known.frees is not None and (turn is None or not known.frees(turn, person)):
        return False
    if known.swaps is not None:
        return swap is not None and known.swaps(swap)
    if known.gathers is not None:
        return gathering is not None and known.gathers(gathering, person)
    if known.wanted is not None:
        return ask is not None and known.wanted(ask, person)
    return known.still is None or (pledge is not None and known.still(pledge))
