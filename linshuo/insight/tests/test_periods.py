"""What happened between two days: figures of a period, told apart, saved, and taken out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from linshuo.acts.asking import ask
from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Category
from linshuo.domain.needs.queries import Filters
from linshuo.domain.trail.models import Event
from linshuo.insight import saved
from linshuo.insight.behind import all_figures, behind, saved_here, since_of
from linshuo.insight.figures import FIGURES, end_of
from linshuo.insight.lists import LISTS
from linshuo.insight.models import SavedFigure
from linshuo.insight.periods import periods, sentence, span_words
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
MONDAY = clock.at_local(2019, 11, 25, 9)
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Iterator[Cast]:
    """A week: two said on Monday, one on Tuesday; one closed on Wednesday and back on Friday."""
    with clock.standing_at(MONDAY - 30 * DAY):
        made = make_cast(at=clock.now())
        make_need(made, at=None)
    needs = []
    for days in (0, 0, 1):
        with clock.standing_at(MONDAY + days * DAY):
            needs.append(make_need(made, at=None))
    with clock.standing_at(MONDAY + 2 * DAY):
        done = actions.settle(needs[0], by=made.li, result_text="换了灯")
        ask(done, by=made.he, channel="phone", said="settled")
        actions.accept(
            needs[1], by=made.zhang, category=made.category(), owner=made.person("李网格")
        )
    with clock.standing_at(MONDAY + 4 * DAY):
        ask(done, by=made.he, channel="phone", said="not_settled", words="又坏了")
    with clock.standing_at(MONDAY + 6 * DAY):
        yield made


def read(cast: Cast, key: str, first: date, last: date) -> int:
    return FIGURES[key].value(cast.community.pk, end_of(last), since_of(first, last))


def test_a_week_counts_what_happened_in_it_and_on_both_its_ends(cast: Cast) -> None:
    monday = MONDAY.date()
    sunday = monday + 6 * DAY
    flows = ("heard", "accepted", "settled", "confirmed", "reopened")
    week = [read(cast, f"flow.{key}", monday, sunday) for key in flows]
    assert week == [3, 2, 1, 1, 1]
    assert [read(cast, f"flow.{key}", monday, monday) for key in flows] == [2, 0, 0, 0, 0]
    # What came back on Friday was closed on Wednesday all the same.
    wednesday = monday + 2 * DAY
    assert read(cast, "flow.confirmed", wednesday, wednesday) == 1
    assert FIGURES["needs.closed"].value(cast.community.pk, end_of(sunday)) == 0
    assert FIGURES["days.to-close"].read(cast.community.pk, end_of(sunday)).said == "2 天"
    assert FIGURES["days.to-answer"].read(cast.community.pk, end_of(sunday)).said == "2 天"
    with pytest.raises(Refused):
        since_of(sunday, monday)


def test_the_week_in_one_sentence(cast: Cast) -> None:
    week = next(p for p in periods(clock.today()) if p.key == "week")
    since = since_of(week.since, week.until)
    told = {f.key: f for f in all_figures(cast.zhang, clock.now(), since)}
    said = sentence("嘉福社区", week.since, week.until, told)
    assert said.startswith("2019年11月25日到12月1日，嘉福社区听到 3 件，受理 2 件，办结 1 件")
    assert "提前放下" not in said  # of nothing, nothing is said
    assert "还没有记下什么" in sentence("嘉福社区", week.since, week.until, {})
    assert span_words(None, week.until) == "到2019年12月1日为止"
    assert span_words(week.until, week.until) == "2019年12月1日"


def test_a_part_opens_to_its_own_rows(cast: Cast) -> None:
    found = behind(cast.zhang, "flow.heard", clock.now(), by="month")
    assert [(p.words, p.value) for p in found.parts] == [("2019年10月", 1), ("2019年11月", 3)]
    part = behind(cast.zhang, "flow.heard", clock.now(), by="month", part="2019-10")
    assert (part.figure.value, len(part.rows), part.part and part.part.value) == (1, 1, 1)
    odd = behind(cast.zhang, "flow.heard", clock.now(), by="month", part="2019-13")
    assert (odd.figure.value, odd.part) == (4, None)


def test_a_ledgers_filters_are_a_figure_until_what_they_name_is_gone(cast: Cast) -> None:
    category = cast.category()
    filters = Filters(tab="all", category=category.pk)
    with pytest.raises(NotYours):
        saved.save("路灯的", filters, words="路灯", by=cast.li)
    row = saved.save("路灯的", filters, words="全部，路灯", by=cast.zhang)
    for name in ("路灯的", "听到", "x"):
        with pytest.raises(Refused) as refused:
            saved.save(name, filters, words="", by=cast.zhang)
        assert refused.value.field == "name"
    key = f"saved.{row.pk}"
    wanted = {n.number for n in behind(cast.zhang, "needs.heard", clock.now()).rows}
    found = behind(cast.zhang, key, clock.now())
    assert found.figure.value == 1 and {r.number for r in found.rows} < wanted
    assert "全部，路灯" in found.figure.counts
    with pytest.raises(NotYours):
        behind(make_cast("XM", "隔壁社区").zhang, key, clock.now())
    Category.objects.of(cast.zhang).filter(pk=category.pk).update(closed_at=clock.now())
    with pytest.raises(Refused, match="这个类别已经停用"):
        behind(cast.zhang, key, clock.now())
    assert "这个类别已经停用" in saved_here(cast.zhang)[0].broken
    page = signed_in(sign_up(cast, "张书记")).get(f"/desk/JF/figures/{key}/")
    assert page.status_code == 422 and "到台账上重新筛一次" in page.content.decode()
    saved.drop(row.pk, by=cast.zhang)
    saved.drop(row.pk, by=cast.zhang)
    assert saved_here(cast.zhang) == []


def test_other_lists_are_kept_as_figures_too(cast: Cast) -> None:
    boss = signed_in(sign_up(cast, "张书记"))
    for address, words, gone in (
        ("?list=pledges&tab=live&kind=claim", "在认的，认领", "认领认捐已经没有这样的筛法"),
        (f"?list=check-ins&tab=accepted&unit=p{cast.partnership.pk}", "报到了的", "不在名录里"),
        ("?list=vouchers&tab=booked&kind=gift", "入账了的，", "凭证已经没有这样的筛法"),
    ):
        key = address[6:].partition("&")[0]
        page = boss.get(f"/desk/JF/figures/save/{address}")
        assert page.status_code == 200 and words in page.content.decode()
        made = boss.post(f"/desk/JF/figures/save/{address}", {"name": f"数{key}"})
        assert made.status_code == 302
        row = SavedFigure.objects.of(cast.zhang).get(name=f"数{key}")
        found = behind(cast.zhang, f"saved.{row.pk}", clock.now())
        listed = LISTS[key]
        narrowed = listed.filters(**{k: v for k, v in row.filters.items() if k != "list"})
        assert found.figure.value == listed.rows(cast.community.pk, narrowed, clock.now()).count()
        assert words in found.figure.counts
        odd = {"kind": "odd"} if "kind" in row.filters else {"unit": "p999999"}
        row.filters = {**row.filters, **odd}
        row.save(update_fields=["filters"])
        with pytest.raises(Refused, match=gone):
            behind(cast.zhang, f"saved.{row.pk}", clock.now())
    assert boss.get("/desk/JF/figures/save/?list=odd").status_code == 404


def test_the_rows_go_out_as_a_sheet_and_that_is_on_record(cast: Cast) -> None:
    client = signed_in(sign_up(cast, "张书记"), second=True)
    url = "/desk/JF/figures/flow.heard/rows.xlsx?since=2019-11-25&as_of=2019-12-01"
    answer = client.get(url)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    lines = book.get_sheet_by_index(0).to_python()
    said = "\n".join(str(cell) for line in lines for cell in line)
    assert "2019年11月25日到12月1日" in said and said.count("JF-2019-") == 3
    event = Event.objects.of(cast.zhang).get(verb="figure:export")
    assert event.detail == {"figure": "flow.heard", "rows": 3}
