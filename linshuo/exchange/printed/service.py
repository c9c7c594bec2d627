"""平台服务记录: a person's record of service on paper, in the five groups of 民政部令第67号.

It says of itself that it is not sealed. A group of which nothing is kept here says so: the form is
the ministry's, and a gap is no secret.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.honours.models import Candidate
from linshuo.domain.people.lifecycle import LIVE
from linshuo.domain.people.models import CheckIn
from linshuo.domain.people.skills import Skill, labels
from linshuo.domain.service.attached import Issued
from linshuo.domain.service.own_record import Line
from linshuo.domain.service.queries import minutes_words
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.kit import clock, wording


def service_record(issued: Issued, lines: list[Line], *, site: str, check: str) -> bytes:
    """The paper as a PDF. `check` is the whole address of its check page. Raises `Refused`."""
    return pdf("service", service_data(issued, lines, site=site, check=check))


def service_data(issued: Issued, lines: list[Line], *, site: str, check: str) -> dict[str, Any]:
    """What stands on the paper."""
    community = issued.community
    n = len(lines)
    return {
        "title": _("平台服务记录"),
        "community": community.name,
        "number_label": _("编号"),
        "number": issued.number,
        "as_of": _("截至 %s") % wording.day(issued.as_of),
        "total_label": _("服务时长合计"),
        "total": minutes_words(issued.minutes),
        "times": ngettext("来过 %d 次", "来过 %d 次", n) % n,
        "years": _years(lines),
        "groups": [
            _("一、基本信息"),
            _("二、服务情况"),
            _("三、培训"),
            _("四、表彰奖励"),
            _("五、评价"),
        ],
        "person": _person(issued),
        "columns": [_("日期"), _("做什么、在哪里"), _("时长"), _("谁说的")],
        "lines": [_row(line) for line in lines],
        "honours": _honours(issued),
        "nothing": _("平台上没有记。"),
        "words": _("每一次都由受助的人或者在场的别人说来过，本人说的不算。逐条写在上面。"),
        "issuer": [
            (_("记录单位"), community.name),
            (_("电话"), community.phone),
            (_("负责人"), ""),
            (_("经办人"), ""),
        ],
        "stamp": _("社区核对后盖章"),
        "unsealed": _("没有盖章以前，这是平台上的记录，只供核对。"),
        "check_label": _("扫码核对"),
        "check": _("或到 %(site)s/r/ 输入 %(code)s") % {"site": site, "code": issued.spoken},
        "qr": qr(check),
        "foot": _("谁组织谁记录。记错了可以要求更正，更正留痕。不记身份证号，不收费，不积分。"),
    }


def _years(lines: list[Line]) -> list[tuple[str, str, str]]:
    found: dict[int, list[int]] = {}
    for line in lines:
        found.setdefault(clock.local(line.starts).year, []).append(line.minutes)
    return [
        (
            _("%d 年") % year,
            ngettext("%d 次", "%d 次", len(minutes)) % len(minutes),
            minutes_words(sum(minutes)),
        )
        for year, minutes in sorted(found.items())
    ]


def _person(issued: Issued) -> list[tuple[str, str]]:
    check_in = (
        CheckIn.objects.within(issued.community_id)
        .filter(person=issued.person, state__in=LIVE)
        .first()
    )
    told = [(_("姓名"), issued.person.name)]
    if check_in is not None and check_in.receipt_no:
        told.append((_("报到回执号"), check_in.receipt_no))
    if check_in is not None and check_in.skills:
        told.append((_("服务技能"), _("、").join(labels(Skill, check_in.skills))))
    return told


def _honours(issued: Issued) -> list[str]:
    """Certificates that held on the day the record was handed out."""
    rows = Candidate.objects.within(issued.community_id).filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=issued.as_of),
        person=issued.person,
        cert_no__gt="",
        round__awarded_at__lte=issued.as_of,
    )
    return [
        _("%(day)s　%(title)s　证书 %(number)s")
        % {
            "day": wording.day(each.round.awarded_at) if each.round.awarded_at else "",
            "title": each.round.title,
            "number": each.cert_no,
        }
        for each in rows.select_related("round").order_by("round__awarded_at", "pk")
    ]


def _row(line: Line) -> dict[str, str]:
    # The paper goes from hand to hand: whoever was served is on it by what they said, not by name.
    return {
        "when": wording.day(line.starts),
        "hours": line.when.rpartition(" ")[2],
        "what": line.what,
        "where": line.where,
        "long": line.long,
        "word": f"{line.word} {line.whose}".strip() if line.seen else line.word,
        "note": _("更正过") if line.was else "",
    }
