"""Writes about partnerships 共建: what was agreed and for how long, confirmed, and ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.papers.handed_in import keep_paper
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership
from linshuo.domain.trail.actions import record
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

MOST_WISHES = 200


def _lock(row: Partnership, by: Actor) -> Partnership:
    if not (by.is_house or by.can(Can.PERSON_WRITE)):
        raise NotYours("partnership", _("没有这一页。"))
    rows = Partnership.objects.of(by).select_for_update(of=("self",))
    found = rows.select_related("organisation").filter(pk=row.pk).first()
    if found is None:
        raise NotYours("partnership", _("没有这一页。"))
    return found


def keep_agreement(raw: bytes, name: str, *, by: Actor, at: datetime | None = None) -> File:
    """The agreement as a file. Raises `Refused`."""
    return keep_paper(raw, name, kind="agreement", by=by, field="agreement", at=at)


@transaction.atomic
def settle_partner(
    row: Partnership,
    *,
    by: Actor,
    since: date | None = None,
    until: date | None = None,
    wishes: str = "",
    agreement: File | None = None,
    at: datetime | None = None,
) -> Partnership:
    """What was agreed: the period, what the unit would like, and the paper it stands on.

    Without `since` and `agreement` these stay as they are. Raises `Refused` with the field.
    """
    found = _lock(row, by)
    found.since = since or found.since
    if until is not None and until < found.since:
        raise Refused("until", _("结束的日子早于开始的日子。"), "until")
    clean = " ".join(tidy(wishes).split())
    if len(clean) > MOST_WISHES:
        raise Refused("wishes", _("写得太长了，最多 %d 个字。") % MOST_WISHES, "wishes")
    if agreement is not None:
        found.agreement = agreement
    found.until, found.wishes = until, clean
    found.save(update_fields=["since", "until", "wishes", "agreement"])
    record("partnership:settle", row=found, by=by, at=at)
    return found


@transaction.atomic
def confirm_partner(row: Partnership, *, by: Actor, at: datetime | None = None) -> Partnership:
    """A unit read off a signed sheet was asked, and said yes. Twice is once."""
    found = _lock(row, by)
    if not found.unconfirmed:
        return found
    found.unconfirmed = False
    found.save(update_fields=["unconfirmed"])
    record("partnership:confirm", row=found, by=by, at=at)
    return found


@transaction.atomic
def end_partner(
    row: Partnership, *, by: Actor, until: date | None = None, at: datetime | None = None
) -> Partnership:
    """The last day on which it stood, yesterday unless given.

    What hangs on it is let go by `acts.partnering.part`.
    Raises `Refused` for a day to come: that is a period, and is settled as one.
    """
    found = _lock(row, by)
    last = until or clock.today() - timedelta(days=1)
    if last > clock.today():
        raise Refused("until", _("还没到的日子，写在“到哪天为止”里。"), "until")
    if until is not None and until < found.since:
        raise Refused("until", _("结束的日子早于开始的日子。"), "until")
    if found.until is not None and found.until < clock.today():
        return found
    found.until = last
    found.save(update_fields=["until"])
    record("partnership:end", row=found, by=by, at=at)
    return found
