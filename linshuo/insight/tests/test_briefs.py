"""Briefs: ready texts, figures put in by picking, frozen once, opened later."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta

import pytest

from linshuo.domain.needs import actions
from linshuo.domain.trail.verify import verify
from linshuo.exchange.printed import engine
from linshuo.insight import briefs, saved
from linshuo.insight.brief_paper import brief_pdf
from linshuo.insight.composing import body_to_typed, choices, typed_to_body
from linshuo.insight.figures import FIGURES
from linshuo.insight.models import Brief, BriefKind
from linshuo.insight.opened import changes, get_brief, opened
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def words(brief: Brief) -> str:
    """A brief as it reads."""
    return "".join(
        p.note.amount if p.note else p.words for each in opened(brief).paragraphs
        for p in each.pieces
    )  # fmt: skip


def test_the_ready_briefs_read_on_an_empty_and_on_a_busy_day(cast: Cast) -> None:
    for kind in BriefKind.values:
        made = briefs.draw_up(kind, until=clock.today(), by=cast.zhang)
        assert "【" not in words(made) and "邻说" not in made.title
        typed = body_to_typed(made.body, cast.community.pk)
        assert typed_to_body(typed, cast.community.pk) == made.body, kind
    make_need(cast, at=None)
    month = briefs.draw_up("month", until=clock.today(), by=cast.zhang)
    assert "这个月社区听到1 件，受理0 件" in words(month)
    table = next(p.table for p in opened(month).paragraphs if p.table)
    assert [said for _words, said in table.parts] == ["1"]
    names = [str(f.name) for f in FIGURES.values()]
    assert len(set(names)) == len(names)  # a figure is put into a text by its name
    assert len({c.mark for c in choices(cast.community.pk)}) > len(names)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("听到【没有这个数】。", "没有叫“没有这个数”的数字"),
        ("听到【听到｜按月份】件", "表要自己占一段"),
        ("【服务时长｜按类别】", "不能按类别分开看"),
        ("长" * 2001, "这一段太长了"),
    ],
)
def test_what_cannot_stand_in_a_text_is_said_at_its_paragraph(
    cast: Cast, typed: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        typed_to_body(["好的一段。", "", typed], cast.community.pk)
    assert refused.value.field == "p2"


def test_a_draft_counts_anew_and_a_frozen_brief_stays(cast: Cast) -> None:
    made = briefs.draw_up("own", until=clock.today(), title="我的", by=cast.zhang)
    given = {"title": "我的简报", "since": None, "until": clock.today()}
    with pytest.raises(Refused, match="一段也没写"):
        briefs.freeze(made, by=cast.zhang)
    text = ["听到【听到】，又听到【听到】。"]
    made = briefs.write(made, **given, paragraphs=text, by=cast.zhang)
    assert words(made) == "听到0 件，又听到0 件。" and len(opened(made).notes) == 1
    make_need(cast, at=None)
    assert words(made) == "听到1 件，又听到1 件。"
    with pytest.raises(NotYours):
        get_brief(cast.ma, made.pk)  # a draft is the office's own
    with pytest.raises(NotYours):
        briefs.freeze(made, by=cast.li)
    brief = briefs.freeze(made, by=cast.zhang)
    assert briefs.freeze(made, by=cast.zhang).frozen_at == brief.frozen_at
    for again in (
        lambda: briefs.write(made, **given, paragraphs=[], by=cast.zhang),
        lambda: briefs.give_up(made, by=cast.zhang),
    ):
        with pytest.raises(Refused, match="已经定稿"):
            again()
    with clock.standing_at(T0 + DAY):
        late = make_need(cast, at=T0 - timedelta(minutes=5))  # typed back into the day
        make_need(cast, at=None)
        brief = get_brief(cast.ma, brief.pk)
        assert words(brief) == "听到1 件，又听到1 件。"
        (since,) = changes(cast.zhang, brief)
        assert (since.now, since.joined, since.left) == ("3 件", 1, [])
        assert [(c.row.number, c.how) for c in since.late] == [
            (late.number, "后来补记的，算进那一天")
        ]
        actions.withdraw(late, by=cast.wang)
        assert [c.row.number for c in changes(cast.zhang, brief)[0].late] == [late.number]
    with pytest.raises(NotYours):
        get_brief(make_cast("XM", "隔壁社区").zhang, brief.pk)
    assert verify(cast.community.pk) == []


def test_a_saved_figure_is_of_today_or_not_in_the_brief(cast: Cast) -> None:
    from linshuo.domain.needs.queries import Filters

    row = saved.save("我的数", Filters(tab="all"), words="全部", by=cast.zhang)
    with clock.standing_at(T0 + DAY):
        made = briefs.draw_up("own", until=clock.today(), title="我的", by=cast.zhang)
        text = ["一共【我的数】。"]
        write = {"title": "我的", "since": None, "paragraphs": text, "by": cast.zhang}
        made = briefs.write(made, until=T0.date(), **write)
        with pytest.raises(Refused, match="只能按今天数") as refused:
            briefs.freeze(made, by=cast.zhang)
        assert refused.value.field == "until"
        made = briefs.write(made, until=clock.today(), **write)
        saved.drop(row.pk, by=cast.zhang)
        assert "已经没有了" in opened(made).notes[0].broken
        with pytest.raises(Refused, match="已经没有了"):
            briefs.freeze(made, by=cast.zhang)


def test_the_composer_works_without_a_script(cast: Cast) -> None:
    client = signed_in(sign_up(cast, "张书记"))
    answer = client.post("/desk/JF/briefs/new/", {"kind": "own", "until": "2019-11-04"})
    url = answer["Location"]
    head = {"title": "一周", "since": "", "until": "2019-11-04"}
    marks = ["【听到】", "【在办】"]
    client.post(url, {**head, "text": ["说了", "别的"], "pick": marks, "do": "put:0"})
    client.post(url, {**head, "text": ["说了【听到】", "别的"], "pick": marks, "do": "up:1"})
    page = client.get(url).content.decode()
    assert page.index(">别的<") < page.index(">说了【听到】<")
    wrong = client.post(url, {**head, "text": ["留着的话【没有】"], "pick": marks, "do": "save"})
    assert wrong.status_code == 422 and "留着的话【没有】" in wrong.content.decode()
    shown = client.post(url, {**head, "text": ["说了【听到】"], "pick": marks, "do": "save"})
    page = client.get(shown["Location"]).content.decode()
    assert ">0 件</a>" in page and "figures/needs.heard/?since=&amp;as_of=2019-11-04" in page


def test_the_paper_says_under_each_figure_what_was_counted(cast: Cast) -> None:
    try:
        engine.fonts()
    except Refused:
        pytest.skip("no Chinese font on this machine")
    make_need(cast, at=None)
    made = briefs.draw_up("month", until=clock.today(), by=cast.zhang)
    content = brief_pdf(cast.community, opened(briefs.freeze(made, by=cast.zhang)))
    try:
        told = subprocess.run(
            ["pdftotext", "-", "-"], input=content, capture_output=True, check=True
        ).stdout.decode()
    except FileNotFoundError:
        pytest.skip("no pdftotext on this machine")
    told = told.replace("\n", "").replace(" ", "")
    assert "这个月社区听到1件" in told and "草稿" not in told
    assert "这段时间听到：这段时间里说到社区、编了号的需求和问题。" in told


def test_a_frozen_brief_opens_to_its_rows_and_what_became_of_them(cast: Cast) -> None:
    need = make_need(cast, at=None)
    made = briefs.draw_up("own", until=clock.today(), title="我的", by=cast.zhang)
    given = {"title": "我的简报", "since": None, "until": clock.today()}
    made = briefs.write(made, **given, paragraphs=["等答复【等答复】。"], by=cast.zhang)
    brief = briefs.freeze(made, by=cast.zhang)
    client = signed_in(sign_up(cast, "张书记"))
    url = f"/desk/JF/briefs/{brief.pk}/"
    assert "每个数字和数进去的每一行都没有变" in client.get(url).content.decode()
    actions.withdraw(need, by=cast.wang)
    page = client.get(url).content.decode()
    assert "这里写的是 1 件，今天再数是 0 件。" in page
    assert f"/desk/JF/needs/{need.number}/" in page and "<b>" in page
    rows = client.get(f"{url}figures/1/").content.decode()
    assert need.number in rows and "定稿时数进去的" in rows
    assert client.get(f"{url}figures/2/").status_code == 404
    assert client.get(f"{url}write/")["Location"] == url
