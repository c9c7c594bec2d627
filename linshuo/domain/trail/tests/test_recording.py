"""An event and the change it speaks of are one thing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from linshuo.domain.trail.actions import community_of, record
from linshuo.domain.trail.models import Event, canonical, digest
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused
from tests.cast import T0, Cast, make_cast

AWARE = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def last_event(cast: Cast) -> Event:
    event = Event.objects.within(cast.community.pk).order_by("-id").first()
    assert event is not None
    return event


# --- one spelling for one value ---


@given(AWARE, st.sampled_from(["Asia/Shanghai", "America/Lima", "Asia/Kathmandu"]))
def test_a_moment_is_spelled_alike_in_every_zone(at: datetime, zone: str) -> None:
    assert canonical(at) == canonical(at.astimezone(ZoneInfo(zone)))


@given(AWARE, st.integers(1, 10**6))
def test_two_moments_are_never_spelled_alike(at: datetime, apart: int) -> None:
    assert canonical(at) != canonical(at + timedelta(microseconds=apart))


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_the_order_of_keys_does_not_matter(detail: dict[str, object]) -> None:
    assert canonical(detail) == canonical(dict(reversed(detail.items())))


def test_what_has_no_single_spelling_is_not_digested() -> None:
    with pytest.raises(TypeError, match="cannot be digested"):
        canonical({"x": object()})


def test_days_and_bytes_are_spelled_plainly() -> None:
    assert canonical([date(2019, 12, 1), b"\x00\xff", "灯"]) == '["2019-12-01","00ff","灯"]'


@given(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_parts_of_a_digest_do_not_run_together(salt: str, one: str, other: str) -> None:
    if other:
        assert digest(salt, one, other) != digest(salt, one + other)
        assert digest(salt, one, other) != digest(salt, one + other[0], other[1:])


def test_the_same_words_under_another_salt_look_different() -> None:
    assert digest("a", "王阿姨") != digest("b", "王阿姨")


# --- recording ---


@pytest.mark.django_db(transaction=True)
def test_no_event_outside_the_transaction_of_its_change() -> None:
    cast = make_cast()
    before = Event.objects.everywhere().count()
    with pytest.raises(RuntimeError, match="in the transaction of its change"):
        record("community:change", row=cast.community, by=cast.house)
    assert Event.objects.everywhere().count() == before


def test_an_event_says_who_when_and_what(cast: Cast) -> None:
    heard, typed = T0 + timedelta(days=2), T0 + timedelta(days=1)
    with clock.standing_at(heard):
        event = record(
            "place:change",
            row=cast.building,
            subject=cast.estate,
            by=cast.li,
            at=typed,
            detail={"why": "改名"},
        )
    event.refresh_from_db()
    assert (event.at, event.recorded_at) == (typed, heard)
    assert event.actor_id == cast.person("李网格").pk
    assert (event.subject_kind, event.subject_id) == ("place", cast.estate.pk)
    assert (event.row_kind, event.row_id) == ("place", cast.building.pk)
    assert event.detail == {"why": "改名"}
    assert event.compute_digest() == event.digest
    assert digest(event.salt or "", cast.building.snapshot()) == event.row_digest


def test_when_it_happened_is_now_unless_told(cast: Cast) -> None:
    with clock.standing_at(T0 + timedelta(days=3)):
        event = record("place:change", row=cast.building, by=cast.li)
    assert event.at == event.recorded_at == T0 + timedelta(days=3)


def test_the_house_leaves_no_name(cast: Cast) -> None:
    assert record("place:change", row=cast.building, by=cast.house).actor_id is None


def test_two_events_of_the_same_row_look_nothing_alike(cast: Cast) -> None:
    one = record("place:change", row=cast.building, by=cast.li)
    other = record("place:change", row=cast.building, by=cast.li)
    assert one.salt != other.salt and one.row_digest != other.row_digest


def test_a_row_belongs_to_its_community_a_community_to_itself(cast: Cast) -> None:
    assert community_of(cast.building) == community_of(cast.community) == cast.community.pk


def test_a_row_of_no_community_says_so(cast: Cast) -> None:
    assert community_of(cast.partnership.organisation) == 0


def test_a_change_that_fails_leaves_no_event(cast: Cast) -> None:
    before = last_event(cast).pk
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("place:change", row=cast.building, by=cast.li)
        raise ZeroDivisionError
    assert last_event(cast).pk == before


def test_an_event_is_read_back_as_it_was_written(cast: Cast) -> None:
    detail = {"n": 3, "十": ["灯", None, True, 1.5], "deep": {"b": 1, "a": 2}}
    event = record("place:change", row=cast.building, by=cast.li, detail=detail)
    event.refresh_from_db()
    assert event.detail == detail and event.compute_digest() == event.digest


def test_detail_and_salt_are_blanked_together_or_not_at_all(cast: Cast) -> None:
    from django.db import IntegrityError

    event = last_event(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE trail_event SET salt = NULL WHERE id = %s", [event.pk])


# --- when it happened ---


def test_the_past_may_be_typed_back() -> None:
    with clock.standing_at(T0):
        assert happened(T0 - timedelta(days=3)) == T0 - timedelta(days=3)
        assert happened(None) == T0


def test_the_future_is_refused() -> None:
    with clock.standing_at(T0), pytest.raises(Refused) as refused:
        happened(T0 + timedelta(minutes=6))
    assert (refused.value.code, refused.value.field) == ("future", "at")


def test_a_phone_a_little_fast_is_read_as_now() -> None:
    with clock.standing_at(T0):
        assert happened(T0 + timedelta(minutes=4)) == T0


def test_an_actor_of_nobody_is_recorded_as_nobody(cast: Cast) -> None:
    event = record("place:change", row=cast.building, by=Actor(cast.community.pk))
    assert event.actor_id is None


# --- the row, spelled ---


def test_a_column_at_its_start_says_nothing_and_at_any_other_value_speaks(cast: Cast) -> None:
    person = cast.person("王阿姨")
    plain = person.snapshot()
    assert "erased_at" not in plain and person.name in plain
    person.erased_at = T0
    assert "erased_at" in person.snapshot() != plain
    person.erased_at = None
    assert person.snapshot() == plain


@given(
    st.tuples(st.text(max_size=6), st.text(max_size=6), st.none() | AWARE),
    st.tuples(st.text(max_size=6), st.text(max_size=6), st.none() | AWARE),
)
def test_two_rows_are_spelled_alike_only_if_they_are_alike(
    one: tuple[str, str, datetime | None], other: tuple[str, str, datetime | None]
) -> None:
    def spelled(values: tuple[str, str, datetime | None]) -> str:
        name, mark, erased = values
        person = apps.get_model("people", "Person")
        return str(person(name=name, phone_hmac=mark, erased_at=erased).snapshot())

    assert (spelled(one) == spelled(other)) == (one == other)
