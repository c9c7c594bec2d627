"""What everyone may see: only what was released, in the words it was released in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from linshuo.acts.asking import ask
from linshuo.domain.needs import actions, public, working
from linshuo.domain.needs.models import Category, Need
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db

SECRET = "住三栋的王阿姨说她一个人怕黑"


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0):
        yield made


def released(cast: Cast, title: str = "楼道灯不亮", **over: Any) -> Need:
    category = Category.objects.within(cast.community.pk).get(code="light")
    return actions.accept(
        make_need(cast, words=SECRET, **over), by=cast.he, category=category,
        owner=cast.person("李网格"), visibility="public", public_title=title,
        public_text=f"{title}，等人来修。",
    )  # fmt: skip


def fresh(need: Need) -> Need:
    return Need.objects.everywhere().select_related("place", "note").get(pk=need.pk)


def closed(cast: Cast, need: Need) -> Need:
    working.add_result(need, by=cast.li, text=f"给{SECRET}换了灯头。")
    actions.finish(fresh(need), by=cast.li, outcome="solved", result_text=f"亮了。{SECRET}")
    return ask(fresh(need), by=cast.he, channel="phone", said="settled", words=SECRET)


def test_a_released_matter_shows_its_public_text_and_no_more(cast: Cast) -> None:
    need = released(cast)
    shown = public.find(cast.community.pk, need.number)
    assert shown is not None
    assert (shown.title, shown.text, shown.state) == (
        "楼道灯不亮",
        "楼道灯不亮，等人来修。",
        "open",
    )
    assert shown.place == "盐业小区", "the estate and not the building"
    assert SECRET not in str(asdict(shown)) and "王阿姨" not in str(asdict(shown))


def test_what_is_not_public_is_not_there_in_any_way(cast: Cast) -> None:
    inside = cast.community.pk
    hidden = make_need(cast)
    category = Category.objects.within(inside).get(code="light")
    staff = actions.accept(
        make_need(cast, words="水不热。"), by=cast.he, category=category,
        owner=cast.person("李网格"),
    )  # fmt: skip
    members = released(cast)
    working.release(members, by=cast.he, visibility="members", public_text="等人来修。")
    for need in (hidden, staff, members):
        assert public.find(inside, need.number) is None
        assert public.timeline(inside, need.number) is None
    assert public.find(inside, "JF-2019-9999") is None
    assert set(public.counts(inside).values()) == {0}
    assert public.wanted(inside) == [] and public.just_closed(inside) == []
    for key in public.FIGURES:
        page = public.behind(inside, key)
        assert page is not None and page.needs == []


def test_withdrawn_and_merged_matters_leave_the_square(cast: Cast) -> None:
    inside = cast.community.pk
    one, other = released(cast), released(cast, "灯又不亮")
    actions.withdraw(fresh(one), by=cast.he, reason="不用了。")
    actions.merge(fresh(other), released(cast, "灯都不亮"), by=cast.he)
    assert public.find(inside, one.number) is None
    assert public.find(inside, other.number) is None
    assert public.counts(inside)["heard"] == 1


def test_another_communitys_is_not_found(cast: Cast) -> None:
    need = released(cast)
    other = make_cast("YY", "邻近社区")
    assert public.find(other.community.pk, need.number) is None
    assert public.counts(other.community.pk)["heard"] == 0


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}", "0{1}", "{2}"])
def test_a_number_is_found_as_people_type_it(cast: Cast, typed: str) -> None:
    need = released(cast)
    serial = str(int(need.short_number))
    wide = need.number.lower().translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    found = public.find(cast.community.pk, typed.format(need.number, serial, wide))
    assert found is not None and found.number == need.number


@pytest.mark.parametrize("typed", ["", "-", "JF", "9" * 40, "%", "' OR 1=1", "²", "\x00", "٤٢"])
def test_what_is_no_number_finds_nothing(cast: Cast, typed: str) -> None:
    released(cast)
    assert public.find(cast.community.pk, typed) is None


def test_the_timeline_tells_days_and_steps_and_nobody(cast: Cast) -> None:
    inside = cast.community.pk
    need = released(cast)
    working.escalate(need, by=cast.zhang, why=SECRET)
    with clock.standing_at(T0 + timedelta(days=2)):
        closed(cast, fresh(need))
    with clock.standing_at(T0 + timedelta(days=5)):
        actions.reopen(fresh(need), by=cast.he, reason=SECRET)
        moments = public.timeline(inside, need.number)
    assert moments is not None
    assert [m.state for m in moments if m.phase == "past"] == [
        "reported", "open", "escalated", "done", "closed", "open",
    ]  # fmt: skip
    assert [m.phase for m in moments[-3:]] == ["next"] * 3, "what is still to come is shown"
    told = str([asdict(m) for m in moments])
    assert SECRET not in told and "李网格" not in told and "何秘书" not in told


def test_figures_open_on_what_they_count(cast: Cast) -> None:
    inside = cast.community.pk
    for n in range(3):
        released(cast, f"灯坏了 {n}")
    closed(cast, released(cast, "灯好了"))
    numbers = public.counts(inside)
    assert numbers == {"heard": 4, "open": 3, "done": 0, "closed": 1, "lately": 1}
    for key, value in numbers.items():
        page = public.behind(inside, key)
        assert page is not None and len(page.needs) == value
    assert public.counts(inside, T0 + timedelta(days=40))["lately"] == 0
    assert public.behind(inside, "needs.heard") is None


def test_page_after_page_shows_each_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "PAGE", 2)
    all_ = {released(cast, f"灯坏了 {n}").number for n in range(5)}
    seen: list[str] = []
    after = ""
    while True:
        page = public.behind(cast.community.pk, "open", after)
        assert page is not None
        seen += [need.number for need in page.needs]
        if not (after := page.after):
            break
    assert len(seen) == 5 and set(seen) == all_
    for nonsense in ("x", "1_", "nan_1", "1e300_1", f"1_{10**30}", "_"):
        page = public.behind(cast.community.pk, "open", nonsense)
        assert page is not None and len(page.needs) <= 2


def test_as_many_queries_at_ten_as_at_two(cast: Cast, django_assert_num_queries: Any) -> None:
    inside = cast.community.pk
    for n in range(2):
        released(cast, f"灯坏了 {n}")
    with django_assert_num_queries(1):
        public.behind(inside, "open")
    for n in range(8):
        released(cast, f"灯又坏了 {n}")
    with django_assert_num_queries(1):
        page = public.behind(inside, "open")
    assert page is not None and len(page.needs) == 10
    with django_assert_num_queries(1):
        public.counts(inside)
    with django_assert_num_queries(2):
        public.timeline(inside, page.needs[0].number)


def test_what_is_late_says_so(cast: Cast) -> None:
    need = released(cast)
    late = public.find(cast.community.pk, need.number, T0 + timedelta(days=60))
    assert late is not None and late.due.endswith("过了")
