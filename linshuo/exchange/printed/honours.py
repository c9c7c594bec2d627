"""Honours on paper: the notice that hangs out, and certificates, one or all in one file.

A certificate is kept for ever, so it is PDF/A; and before anything is printed, names are tried: one
that holds a character no font here draws is named, since a certificate with an empty box shames.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linshuo.domain.honours.models import Candidate, Round
from linshuo.domain.honours.public import Listed, Named, criteria_words, fact_words
from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import archived, pdf, qr, undrawable
from linshuo.kit import wording
from linshuo.kit.codes import spaced
from linshuo.kit.refused import Refused


def must_be_drawn(names: Sequence[str]) -> None:
    """Raises `Refused("glyph")` naming those that hold a character no font here draws."""
    if missing := undrawable(names):
        told = _(
            "有的字这台机器上没有一种字体印得出来：%s。请管机器的人装上有这个字的字体再印；"
            "等不及，先印别人的，这一张手写。"
        )
        raise Refused("glyph", told % _("、").join(missing))


def certificates(
    row: Round, those: Sequence[Candidate], *, site: str, check: Callable[[str], str]
) -> bytes:
    """Certificates of a round as PDF/A, one a page, in the order given. `check` makes the address
    of a code's check page. Raises `Refused` for a name that cannot be drawn, and for none."""
    if not those:
        raise Refused("nothing", _("还没有证书可印，授了才有。"))
    must_be_drawn([each.name for each in those])
    return archived("certificate", certificate_data(row, those, site=site, check=check))


def certificate_data(
    row: Round, those: Sequence[Candidate], *, site: str, check: Callable[[str], str]
) -> dict[str, Any]:
    """What stands on them."""
    community: Community = row.community
    return {
        "title": row.title,
        "community": community.name,
        "heading": _("荣誉证书"),
        "hereby": _("特发此证。"),
        "number_label": _("编号"),
        "day": wording.day(row.awarded_at) if row.awarded_at else "",
        "stamp": _("（盖章）"),
        "certificates": [_certificate(row, each, site, check) for each in those],
    }


def _certificate(
    row: Round, each: Candidate, site: str, check: Callable[[str], str]
) -> dict[str, Any]:
    kind = "unit" if each.partnership_id else "person"
    asked = {criterion["key"] for criterion in row.criteria.get(kind, [])}
    facts = [fact_words(fact) for fact in each.facts if fact["key"] in asked]
    told = {
        "a": wording.day(row.since),
        "b": wording.day(row.as_of),
        "facts": _("，").join(facts),
        "title": row.title,
    }
    by_facts = _("%(a)s到%(b)s，%(facts)s。经评选、公示，列入“%(title)s”。")
    plain = _("经评选、公示，列入“%(title)s”。")
    return {
        "name": each.name,
        "words": (by_facts if facts else plain) % told,
        "number": each.cert_no,
        "qr": qr(check(each.code)),
        "check": _("扫码核对，或到 %(site)s/h/ 输入 %(code)s")
        % {"site": site, "code": spaced(each.code)},
    }


def notice_sheet(row: Round, listed: Listed, *, site: str, address: str) -> bytes:
    """The notice to hang out, as everyone reads it. `address` is its page. Raises `Refused` for a
    name that cannot be drawn."""
    community: Community = row.community
    must_be_drawn([each.name for each in (*listed.units, *listed.people)])
    until = listed.last or listed.until
    return pdf(
        "honours_notice",
        {
            "title": row.title,
            "community": community.name,
            "heading": pgettext("paper", "公示"),
            "lead": _("按%(span)s，经评选，拟列入下面的单位和志愿者。公示到%(until)s。")
            % {"span": listed.span, "until": until},
            "criteria": list(criteria_words(row)),
            "units": [_line(each) for each in listed.units],
            "units_label": _("单位"),
            "people": [_line(each) for each in listed.people],
            "people_label": _("志愿者"),
            "how_label": _("有话说"),
            "how": _how(community, until),
            "order": _("按笔画排，不分先后。写全名的，是本人同意的。"),
            "day": listed.shown,
            "qr": qr(address),
            "site": site,
            "foot": _("看的是记录，不看捐了多少。不排名，不积分。"),
        },
    )


def _how(community: Community, until: str) -> str:
    told = {"until": until, "phone": community.phone, "address": community.address}
    if community.phone and community.address:
        return (
            _(
                "名单有不对的地方，%(until)s以前扫码说，打 %(phone)s，"
                "或者写在纸上交到%(address)s。留不留名字都行，三个工作日里答复。"
            )
            % told
        )
    return _("名单有不对的地方，%(until)s以前扫码说，或者写在纸上交到社区。留不留名字都行。") % told


def _line(each: Named) -> dict[str, str]:
    words = each.why or _("，").join(each.facts)
    if each.until:
        words = _("%(words)s（%(until)s前可以提）") % {"words": words, "until": each.until}
    return {"name": each.name, "words": words}
