"""Checking in on paper: the blank form 报到单, and receipts 报到回执 four to a page.

The form asks for no identity number, no door and no birthday. A receipt is handed over across a
counter: it shows the name as the board does, the unit, and a code only its holder can open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.people.check_ins import unit_of
from linshuo.domain.people.models import AgeBand, CheckIn, Purpose
from linshuo.domain.people.skills import FreeTime, Interest, Skill
from linshuo.domain.places.models import Community
from linshuo.domain.places.public import estates
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.kit import clock, wording
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import Refused

MOST = 400
"""Receipts printed in one go: a hundred pages."""
MOST_ESTATES, MOST_SIGNS = 12, 150
"""More estates, or more characters in their names, and one is written instead of ticked."""


def form_data(community: Community, *, address: str) -> dict[str, Any]:
    """What the blank form says. `address` is where one may check in instead; may be empty."""
    there = [name for _pk, name in estates(community.pk)]
    return {
        "community": community.name,
        "title": _("报到单"),
        "lead": _("想为这里出点力的，填一张。只有称呼和第一条同意一定要，别的随您。"),
        "qr": qr(address) if address else "",
        "name": _("怎么称呼"),
        "phone_label": _("电话（没有不填）"),
        "unit": _("单位或支部（没有不填）"),
        "place": _("住在哪个小区，或者想帮哪个小区"),
        "estates": there if _fit(there) else [],
        "many": _("可以选几样，都不选也行。"),
        "skills_label": _("会什么"),
        "skills": _words(Skill),
        "times_label": _("什么时候有空"),
        "times": _words(FreeTime),
        "interests_label": _("愿意帮什么"),
        "interests": _words(Interest),
        "note": _("还想说的"),
        "age_label": _("年纪"),
        "age_hint": _("不问生日。"),
        "ages": [str(label) for label in AgeBand.labels],
        "guardian": _("不满十四岁的，监护人签名"),
        "consents_label": _("您同意哪几样"),
        "consents_hint": _("第一条同意了才能报到，其余的随您。每一条往后都能收回。"),
        "consents": _words(Purpose),
        "signature": _("签名"),
        "day": _("哪一天"),
        "never": _("不要身份证号，不要门牌号，不问生日。不想来了，一句话就结束，不用说原因。"),
        "office": _("社区填"),
        "office_fields": [_("回执号"), _("哪天收的"), _("谁收的")],
    }


def _fit(names: list[str]) -> bool:
    return len(names) <= MOST_ESTATES and sum(len(name) + 4 for name in names) <= MOST_SIGNS


def _words(choices: Any) -> list[str]:
    return [str(label) for value, label in choices.choices if value]


def blank_form(community: Community, *, address: str) -> bytes:
    """The form as a PDF of one page. Raises `Refused` where there is no Chinese font."""
    return pdf("check_in", form_data(community, address=address))


def receipts_data(
    community: Community,
    rows: Sequence[CheckIn],
    *,
    site: str,
    link: Callable[[CheckIn], str] | None,
) -> dict[str, Any]:
    """What the receipts say; `link` gives the address at which a holder sees how it stands."""
    given = [row for row in rows if row.receipt_no]
    if not given:
        raise Refused("nothing", _("这一天没有给过回执，没有可印的。"))
    return {
        "community": community.name,
        "phone": community.phone,
        "site": site,
        "title": _("报到了。"),
        "number_label": _("您的回执号"),
        "how": _(
            "有合您手的事，社区先问您，做不做您说了算。想歇一段、改一改、不来了，打个电话就行。"
        ),
        "scan": _("扫一扫，看报到没有。"),
        "cards": [_card(row, link) for row in given[:MOST]],
    }


def _card(row: CheckIn, link: Callable[[CheckIn], str] | None) -> dict[str, str]:
    head, dash, serial = row.receipt_no.rpartition("-")
    on = wording.day(clock.local(row.accepted_at)) if row.accepted_at else ""
    return {
        "head": head + dash,
        "serial": serial,
        "who": mask_name(row.person.name),
        "unit": unit_of(row),
        "day": _("%s报到") % on if on else "",
        "qr": qr(link(row)) if link else "",
    }


def receipts(
    community: Community,
    rows: Sequence[CheckIn],
    *,
    site: str,
    link: Callable[[CheckIn], str] | None,
) -> bytes:
    """Receipts as a PDF, in the order of their numbers. Raises `Refused` when there is none."""
    return pdf("checked", receipts_data(community, rows, site=site, link=link))
