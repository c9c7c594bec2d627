"""Money in the open for tests: a project with its funders, and collections on each legal basis."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from PIL import Image

from linshuo.acts import building
from linshuo.acts.promising import sign_for
from linshuo.domain.board import budget, collecting, projects, steps
from linshuo.domain.board.models import Ask, BudgetLine, Collection, Project
from linshuo.domain.funds.models import Goods, Voucher
from linshuo.domain.needs.actions import accept
from linshuo.domain.needs.models import Need
from linshuo.domain.papers.handed_in import keep_paper
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.staffing import add_partner
from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.kit import clock
from tests.books import booked
from tests.cast import Cast, make_need

DAY = clock.at_local(2019, 11, 4, 9)


def a_photo(colour: str = "gray") -> bytes:
    """A picture of nothing in particular."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()


def a_paper(cast: Cast, name: str = "协议.jpg", colour: str = "white") -> File:
    """A paper as it is handed in."""
    return keep_paper(a_photo(colour), name, kind="paper", by=cast.zhang)


@dataclass
class Works:
    """A project of ¥6,000 in two lines, promised by two units, partly paid for and built."""

    project: Project
    need: Need
    lines: list[BudgetLine]
    pledges: list[Pledge]
    other: Partnership


def a_project(cast: Cast, name: str = "盐业小区通水通电", public: bool = True) -> Works:
    """Resolved, funded, under way: ¥5,000 promised, ¥3,000 received of which ¥1,000 directly."""
    need = make_need(cast, words="四十年没有水没有电。")
    if public:
        need = accept(
            need, by=cast.zhang, category=cast.category(), owner=cast.person("李网格"),
            visibility="public", public_title="盐业小区没有水电", public_text="请把水电接上。",
            tags=["hard", "pain"],
        )  # fmt: skip
    project = projects.propose(
        by=cast.zhang, name=name, place=cast.estate, needs=[need], owner=cast.person("张书记")
    )
    lines = [
        budget.add_line(
            project, by=cast.zhang, text="水管", amount_fen=400_000, contractor="某某水电公司"
        ),
        budget.add_line(
            project, by=cast.zhang, text="电缆", amount_fen=200_000, contractor="某某水电公司",
            retention_fen=20_000, retention_until=date(2020, 11, 30),
        ),
    ]  # fmt: skip
    today = clock.today()
    project = projects.approve(
        project, by=cast.zhang, resolution="党建联席会议议定", resolution_on=today,
        resolution_file=a_paper(cast, "决议.jpg", "ivory"),
    )  # fmt: skip
    project = projects.fund(project, by=cast.zhang)
    ask = Ask.objects.within(cast.community.pk).get(project=project)
    other = add_partner(name="水文局党支部", by=cast.house)
    pledges = [
        sign_for(
            ask.pk, by=cast.zhang, partnership=unit, amount_fen=fen, parts=[(today, fen)],
            agreement=a_paper(cast, f"{n}.jpg", ("beige", "azure")[n]),
            in_public=n == 0,
        )
        for n, (unit, fen) in enumerate([(cast.partnership, 300_000), (other, 200_000)])
    ]  # fmt: skip
    project = building.build(project, by=cast.zhang, contractor="某某水电公司")
    here = cast.community.pk
    part = [Instalment.objects.within(here).get(pledge=p) for p in pledges]
    booked(
        cast, project, "instalment", 200_000, pledge=pledges[0],
        instalment=part[0], unit=cast.partnership,
    )  # fmt: skip
    booked(
        cast, project, "direct", 100_000, pledge=pledges[1], instalment=part[1],
        unit=other, line=lines[1], payee="某某水电公司", text="电缆第一笔", file=a_paper(cast),
    )  # fmt: skip
    booked(
        cast, project, "spend", 150_000, line=lines[0], payee="某某水电公司",
        text="水管，打电话13812345678", file=a_paper(cast, "发票.jpg", "linen"),
    )  # fmt: skip
    step = steps.add_step(project, by=cast.zhang, text="接通自来水")
    steps.done_step(
        step, by=cast.zhang, done_on=today, note="一户一表。", before=a_photo("black"),
        after=a_photo("silver"), show=True,
    )  # fmt: skip
    steps.add_step(project, by=cast.zhang, text="拆掉旧电线")
    steps.sign_off(project, by=cast.zhang, name="王阿姨", capacity="居民代表",
                   person=cast.person("王阿姨"), said="王阿姨说水很清。")  # fmt: skip
    return Works(project, need, lines, pledges, other)


def a_collection(cast: Cast, basis: str = "residents", name: str = "义聚爱嘉") -> Collection:
    """Open, on one legal basis."""
    told: dict[str, Any] = {"holder": "嘉福社区居民委员会"}
    if basis == "residents":
        told |= {"resolution_on": clock.today(), "resolution_file": a_paper(cast, "会.jpg", "snow")}
    if basis == "agreement":
        told |= {"agreement": a_paper(cast, "约.jpg", "lavender")}
    draft = collecting.draft(
        by=cast.zhang, name=name, purpose="独居老人家里装扶手", place=cast.root,
        legal_basis=basis, opens=clock.today(), **told,
    )  # fmt: skip
    return collecting.open_up(draft, by=cast.zhang)


def gifts(cast: Cast, of: Collection, hidden: Person, named: Person) -> dict[str, Voucher]:
    """Three gifts, a handrail paid for, and one gift taken back by mistake."""
    return {
        "hidden": booked(
            cast, of, "gift", 20_000, giver=hidden, giver_name="", text=f"{hidden.name}交来"
        ),
        "named": booked(cast, of, "gift", 30_000, giver=named, giver_name="", name_public=True),
        "nobody": booked(cast, of, "gift", 5_050, unnamed=True, giver_name=""),
        "spent": booked(cast, of, "spend", 12_345, payee="钱师傅", text="扶手两副"),
    }


def some_goods(cast: Cast, of: Collection, giver: Person) -> Goods:
    """Rice of no value in the books."""
    row = Goods(
        community_id=cast.community.pk, collection=of, item="大米", quantity="20 袋", giver=giver,
        received_by=cast.person("孙出纳"), received_on=clock.today(),
    )  # fmt: skip
    row.save(force_insert=True)
    return row
