"""Printed papers: numbered, with a code that works once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linshuo.domain.papers.actions import MOST_AT_ONCE, issue, use_paper, void
from linshuo.domain.papers.models import Paper, PaperKind
from linshuo.kit import clock
from linshuo.kit.codes import spaced
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast
from tests.crowd import at_once

SLIP, CARD = PaperKind.SLIP, PaperKind.CARD


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def code_of(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, str | None, str]:
    return refused.value.code, refused.value.field, str(refused.value)


def test_serials_go_on_without_a_gap(cast: Cast) -> None:
    first, second = issue(SLIP, 3, by=cast.zhang), issue(SLIP, 2, by=cast.he)
    assert [p.serial for p in first + second] == [1, 2, 3, 4, 5]
    assert [p.serial for p in issue(CARD, 1, by=cast.zhang)] == [1]


def test_a_neighbours_serials_are_its_own(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    issue(SLIP, 3, by=cast.zhang)
    assert issue(SLIP, 1, by=other.zhang)[0].serial == 1


def test_no_two_papers_share_a_code(cast: Cast) -> None:
    papers = issue(SLIP, 60, by=cast.zhang)
    assert len({p.code for p in papers}) == 60


@pytest.mark.parametrize("count", [0, -1, MOST_AT_ONCE + 1])
def test_so_many_are_not_printed_at_once(cast: Cast, count: int) -> None:
    with pytest.raises(Refused) as refused:
        issue(SLIP, count, by=cast.zhang)
    assert code_of(refused)[:2] == ("count", "count")
    assert issue(SLIP, 1, by=cast.zhang)[0].serial == 1


def test_who_may_print(cast: Cast) -> None:
    for actor in (cast.li, cast.ma, cast.zhao, cast.wang, cast.chen):
        with pytest.raises(NotYours):
            issue(SLIP, 1, by=actor)


def test_a_code_is_used_once(cast: Cast) -> None:
    paper = issue(SLIP, 1, by=cast.zhang)[0]
    with clock.standing_at(T0 + timedelta(days=1)):
        used = use_paper(SLIP, f" {spaced(paper.code).lower()} ", by=cast.li)
    assert used.pk == paper.pk and used.used_at == T0 + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        use_paper(SLIP, paper.code, by=cast.li)
    assert code_of(refused)[:2] == ("code-used", "slip")


def test_one_answer_whatever_is_wrong_with_a_code(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    next_door = issue(SLIP, 1, by=other.zhang)[0].code
    card = issue(CARD, 1, by=cast.zhang)[0].code
    spoilt = void(issue(SLIP, 1, by=cast.zhang)[0], by=cast.zhang).code
    answers = set()
    for typed in (next_door, card, spoilt, "ABCDEFGH", "", "？？", "A" * 400):
        with pytest.raises(Refused) as refused:
            use_paper(SLIP, typed, by=cast.li)
        answers.add(code_of(refused))
    assert len(answers) == 1 and answers.pop()[:2] == ("code", "slip")
    assert Paper.objects.of(other.zhang).get().used_at is None


def test_voiding_twice_is_voiding_once(cast: Cast) -> None:
    paper = issue(SLIP, 1, by=cast.zhang)[0]
    first = void(paper, by=cast.zhang, at=T0)
    assert void(paper, by=cast.he).void_at == first.void_at == T0
    with pytest.raises(NotYours):
        void(paper, by=cast.li)


@pytest.mark.django_db(transaction=True)
def test_six_typing_the_same_code_at_once_use_it_once() -> None:
    cast = make_cast()
    paper, li = issue(SLIP, 1, by=cast.zhang)[0], cast.li
    results = at_once(6, lambda _i: use_paper(SLIP, paper.code, by=li))
    refused = [r for r in results if isinstance(r, Refused)]
    assert [r.pk for r in results if isinstance(r, Paper)] == [paper.pk], results
    assert [r.code for r in refused] == ["code-used"] * 5
