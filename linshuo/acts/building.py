"""Projects across the rooms: begun on what was promised, paid for line by line, handed over with
the needs they answer, or dropped while nothing has come in.

What a unit promises is `promising`'s; what moves is written by one person and checked by another in
`domain.funds.actions`.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.acts.promising import let_go_all
from linshuo.domain.board import budget, projects
from linshuo.domain.board.models import BudgetLine, Project, ProjectNeed
from linshuo.domain.board.projects import Standing
from linshuo.domain.funds.actions import record_voucher
from linshuo.domain.funds.checks import paid_on
from linshuo.domain.funds.models import Voucher, VoucherKind
from linshuo.domain.funds.promises import waiting_in
from linshuo.domain.funds.queries import totals
from linshuo.domain.needs.actions import finish
from linshuo.domain.needs.models import Need, Outcome, Result
from linshuo.domain.needs.working import add_result
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused


def standing_of(project: Project) -> Standing:
    """What the books know of a project: promised, raised and not given back, waiting for a second
    person. Three queries."""
    found = totals(project)
    return Standing(
        promised_fen=found.promised, received_fen=found.raised, waiting=waiting_in(project)
    )


@transaction.atomic
def build(
    project: Project, *, by: Actor, contractor: str = "", at: datetime | None = None
) -> Project:
    """开工, on what was promised or came in. Raises `Refused` while that is nothing."""
    row = projects.lock_project(project, by)
    return projects.build(row, by=by, standing=standing_of(row), contractor=contractor, at=at)


@transaction.atomic
def drop(project: Project, *, by: Actor, because: str, at: datetime | None = None) -> Project:
    """不办了, with the reason: only while nothing came in, or after all of it was given back. Units
    that promised something are free of it, and its needs are open to another project."""
    row = projects.lock_project(project, by)
    known = standing_of(row)
    if known.waiting:
        raise Refused("waiting", _("还有 %d 笔没有复核，先复核或退回。") % known.waiting)
    dropped = projects.drop(row, by=by, because=because, standing=known, at=at)
    let_go_all(dropped, at=at)
    return dropped


@transaction.atomic
def change_line(
    line: BudgetLine,
    *,
    by: Actor,
    text: str,
    amount_fen: int,
    contractor: str = "",
    retention_fen: int = 0,
    retention_until: date | None = None,
    at: datetime | None = None,
) -> BudgetLine:
    """Change a line of the budget, never below what was paid on it."""
    return budget.change_line(
        line,
        by=by,
        text=text,
        amount_fen=amount_fen,
        contractor=contractor,
        retention_fen=retention_fen,
        retention_until=retention_until,
        spent_fen=paid_on(line),
        at=at,
    )


# --- money ----------------------------------------------------------------------------------------


def receive(
    project: Project,
    *,
    by: Actor,
    instalment: Instalment,
    amount_fen: int,
    received_on: date | None = None,
    file: File | None = None,
    text: str = "",
    at: datetime | None = None,
) -> Voucher:
    """A part of what a unit promised is on the account, all of it or some. Waits to be checked.

    Raises `Refused` for another project's part, more than is still to come, and what was let go of.
    """
    return record_voucher(
        project,
        by=by,
        kind=VoucherKind.INSTALMENT,
        amount_fen=amount_fen,
        happened_on=received_on,
        pledge=instalment.pledge,
        instalment=instalment,
        file=file,
        text=text,
        at=at,
    )


def paid_directly(
    project: Project,
    *,
    by: Actor,
    pledge: Pledge,
    line: BudgetLine,
    amount_fen: int,
    file: File | None,
    instalment: Instalment | None = None,
    payee: str = "",
    paid_on: date | None = None,
    text: str = "",
    at: datetime | None = None,
) -> Voucher:
    """A unit paid the contractor itself: raised, and never held. Waits to be checked."""
    _must_have_paper(file)
    return record_voucher(
        project,
        by=by,
        kind=VoucherKind.DIRECT,
        amount_fen=amount_fen,
        happened_on=paid_on,
        pledge=pledge,
        instalment=instalment,
        line=line,
        payee=payee or line.contractor or project.contractor,
        file=file,
        text=text,
        at=at,
    )


def pay(
    project: Project,
    *,
    by: Actor,
    line: BudgetLine,
    amount_fen: int,
    file: File | None,
    text: str,
    payee: str = "",
    advance_of: Person | None = None,
    paid_on: date | None = None,
    at: datetime | None = None,
) -> Voucher:
    """Pay for a line of the budget, with the paper that says so: from the account, or out of the
    advance that `advance_of` holds. Waits to be checked.

    Raises `Refused` for a line overspent, money kept back before its day, and too little.
    """
    _must_have_paper(file)
    return record_voucher(
        project,
        by=by,
        kind=VoucherKind.SPEND_ADVANCE if advance_of else VoucherKind.SPEND,
        amount_fen=amount_fen,
        happened_on=paid_on,
        line=line,
        payee=payee or line.contractor or project.contractor,
        advance_to=advance_of,
        file=file,
        text=text,
        at=at,
    )


def advance(
    project: Project,
    *,
    by: Actor,
    to: Person,
    amount_fen: int,
    text: str,
    back: bool = False,
    on: date | None = None,
    file: File | None = None,
    at: datetime | None = None,
) -> Voucher:
    """领备用金, or with `back` 交回: money in one person's hand until it is accounted for."""
    return record_voucher(
        project,
        by=by,
        kind=VoucherKind.PUT_BACK if back else VoucherKind.DRAW,
        amount_fen=amount_fen,
        happened_on=on,
        advance_to=to,
        file=file,
        text=text,
        at=at,
    )


def _must_have_paper(file: File | None) -> None:
    if file is None:
        raise Refused("file", _("付款要有票据，拍一张照片或者放 PDF。"), "file")


# --- the end --------------------------------------------------------------------------------------


@transaction.atomic
def hand_over(
    project: Project,
    *,
    by: Actor,
    keeper: str,
    handed_on: date | None = None,
    result: str = "",
    at: datetime | None = None,
) -> Project:
    """交付: whoever looks after it is named, and every need the project answers is finished with
    the project as its result. Another person closes each of them later, as always.

    `result` is what is said of each need; it defaults to the project's name and day. All or none:
    raises `Refused` where the project cannot be handed over, or a need is not the actor's to
    finish.
    """
    row = projects.lock_project(project, by)
    done = projects.hand_over(
        row, by=by, keeper=keeper, standing=standing_of(row), handed_on=handed_on, at=at
    )
    assert done.handed_on is not None
    words = result.strip() or _("项目“%(name)s”%(day)s交付，交给%(keeper)s管护。") % {
        "name": done.name,
        "day": wording.day(done.handed_on),
        "keeper": done.keeper,
    }
    for need in answered(done, by):
        _settle(need, done, words, by=by, at=at)
    return done


def answered(project: Project, by: Actor) -> list[Need]:
    """The needs behind a project, in the order in which they were put there; of one that was merged
    meanwhile, the one it went into."""
    rows = ProjectNeed.objects.of(by).filter(project=project).order_by("pk")
    found: dict[int, Need] = {}
    for row in rows.select_related("need"):
        need = row.need
        while need.survivor is not None:
            need = need.survivor
        found.setdefault(need.pk, need)
    return list(found.values())


def _settle(need: Need, project: Project, words: str, *, by: Actor, at: datetime | None) -> None:
    if need.state != "open":
        return  # settled otherwise, withdrawn or merged meanwhile: its own life goes on
    try:
        add_result(need, by=by, text=words, kind=Result.Sort.PROJECT, ref_id=project.pk, at=at)
        finish(need, by=by, outcome=Outcome.SOLVED, result_text=words, at=at)
    except NotYours:
        told = _("项目里有一件事（%s）不归您办，请社区书记来交付。") % need.number
        raise Refused("need-not-yours", told) from None
