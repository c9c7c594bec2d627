"""The doors of the house: every address, and who gets which answer. No address without a row.

Columns: nobody signed in, the head of another community, a resident, a member, a liaison, the
supervisor, field staff, a district secretary (who reaches one 片区 only), the secretary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from linshuo.acts.checking_in import check_in
from linshuo.acts.notebook import write_down
from linshuo.acts.offering import offer
from linshuo.acts.outside import say
from linshuo.acts.pledging import witness
from linshuo.acts.posts import keep
from linshuo.acts.signing import sign
from linshuo.acts.typing_back import print_board
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Ask, Collection, Post, Project
from linshuo.domain.board.posting import set_up_post
from linshuo.domain.honours import actions as honours
from linshuo.domain.honours.deciding import choose
from linshuo.domain.honours.models import Candidate, Objection
from linshuo.domain.honours.objecting import object_
from linshuo.domain.needs.actions import accept
from linshuo.domain.needs.complained import Complaint
from linshuo.domain.needs.complaining import complain
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.needs.waiting import Incoming
from linshuo.domain.needs.working import release
from linshuo.domain.papers.models import Paper
from linshuo.domain.people.actions import choose_telling
from linshuo.domain.people.models import Appointment
from linshuo.domain.places.models import Place
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service import activities, meetings
from linshuo.domain.service.actions import plan_turn
from linshuo.domain.service.coming import sign_up as sign_up_for
from linshuo.domain.service.models import Activity, ActivityNeed, Resolution, ServiceRecord, Turn
from linshuo.domain.service.subscribing import open_link
from linshuo.domain.trail.sealing import seal_all
from linshuo.kit import clock
from linshuo.notices.drain import drain
from linshuo.notices.models import Message, Robot
from linshuo.notices.post import gather
from linshuo.notices.robots import add_robot
from linshuo.web.links import CHECK_IN, SAY
from linshuo.web.plaza.speak import RECEIPT
from tests.books import a_collection, a_project
from tests.cast import PASSWORD, Cast, draft, make_cast, make_need, sign_up
from tests.door_table import COLUMNS, DOORS
from tests.given_briefs import brief_of, draft_of, form_of, saved_of
from tests.given_letters import gift_of, part_of, sent_of
from tests.given_money import bank_line_of, box_of, disclosure_of, opening_of, slip_of
from tests.given_rotas import drawn_of, rota_of, swap_of, week_of

pytestmark = pytest.mark.django_db


@dataclass
class House:
    """A community with one of everything, a stranger beside it, and everyone's account."""

    cast: Cast
    other: Cast
    need: Need
    note: Note
    public: Need
    pledge: Pledge
    incoming: Incoming
    clients: dict[str, Client]

    def given(self, name: str) -> Any:
        """The argument an address takes, by its name in the table."""
        li = self.cast.person("李网格").pk
        held = Appointment.objects.within(self.cast.community.pk)
        known: dict[str, Callable[[], Any]] = {
            "JF": lambda: "JF",
            "number": lambda: self.need.number,
            "verb": lambda: "progress",
            "note": lambda: self.note.pk,
            "li": lambda: li,
            "day": lambda: self.note.day.isoformat(),
            "wang": lambda: self.cast.person("王阿姨").pk,
            "held": lambda: held.get(person_id=li).pk,
            "unit": lambda: self.cast.partnership.pk,
            "place": lambda: self.cast.building.pk,
            "figure": lambda: "needs.heard",
            "saved": lambda: saved_of(self.cast),
            "brief": lambda: brief_of(self.cast),
            "draft": lambda: draft_of(self.cast),
            "form": lambda: form_of(self.cast),
            "part": lambda: part_of(self.cast, lambda: record_of(self)).pk,
            "letter": lambda: part_of(self.cast, lambda: record_of(self)).missive_id,
            "gift": lambda: gift_of(self.cast),
            "sent": lambda: sent_of(self.cast),
            "public": lambda: self.public.number,
            "ask": lambda: self.pledge.ask_id,
            "pledge": lambda: self.pledge.pk,
            "post": lambda: turn_of(self).post_id,
            "hours": lambda: turn_of(self).hours_id,
            "turn": lambda: turn_of(self).pk,
            "turned": lambda: rota_of(self.cast).post_id,
            "rota": lambda: rota_of(self.cast).pk,
            "drawn": lambda: drawn_of(self.cast).pk,
            "turn_week": lambda: week_of(self.cast).pk,
            "swap": lambda: swap_of(self.cast).pk,
            "garden": lambda: garden_of(self).pk,
            "sheet": lambda: sheet_of(self),
            "incoming": lambda: self.incoming.pk,
            "heard_token": lambda: signing.dumps(
                [self.cast.community.pk, self.incoming.code, ""], salt=RECEIPT
            ),
            "say_token": lambda: signing.dumps(
                [self.cast.community.pk, self.need.number], salt=SAY
            ),
            "check_in": lambda: check_in_of(self),
            "checked_token": lambda: signing.dumps([self.cast.community.pk, 0], salt=CHECK_IN),
            "record": lambda: record_of(self),
            "calendar_token": lambda: open_link(self.cast.person("赵在职"), by=self.cast.zhao),
            "told": lambda: told_of(self),
            "group": lambda: group_of(self),
            "offer": lambda: haircut_of(self).pk,
            "ending": lambda: ending_of(self).offer_id,
            "asked": lambda: sign(haircut_of(self).pk, by=self.cast.wang).pk,
            "activity": lambda: activity_of(self).pk,
            "elsewhere": lambda: activity_of(self, "花园里的集市", self.cast.other_estate).pk,
            "seat": lambda: seat_of(self),
            "meeting": lambda: meeting_of(self)[0],
            "agenda": lambda: meeting_of(self)[1],
            "resolved": lambda: meeting_of(self)[2],
            "works": lambda: works_of(self).number,
            "raised": lambda: raised_of(self).number,
            "slip": lambda: slip_of(self.cast, raised_of(self)),
            "box": lambda: box_of(self.cast, raised_of(self)),
            "opening": lambda: opening_of(self.cast, raised_of(self)),
            "bank_line": lambda: bank_line_of(self.cast),
            "disclosure": lambda: disclosure_of(self.cast, raised_of(self)),
            "round": lambda: round_of(self)[0],
            "won": lambda: round_of(self)[1],
            "objected": lambda: round_of(self)[2],
            "complaint": lambda: complaint_of(self),
            "none": lambda: 999_999,
        }
        return known[name]() if name in known else name


PEOPLE = {
    "resident": "王阿姨",
    "member": "赵在职",
    "liaison": "陈老板",
    "supervisor": "马监督",
    "field": "李网格",
    "district": "何秘书",
    "secretary": "张书记",
}


def sheet_of(house: House) -> str:
    """The code of a printed sheet of the board with one line on it; made when first asked for."""
    sheet = Paper.objects.within(house.cast.community.pk).filter(kind="board").first()
    if sheet is None:
        put_up(house.public, kind="claim", text="会电工的", by=house.cast.li)
        sheet = print_board(by=house.cast.zhang)
    return sheet.code


def haircut_of(house: House) -> Ask:
    """What 陈老板's unit offers; made when first asked for."""
    return offer(by=house.cast.chen, partnership=house.cast.partnership, text="上门理发", slots=3)


def ending_of(house: House) -> Ask:
    """The same, to be ended."""
    return offer(by=house.cast.chen, partnership=house.cast.partnership, text="借会议室")


def turn_of(house: House) -> Turn:
    """Tomorrow's turn of 赵在职, who keeps a post; made when first asked for."""
    here = house.cast.community.pk
    found = Turn.objects.within(here).filter(hours__isnull=False).order_by("pk").first()
    if found is not None:
        return found
    post = set_up_post(by=house.cast.zhang, kind="desk", name="小区医生", place=house.cast.estate)
    ask = put_up(post, by=house.cast.zhang, kind="manage", text="来坐班", slots=1)
    sign(ask.pk, by=house.cast.zhao)
    tomorrow = clock.today() + timedelta(days=1)
    keep(
        post,
        by=house.cast.zhang,
        weekday=tomorrow.weekday(),
        starts=time(8),
        ends=time(22),
        person=house.cast.person("赵在职"),
    )
    return turn_of(house)


def garden_of(house: House) -> Post:
    """A post outside 何秘书's 片区, to be ended."""
    where = house.cast.other_estate
    return set_up_post(by=house.cast.zhang, kind="patrol", name="花园路路长", place=where)


def activity_of(house: House, title: str = "清理小公园", where: Place | None = None) -> Activity:
    """Something of tomorrow that one can sign up for; made when first asked for."""
    found = Activity.objects.within(house.cast.community.pk).filter(title=title).first()
    starts = clock.start_of(clock.today() + timedelta(days=1)) + timedelta(hours=9)
    return found or activities.hold(
        by=house.cast.zhang,
        kind="volunteer_day",
        title=title,
        place=where or house.cast.estate,
        starts=starts,
        ends=starts + timedelta(hours=2),
    )


def works_of(house: House) -> Project:
    """A project of the community that is being built; made when first asked for."""
    found = Project.objects.within(house.cast.community.pk).filter(state="building").first()
    return found or a_project(house.cast)


def raised_of(house: House) -> Collection:
    """A collection in the open; made when first asked for."""
    found = Collection.objects.within(house.cast.community.pk).filter(state="open").first()
    return found or a_collection(house.cast)


def seat_of(house: House) -> int:
    """The place that 赵在职 took there."""
    me = house.cast.person("赵在职")
    found = Turn.objects.within(house.cast.community.pk).filter(activity__isnull=False).first()
    return (found or sign_up_for(activity_of(house), by=house.cast.zhao, person=me)).pk


def meeting_of(house: House) -> tuple[int, int, int]:
    """A meeting that is going on, with one thing on its agenda and one resolution of 李网格's."""
    here, zhang = house.cast.community.pk, house.cast.zhang
    made = Resolution.objects.within(here).first()
    if made is None:
        begin = clock.now() - timedelta(minutes=5)
        row = activities.hold(
            by=zhang,
            kind="meeting",
            title="联席会议",
            place=house.cast.estate,
            starts=begin,
            ends=begin + timedelta(hours=1),
        )
        activities.link(row, house.need, by=zhang)
        li, day = house.cast.person("李网格"), clock.today() + timedelta(days=2)
        made = meetings.resolve(row, by=zhang, text="装灯", owner=li, due_on=day)
    item = ActivityNeed.objects.within(here).get(activity=made.activity_id)
    return made.activity_id, item.pk, made.pk


def check_in_of(house: House) -> int:
    """Somebody who checked in at the counter and waits for a receipt."""
    given = {"name": "林志愿", "phone": "13700000001", "consents": ["contact"]}
    return check_in(by=house.cast.li, via="desk", **given).pk


def complaint_of(house: House) -> int:
    """Somebody complained about the head, who may not see it."""
    found = Complaint.objects.within(house.cast.community.pk).first()
    words = "去了三次都没有人"
    return (found or complain(by=house.cast.house, about="head", words=words)).pk


def record_of(house: House) -> int:
    """Hours of 赵在职 in the word of 李网格; made when first asked for."""
    here = house.cast.community.pk
    found = ServiceRecord.objects.within(here).order_by("pk").first()
    if found is None:
        begin = clock.now() - timedelta(hours=2)
        turn = plan_turn(house.pledge, by=house.cast.zhao, starts=begin, ends=clock.now())
        found = witness(turn, by=house.cast.li, word="colleague")
    return found.pk


def round_of(house: House) -> tuple[int, int, int]:
    """A list that hangs out, 赵在职 on it, and what was objected; made when first asked for."""
    here, zhang = house.cast.community.pk, house.cast.zhang
    said = Objection.objects.within(here).first()
    if said is None:
        record_of(house)
        today = clock.today()
        row = honours.draw_up(
            by=zhang, whom="volunteers", title="年度表扬", year=today.year,
            since=today - timedelta(days=9), as_of=today, criteria={"person": {"turns": 1}},
        )  # fmt: skip
        row = honours.compute(row, by=zhang)
        there = [house.cast.person(name).pk for name in ("张书记", "马监督")]
        row = honours.seat(row, there, by=zhang)
        ids = [each.pk for each in honours.candidates_of(row)]
        choose(row, ids, by=zhang, chosen=True, why="来过，别人说的")
        row = honours.publish(row, by=zhang, until=today + timedelta(days=7))
        said = object_(row, by=house.cast.house, words="这一次我没有看到他")
    one = Candidate.objects.within(here).get(round_id=said.round_id)
    return said.round_id, one.pk, said.pk


def told_of(house: House) -> int:
    """A message for 李网格, who wishes to be called."""
    li = house.cast.person("李网格")
    choose_telling(li, by=house.cast.house, way="call", email="")
    seal_all()
    drain()
    gather()
    row = Message.objects.within(house.cast.community.pk).filter(person=li, way="call").first()
    assert row is not None
    return row.pk


def group_of(house: House) -> int:
    """A group chat's robot; made when first asked for. Nothing is sent there."""
    found = Robot.objects.within(house.cast.community.pk).first()
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"
    return (found or add_robot(name="值班群", address=address, by=house.cast.zhang)).pk


def open_house(cast: Cast) -> House:
    """A note, a matter, and a community next door; nobody is signed in yet."""
    other = make_cast("YY", "邻近社区")
    note = write_down(
        by=cast.li, draft_id=draft(), place=cast.building, words="灯不亮。", source="visit"
    ).note
    public = release(
        accepted(cast),
        by=cast.zhang,
        visibility="public",
        public_title="楼道的灯",
        public_text="楼道的灯不亮，请人来换。",
    )
    ask = put_up(public, by=cast.li, kind="claim", text="会电工的", slots=2)
    pledge = sign(ask.pk, by=cast.zhao)
    need = make_need(cast, at=clock.now())
    said = say(place=cast.estate, draft_id=draft(), words="路灯不亮。").incoming
    assert said is not None
    return House(cast, other, need, note, public, pledge, said, {"anon": Client()})


def accepted(cast: Cast) -> Need:
    """An open matter."""
    return accept(
        make_need(cast, at=clock.now()),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
    )


@pytest.fixture
def house() -> House:
    house = open_house(make_cast())
    accounts = {who: sign_up(house.cast, name) for who, name in PEOPLE.items()}
    accounts["stranger"] = sign_up(house.other, "张书记")
    for who, account in accounts.items():
        house.clients[who] = Client()
        house.clients[who].post(
            reverse("account_login"), {"login": account.username, "password": PASSWORD}
        )
    return house


def addresses(patterns: list[URLPattern | URLResolver] | None = None, space: str = "") -> list[str]:
    """The full name of every address the site answers to."""
    found: list[str] = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found += addresses(pattern.url_patterns, inner)
        else:
            found.append(f"{space}{pattern.name}")
    return found


def test_every_address_has_a_row() -> None:
    assert sorted(set(addresses())) == sorted({door.name for door in DOORS})


def test_who_gets_which_answer(house: House) -> None:
    wrong = []
    for client in house.clients.values():
        client.raise_request_exception = False
    for door in DOORS:
        url = reverse(door.name, args=[house.given(arg) for arg in door.args])
        for column, wanted in zip(COLUMNS, door.statuses, strict=True):
            answer = getattr(house.clients[column], door.method.lower())(url)
            if answer.status_code != wanted:
                wrong.append(f"{door.method} {door.name}, {column}: {answer.status_code}")
    assert wrong == []


def test_a_head_finds_nothing_of_another_community_under_its_own_prefix(house: House) -> None:
    """Forged ids: the stranger's own prefix with this community's rows."""
    theirs = house.clients["stranger"]
    for door in DOORS:
        if not door.name.startswith("desk:") or len(door.args) < 2 or "none" in door.args:
            continue
        theirs_too = {"number", "note", "li", "wang", "held", "unit", "place"}
        theirs_too |= {"record", "ask", "pledge", "sheet", "incoming", "told", "group"}
        theirs_too |= {"post", "hours", "turn", "garden", "offer"}
        theirs_too |= {"round", "won", "objected"}
        theirs_too |= {"turned", "rota", "drawn"}
        theirs_too |= {"activity", "elsewhere", "seat", "meeting", "agenda", "resolved"}
        theirs_too |= {"complaint"}
        theirs_too |= {"works", "raised", "slip", "box", "opening", "disclosure"}
        if not theirs_too & set(door.args) or door.statuses[-1] == 403:
            continue  # 403: the second factor is asked for before anything is looked up
        args = ["YY", *[house.given(arg) for arg in door.args[1:]]]
        answer = getattr(theirs, door.method.lower())(reverse(door.name, args=args))
        assert answer.status_code == 404, door.name


def test_an_address_that_never_was(house: House) -> None:
    for client in house.clients.values():
        assert client.get("/desk/ZZ/ledger/").status_code in (302, 404)
        assert client.get("/nowhere/").status_code == 404


BY_ENGINE = ("999999999999999999999", "x" * 5000, "\x00")
"""What one database takes and another does not."""
NONSENSE = ("", "0", "-1", "%00", "'; DROP TABLE", "２０１９", "\u202e")


@pytest.mark.parametrize("half", [0, 1])
def test_no_parameter_breaks_a_page(house: House, half: int) -> None:
    """Whatever stands behind the question mark, a page or a sentence comes back. What is read
    before any database is asked is read alike on both."""
    names = (
        *("tab", "place", "owner", "category", "tag", "kind", "q", "after", "as_of", "do", "day"),
        *("number", "page", "next", "code", "view", "escalated", "year", "month", "before"),
        *("from", "stretch", "like", "book", "pot", "since", "until"),
    )
    client = house.clients["secretary"]
    pages = [d for d in DOORS if d.method == "GET" and d.statuses[-1] == 200]
    values = BY_ENGINE if connection.vendor == "postgresql" else (*BY_ENGINE, *NONSENSE)
    for door in pages[half::2]:
        url = reverse(door.name, args=[house.given(arg) for arg in door.args])
        for value in values:
            answer = client.get(url, dict.fromkeys(names, value))
            assert answer.status_code < 500, f"{door.name} with {value[:20]!r}"
