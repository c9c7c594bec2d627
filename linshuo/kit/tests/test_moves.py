"""A table of moves is checked when it is written down."""

from __future__ import annotations

import pytest

from linshuo.kit.can import Can
from linshuo.kit.moves import BadTable, Lifecycle, Move, State
from linshuo.kit.refused import Refused

BEGUN = State("begun", "begun", "始", due_for="go on", start=True)
ENDED = State("ended", "ended", "终", final=True)
END = Move("end", "end", (BEGUN,), ENDED, Can.NEED_WORK)


def table(**rows: object) -> type[Lifecycle[object]]:
    """A lifecycle with these rows."""
    return type("Table", (Lifecycle,), {"kind": "table", **rows})


def test_a_table_knows_its_states_and_moves_in_order() -> None:
    skip = Move("skip", "skip", (BEGUN,), ENDED, None)
    made = table(begun=BEGUN, ended=ENDED, end=END, skip=skip)
    assert list(made.states) == ["begun", "ended"]
    assert [m.verb for m in made.open_moves("begun")] == ["end", "skip"]
    assert made.open_moves("ended") == []


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"ended": ENDED}, "one state to start in, has 0"),
        (
            {"begun": BEGUN, "again": State("again", "", "", due_for="x", start=True)},
            "one state to start in, has 2",
        ),
        ({"begun": BEGUN, "end": END}, "not in the table"),
        (
            {"begun": BEGUN, "ended": ENDED, "end": Move("end", "", (), ENDED, None)},
            "leaves no state",
        ),
        ({"begun": BEGUN, "ended": ENDED, "finish": END}, "is called 'finish'"),
        ({"begun": BEGUN}, "dead end"),
        ({"begun": BEGUN, "ended": ENDED}, "cannot be reached: ended"),
    ],
)
def test_a_table_that_cannot_be_right_does_not_load(rows: dict[str, object], says: str) -> None:
    with pytest.raises(BadTable, match=says):
        table(**rows)


def test_a_state_of_the_same_name_from_elsewhere_does_not_count() -> None:
    twin = State("ended", "ended", "终", final=True)
    with pytest.raises(BadTable, match="not in the table"):
        table(begun=BEGUN, ended=twin, end=END)


def test_the_first_guard_that_refuses_gives_the_answer() -> None:
    said: list[str] = []

    def passes(facts: str) -> None:
        said.append(facts)

    def refuses(facts: str) -> None:
        raise Refused("first", "不行。")

    def never(facts: str) -> None:
        raise AssertionError("asked after a refusal")

    with pytest.raises(Refused) as refused:
        Move("end", "", (BEGUN,), ENDED, None, (passes, refuses, never)).check("facts")
    assert refused.value.code == "first" and said == ["facts"]


def test_a_refusal_is_a_sentence_with_a_code() -> None:
    refused = Refused("owner", "这件事交给谁办？", "owner")
    assert str(refused) == "这件事交给谁办？"
    assert repr(refused) == "Refused('owner', '这件事交给谁办？', field='owner')"
