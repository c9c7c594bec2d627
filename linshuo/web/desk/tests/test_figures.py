"""数字: each with its definition, each opens to its rows, and no date breaks it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linshuo.acts import notebook as acts
from linshuo.domain.needs.models import Need
from linshuo.insight.behind import PAGE, all_figures, behind
from linshuo.insight.figures import FIGURES
from linshuo.kit import clock
from linshuo.kit.refused import NotYours
from tests.cast import T0, Cast, draft, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(days=3)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_the_list_and_the_rows_behind_agree(cast: Cast) -> None:
    make_need(cast)
    make_need(cast, place=cast.other_estate)
    with clock.standing_at(NOW):
        told = {f.key: f.value for f in all_figures(cast.zhang, NOW)}
        for key in FIGURES:
            found = behind(cast.zhang, key, NOW)
            assert (found.figure.value, found.hidden) == (told[key], 0)
            assert len(found.rows) == told[key]
    assert told["needs.heard"] == 2
    assert told["staff.field"] == 1


def test_rows_out_of_reach_are_counted_and_not_shown(cast: Cast) -> None:
    inside = make_need(cast)
    make_need(cast, place=cast.other_estate)
    found = behind(cast.he, "needs.heard", NOW)
    assert (found.figure.value, found.hidden) == (2, 1)
    assert [r.number for r in found.rows] == [inside.number]


def test_notes_of_others_are_counted_and_not_read(cast: Cast) -> None:
    with clock.standing_at(T0):
        acts.write_down(
            by=cast.li, draft_id=draft(), place=cast.building, words="灯不亮。", source="visit"
        )
    assert [r.title for r in behind(cast.zhang, "notes.written", NOW).rows] == ["灯不亮"]
    found = behind(cast.he, "notes.written", NOW)
    assert (found.rows, found.hidden) == ([], 1)


def test_another_community_counts_its_own(cast: Cast) -> None:
    make_need(cast)
    assert behind(make_cast("XM", "隔壁社区").zhang, "needs.heard", NOW).figure.value == 0


def test_an_earlier_day_is_read_from_the_trail(cast: Cast) -> None:
    make_need(cast, at=T0)
    with clock.standing_at(NOW):
        client = signed_in(sign_up(cast, "张书记"))
        before = client.get("/desk/JF/figures/needs.heard/?as_of=2019-11-03").content.decode()
        after = client.get("/desk/JF/figures/needs.heard/?as_of=2019-11-04").content.decode()
    assert "这一天还是零。" in before
    assert "JF-2019-0001" in after
    assert "到 2019年11月4日一整天" in after


def test_many_rows_are_turned_page_by_page(cast: Cast) -> None:
    for _ in range(PAGE + 3):
        make_need(cast)
    first = behind(cast.zhang, "needs.heard", NOW)
    second = behind(cast.zhang, "needs.heard", NOW, after=first.after)
    assert (len(first.rows), len(second.rows), second.after) == (PAGE, 3, "")
    assert len({r.number for r in first.rows + second.rows}) == PAGE + 3


@pytest.mark.parametrize("after", ["-1", "x", "9" * 40, "٣", "0", "%00"])
def test_a_mark_that_makes_no_sense_does_no_harm(cast: Cast, after: str) -> None:
    make_need(cast)
    with clock.standing_at(NOW):
        client = signed_in(sign_up(cast, "张书记"))
        assert client.get(f"/desk/JF/figures/needs.heard/?after={after}").status_code == 200


def test_no_such_figure_is_not_there(cast: Cast) -> None:
    with pytest.raises(NotYours):
        behind(cast.zhang, "needs.nosuch", NOW)
    client = signed_in(sign_up(cast, "张书记"))
    for key in ("needs.nosuch", "%00", "x" * 500):
        assert client.get(f"/desk/JF/figures/{key}/").status_code == 404


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2019-11-08", "这一天还没到。"),
        ("1999-12-31", "最早看到"),
        ("0000-00-00", "日期认不出来"),
        ("0001-01-01", "最早看到"),
        ("9999-12-31", "这一天还没到。"),
        ("9999999", "日期认不出来"),
        ("昨天", "日期认不出来"),
        ("%00", "日期认不出来"),
        ("2019-02-30", "日期认不出来"),
        ("1" * 100_000, "日期认不出来"),
    ],
)
def test_a_day_that_will_not_do_is_said_beside_the_field(
    cast: Cast, day: str, sentence: str
) -> None:
    with clock.standing_at(NOW):
        client = signed_in(sign_up(cast, "张书记"))
        for url in ("/desk/JF/figures/", "/desk/JF/figures/needs.heard/"):
            answer = client.get(f"{url}?as_of={day}")
            assert answer.status_code == 422
            assert sentence in answer.content.decode()
            assert 'aria-describedby="id_as_of_error"' in answer.content.decode()


def test_no_day_means_now(cast: Cast) -> None:
    make_need(cast)
    with clock.standing_at(NOW):
        text = signed_in(sign_up(cast, "马监督")).get("/desk/JF/figures/?as_of=").content.decode()
    assert Need.objects.within(cast.community.pk).count() == 1
    assert "到现在" in text and "还没有记下什么" not in text
