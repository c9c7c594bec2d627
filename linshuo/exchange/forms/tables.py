"""Forms that are tables: who checked in, who took on what, what was served, the problem ledger, and
the three lists 需求, 资源, 项目. Names are masked; units stand in full."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linshuo.domain.board.access import visible as visible_lines
from linshuo.domain.board.models import WHOLE, Ask, Project
from linshuo.domain.board.queries import giver_of, kind_of, title_of
from linshuo.domain.needs.access import visible as visible_needs
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Need, Visibility
from linshuo.domain.needs.queries import clock_of
from linshuo.domain.people.check_ins import state_words as check_in_words
from linshuo.domain.people.check_ins import unit_of
from linshuo.domain.people.models import CheckIn, Consent, Partnership, Purpose
from linshuo.domain.people.skills import FreeTime, Interest, Skill, labels
from linshuo.domain.pledges.access import visible as visible_pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import state_words, who_of
from linshuo.domain.service.models import ServiceRecord, Via
from linshuo.domain.service.queries import OF, counting, minutes_words, what_of
from linshuo.exchange.forms.shapes import Column, Table
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name, mask_text
from linshuo.kit.refused import NotYours, Refused


def quarter_of(day: date) -> tuple[date, date]:
    """The quarter a day lies in: its first day, and the first day of the next."""
    first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return first, (first + timedelta(days=95)).replace(day=1)


def quarter_words(first: date) -> str:
    """2019 年第 4 季度."""
    return _("%(year)d 年第 %(n)d 季度") % {"year": first.year, "n": (first.month + 2) // 3}


def _must(viewer: Actor, can: Can) -> None:
    if not (viewer.is_house or viewer.can(can)):
        raise NotYours(can, _("没有这一页。"))


def _day(at: datetime | date | None) -> str:
    """A day as figures: columns of them read downwards."""
    local = clock.local(at) if isinstance(at, datetime) else at
    return f"{local:%Y-%m-%d}" if local else ""


def _some(rows: Table) -> Table:
    """The table, unless nothing is in it. Raises `Refused("nothing")`: an empty table on paper
    helps nobody."""
    if not rows.rows:
        raise Refused("nothing", _("还没有记录可印。有了第一条，这里就印得出来。"))
    return rows


def check_ins(viewer: Actor, *, most: int) -> Table:
    """报到一览表: everyone with a receipt, in the order of the receipts."""
    _must(viewer, Can.PERSON_READ)
    found = CheckIn.objects.of(viewer).exclude(receipt_no="")
    whole = found.select_related("person", "partnership__organisation", "place")
    newest = list(whole.order_by("-accepted_at", "-pk")[:most])
    return _some(
        Table(
            key="check-ins",
            title=_("报到登记表"),
            about=_("给过回执的，按回执号排。会什么、什么时候有空，都是本人说的。"),
            columns=[
                Column(_("回执号"), 6), Column(_("称呼"), 3), Column(_("单位或支部"), 6),
                Column(_("小区"), 5), Column(_("会什么"), 5), Column(_("什么时候有空"), 5),
                Column(_("愿意帮什么"), 5), Column(_("报到"), 5), Column(_("现在"), 3),
            ],
            rows=[
                [
                    row.receipt_no, mask_name(row.person.name), unit_of(row),
                    row.place.full_name if row.place else "",
                    "、".join(labels(Skill, row.skills)), "、".join(labels(FreeTime, row.times)),
                    "、".join(labels(Interest, row.interests)), _day(row.accepted_at),
                    check_in_words(row),
                ]
                for row in reversed(newest)
            ],
            total=found.count(),
        )
    )  # fmt: skip


def claims(viewer: Actor, *, most: int) -> Table:
    """认领登记表: who signed for what, when, and how far it is."""
    _must(viewer, Can.NEED_READ)
    found = Pledge.objects.of(viewer).filter(visible_pledges(viewer))
    joined = (f"ask__{name}" for name in WHOLE)
    whole = found.select_related("person", "partnership__organisation", *joined)
    newest = list(whole.order_by("-signed_at", "-pk")[:most])
    return _some(
        Table(
            key="claims",
            title=_("认领登记表"),
            about=_("认领、认捐、认管、认养，一行一份约定，按签名的先后。"),
            columns=[
                Column(_("签名"), 5), Column(_("谁"), 6), Column(_("种类"), 2),
                Column(_("认的什么"), 7), Column(_("为哪件事"), 6), Column(_("头一次联系"), 5),
                Column(_("约在"), 5), Column(_("现在"), 4), Column(_("做到了什么"), 12),
            ],
            rows=[
                [
                    _day(row.signed_at), who_of(row), kind_of(row.ask), mask_text(row.ask.text),
                    mask_text(title_of(row.ask)), _day(row.first_contact_at), _day(row.planned_on),
                    state_words(row), mask_text(row.receipt),
                ]
                for row in reversed(newest)
            ],
            total=found.count(),
        )
    )  # fmt: skip


def service(
    viewer: Actor, *, most: int, unit: Partnership | None = None, day: date | None = None
) -> Table:
    """服务登记卡 of a quarter, of everyone or of one unit.

    What goes to a unit names those alone who agreed that their unit may know (个人信息保护法 §23);
    the others are counted.
    """
    _must(viewer, Can.NEED_READ)
    newest = counting(viewer.community_id).order_by("-starts").values_list("starts", flat=True)
    last = newest.first()
    if last is None:
        raise Refused("nothing", _("还没有记录可印。有了第一条，这里就印得出来。"))
    first, after = quarter_of(day or clock.local(last).date())
    found = counting(viewer.community_id).filter(
        starts__gte=clock.start_of(first), starts__lt=clock.start_of(after)
    )
    if unit is not None:
        members = CheckIn.objects.of(viewer).filter(
            partnership=unit, state__in=("accepted", "paused")
        )
        found = found.filter(
            Q(turn__partnership=unit) | Q(person_id__in=members.values("person_id"))
        )
    joined = [f"turn__{name}" for name in OF]
    rows = list(found.select_related("person", *joined).order_by("-starts", "-pk")[:most])
    agreed = _agreed(viewer, rows) if unit is not None else {row.person_id for row in rows}
    shown = [row for row in reversed(rows) if row.person_id in agreed]
    total = found.aggregate(total=Sum("minutes"))["total"] or 0
    kept_back = len(rows) - len(shown)
    notes = [_("时间由被帮到的人、便民条、社区的电话或者在场的同事说了才算，不是自己报的。")]
    if kept_back:
        notes.append(_("另有 %d 次，本人没有同意告诉单位，只计数，不列名。") % kept_back)
    return Table(
        key="service",
        inside=False,
        title=_("服务登记卡"),
        about="　".join(
            filter(None, [str(unit) if unit else _("全社区"), quarter_words(first)])
        ),
        columns=[
            Column(_("哪一天"), 5), Column(_("谁"), 4), Column(_("做了什么"), 10),
            Column(_("多久"), 4), Column(_("谁说的"), 5), Column(_("哪天说的"), 5),
        ],
        rows=[
            [
                _day(row.starts), mask_name(row.person.name), mask_text(what_of(row.turn)),
                minutes_words(row.minutes), str(Via(row.via).label), _day(row.confirmed_at),
            ]
            for row in shown
        ],
        total=found.count() - kept_back,
        foot=[_("一共"), "", "", minutes_words(total), "", ""],
        notes=notes,
        signs=[_("社区经办人"), _("社区盖章")],
    )  # fmt: skip


def _agreed(viewer: Actor, rows: list[ServiceRecord]) -> set[int]:
    consents = Consent.objects.of(viewer).filter(
        person_id__in={row.person_id for row in rows},
        purpose=Purpose.SHARE_UNIT,
        withdrawn_at__isnull=True,
    )
    return set(consents.values_list("person_id", flat=True))


def ledger(viewer: Actor, *, most: int) -> Table:
    """问题整改台账: what is not yet closed, the most urgent first, as it hangs on the wall."""
    _must(viewer, Can.NEED_READ)
    now = clock.now()
    found = Need.objects.of(viewer).filter(visible_needs(viewer), state__in=LIVE)
    whole = found.select_related("place", "owner", "category")
    return _some(
        Table(
            key="ledger",
            title=_("问题整改台账"),
            about=_("没有销号的，急的在前。红：超期；黄：慢了；蓝：临期。"),
            columns=[
                Column(_("编号"), 5), Column(_("问题"), 9), Column(_("在哪里"), 6),
                Column(_("类别"), 3), Column(_("责任人"), 3), Column(_("完成时限"), 5),
                Column(_("时限"), 4), Column(_("进展"), 8), Column(_("延期"), 2),
                Column(_("退回"), 2),
            ],
            rows=[
                [
                    row.number, mask_text(row.title), row.place.full_name,
                    row.category.name if row.category else "", row.owner.name if row.owner else "",
                    _day(row.due_at), clock_words(row, now), mask_text(row.progress),
                    str(row.extended or ""), str(row.reopened or ""),
                ]
                for row in whole.order_by("due_at", "pk")[:most]
            ],
            total=found.count(),
            signs=[_("责任领导"), _("经办人")],
        )
    )  # fmt: skip


COLOURS = {
    "red": gettext_lazy("红"),
    "yellow": gettext_lazy("黄"),
    "blue": gettext_lazy("蓝"),
    "green": gettext_lazy("绿"),
}
"""Written out: on a black and white printer a colour says nothing."""


def clock_words(need: Need, at: datetime) -> str:
    """The clock of a matter in words, its colour as a word."""
    look, words = clock_of(need, at)
    return f"{COLOURS[look]} {words}" if look in COLOURS else words


def wanted(viewer: Actor, *, most: int) -> Table:
    """需求清单: lines for matters that people may take on now."""
    _must(viewer, Can.NEED_READ)
    found = (
        Ask.objects.of(viewer)
        .filter(
            visible_lines(viewer), need__isnull=False, need__state="open", closed_at__isnull=True
        )
        .exclude(need__visibility=Visibility.STAFF)
    )
    whole = found.select_related(*WHOLE).order_by("-opened_at", "-pk")
    return _some(
        Table(
            key="wanted",
            title=_("需求清单"),
            about=_("榜上挂着、可以认的。"),
            columns=[
                Column(_("编号"), 5), Column(_("什么事"), 8), Column(_("在哪里"), 6),
                Column(_("种类"), 2), Column(_("要什么"), 8), Column(_("要几位"), 3),
                Column(_("认了几位"), 3), Column(_("挂出来"), 5),
            ],
            rows=[
                [
                    row.need.number if row.need else "", mask_text(title_of(row)),
                    row.place.full_name if row.place else "", kind_of(row), mask_text(row.text),
                    f"{row.slots} {row.unit}", f"{row.taken} {row.unit}", _day(row.opened_at),
                ]
                for row in whole[:most]
            ],
            total=found.count(),
        )
    )  # fmt: skip


def offered(viewer: Actor, *, most: int) -> Table:
    """资源清单: what units and people offer now."""
    _must(viewer, Can.PERSON_READ)
    found = Ask.objects.of(viewer).filter(
        offer__isnull=False, offer__closed_at__isnull=True, closed_at__isnull=True
    )
    whole = found.select_related(*WHOLE).order_by("-pk")
    return _some(
        Table(
            key="offered",
            title=_("资源清单"),
            about=_("单位和报到的人说了能帮的。"),
            columns=[
                Column(_("谁"), 7), Column(_("能帮什么"), 10), Column(_("怎么帮"), 8),
                Column(_("本事"), 4), Column(_("能帮几次"), 3), Column(_("还剩"), 3),
                Column(_("从"), 5), Column(_("到"), 5),
            ],
            rows=[
                [
                    giver_of(row.offer) if row.offer else "", mask_text(row.text),
                    mask_text(row.hint), str(Skill(row.skill).label) if row.skill else "",
                    f"{row.slots} {row.unit}", f"{row.left} {row.unit}",
                    _day(row.offer.since) if row.offer else "",
                    _day(row.offer.until) if row.offer else "",
                ]
                for row in whole[:most]
            ],
            total=found.count(),
        )
    )  # fmt: skip


def projects(viewer: Actor, *, most: int) -> Table:
    """项目清单: what is or was built or bought, and where it stands."""
    _must(viewer, Can.MONEY_READ)
    found = Project.objects.of(viewer)
    whole = found.select_related("place", "owner").order_by("-pk")
    return _some(
        Table(
            key="projects",
            title=_("项目清单"),
            about=_("议过的、在办的、交付了的。"),
            columns=[
                Column(_("编号"), 5), Column(_("项目"), 8), Column(_("在哪里"), 6),
                Column(_("谁定的"), 7), Column(_("责任人"), 3), Column(_("计划"), 8),
                Column(_("现在"), 3), Column(_("交付"), 5), Column(_("往后谁管"), 5),
            ],
            rows=[
                [
                    row.number, row.name, row.place.full_name, row.resolution,
                    row.owner.name if row.owner else "",
                    "–".join(filter(None, [_day(row.planned_from), _day(row.planned_to)])),
                    str(row.get_state_display()), _day(row.handed_on), row.keeper,
                ]
                for row in whole[:most]
            ],
            total=found.count(),
        )
    )  # fmt: skip
