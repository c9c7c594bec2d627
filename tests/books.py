"""A project and a collection that money can move through, made by calling actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from linshuo.acts.promising import sign_for
from linshuo.domain.board.budget import add_line
from linshuo.domain.board.collecting import draft, open_up
from linshuo.domain.board.models import Ask, Collection, Project
from linshuo.domain.board.projects import Standing, approve, build, fund, propose
from linshuo.domain.funds.access import Book
from linshuo.domain.funds.actions import check_voucher, record_voucher
from linshuo.domain.funds.models import Voucher
from linshuo.domain.papers.actions import keep_file
from linshuo.domain.papers.models import File
from linshuo.domain.pledges.models import Pledge
from tests.cast import Cast

DAY = date(2019, 11, 4)


def a_paper(cast: Cast, kind: str) -> File:
    """Some paper on file: a resolution, an agreement."""
    return keep_file(
        f"%PDF-1.4 {kind}".encode(),
        kind=kind,
        mime="application/pdf",
        name=f"{kind}.pdf",
        by=cast.zhang,
    )


def a_project(cast: Cast, *, budget_fen: int = 100_000_000, name: str = "装路灯") -> Project:
    """A project being built, with one line of its budget and nothing received."""
    row = propose(by=cast.zhang, name=name, place=cast.estate)
    add_line(row, by=cast.zhang, text="灯和杆", amount_fen=budget_fen, contractor="某照明公司")
    row = approve(row, by=cast.zhang, resolution="党建联席会议议定", resolution_on=DAY)
    row = fund(row, by=cast.zhang)
    return build(row, by=cast.zhang, standing=Standing(promised_fen=1))


def a_collection(cast: Cast, *, name: str = "义聚爱嘉", basis: str = "residents") -> Collection:
    """An open collection among the residents, by their own resolution."""
    row = draft(
        by=cast.zhang,
        name=name,
        purpose="帮社区里遇到急难的人家",
        place=cast.root,
        legal_basis=basis,
        holder="嘉福社区居民委员会",
        resolution_on=DAY,
        resolution_file=a_paper(cast, "resolution"),
        owner=cast.person("张书记"),
    )
    return open_up(row, by=cast.zhang)


def a_promise(cast: Cast, project: Project, *parts: int) -> Pledge:
    """The partner unit promises a sum in parts, a day apart from the day after `DAY` on."""
    ask = Ask.objects.within(cast.community.pk).get(project=project)
    return sign_for(
        ask.pk,
        by=cast.zhang,
        partnership=cast.partnership,
        amount_fen=sum(parts),
        parts=[(DAY + timedelta(days=n), fen) for n, fen in enumerate(parts, 1)],
        agreement=a_paper(cast, "agreement"),
    )


def booked(cast: Cast, book: Book, kind: str, fen: int, **told: Any) -> Voucher:
    """A voucher that 孙出纳 wrote and 马监督 checked."""
    told.setdefault("text", "按单据")
    if kind in ("gift", "goods"):
        told.setdefault("giver_name", "一位居民")
    if kind in ("spend", "direct", "spend_advance"):
        told.setdefault("payee", "某照明公司")
    voucher = record_voucher(book, by=cast.sun, kind=kind, amount_fen=fen, **told)
    check_voucher(voucher, by=cast.ma)
    voucher.refresh_from_db()
    return voucher
