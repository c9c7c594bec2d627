"""Projects and the sums units promise them: in parts, paid out line by line, handed over with the
needs they answer. Scenario 6 of the acceptance scenarios."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image

from linshuo.acts import building, promising
from linshuo.acts.signing import sign
from linshuo.domain.board import budget, projects, steps
from linshuo.domain.board.models import Ask, BudgetLine, Project
from linshuo.domain.funds import actions as funds
from linshuo.domain.funds.models import Pot, Voucher
from linshuo.domain.funds.promises import due_between, promise_of
from linshuo.domain.funds.queries import totals
from linshuo.domain.needs import actions as needs
from linshuo.domain.needs.models import Need, Result
from linshuo.domain.papers.actions import keep_file
from linshuo.domain.papers.models import File
from linshuo.domain.people.staffing import add_partner
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges import instalments
from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db

WAN = 10_000_00
"""一万元, in 分."""
NOW = T0 + timedelta(days=28)
DAYS = (date(2019, 12, 5), date(2019, 12, 20), date(2020, 3, 1))


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_monday() -> Iterator[None]:
    with clock.standing_at(NOW):
        yield


def paper(cast: Cast, words: str = "agreement") -> File:
    return keep_file(
        b"%PDF-1.7 " + words.encode(), kind="agreement", mime="application/pdf",
        name=f"{words}.pdf", by=cast.house,
    )  # fmt: skip


def open_need(cast: Cast, **over: Any) -> Need:
    need = make_need(cast, **over)
    category = cast.category()
    return needs.accept(
        need, by=cast.zhang, category=category, owner=cast.person("何秘书"), tags=["hard"]
    )


def started(cast: Cast, *, fen: int = 60 * WAN, name: str = "盐业小区路灯") -> Project:
    """A project that asks for money, with one need behind it and one line of cost."""
    project = projects.propose(
        by=cast.he, name=name, place=cast.estate, owner=cast.person("何秘书"),
        needs=[open_need(cast)],
    )  # fmt: skip
    projects.approve(
        project, by=cast.zhang, resolution="党建联席会议议定", resolution_on=date(2019, 11, 20)
    )
    budget.add_line(
        project, by=cast.zhang, text="灯杆和电缆", amount_fen=fen, contractor="海沧路灯公司"
    )
    return projects.fund(project, by=cast.zhang)


def line_of(project: Project) -> BudgetLine:
    return BudgetLine.objects.within(project.community_id).filter(project=project)[0]


def ask_of(project: Project) -> Ask:
    return Ask.objects.within(project.community_id).get(project=project)


@dataclass
class Promised:
    cast: Cast
    project: Project
    pledge: Pledge
    parts: list[Instalment]

    def book(self, voucher: Voucher) -> None:
        funds.check_voucher(voucher, by=self.cast.ma)

    def receive(self, part: int, fen: int) -> Voucher:
        voucher = building.receive(
            self.project, by=self.cast.zhang, instalment=self.parts[part], amount_fen=fen
        )
        self.book(voucher)
        voucher.refresh_from_db()
        return voucher

    def pay(self, fen: int, **over: Any) -> Voucher:
        given: dict[str, Any] = {
            "line": line_of(self.project), "file": paper(self.cast, "invoice"), "text": "工程款"
        }  # fmt: skip
        voucher = building.pay(
            self.project, by=self.cast.zhang, amount_fen=fen, **{**given, **over}
        )
        self.book(voucher)
        return voucher

    def pot(self, kind: str) -> int:
        rows = Pot.objects.within(self.project.community_id).filter(project=self.project)
        return rows.get(kind=kind).balance_fen


def promise(cast: Cast, *shares: int, project: Project | None = None, unit: Any = None) -> Promised:
    found = project or started(cast)
    pledge = promising.sign_for(
        ask_of(found).pk, by=cast.zhang, partnership=unit or cast.partnership,
        amount_fen=sum(shares), parts=list(zip(DAYS, shares, strict=False)),
        agreement=paper(cast),
    )  # fmt: skip
    rows = Instalment.objects.within(cast.community.pk).filter(pledge=pledge).order_by("no")
    return Promised(cast, found, pledge, list(rows))


# --- scenario 6 -----------------------------------------------------------------------------------


def test_six_hundred_thousand_in_three(cast: Cast) -> None:
    """Received 200,000 and 150,000; 400,000 is refused, 350,000 passes; the page adds up; the
    150,000 cannot be taken back."""
    p = promise(cast, 20 * WAN, 20 * WAN, 20 * WAN)
    building.build(p.project, by=cast.zhang)
    p.project.refresh_from_db()
    p.receive(0, 20 * WAN)
    second = p.receive(1, 15 * WAN)

    with pytest.raises(Refused) as refused:
        p.pay(40 * WAN)
    assert refused.value.code == "too-little"
    assert p.pot("spent") == 0, "nothing moved"
    p.pay(35 * WAN)

    shown = totals(p.project)
    assert (shown.promised, shown.raised) == (60 * WAN, 35 * WAN)
    assert (shown.spent, shown.left) == (35 * WAN, 0)
    with pytest.raises(Refused) as refused:
        funds.reverse(second, by=cast.zhang, because="打错了")
    assert refused.value.code == "too-little"

    found = promise_of(p.pledge)
    assert found is not None
    assert [part.words for part in found.parts] == ["付清", "付了一部分", "待付"]
    assert (found.paid_fen, found.left_fen) == (35 * WAN, 25 * WAN)
    assert found.next is not None and found.next.no == 2
    assert verify() == []


# --- signing for a sum ----------------------------------------------------------------------------


def test_a_liaison_signs_for_its_unit_with_an_agreement(cast: Cast) -> None:
    project = started(cast)
    ask, one = ask_of(project), [(DAYS[0], WAN)]
    good = {"by": cast.chen, "partnership": cast.partnership, "amount_fen": WAN, "parts": one}
    for over, code in (
        ({"agreement": None}, "agreement"),
        ({"parts": [(DAYS[0], WAN - 1)]}, "parts-sum"),
        ({"parts": []}, "parts"),
        ({"parts": [(DAYS[0], 2 * WAN), (DAYS[1], -WAN)]}, "part-zero"),
        ({"amount_fen": 0, "parts": [(DAYS[0], 0)]}, "amount-zero"),
    ):
        with pytest.raises(Refused) as refused:
            promising.sign_for(ask.pk, **{**good, "agreement": paper(cast), **over})
        assert refused.value.code == code
    assert not Pledge.objects.within(cast.community.pk).exists(), "a refused sum signs nothing"

    pledge = promising.sign_for(ask.pk, **good, agreement=paper(cast), approval=paper(cast, "ok"))
    assert (pledge.state, pledge.amount_fen, pledge.until) == ("under_way", WAN, DAYS[0])
    with pytest.raises(Refused) as refused:
        promising.sign_for(ask.pk, **good, agreement=paper(cast))
    assert refused.value.code == "promised"
    other = add_partner(name="另一家单位", by=cast.house)
    with pytest.raises(NotYours):
        promising.sign_for(ask.pk, **{**good, "partnership": other}, agreement=paper(cast))
    person = sign(ask.pk, by=cast.zhao)
    with pytest.raises(Refused) as refused:
        instalments.promise(person, by=cast.zhao, amount_fen=WAN, parts=one, agreement=paper(cast))
    assert refused.value.code == "unit"


def test_the_days_of_parts_are_moved_and_told_quietly(cast: Cast) -> None:
    from linshuo.domain.trail.models import Event
    from linshuo.notices.models import Message
    from linshuo.notices.tests.doing import hear

    p = promise(cast, 20 * WAN, 40 * WAN)
    p.receive(0, 20 * WAN)
    hear()
    Message.objects.everywhere().delete()
    assert promising.tick() == 0, "what came is told to nobody, and the rest is far off"
    part = instalments.put_off(p.parts[1], by=cast.zhang, due_on=date(2019, 12, 12))
    with clock.standing_at(clock.at_local(2019, 12, 6, 9)):
        assert (promising.tick(), promising.tick()) == (1, 0)
        assert hear() == 1
    with clock.standing_at(clock.at_local(2019, 12, 12, 9)):
        assert (promising.tick(), promising.tick()) == (1, 0)
        assert hear() == 1
    told = Message.objects.everywhere().order_by("pk").values_list("saying", "person__name")
    assert list(told) == [("part-near", "陈老板"), ("part-day", "何秘书")]
    part.refresh_from_db()
    assert part.told_at is not None
    assert Event.objects.everywhere().filter(verb__startswith="instalment:").count() == 5
    (due,) = due_between(cast.community.pk, date(2019, 12, 1), date(2019, 12, 31))
    assert (due.part.left_fen, due.promise.who) == (40 * WAN, str(cast.partnership))


def test_only_what_has_not_come_can_be_let_go(cast: Cast) -> None:
    p = promise(cast, 20 * WAN, 40 * WAN)
    p.receive(0, 15 * WAN)
    for verb in (pledges.release, pledges.fulfil):
        with pytest.raises(Refused) as refused:
            verb(p.pledge, by=cast.zhang)
        assert refused.value.code in ("received", "money")
    with pytest.raises(Refused) as refused:
        pledges.hand_over(p.pledge, to=cast.person("赵在职"), by=cast.zhang)
    assert refused.value.code == "money"

    kept = promising.let_go(p.pledge, by=cast.chen)
    assert (kept.state, kept.amount_fen) == ("under_way", 15 * WAN)
    found = promise_of(kept)
    assert found is not None and found.left_fen == 0
    assert [part.words for part in found.parts] == ["付了一部分", "不再付了"]
    assert due_between(cast.community.pk, None, DAYS[2]) == []
    with pytest.raises(Refused) as refused:
        p.receive(1, WAN)
    assert refused.value.code == "over-promise"
    unit = add_partner(name="另一家单位", by=cast.house)
    nothing = promise(cast, WAN, project=p.project, unit=unit)
    assert promising.let_go(nothing.pledge, by=cast.zhang).ended_as == "released"
    assert totals(p.project).promised == 15 * WAN


# --- paying ---------------------------------------------------------------------------------------


def test_what_cannot_be_paid_or_received(cast: Cast) -> None:
    p = promise(cast, 30 * WAN, 30 * WAN)
    with pytest.raises(Refused) as refused:
        p.pay(WAN)
    assert refused.value.code == "not-building"
    building.build(p.project, by=cast.zhang)
    p.project.refresh_from_db()
    p.receive(0, 30 * WAN)
    other = started(cast, name="另一个项目")
    for call, code in (
        (lambda: p.receive(0, 1), "over-instalment"),
        (lambda: p.pay(WAN, file=None), "file"),
        (lambda: p.pay(30 * WAN, line=line_of(other)), "another-book"),
        (lambda: p.pay(WAN, advance_of=cast.person("何秘书")), "too-little"),
    ):
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.code == code
    with pytest.raises(Refused) as refused:
        building.receive(other, by=cast.zhang, instalment=p.parts[1], amount_fen=WAN)
    assert refused.value.code == "another-book"
    with pytest.raises(NotYours):
        building.receive(p.project, by=cast.ma, instalment=p.parts[1], amount_fen=WAN)
    assert p.pot("bank") == 30 * WAN, "nothing moved"


def test_money_kept_back_and_lines_never_overspent(cast: Cast) -> None:
    p = promise(cast, 60 * WAN)
    p.receive(0, 60 * WAN)
    line = line_of(p.project)
    budget.change_line(
        line, by=cast.zhang, text="灯杆和电缆", amount_fen=60 * WAN, contractor="路灯公司",
        retention_fen=3 * WAN, retention_until=date(2020, 12, 1),
    )  # fmt: skip
    building.build(p.project, by=cast.zhang)
    p.project.refresh_from_db()
    p.pay(57 * WAN)
    for fen, code in ((WAN, "retention"), (4 * WAN, "over-line")):
        with pytest.raises(Refused) as refused:
            p.pay(fen)
        assert refused.value.code == code
    for over, code in (
        ({"amount_fen": 56 * WAN, "retention_fen": 3 * WAN}, "line-spent"),
        ({"amount_fen": 60 * WAN, "retention_fen": 0}, "retention"),
    ):
        with pytest.raises(Refused) as refused:
            building.change_line(
                line, by=cast.zhang, text="灯杆和电缆",
                retention_until=date(2020, 12, 1), **over,
            )  # fmt: skip
        assert refused.value.code == code
    with clock.standing_at(clock.at_local(2020, 12, 1, 9)):
        p.pay(3 * WAN)
        with pytest.raises(Refused) as refused:
            p.pay(1)
        assert refused.value.code in ("over-line", "too-little")
    assert p.pot("spent") == 60 * WAN


def test_direct_payments_and_advances(cast: Cast) -> None:
    p = promise(cast, 30 * WAN, 20 * WAN)
    building.build(p.project, by=cast.zhang)
    p.project.refresh_from_db()
    direct = building.paid_directly(
        p.project, by=cast.zhang, pledge=p.pledge, instalment=p.parts[0], line=line_of(p.project),
        amount_fen=30 * WAN, file=paper(cast, "invoice"),
    )  # fmt: skip
    p.book(direct)
    assert (-p.pot("donors"), p.pot("direct"), p.pot("bank")) == (30 * WAN, 30 * WAN, 0)
    found = promise_of(p.pledge)
    assert found is not None and found.parts[0].words == "付清"
    p.receive(1, 20 * WAN)
    he = cast.person("何秘书")
    drawn = {"by": cast.zhang, "to": he, "text": "零星材料"}
    p.book(building.advance(p.project, amount_fen=5 * WAN, **drawn))
    p.pay(2 * WAN, advance_of=he)
    with pytest.raises(Refused) as refused:
        building.advance(p.project, amount_fen=4 * WAN, back=True, **drawn)
    assert refused.value.code == "too-little"
    p.book(building.advance(p.project, amount_fen=3 * WAN, back=True, **drawn))
    assert (p.pot("bank"), p.pot("advance"), p.pot("spent")) == (18 * WAN, 0, 2 * WAN)
    rows = Pot.objects.within(cast.community.pk).filter(project=p.project)
    assert sum(rows.values_list("balance_fen", flat=True)) == 0


# --- its way --------------------------------------------------------------------------------------


def photo() -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (40, 30), "navy")
    exif = picture.getexif()
    exif[0x010F] = "camera"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_from_a_need_to_its_keeper(cast: Cast) -> None:
    """Every step refuses what it must; at the end the need is finished by the project, and another
    person closes it."""
    need = open_need(cast)
    project = projects.propose(
        by=cast.he,
        name="盐业小区路灯",
        place=cast.estate,
        owner=cast.person("何秘书"),
        needs=[need],
    )
    assert (project.number, project.state) == ("JF-P-2019-01", "proposed")
    with pytest.raises(Refused) as refused:
        projects.propose(by=cast.he, name="又一个", place=cast.estate, needs=[need])
    assert refused.value.code == "need-taken"
    with pytest.raises(NotYours):
        projects.propose(by=cast.he, name="别处的", place=cast.other_estate)
    with pytest.raises(NotYours):
        projects.propose(by=cast.li, name="外勤员的", place=cast.estate)

    def refuses(code: str, call: Any, **given: Any) -> None:
        with pytest.raises(Refused) as caught:
            call(project, by=cast.he, **given)
        assert caught.value.code == code

    refuses("resolution", projects.approve, resolution="", resolution_on=None)
    late = {"resolution": "联席会议", "resolution_on": date(2019, 12, 3)}
    refuses("future", projects.approve, **late)
    projects.approve(project, by=cast.he, resolution="联席会议", resolution_on=date(2019, 12, 1))
    refuses("lines", projects.fund)
    budget.add_line(project, by=cast.he, text="灯", amount_fen=WAN, contractor="路灯公司")
    for over, code in (
        ({"amount_fen": 0}, "amount-zero"),
        ({"retention_fen": WAN}, "retention"),
        ({"retention_fen": 1}, "retention-until"),
        ({"text": "找王阿姨13800131234"}, "marks"),
    ):
        given = {"text": "灯", "amount_fen": WAN, **over}
        refuses(code, budget.add_line, **given)
    projects.fund(project, by=cast.he)
    refuses("promised", building.build)
    step = steps.add_step(project, by=cast.he, text="立杆")
    with pytest.raises(Refused) as refused:
        steps.done_step(step, by=cast.he)
    assert refused.value.code == "not-building"
    p = promise(cast, WAN, project=project)
    building.build(project, by=cast.he)
    p.project.refresh_from_db()
    p.receive(0, WAN)

    refuses("steps", projects.accept)
    with pytest.raises(Refused) as refused:
        steps.done_step(step, by=cast.he, after=b"GIF89a nothing of the kind")
    assert (refused.value.code, refused.value.field) == ("photo", "after")
    done = steps.done_step(step, by=cast.he, before=photo(), after=photo(), show=True)
    assert done.after is not None and not done.after.private and done.after.mime == "image/jpeg"
    steps.sign_off(
        project, by=cast.he, name="何秘书", capacity="社区", person=cast.person("何秘书")
    )
    refuses("acceptors", projects.accept)
    steps.sign_off(project, by=cast.he, name="何秘书", capacity="出资单位")
    refuses("acceptors", projects.accept)
    steps.sign_off(project, by=cast.he, name="林代表", capacity="居民代表", said="亮了")
    projects.accept(project, by=cast.he)
    assert ask_of(project).closed_at is not None

    refuses("keeper", building.hand_over, keeper="")
    waiting = building.pay(
        project, by=cast.zhang, line=line_of(project), amount_fen=WAN, text="灯款",
        file=paper(cast, "invoice"),
    )  # fmt: skip
    refuses("waiting", building.hand_over, keeper="盐业片区物业")
    p.book(waiting)
    with clock.standing_at(NOW + timedelta(days=3)):
        building.hand_over(project, by=cast.he, keeper="盐业片区物业")
        need.refresh_from_db()
        assert (need.state, need.outcome) == ("done", "solved")
        assert "盐业小区路灯" in need.result_text
        result = Result.objects.within(cast.community.pk).get(need=need, kind="project")
        assert result.ref_id == project.pk
        kept = promising.keep_promise(p.pledge, by=cast.zhang)
        assert kept.ended_as == "fulfilled" and "1万元" in kept.receipt
    assert verify() == []
    refuses("ended", budget.add_line, text="再来一项", amount_fen=WAN)


def test_a_promise_is_kept_once_all_came_was_spent_and_told(cast: Cast) -> None:
    p = promise(cast, 20 * WAN, 10 * WAN)
    building.build(p.project, by=cast.zhang)
    p.project.refresh_from_db()

    def refuses(code: str) -> None:
        with pytest.raises(Refused) as caught:
            promising.keep(p.pledge, by=cast.zhang)
        assert caught.value.code == code

    p.receive(0, 20 * WAN)
    refuses("missing")
    p.receive(1, 10 * WAN)
    refuses("not-spent")
    p.pay(30 * WAN)
    refuses("not-told")


def test_a_project_with_money_is_not_dropped(cast: Cast) -> None:
    p = promise(cast, 20 * WAN)
    need = Need.objects.within(cast.community.pk).get()
    p.receive(0, 5 * WAN)

    def refuses(code: str, because: str = "改由区里做") -> None:
        with pytest.raises(Refused) as caught:
            building.drop(p.project, by=cast.zhang, because=because)
        assert caught.value.code == code

    refuses("because", "")
    refuses("received")
    back = funds.record_voucher(
        p.project, by=cast.zhang, kind="refund", amount_fen=5 * WAN, pledge=p.pledge,
        text="项目不办了，退还",
    )  # fmt: skip
    refuses("waiting")
    p.book(back)
    building.drop(p.project, by=cast.zhang, because="改由区里做")
    p.pledge.refresh_from_db()
    p.project.refresh_from_db()
    assert (p.pledge.ended_as, p.project.state) == ("released", "dropped")
    assert ask_of(p.project).closed_at is not None
    with pytest.raises(Refused):
        p.receive(0, 1)
    again = projects.propose(by=cast.he, name="再提一次", place=cast.estate, needs=[need])
    assert again.number == "JF-P-2019-02"
    assert verify() == []


# --- on the board ---------------------------------------------------------------------------------


def test_no_number_of_givers_is_wanted_anywhere(cast: Cast) -> None:
    from linshuo.domain.board.public import board, filters
    from linshuo.domain.pledges.public import signers
    from linshuo.domain.pledges.queries import lines
    from linshuo.insight.units import open_for_unit

    project = started(cast)
    other = add_partner(name="区自来水公司", by=cast.house)
    here = cast.community.pk
    (told,) = open_for_unit(cast.chen, cast.partnership)
    assert told.words == "多少都行，等第一家"
    promise(cast, 60 * WAN, project=project, unit=other)
    page = board(here, filters(here))
    (line,) = [each for each in page.asks if each.project]
    assert (line.project, line.left_words, line.slots) == (project.number, "已有 1 家认捐", 0)
    assert (line.kind_words, line.title, line.serial) == ("认捐", "盐业小区路灯", "筹")
    assert signers(here, [line])[line.pk] == ["区自来水公司"], "a name and no amount"
    (drawn,) = lines(cast.zhang, [ask_of(project)])
    assert (drawn.places, drawn.progress, drawn.full) == ("", "已有 1 家认捐", False)
    assert drawn.left == "已有 1 家认捐" and "500" not in repr(line) + repr(drawn)
    (told,) = open_for_unit(cast.chen, cast.partnership)
    assert told.words == "已有 1 家认捐"


def test_a_unit_reads_what_it_promised_and_what_came_of_it(cast: Cast) -> None:
    from linshuo.acts.inviting import invite
    from linshuo.domain.needs.actions import confirm
    from linshuo.insight.life import life
    from linshuo.insight.units import work_of
    from linshuo.insight.works import project_of, sum_of

    p = promise(cast, 20 * WAN, 40 * WAN)
    p.receive(0, 20 * WAN)
    (told,) = work_of(cast.chen, cast.partnership).sums
    assert (told.amount, told.came, told.to_come) == (
        "¥600,000.00", "¥200,000.00", "¥400,000.00",
    )  # fmt: skip
    assert [part.words for part in told.parts] == ["付清", "待付"]
    assert told.became == ("各家一共到了 20万元，花了 0元，还剩 20万元。", "现在走到筹款。")
    with pytest.raises(Refused) as refused:
        invite(ask_of(p.project).pk, by=cast.zhang, person=cast.person("赵在职"))
    assert refused.value.code == "money"

    need = Need.objects.within(cast.community.pk).get()
    found = project_of(cast.zhang, need)
    assert found is not None and (found.name, found.state_words) == ("盐业小区路灯", "筹款")
    p.receive(1, 40 * WAN)
    building.build(p.project, by=cast.zhang)
    p.project.refresh_from_db()
    for name in ("林代表", "吴监督"):
        steps.sign_off(p.project, by=cast.zhang, name=name, capacity="居民代表")
    with clock.standing_at(NOW + timedelta(days=1)):
        projects.accept(p.project, by=cast.zhang)
        building.hand_over(p.project, by=cast.zhang, keeper="物业")
        promising.keep_promise(p.pledge, by=cast.zhang)
    need.refresh_from_db()
    titles = [moment.title for moment in life(need)]
    way = ["放进项目", "议定", "开始筹款", "开工", "验收", "项目交付", "办结"]
    assert [title for title in titles if title in way] == way
    work = work_of(cast.zhang, cast.partnership)
    assert [each.number for each in work.came_of] == [need.number]
    assert work.sums[0].became[-1] == "居民的 1 件事办成了。"
    need.refresh_from_db()
    with pytest.raises(Refused):
        confirm(need, by=cast.zhang)
    assert sum_of(p.pledge) is not None
