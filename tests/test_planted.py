"""What somebody said in private is planted in every raw field there is, and looked for wherever a
stranger can look: pages, files, hints, figures, the poster, the masked export. A private matter is
not given away by a count either."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from linshuo.acts.asking import ask
from linshuo.acts.outside import say
from linshuo.acts.pledging import arrange
from linshuo.acts.signing import sign
from linshuo.acts.typing_back import print_board
from linshuo.domain.board.actions import put_up
from linshuo.domain.needs import actions, working
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.queries import Filters
from linshuo.exchange.ledger import Options, export
from linshuo.exchange.printed import engine, slips
from linshuo.exchange.printed.poster import poster_data
from linshuo.kit import clock
from linshuo.kit.refused import Refused
from linshuo.web.links import link_for
from tests.cast import Cast, draft, make_cast, make_need, sign_up
from tests.door_table import COLUMNS, DOORS
from tests.signing import signed_in
from tests.test_doors import House, open_house

pytestmark = pytest.mark.django_db

PHONE, NAME, DOOR = "13987650123", "欧阳建国", "7栋909室"
RAW = f"我叫{NAME}，住{DOOR}，电话{PHONE}，楼上漏水。"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
SECRETS = (PHONE, PHONE[-4:], NAME, DOOR, "欧阳建")


@pytest.fixture
def house(db: None) -> Iterator[House]:
    yield open_house(make_cast())


def plant(cast: Cast, visibility: str = "", state: str = "open", **over: Any) -> Need:
    """A matter with the secret in each field that is not meant for everyone."""
    need = make_need(
        cast,
        words=RAW,
        title=f"{NAME}家漏水",
        requester=cast.person("王阿姨"),
        at=clock.now(),
        **over,
    )
    if state == "reported":
        return need
    text = {"public_title": "楼上漏水", "public_text": "楼上往下漏水，等人看。"}
    shown = {"visibility": visibility, **text} if visibility else {}
    need = actions.accept(
        need,
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
        **shown,
    )
    working.add_result(need, by=cast.li, text=f"去{DOOR}看过，{RAW}")
    line = put_up(need, by=cast.li, kind="claim", text=f"会修水管的 {visibility}", slots=2)
    pledge = sign(line.pk, by=cast.zhang, person=cast.person("赵在职"))
    arrange(
        pledge, by=cast.li, day=clock.today(), starts=clock.local(clock.now()).time(),
        ends=clock.at_local(2019, 1, 1, 23, 59).time(),
    )  # fmt: skip
    if state == "open":
        return need
    need = actions.finish(need, by=cast.li, outcome="solved", result_text=f"修好了。{RAW}")
    return ask(need, by=cast.he, channel="phone", said="settled", words=RAW)


def stranger_reads(house: House, planted: list[Need]) -> Iterator[tuple[str, bytes]]:
    """Every answer that somebody without an account can get, with where it came from."""
    client = Client()
    place = COLUMNS.index("anon")
    for door in DOORS:
        if door.method != "GET" or door.statuses[place] not in (200, 404):
            continue
        if door.name.startswith(("desk:", "mine:", "account", "mfa")):
            continue
        for number in {"", *(need.number for need in planted)}:
            if number and "public" not in door.args:
                continue
            args = [number if (a == "public" and number) else house.given(a) for a in door.args]
            yield door.name, client.get(reverse(door.name, args=args)).content
    for key in ("heard", "open", "done", "closed", "lately", "taken"):
        yield key, client.get(reverse("plaza:figure", args=["JF", key])).content
    track = reverse("plaza:track", args=["JF"])
    for typed in (PHONE, NAME, DOOR, "漏水", *(n.number for n in planted)):
        yield f"track {typed}", client.get(f"{track}?number={quote(typed)}").content
        yield f"code {typed}", client.post(track, {"code": typed}).content
    for view in ("elder", "plain"):
        client.cookies["linshuo_view"] = view
        yield f"front {view}", client.get("/c/JF/").content
        yield f"board {view}", client.get("/c/JF/board/").content


def test_what_was_said_in_private_is_nowhere_a_stranger_can_look(house: House) -> None:
    cast = house.cast
    planted = [
        plant(cast, state="reported"),
        plant(cast),
        plant(cast, "members"),
        plant(cast, "public"),
        plant(cast, "public", "closed"),
    ]
    say(place=cast.estate, draft_id=draft(), words=RAW, name=NAME, phone=PHONE)
    found, pages = [], 0
    for where, content in stranger_reads(house, planted):
        pages += 1
        text = content.decode(errors="replace")
        # What one types oneself stands in the field again, and nowhere else.
        for typed in (PHONE, NAME, DOOR):
            text = text.replace(f'value="{typed}"', "").replace(f"number={quote(typed)}", "")
        found += [f"{where}: {secret}" for secret in SECRETS if secret in text]
    assert found == []
    assert pages > 40


def test_the_page_behind_a_slip_tells_its_holder_what_was_done_and_no_phone(house: House) -> None:
    """The holder may read the office's answer; whoever finds the slip learns nobody's number."""
    need = actions.settle(
        make_need(house.cast, words=RAW, at=clock.now()), by=house.cast.li, result_text="换了垫圈。"
    )
    page = Client().get(link_for(need)).content.decode()
    assert "换了垫圈" in page
    assert [secret for secret in SECRETS if secret in page] == []


def test_the_poster_and_the_masked_export_say_none_of_it(house: House) -> None:
    cast = house.cast
    plant(cast, "public")
    plant(cast, "members")
    sheet = print_board(by=cast.zhang)
    data = poster_data(
        cast.community,
        sheet,
        "a1",
        viewer=cast.zhang,
        site="linshuo.example",
        front="https://linshuo.example/c/JF/",
        type_back="https://linshuo.example/b/",
        need_page=lambda number: f"https://linshuo.example/c/JF/needs/{number}/",
    )
    drawn = json.dumps(data, ensure_ascii=False)
    assert "会修水管的 public" in drawn and "会修水管的 members" not in drawn
    assert [secret for secret in SECRETS if secret in drawn] == []
    with export(cast.zhang, Filters(tab="all"), Options()) as book:
        loaded = CalamineWorkbook.from_filelike(book)
    sheets = [loaded.get_sheet_by_name(name).to_python() for name in loaded.sheet_names]
    cells = "\n".join(str(cell) for rows in sheets for row in rows for cell in row)
    assert [s for s in (PHONE, DOOR) if s in cells] == []


def test_a_private_matter_changes_no_public_page_by_a_byte(house: House) -> None:
    """Not a count, not a line, not a filter: with it and without it the pages are the same."""
    client = Client()
    paths = [
        "/c/JF/", "/c/JF/board/", "/c/JF/wall/",
        *(f"/c/JF/figures/{key}/" for key in ("heard", "open", "done", "closed", "taken")),
    ]  # fmt: skip
    with clock.standing_at(clock.now()):
        before = [client.get(path).content for path in paths]
        plant(house.cast, state="reported")
        plant(house.cast)
        plant(house.cast, "members")
        after = [client.get(path).content for path in paths]
        plant(house.cast, "public")
        moved = [client.get(path).content for path in paths]
    assert before == after
    assert all(was != now for was, now in zip(before[:5], moved, strict=False))


def test_a_private_number_answers_as_a_number_that_never_was(house: House) -> None:
    hidden = [plant(house.cast, state="reported"), plant(house.cast), plant(house.cast, "members")]
    client, never = Client(), f"{hidden[0].number.rpartition('-')[0]}-9998"
    with clock.standing_at(clock.now()):
        for path in ("track/?number={}", "needs/{}/", "needs/{}/too/"):
            answers = set()
            for number in (never, *(need.number for need in hidden)):
                got = client.get(f"/c/JF/{path.format(number)}")
                page = TOKEN.sub("", got.content.decode()).replace(number, "…")
                answers.add((got.status_code, page))
            assert len(answers) == 1, path


def test_the_papers_that_leave_the_office_say_none_of_it(house: House) -> None:
    """Posters, slips, receipts and the work slip, as a reader of PDF reads them."""
    cast = house.cast
    reader = shutil.which("pdftotext")
    try:
        engine.fonts()
    except Refused:
        reader = None
    if reader is None:
        pytest.skip("no Chinese font or no poppler-utils on this machine")
    planted = [plant(cast, state="reported"), plant(cast), plant(cast, "public")]
    sheet = print_board(by=cast.zhang)
    slips.issue(2, by=cast.zhang)
    desk = signed_in(sign_up(cast, "张书记"))
    papers = (
        *(f"sheets/{sheet.code}/{size}.pdf" for size in ("a1", "a4")),
        *("sheets/receipts.pdf", "slips/1-2/"),
        *(f"needs/{need.number}/receipt.pdf" for need in planted),
    )
    told = ""
    for path in papers:
        answer = desk.get(f"/desk/JF/{path}")
        assert answer["Content-Type"] == "application/pdf", path
        command = [reader, "-", "-"]
        read = subprocess.run(command, input=answer.content, capture_output=True, check=True)
        text = read.stdout.decode()
        assert [secret for secret in SECRETS if secret in text] == [], path
        told += text
    assert "会修水管的" in told and all(need.short_number in told for need in planted)
