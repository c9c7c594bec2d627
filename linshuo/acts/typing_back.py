"""The board on paper: a sheet's lines are frozen when it is printed, and typed back when signed.

A row of a signed sheet is a line number and a name, a unit, or both. Each is kept by an act of its
own, so that one that cannot be read spoils none of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from linshuo.acts.signing import sign
from linshuo.domain.board.access import public, takes_names
from linshuo.domain.board.models import WHOLE, Ask, AskKind
from linshuo.domain.needs.models import Visibility
from linshuo.domain.papers.actions import find_sheet, keep_file, print_sheet
from linshuo.domain.papers.images import redraw
from linshuo.domain.papers.models import File, Paper, PaperKind
from linshuo.domain.people import checking
from linshuo.domain.people.actions import clean_name, know_person
from linshuo.domain.people.lifecycle import LIVE as CHECKED_IN
from linshuo.domain.people.models import CheckIn, Partnership, Person
from linshuo.domain.people.queries import partnerships
from linshuo.domain.people.queries import staff as staff_of
from linshuo.domain.people.staffing import add_partner
from linshuo.domain.pledges.lifecycle import LIVE
from linshuo.domain.pledges.models import HeldRow, Pledge
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock, secret, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import fold, initials, tidy

MOST_TYPED = 80


@dataclass(frozen=True, slots=True)
class Typed:
    """What became of a row: accepted, waiting, again (it was there already) or held."""

    status: str
    line: int
    text: str
    """What the line asks for."""
    who: str
    pledge: Pledge | None = None
    held: HeldRow | None = None
    check_in: CheckIn | None = None
    """What was handed in for a signer who had not checked in."""
    new_unit: Partnership | None = None
    """A unit that was not known before, to be confirmed."""


def print_board(*, by: Actor, at: datetime | None = None) -> Paper:
    """Freeze the board as it hangs now into a sheet: what everyone may see and sign for, by kind,
    in the order it was put up. Raises `Refused` for an empty board."""
    rows = Ask.objects.of(by).filter(public(), closed_at__isnull=True, offer__isnull=True)
    order = {kind: n for n, kind in enumerate(AskKind.values)}
    found = sorted(rows.values_list("kind", "pk"), key=lambda row: (order[row[0]], row[1]))
    return print_sheet([pk for _kind, pk in found], by=by, at=at)


@transaction.atomic
def type_row(
    sheet_code: str,
    line: int | str,
    name: str = "",
    unit: str = "",
    phone: str = "",
    *,
    by: Actor,
    illegible: bool = False,
    photo: bytes = b"",
    new_unit: str = "",
    at: datetime | None = None,
) -> Typed:
    """Keep one row of a signed sheet, as of the day it was signed.

    A name signs for the person, a unit without a name for the unit; a full line queues. The same
    name or unit on the same line while it stands is the same signature. A unit may be named by the
    first letters of its pinyin; one nobody knows yet is refused once, and kept to be confirmed when
    `new_unit` repeats its name. Whoever has not checked in gets a check-in that waits to be
    confirmed. An illegible row is held with what could be made out and, if given, a photo of the
    sheet, drawn anew. Raises `Refused` with the field that will not do.
    """
    _must(by)
    sheet = find_sheet(sheet_code, by=by)
    if at is not None and clock.local(at).date() < clock.local(sheet.printed_at).date():
        told = _("这张纸是%s印的，签名不会更早。")
        raise Refused("day", told % wording.near_day(sheet.printed_at), "day")
    number = _number(sheet, line, illegible)
    if illegible:
        return _hold(sheet, number, f"{name} {unit}", photo, by, at)
    ask = _ask(sheet, number, by)
    partner, added = _partner(unit, new_unit, by, at)
    if partner is None and not name.strip():
        raise Refused("who", _("写名字，或者写单位。一个也看不清，就按“看不清”。"), "name")
    name = clean_name(name) if name.strip() else ""
    who = name or str(partner)
    there = _standing(ask, name, phone, partner)
    if there is not None:
        return Typed("again", number, ask.text, who, there)
    if not _takes_names(ask):
        told = _("第 %(n)d 行“%(text)s”已经撤下来了，不再记名。请告诉签名的人。")
        raise Refused("taken-down", told % {"n": number, "text": ask.text}, "line")
    person = _person(sheet, name, phone, partner, by, at) if name else None
    pledge = sign(
        ask.pk, by=by, person=person, partnership=None if person else partner, paper=sheet, at=at
    )
    handed_in = _check_in(person, partner, by, at) if person else None
    detail = {"line": number, "pledge": pledge.pk, "unit": partner.pk if partner else None}
    record("paper:type-back", row=sheet, by=by, at=at, detail=detail)
    return Typed(pledge.state, number, ask.text, who, pledge, check_in=handed_in, new_unit=added)


def _person(
    sheet: Paper,
    name: str,
    phone: str,
    partner: Partnership | None,
    by: Actor,
    at: datetime | None,
) -> Person:
    """Who signed. There is no telephone on a sheet: a member of that unit who has checked in under
    this name, if there is just one, and whoever signed the same sheet so before, is the same."""
    if not clean_phone(phone):
        named = CheckIn.objects.of(by).filter(person__name=name, partnership=partner)
        of_unit = named.filter(state__in=CHECKED_IN) if partner is not None else named.none()
        signed = Pledge.objects.of(by).filter(paper=sheet, person__name=name)
        here = named.filter(person__in=signed.values("person"))
        for found in (of_unit, here):
            known = set(found.values_list("person_id", flat=True)[:2])
            if len(known) == 1:
                return Person.objects.of(by).get(pk=known.pop())
    return know_person(name=name, phone=phone, by=by, at=at)


def _check_in(
    person: Person, partner: Partnership | None, by: Actor, at: datetime | None
) -> CheckIn | None:
    """Somebody who signs on paper wants to help, and has not been asked the rest yet."""
    staff = {colleague.person_id for colleague in staff_of(by)}
    if person.pk in staff or checking.standing(person) is not None:
        return None
    return checking.submit(person, by=by, via=CheckIn.Via.BOARD, partnership=partner, at=at)


def _must(by: Actor) -> None:
    if not (by.is_house or by.can(Can.NEED_WORK)):
        raise NotYours("need:work", _("没有这一页。"))


def _number(sheet: Paper, line: int | str, illegible: bool) -> int:
    """The line's number, as typed on whatever keyboard; 0 for one that cannot be read."""
    typed = fold(str(line)).strip()
    if illegible and typed in ("", "0"):
        return 0
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:6]) <= len(sheet.lines)):
        told = _("这张纸上是第 1 到第 %d 行，看看最左边的数。") % len(sheet.lines)
        raise Refused("line", told, "line")
    return int(typed[:6])


def _ask(sheet: Paper, number: int, by: Actor) -> Ask:
    """The ask behind a line: it was public when the sheet was printed, whatever it is now."""
    return Ask.objects.of(by).select_related(*WHOLE).get(pk=sheet.lines[number - 1])


def _partner(
    unit: str, new_unit: str, by: Actor, at: datetime | None
) -> tuple[Partnership | None, Partnership | None]:
    """The unit that was written or meant, and the same once more if it was added just now."""
    wanted = " ".join(tidy(unit).split())
    if not wanted:
        return None, None
    known = partnerships(by)
    for each in known:
        if each.organisation.name == wanted:
            return each, None
    if wanted.isascii():
        return _by_letters(wanted, known), None
    if " ".join(tidy(new_unit).split()) != wanted:
        told = _("还不认识“%s”。写对了就再按一次：先收着，等人核实。")
        raise Refused("unit-new", told % wanted[:40], "unit")
    added = add_partner(name=wanted, by=Actor.house(by.community_id), confirmed=False, at=at)
    return added, added


def _by_letters(typed: str, known: list[Partnership]) -> Partnership:
    """A unit by the first letters of its pinyin: 水务 by sw."""
    letters = fold(typed).lower().replace(" ", "")
    found = [each for each in known if initials(each.organisation.name).startswith(letters)]
    if len(found) == 1 and len(letters) >= 2:
        return found[0]
    if found:
        names = "、".join(each.organisation.name for each in found[:5])
        raise Refused("unit", _("是哪一个：%s？多打一个字母。") % names, "unit")
    raise Refused("unit", _("没有拼音是“%s”的单位，写全名。") % typed[:40], "unit")


def _standing(ask: Ask, name: str, phone: str, partner: Partnership | None) -> Pledge | None:
    """The live signature of this name, or of this unit, on the line. Two who share a name are told
    apart only by two different telephones."""
    rows = Pledge.objects.within(ask.community_id).filter(ask=ask, state__in=LIVE)
    rows = rows.select_related("person", "partnership__organisation").order_by("pk")
    if not name:
        return rows.filter(partnership=partner).first()
    mark = secret.fingerprint(clean_phone(phone))
    for pledge in rows.filter(person__name=name):
        known = pledge.person.phone_hmac if pledge.person else ""
        if not (mark and known and mark != known):
            return pledge
    return None


def _hold(
    sheet: Paper, number: int, typed: str, photo: bytes, by: Actor, at: datetime | None
) -> Typed:
    seen = " ".join(tidy(typed).split())
    if len(seen) > MOST_TYPED:
        raise Refused("long", _("看得清的几个字就够了，最多 %d 个。") % MOST_TYPED, "name")
    text = _ask(sheet, number, by).text if number else ""
    rows = HeldRow.objects.of(by).filter(paper=sheet, line=number, typed=seen)
    if (there := rows.first()) is not None:
        return Typed("again", number, text, seen, held=there)
    row = HeldRow(
        community_id=by.community_id,
        paper=sheet,
        line=number,
        typed=seen,
        photo=_kept(photo, by) if photo else None,
        at=happened(at),
        kept_by_id=by.person_id,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # two typed the same sheet at the same moment
        return Typed("again", number, text, seen, held=rows.get())
    record("held-row:keep", row=row, by=by, at=at)
    return Typed("held", number, text, seen, held=row)


def _kept(photo: bytes, by: Actor) -> File:
    drawn = redraw(photo)
    name = f"sheet.{drawn.suffix}"
    return keep_file(drawn.content, kind="photo", mime=drawn.mime, name=name, by=by)


@transaction.atomic
def let_go(held_id: int, *, by: Actor, at: datetime | None = None) -> HeldRow:
    """A held row is dealt with: somebody knew who it was, or nobody ever will."""
    row = _held(held_id, by)
    if row.resolved_at is None:
        row.resolved_at = happened(at)
        row.save(update_fields=["resolved_at"])
        record("held-row:resolve", row=row, by=by, at=at)
    return row


@transaction.atomic
def make_out(
    held_id: int,
    line: int | str,
    name: str = "",
    unit: str = "",
    phone: str = "",
    *,
    by: Actor,
    new_unit: str = "",
    at: datetime | None = None,
) -> Typed:
    """A held row has been made out: keep it as typed now, of the day it was held; it waits no
    longer."""
    row = _held(held_id, by)
    when = at or row.at
    typed = type_row(row.paper.code, line, name, unit, phone, by=by, new_unit=new_unit, at=when)
    let_go(row.pk, by=by, at=at)
    return typed


def held_row(held_id: int, *, by: Actor) -> HeldRow:
    """A held row of the actor's community with its sheet. Raises `NotYours`."""
    _must(by)
    row = HeldRow.objects.of(by).select_related("paper", "photo").filter(pk=held_id).first()
    if row is None:
        raise NotYours("held-row", _("没有这一行。"))
    return row


def _held(held_id: int, by: Actor) -> HeldRow:
    _must(by)
    rows = HeldRow.objects.of(by).select_for_update(of=("self",)).select_related("paper")
    row = rows.filter(pk=held_id).first()
    if row is None:
        raise NotYours("held-row", _("没有这一行。"))
    return row


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a printed sheet as it stands today."""

    number: int
    ask: Ask
    stands: bool
    """Whether the line still takes names."""


def lines_of_sheet(sheet: Paper, *, by: Actor) -> list[SheetLine]:
    """The lines of a sheet, in their order: one query. What is no longer public is only said to be
    taken down."""
    _must(by)
    rows = Ask.objects.of(by).select_related(*WHOLE).in_bulk(sheet.lines)
    found = [(n, rows[pk]) for n, pk in enumerate(sheet.lines, 1) if pk in rows]
    return [SheetLine(n, ask, _takes_names(ask)) for n, ask in found]


def _takes_names(ask: Ask) -> bool:
    shown = ask.need is None or ask.need.visibility == Visibility.PUBLIC
    return shown and takes_names(ask)


def signed_on(sheet: Paper, *, by: Actor) -> list[Pledge]:
    """The signatures typed back from a sheet, newest first: one query."""
    _must(by)
    rows = Pledge.objects.of(by).filter(paper=sheet)
    return list(rows.select_related("ask", "person", "partnership__organisation").order_by("-pk"))


def held_on(sheet: Paper, *, by: Actor) -> Sequence[HeldRow]:
    """The rows of a sheet that still wait for somebody who can read them."""
    _must(by)
    rows = HeldRow.objects.of(by).filter(paper=sheet, resolved_at__isnull=True)
    return list(rows.order_by("line", "pk"))


def unit_names(by: Actor) -> list[str]:
    """The units a row may name."""
    return [each.organisation.name for each in partnerships(by)]


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet in the list of those printed."""

    sheet: Paper
    signed: int
    held: int


def sheets(*, by: Actor, most: int = 30) -> list[Printed]:
    """The sheets printed lately, newest first, with how many rows of each were typed back and how
    many wait for somebody who can read them: three queries."""
    _must(by)
    found = list(Paper.objects.of(by).filter(kind=PaperKind.BOARD).order_by("-serial")[:most])
    signed = _by_paper(Pledge.objects.of(by).filter(paper__in=found))
    held = _by_paper(HeldRow.objects.of(by).filter(paper__in=found, resolved_at__isnull=True))
    return [Printed(s, signed.get(s.pk, 0), held.get(s.pk, 0)) for s in found]


def _by_paper(rows: Any) -> dict[int, int]:
    return dict(rows.values_list("paper").annotate(n=Count("pk")))
