"""Money in the open: what a stranger sees of it, what nobody sees, and that it adds up."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta

import pytest
from django.test import Client

from linshuo.acts.typing_back import print_board
from linshuo.domain.board import projects
from linshuo.domain.board.models import Collection
from linshuo.domain.funds import public
from linshuo.domain.funds.actions import check_voucher, reverse
from linshuo.domain.funds.models import Transfer
from linshuo.domain.funds.public import moved as pages
from linshuo.domain.papers.actions import show_file
from linshuo.domain.papers.models import File
from linshuo.domain.people.actions import give_consent
from linshuo.domain.people.models import Purpose
from linshuo.exchange.printed.poster import poster_data
from linshuo.kit import clock
from linshuo.kit.money import yuan
from linshuo.web.ui.charts import Line, bar, scale, steps
from tests import raised
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def filled(cast: Cast) -> tuple[raised.Works, Collection, Collection]:
    """A project, a collection in the open, and one that a community keeps among its own."""
    with clock.standing_at(raised.DAY):
        works = raised.a_project(cast)
        open_, own = raised.a_collection(cast), raised.a_collection(cast, "mutual", "邻里互助金")
        for each in (open_, own):
            raised.gifts(cast, each, cast.person("王阿姨"), cast.person("赵在职"))
        raised.some_goods(cast, open_, cast.person("王阿姨"))
    return works, open_, own


def walk(number: str, kind: str) -> list[str]:
    """The page of a book and of each of its figures."""
    head = f"/c/JF/{kind}s/{number}/"
    return [head, *(f"{head}{which}/" for which in public.WHICH)]


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_what_is_kept_among_its_own_is_nowhere(
    client: Client, cast: Cast, filled: tuple[raised.Works, Collection, Collection]
) -> None:
    _works, _open, own = filled
    for url in [*walk(own.number, "collection"), f"/c/JF/collections/{own.number}/rows.csv"]:
        assert client.get(url).status_code == 404
    for url in ("/", "/c/JF/", "/c/JF/board/", "/c/JF/board/?kind=donate", "/c/JF/wall/",
                "/c/JF/money/", "/c/JF/offers/", "/c/JF/activities/", "/c/JF/figures/taken/",
                "/c/JF/figures/open/"):  # fmt: skip
        page = read(client, url)
        assert own.name not in page
        assert own.number not in page
    calendars = client.get("/c/JF/activities.ics")
    assert own.name not in calendars.content.decode()
    assert client.get("/sitemap.xml").status_code == 404
    with clock.standing_at(raised.DAY):
        sheet = print_board(by=cast.zhang)
    hung = poster_data(
        cast.community, sheet, "a4", viewer=cast.zhang, site="", front="x", type_back="x",
        need_page=str,
    )  # fmt: skip
    assert own.name not in str(hung)
    assert _open.name in str(hung)
    whole = public.account(cast.community.pk)
    books = [*public.collections(cast.community.pk), *public.projects(cast.community.pk)]
    assert whole.raised == sum(book.sums.raised for book in books) == 300_000 + 55_050
    assert own.name not in {book.name for book in books}


def test_no_giver_is_named_who_did_not_agree(
    client: Client, cast: Cast, filled: tuple[raised.Works, Collection, Collection]
) -> None:
    works, open_, _own = filled
    urls = [*walk(works.project.number, "project"), *walk(open_.number, "collection")]
    urls += [f"/c/JF/collections/{open_.number}/rows.csv"]
    urls += ["/c/JF/", "/c/JF/wall/", "/c/JF/money/", "/c/JF/board/"]
    pages_ = {url: read(client, url) for url in urls}
    for page in pages_.values():
        assert "王阿姨" not in page
        assert PHONE not in page
        assert "钱师傅" not in page
        assert "交来" not in page
    gave = pages_[f"/c/JF/collections/{open_.number}/raised/"]
    assert "赵在职" in gave
    assert gave.count("一位居民") == 2
    sheet = pages_[f"/c/JF/collections/{open_.number}/rows.csv"].splitlines()
    assert len(sheet) == 1 + 4
    assert sheet[1].endswith(",123.45,427.05,")
    project = pages_[f"/c/JF/projects/{works.project.number}/raised/"]
    assert "嘉福社区共建单位甲" in project
    assert "水文局党支部" not in project  # its sum stands there, so its name does not
    assert "水文局党支部" in pages_[f"/c/JF/projects/{works.project.number}/"]
    book = public.find_project(cast.community.pk, works.project.number)
    assert book is not None
    units = public.funders(cast.community.pk, book).units
    assert [(u.promised, u.received, u.words) for u in units] == [
        ("¥3,000.00", "¥2,000.00", "付了一部分"), ("", "", "付了一部分"),
    ]  # fmt: skip
    with clock.standing_at(raised.DAY):
        give_consent(cast.person("王阿姨"), Purpose.NAME_PUBLIC, by=cast.wang)
    assert [a.name for a in public.acceptors(cast.community.pk, book)] == ["王阿姨"]


def test_every_public_sum_is_the_sum_of_its_rows(
    client: Client,
    cast: Cast,
    filled: tuple[raised.Works, Collection, Collection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    works, open_, _own = filled
    with clock.standing_at(raised.DAY + timedelta(days=1)):
        gift = raised.booked(cast, open_, "gift", 777, unnamed=True, giver_name="")
        check_voucher(reverse(gift, by=cast.sun, because="点错了"), by=cast.ma)
    here = cast.community.pk
    for book in (
        public.find_project(here, works.project.number),
        public.find_collection(here, open_.number),
    ):
        assert book is not None
        moved = Transfer.objects.within(here).filter(**{f"voucher__{book.kind}": book.pk})
        net = {"raised": 0, "spent": 0}
        for source, target, fen in moved.values_list(
            "from_pot__kind", "to_pot__kind", "amount_fen"
        ):
            net["raised"] += fen * ((source == "donors") - (target == "donors"))
            out = ("spent", "direct")
            net["spent"] += fen * ((target in out) - (source in out))
        net["left"] = net["raised"] - net["spent"]
        page = read(client, walk(book.number, book.kind)[0])
        for which, fen in net.items():
            assert f">{yuan(fen)}</a>" in page
            found = public.rows(here, book, which)
            assert found.total == fen
            came, went = (sum(_fen(getattr(r, n)) for r in found.rows) for n in ("came", "went"))
            assert {"raised": came, "spent": went, "left": came - went}[which] == fen
            assert which != "left" or _fen(found.rows[0].left) == fen
        monkeypatch.setattr(pages, "PAGE", 2)
        told, after = [], ""
        while True:
            found = public.rows(here, book, "left", after)
            told += found.rows
            after = found.after
            if not after:
                break
        monkeypatch.undo()
        assert told == public.rows(here, book, "left").rows
    assert any(row.undone for row in told)
    assert public.rows(here, book, "left", "nonsense_x").rows == told


def _fen(words: str) -> int:
    return int(re.sub(r"[¥,.]", "", words) or 0)


def test_only_released_papers_of_what_is_in_the_open_are_handed_out(
    client: Client, cast: Cast, filled: tuple[raised.Works, Collection, Collection]
) -> None:
    works, open_, own = filled
    page = read(client, f"/c/JF/projects/{works.project.number}/")
    shown = re.findall(r"/c/JF/money/papers/\d+/", page)
    assert len(shown) == 2  # before and after
    for at in shown:
        answer = client.get(at)
        assert answer.content
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert answer["Content-Disposition"].startswith("inline")
    paper = open_.resolution_file
    assert paper is not None
    url = f"/c/JF/money/papers/{paper.pk}/"
    assert client.get(url).status_code == 404
    with clock.standing_at(raised.DAY):
        show_file(paper, by=cast.zhang)
    answer = client.get(url)
    assert (answer.status_code, len(answer.content)) == (200, paper.size)
    assert answer["Content-Disposition"].startswith("inline")
    papers = File.objects.within(cast.community.pk).filter(pk=paper.pk)
    papers.update(mime="application/pdf")  # by hand: what is not drawn anew does not open here
    assert client.get(url)["Content-Disposition"].startswith("attachment")
    papers.update(mime=paper.mime)
    assert url in read(client, f"/c/JF/collections/{open_.number}/")
    Collection.objects.within(cast.community.pk).filter(pk=open_.pk).update(
        legal_basis="mutual"
    )  # by hand: what is kept among its own hands out no paper, whoever released it
    assert client.get(url).status_code == 404
    assert File.objects.within(cast.community.pk).filter(pk=paper.pk, private=False).exists()
    assert own.legal_basis == "mutual"


def test_a_project_tells_what_it_lacks_and_what_it_settled(
    client: Client, cast: Cast, filled: tuple[raised.Works, Collection, Collection]
) -> None:
    works, _open, _own = filled
    page = read(client, f"/c/JF/projects/{works.project.number}/")
    for words in ("难点、痛点", "要花 6,000元，2 家答应一共给 5,000元。",
                  "还缺 1,000元，等人认捐。", "其中 1,000元 是单位直接付给施工的",
                  "质保金 200元", "付了一部分",
                  "盐业小区没有水电", "一户一表。"):  # fmt: skip
        assert words in page
    need = read(client, f"/c/JF/needs/{works.need.number}/")
    assert "这件事在“盐业小区通水通电”里，正在做。" in need
    with clock.standing_at(raised.DAY):
        draft = projects.propose(by=cast.zhang, name="还没定的", place=cast.estate)
    assert client.get(f"/c/JF/projects/{draft.number}/").status_code == 404
    assert "还没定的" not in read(client, "/c/JF/money/")


def test_a_chart_is_a_picture_of_its_numbers() -> None:
    for highest in (1, 7, 45, 999, 5_910_000, 394_000_000):
        top, every = scale(highest)
        assert highest <= top <= 4 * every
        assert top - every < highest
    lines = [
        Line("答应 3", "dotted", [(0.0, 300)]),
        Line("收到 <b>", "heavy", [(0.0, 100), (0.5, 290)]),
        Line("花掉 2", "filled", [(0.5, 280)]),
    ]
    drawn = steps(lines, title="图", along=[(0.0, "三月")], say=str)
    assert "&lt;b&gt;" in drawn
    assert "style=" not in drawn
    ends = [float(y) for y in re.findall(r'chart__end" x="[\d.]+" y="([\d.]+)"', drawn)]
    assert all(b - a >= 22.9 for a, b in itertools.pairwise(ends))
    assert steps([], title="", along=[], say=str) == ""
    assert bar([0, 0], 0, title="") == ""
    assert "H150.0V0H0Z" in bar([150, 30], 300, title="")
