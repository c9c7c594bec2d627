"""The works of the demo: proposed for the matters that had stood longest, decided, promised for by
units, built, paid for line by line, and handed over when the last of their matters is done.

Beside each matter's own story (`stories`) runs the story of its work here; where a matter comes to
its end, it asks `settle` what its work has to do with that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from linshuo.acts import building, promising
from linshuo.demo import people, places
from linshuo.demo.drawings import DRAWN, before_and_after
from linshuo.demo.matters.works import ROOM, WORKS, Funder, Work
from linshuo.demo.world import World
from linshuo.domain.board import budget, projects, steps
from linshuo.domain.board.models import Ask, BudgetLine, Milestone, Project, ProjectNeed
from linshuo.domain.funds import disclosing
from linshuo.domain.funds.actions import check_voucher
from linshuo.domain.funds.models import Voucher
from linshuo.domain.needs.models import Need, Result
from linshuo.domain.needs.working import add_result
from linshuo.domain.papers.actions import keep_file
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership
from linshuo.domain.places.actions import add_asset
from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.calendar import months_later

Telling = Iterator[datetime]
_OF = {title: work for work in WORKS for title in work.matters}
FEN = 100
LAST_PART = 0.82
"""Where between its beginning and its end the last part of a work's money has come."""


def build_all(world: World, span: dict[str, tuple[datetime, datetime]]) -> Iterator[Telling]:
    """Each work as a story. `span` says of each matter when it is said and when it will be done."""
    for n, work in enumerate(WORKS):
        begin = min(span[title][0] for title in work.matters)
        end = max(span[title][1] for title in work.matters)
        yield _built(world, work, begin, end, n)
    yield _raised(world, ROOM)


def paper(world: World, by: Actor, what: str) -> File:
    """One page that stands for a signed paper: invented, and says so."""
    return keep_file(
        _page(f"{what} - demo only"), kind="paper", mime="application/pdf", name=f"{what}.pdf",
        by=by,
    )  # fmt: skip


def _page(words: str) -> bytes:
    """The smallest page that every reader opens."""
    stream = f"BT /F1 18 Tf 60 760 Td ({words}) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = "%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{n} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(parts) + 1
    return (
        f"{body}xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {count} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode()


def cashier(world: World) -> Actor:
    return world.actors[people.CASHIER]


def book(world: World, voucher: Voucher) -> None:
    """The second person looks at the paper."""
    check_voucher(voucher, by=world.actors[people.WATCH])


def _built(world: World, work: Work, begin: datetime, end: datetime, n: int) -> Telling:
    """From the proposal to the last payment but one; the end is `settle`'s."""
    at = _office(world, begin + timedelta(days=1, hours=n % 4))
    yield at
    while not (known := _accepted(world, work)):
        at = _office(world, at + timedelta(days=1))
        yield at
    project = _propose(world, work, known)
    world.projects.update(dict.fromkeys(work.matters, project.pk))
    whole = end - at

    def then(part: float, hours: int = 0) -> datetime:
        return _office(world, at + whole * part + timedelta(hours=hours))

    yield then(0.06)
    projects.approve(
        project, by=world.head, resolution=work.decided, resolution_on=clock.today(),
        resolution_file=paper(world, world.head, "resolution"),
    )  # fmt: skip
    project = projects.fund(project, by=world.head)
    pledges = []
    for funder in work.funders:
        yield then(0.1, len(pledges))
        pledges.append(_promise(world, project, funder, end))
    yield then(0.16)
    building.build(project, by=world.head, contractor=work.lines[0][2])
    done = _steps(project)
    for part, act in sorted(_money(world, work, pledges), key=lambda one: one[0]):
        yield then(part)
        act()
        if len(done) > 1 and part > 0.4:  # the last one is done when the work is handed over
            steps.done_step(done.pop(0), by=world.head, done_on=clock.today())


def _accepted(world: World, work: Work) -> list[Need]:
    here = [world.needs[title] for title in work.matters if title in world.needs]
    return list(Need.objects.within(world.community.pk).filter(pk__in=here, state="open"))


def _office(world: World, at: datetime) -> datetime:
    """The moment, within office hours."""
    local = clock.local(at)
    hour = min(max(local.hour, 9), 16)
    return local.replace(hour=hour)


def _propose(world: World, work: Work, needs: list[Need]) -> Project:
    by = world.head
    place = world.spots[work.where]
    project = projects.propose(
        by=by, name=work.name, place=place, needs=needs, owner=world.persons[people.HEAD],
        about=work.about,
    )  # fmt: skip
    for n, (text, yuan, contractor) in enumerate(work.lines):
        kept = work.kept_back if n == 0 else 0
        until = months_later(clock.today(), 24) if kept else None
        budget.add_line(
            project, by=by, text=text, amount_fen=yuan * FEN, contractor=contractor,
            retention_fen=kept * FEN, retention_until=until,
        )  # fmt: skip
    for text in work.steps:
        steps.add_step(project, by=by, text=text)
    return project


def _promise(
    world: World, project: Project, funder: Funder, end: datetime, first: date | None = None
) -> Pledge:
    """Signed for with an agreement, in parts a month or so apart, from `first` or next week on."""
    here = world.community.pk
    ask = Ask.objects.within(here).get(project=project)
    unit = Partnership.objects.within(here).get(organisation__name=funder.unit)
    first = first or clock.today() + timedelta(days=5)
    gap = max((clock.local(end).date() - first).days // (funder.parts + 1), 3)
    each = funder.yuan * FEN // funder.parts
    sums = [each] * (funder.parts - 1) + [funder.yuan * FEN - each * (funder.parts - 1)]
    return promising.sign_for(
        ask.pk, by=world.head, partnership=unit, amount_fen=funder.yuan * FEN,
        parts=[(first + timedelta(days=gap * k), fen) for k, fen in enumerate(sums)],
        agreement=paper(world, world.head, "agreement"), in_public=True,
    )  # fmt: skip


def _money(world: World, work: Work, pledges: list[Pledge]):  # type: ignore[no-untyped-def]
    """What comes and what is paid, each with the part of the work's time at which it does."""
    direct = 0
    for funder, pledge in zip(work.funders, pledges, strict=True):
        parts = list(
            Instalment.objects.within(world.community.pk).filter(pledge=pledge).order_by("no")
        )
        for k, part in enumerate(parts, 1):
            when = 0.18 + (LAST_PART - 0.18) * k / len(parts)
            yield when, _come(world, funder, pledge, part)
        direct += funder.yuan if funder.direct else 0
    for n, (_text, yuan, _contractor) in enumerate(work.lines):
        own = yuan - (direct + work.kept_back if n == 0 else 0)
        if own > 0:
            yield LAST_PART + 0.02 + n / 50, _pay(world, pledges[0], n, own)


def _come(world: World, funder: Funder, pledge: Pledge, part: Instalment):  # type: ignore[no-untyped-def]
    def act() -> None:
        project = Project.objects.within(world.community.pk).get(pk=pledge.ask.project_id)
        by = cashier(world)
        if funder.direct:
            line = BudgetLine.objects.within(world.community.pk).get(project=project, no=1)
            voucher = building.paid_directly(
                project, by=by, pledge=pledge, instalment=part, line=line,
                amount_fen=part.amount_fen, file=paper(world, by, "bill"),
                text="单位直接付给施工方",
            )  # fmt: skip
        else:
            voucher = building.receive(
                project, by=by, instalment=part, amount_fen=part.amount_fen, text="认捐款到账",
            )  # fmt: skip
        book(world, voucher)

    return act


def _pay(world: World, pledge: Pledge, n: int, yuan: int):  # type: ignore[no-untyped-def]
    def act() -> None:
        project = Project.objects.within(world.community.pk).get(pk=pledge.ask.project_id)
        line = BudgetLine.objects.within(world.community.pk).get(project=project, no=n + 1)
        by = cashier(world)
        book(
            world,
            building.pay(
                project, by=by, line=line, amount_fen=yuan * FEN, file=paper(world, by, "bill"),
                text=f"付“{line.text}”",
            ),
        )  # fmt: skip

    return act


def _steps(project: Project) -> list[Milestone]:
    rows = Milestone.objects.within(project.community_id).filter(project=project)
    return list(rows.filter(done_on__isnull=True).order_by("no"))


def join(world: World, title: str) -> None:
    """A matter that was taken up after its work began is put behind it."""
    pk = world.projects.get(title)
    need = world.need_by(title)
    if pk is None or ProjectNeed.objects.within(need.community_id).filter(need=need).exists():
        return
    project = Project.objects.within(need.community_id).get(pk=pk)
    projects.answer(project, need, by=world.head)


def settle(world: World, title: str, owner: Actor, result: str) -> Actor | None:
    """A matter comes to its end. Before the last one of a work, the work is only named as what
    brought it about; with the last it is accepted and handed over, which finishes the matter: then
    whoever handed it over is given back."""
    pk = world.projects.get(title)
    if pk is None:
        return None
    project = Project.objects.within(world.community.pk).get(pk=pk)
    need = world.need_by(title)
    open_yet = [
        other for other in _OF[title].matters
        if other != title and world.settled_at.get(other) is None
    ]  # fmt: skip
    world.settled_at[title] = clock.now()
    if shed := places.SHEDS.get(title):
        where, code, name = shed
        add_asset(world.spots[where], kind="车棚", code=code, name=name, by=world.head)
    if open_yet or project.state == "handed_over":
        named = {"kind": Result.Sort.PROJECT, "ref_id": pk}
        if not Result.objects.within(need.community_id).filter(need=need, **named).exists():
            add_result(need, by=owner, text=f"项目“{project.name}”", **named)
        return None
    _hand_over(world, _OF[title], project, result)
    return world.head


def _hand_over(world: World, work: Work, project: Project, result: str) -> None:
    by = world.head
    left = _steps(project)
    for step in left:
        drawn = before_and_after(work.name) if step is left[-1] else {}
        steps.done_step(
            step, by=by, done_on=clock.today(), note=DRAWN if drawn else "", show=True, **drawn
        )
    for name, capacity, said in (
        (people.WATCH, "居务监督委员会", "票据和现场都看过。"),
        (people.RESIDENTS[work.where or "花"][0][:-1], "居民代表", "好用。"),
        (work.funders[0].unit.removesuffix("党支部"), "出资单位", ""),
    ):
        steps.sign_off(project, by=by, name=name, capacity=capacity, said=said)
    projects.accept(project, by=by)
    building.hand_over(project, by=by, keeper=work.keeper, result=result)
    here = world.community.pk
    for pledge in Pledge.objects.within(here).filter(ask__project=project).order_by("pk"):
        promising.keep(pledge, by=by)
    project.refresh_from_db()
    told = disclosing.draft(project, kind="final", by=by)
    kept = "质保金到日子、没有毛病再付" if told.numbers["left"] else ""
    disclosing.publish(told, by=by, leftover=kept)


def _raised(world: World, work: Work) -> Telling:
    """A work that is decided and still lacks money."""
    yield clock.at_local(2019, 10, 22, 10)
    project = _propose(world, work, [])
    yield clock.at_local(2019, 10, 29, 15)
    projects.approve(
        project, by=world.head, resolution=work.decided, resolution_on=date(2019, 10, 29),
        resolution_file=paper(world, world.head, "resolution"),
    )  # fmt: skip
    projects.fund(project, by=world.head, text="水文科普室，出钱出料都行")
    yield clock.at_local(2019, 11, 12, 9, 30)
    _promise(world, project, work.funders[0], clock.at_local(2020, 6, 30), date(2020, 3, 10))
