"""One's own places on lists that hang out or were awarded, and one's unit's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linshuo.domain.honours.access import own
from linshuo.domain.honours.models import Candidate
from linshuo.domain.honours.public import agreed, fact_words, shown_name
from linshuo.domain.people.models import Person
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours


@dataclass(frozen=True, slots=True)
class Own:
    """One's own part in a round, or one's unit's."""

    pk: int
    title: str
    name: str
    is_unit: bool
    facts: tuple[str, ...]
    state: str
    words: str
    until: str
    notice: int | None
    """The round, while its list hangs out."""
    may_decline: bool
    shows_as: str
    full: bool
    cert_no: str
    code: str
    """Of the certificate, which whoever holds it may show to anybody."""
    revoked: str


def own_honours(viewer: Actor) -> list[Own]:
    """Where one stands on a list that hangs out or was awarded, or one's unit does. Nobody learns
    here that they were looked at and not chosen."""
    rows = (
        Candidate.objects.of(viewer)
        .filter(own(viewer), chosen=True, round__state__in=("notice", "awarded"))
        .exclude(via=Candidate.Via.GONE)
        .select_related("round__community", "person", "partnership__organisation")
        .order_by("-round__year", "-pk")
    )
    found = list(rows)
    may = agreed(viewer.community_id, (each.person_id for each in found))
    return [_own(each, may) for each in found if each.declined_at is None]


def _own(each: Candidate, may: set[int]) -> Own:
    row = each.round
    kind = "unit" if each.partnership_id else "person"
    asked = {criterion["key"] for criterion in row.criteria.get(kind, [])}
    shown = row.state == "notice"
    ends = row.notice_to
    return Own(
        pk=each.pk,
        title=row.title,
        name=each.name,
        is_unit=kind == "unit",
        facts=tuple(fact_words(fact) for fact in each.facts if fact["key"] in asked),
        state=row.state,
        words=_("公示中") if shown else (_("撤销了") if each.revoked_at else _("授了")),
        until=wording.day(ends) if shown and ends else "",
        notice=row.pk if shown else None,
        may_decline=shown,
        shows_as=shown_name(each, may),
        full=each.person_id in may and each.full_name,
        cert_no=each.cert_no,
        code=each.code,
        revoked=wording.day(each.revoked_at) if each.revoked_at else "",
    )


def get_own(actors: Iterable[Actor], pk: int) -> tuple[Actor, Candidate]:
    """One's own place on a list, in whichever community. Raises `NotYours`."""
    for actor in actors:
        rows = Candidate.objects.of(actor).filter(own(actor), pk=pk, chosen=True)
        found = rows.select_related(
            "round__community", "person", "partnership__organisation"
        ).first()
        if found is not None:
            return actor, found
    raise NotYours("candidate", _("没有这一项。"))


def own_candidates(viewer: Actor, person: Person) -> list[Candidate]:
    """Every place of a person on a list that hangs out or was awarded."""
    rows = Candidate.objects.of(viewer).filter(
        person=person, chosen=True, round__state__in=("notice", "awarded")
    )
    return list(rows.order_by("pk"))
