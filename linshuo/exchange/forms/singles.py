"""Forms about one record: 销号单, 督办单, the agreement of 认管 and 认养, the 反馈表 of a unit."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.board.models import WHOLE, AskKind
from linshuo.domain.board.queries import kind_of, title_of
from linshuo.domain.needs.due import ask_again
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Contact, Need, Visibility
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.domain.pledges.queries import state_words
from linshuo.domain.service.queries import counting, minutes_words
from linshuo.domain.trail.models import Event
from linshuo.exchange.forms.shapes import Column, Part, Single
from linshuo.exchange.forms.tables import clock_words, quarter_of, quarter_words
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_name, mask_text
from linshuo.kit.refused import Refused


def _day(at: date | None) -> str:
    return wording.day(at) if at else ""


def _what(need: Need) -> list[tuple[str, str]]:
    return [
        (_("问题"), mask_text(need.title)),
        (_("在哪里"), need.place.full_name),
        (_("类别"), need.category.name if need.category else ""),
        (_("谁提的"), mask_name(need.requester.name) if need.requester else ""),
        (_("提出"), _day(need.reported_at)),
        (_("受理"), _day(need.accepted_at)),
        (_("责任人"), need.owner.name if need.owner else ""),
    ]


def closing(need: Need) -> Single:
    """销号单: what was done, who says so, who looked again, what the resident says. `need` comes
    from `get_need`. Raises `Refused("open")` before it is closed."""
    if need.state != "closed" or need.closed_at is None:
        raise Refused("open", _("这件还没有销号，销了才有销号单。"))
    said = Contact.objects.within(need.community_id).filter(
        need=need, purpose__in=("confirm", "inspect")
    )
    checked = (
        Event.objects.within(need.community_id)
        .filter(row_kind="need", row_id=need.pk, verb="need:confirm")
        .order_by("-id")
        .values_list("actor_id", flat=True)
        .first()
    )
    checker = Person.objects.within(need.community_id).filter(pk=checked or 0).first()
    return Single(
        title=_("销号单"),
        under=need.place.full_name,
        number=need.number,
        facts=[
            *_what(need),
            (_("办结"), _day(need.finished_at)),
            (_("说办结的人"), need.finished_by.name if need.finished_by else ""),
            (_("销号"), _day(need.closed_at)),
            (_("核对的人"), checker.name if checker else ""),
            (_("办成了什么样"), str(need.get_outcome_display()) if need.outcome else ""),
            (_("再问一次"), _day(ask_again(need.closed_at))),
        ],
        parts=[
            Part(_("办理结果"), [mask_text(need.result_text or need.no_results_because)]),
            Part(_("居民怎么说"), [_told(row) for row in said.order_by("at")[:8]]),
        ],
        signs=[_("责任人"), _("核对的人（不是责任人）"), _("居民（愿意签的话）")],
        notes=[_("办结和销号是两个人的事。三十天后再问一次，没好就退回，编号不变。")],
    )


def _told(row: Contact) -> str:
    words = f"“{row.shown}”" if row.shown else ""
    return "　".join(
        filter(
            None, [_day(row.at), str(row.get_channel_display()), str(row.get_said_display()), words]
        )
    )


def urging(need: Need) -> Single:
    """督办单: what is overdue, behind, near its day or with the sub-district, for whoever answers
    for it to sign. Raises `Refused("ended")` when nothing is owed any more."""
    if need.state not in LIVE:
        raise Refused("ended", _("这件已经了结，没有可督办的。"))
    return Single(
        title=_("督办单"),
        under=clock_words(need, clock.now()),
        number=need.number,
        facts=[
            *_what(need),
            (_("完成时限"), _day(need.due_at)),
            (_("延过几次"), str(need.extended or "")),
            (_("退回几次"), str(need.reopened or "")),
            (_("报给街道"), _day(need.escalated_at) if need.returned_at is None else ""),
            (_("为什么报"), mask_text(need.escalated_why) if need.returned_at is None else ""),
        ],
        parts=[
            Part(
                _("现在到哪一步"),
                [
                    f"{_day(need.progress_at)}　{mask_text(need.progress)}"
                    if need.progress
                    else _("还没有写过进展。")
                ],
            ),
            Part(_("督办意见"), blank=2),
            Part(_("怎么办，哪天以前办完；办不了的写明为什么、找谁"), blank=3),
        ],
        signs=[_("督办人"), _("责任人签收"), _("日期")],
        notes=[_("蓝：快到期。黄：慢了。红：超期。写好的意见记回这一件的进展里。")],
    )


STEWARD = (AskKind.MANAGE, AskKind.ADOPT)


def newest_agreement(viewer: Actor) -> Pledge | None:
    """The latest 认管 or 认养 that is agreed."""
    joined = (f"ask__{name}" for name in WHOLE)
    rows = (
        Pledge.objects.of(viewer)
        .filter(ask__kind__in=STEWARD)
        .exclude(state__in=("asked", "waiting"))
    )
    return (
        rows.select_related("person", "partnership__organisation", *joined)
        .order_by("-signed_at", "-pk")
        .first()
    )


def agreement(pledge: Pledge) -> Single:
    """The agreement of 认管 or 认养: who looks after what, from when to when, how either side ends
    it. The name stands in full: it is signed. Raises `Refused("kind")` for another contract."""
    ask = pledge.ask
    if ask.kind not in STEWARD or pledge.state in ("asked", "waiting"):
        raise Refused("kind", _("认管、认养认下了，才有协议。"))
    who = str(pledge.partnership) if pledge.partnership else ""
    who = who or (pledge.person.name if pledge.person else "")
    adopts = ask.kind == AskKind.ADOPT
    terms = [
        _("一、照看的是上面写的这一处，怎么照看、多久一次，以“约定”一栏为准。"),
        _("二、社区告诉要注意什么，借工具，有险的事先上保险。"),
        _("三、期里在旁边挂一块牌，写不写名字，看本人愿不愿意。")
        if adopts
        else _("三、期里有事来不了，早一点说，社区找人替。"),
        _("四、哪一方想结束，提前三十天说一声，不用理由。最好交给下一位。"),
        _("五、不收钱，也不派任务。用了别人给的钱物，随时可以查账。"),
    ]
    return Single(
        inside=False,
        title=_("认养协议") if adopts else _("认管协议"),
        under=title_of(ask),
        number="",
        facts=[
            (_("社区"), pledge.community.name),
            (_("照看的人"), who),
            (_("照看什么"), ask.text),
            (_("约定"), ask.hint),
            (_("在哪里"), ask.place.full_name if ask.place else ""),
            (_("从"), _day(pledge.signed_at)),
            (_("到"), _day(pledge.until) or _("没有定期限，随时可以商量")),
            (_("现在"), state_words(pledge)),
        ],
        parts=[Part(_("双方说好"), terms)],
        signs=[_("社区（盖章）"), kind_of(ask) + _("的人"), _("物业（有关的话）")],
    )


def feedback(viewer: Actor, unit: Partnership, *, day: date | None = None) -> Single:
    """反馈表: what a unit took on in a quarter, what it kept, what it let go of early, the hours
    given under its name, and what residents said in words that were released. Facts alone: no
    comparison, nobody's name."""
    first, after = quarter_of(day or clock.today())
    start, end = clock.start_of(first), clock.start_of(after)
    rows = Pledge.objects.of(viewer).filter(partnership=unit)
    within = Q(ended_at__gte=start, ended_at__lt=end)
    made = rows.filter(signed_at__gte=start, signed_at__lt=end)
    kept = rows.filter(within, ended_as=Ended.FULFILLED)
    let_go = rows.filter(within, ended_as__in=(Ended.RELEASED, Ended.HANDED_OVER))
    served = counting(viewer.community_id).filter(
        turn__partnership=unit, starts__gte=start, starts__lt=end
    )
    minutes = served.aggregate(total=Sum("minutes"))["total"] or 0
    shown = Contact.objects.of(viewer).filter(
        need_id__in=kept.values("ask__need_id"), need__visibility=Visibility.PUBLIC
    )
    words = list(shown.exclude(shown="").order_by("at").values_list("shown", flat=True)[:8])
    joined = (f"ask__{name}" for name in WHOLE)
    listed = rows.filter(Q(signed_at__gte=start, signed_at__lt=end) | within)
    listed = listed.select_related("person", "partnership__organisation", *joined)
    last = after - timedelta(days=1)
    n, k, r = made.count(), kept.count(), let_go.count()
    return Single(
        inside=False,
        title=_("反馈表"),
        under=f"{unit}　{quarter_words(first)}",
        number="",
        facts=[
            (_("从哪天到哪天"), f"{_day(first)}–{_day(last)}"),
            (_("新认下"), ngettext("%d 项", "%d 项", n) % n),
            (_("做到了"), ngettext("%d 项", "%d 项", k) % k),
            (_("提前放下、交接"), ngettext("%d 项", "%d 项", r) % r),
            (_("确认的时间"), minutes_words(minutes)),
        ],
        columns=[
            Column(_("哪天认的"), 5), Column(_("种类"), 2), Column(_("认的什么"), 9),
            Column(_("为哪件事"), 7), Column(_("现在"), 4),
        ],
        rows=[
            [
                f"{clock.local(p.signed_at):%Y-%m-%d}", kind_of(p.ask), mask_text(p.ask.text),
                mask_text(title_of(p.ask)), state_words(p),
            ]
            for p in listed.order_by("signed_at", "pk")[:30]
        ],
        parts=[
            Part(_("居民说的（同意公开的）"), [f"“{said}”" for said in words])
            if words
            else Part(_("居民说的（同意公开的）"), [_("这一季没有同意公开的话。")]),
            Part(_("单位想说的"), blank=2),
        ],
        signs=[_("社区经办人"), _("社区（盖章）")],
        notes=[_("只写记录里的事，不打分，不比较。写得不对的，请打电话，我们改。")],
    )  # fmt: skip
