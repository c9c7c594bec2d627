"""Whatever is done to the records behind the house's back is named; untouched records are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from linshuo.domain.trail import verify as room
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event, Seal
from linshuo.domain.trail.sealing import drop_anchors, seal_all
from linshuo.domain.trail.verify import redacted, verify
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast, make_need


@pytest.fixture
def cast(db: None) -> Cast:
    """A community with a few matters, all of it sealed."""
    cast = make_cast()
    for n in range(3):
        make_need(cast, words=f"第{n}盏灯坏了。")
    seal_all()
    return cast


def sql(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def events(cast: Cast) -> list[int]:
    """Ids of the community's events, in the order of its chain."""
    links = Seal.objects.within(cast.community.pk).order_by("seq")
    return list(links.values_list("event_id", flat=True))


def named(community_id: int | None = None) -> set[tuple[str, str]]:
    return {(m.code, m.what) for m in verify(community_id)}


def test_untouched_records_are_silent(cast: Cast) -> None:
    assert verify() == [] and verify(cast.community.pk) == []


def test_unsealed_events_are_no_misfit(cast: Cast) -> None:
    make_need(cast)
    assert verify() == []


def test_a_row_changed_is_named(cast: Cast) -> None:
    sql("UPDATE places_place SET name = 'x' WHERE id = %s", cast.estate.pk)
    assert named() == {("row", f"place {cast.estate.pk}")}


def test_a_row_deleted_is_named(cast: Cast) -> None:
    need = make_need(cast)
    sql("DELETE FROM needs_need WHERE id = %s", need.pk)
    assert named() == {("row-missing", f"need {need.pk}")}


def test_a_row_inserted_is_named(cast: Cast) -> None:
    sql(
        "INSERT INTO places_dayoff (community_id, day, working, name) "
        "VALUES (%s, '2019-12-02', %s, '')",
        cast.community.pk,
        False,
    )
    ((code, what),) = named()
    assert code == "row-unknown" and what.startswith("dayoff ")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "need:withdraw"),
        ("actor_id", 99),
        ("at", "2019-01-01 00:00:00+00:00"),
        ("recorded_at", "2019-01-01 00:00:00+00:00"),
        ("subject_id", 99),
        ("row_id", 99),
        ("row_digest", "f" * 64),
        ("detail", '{"number": "JF-2019-9999"}'),
        ("salt", "0" * 32),
    ],
)
def test_an_event_changed_is_named(cast: Cast, column: str, value: object) -> None:
    event = Event.objects.within(cast.community.pk).filter(verb="need:report").first()
    assert event is not None
    sql(f"UPDATE trail_event SET {column} = %s WHERE id = %s", value, event.pk)
    assert ("event", f"event {event.pk}") in named()


def test_an_event_whose_own_digest_was_made_to_fit_breaks_the_chain(cast: Cast) -> None:
    event = Event.objects.within(cast.community.pk).filter(verb="place:add").first()
    assert event is not None
    event.actor_id = 99
    sql(
        "UPDATE trail_event SET actor_id = 99, digest = %s WHERE id = %s",
        event.compute_digest(),
        event.pk,
    )
    seq = Seal.objects.within(cast.community.pk).get(event_id=event.pk).seq
    assert named() == {("link", f"seal {seq}")}


def test_an_event_moved_to_another_community_is_named(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    seal_all()
    event = events(cast)[-1]
    sql(
        "UPDATE trail_event SET community_id = %s WHERE id = %s",
        other.community.pk,
        event,
    )
    assert ("event", f"event {event}") in named()


def test_an_event_deleted_is_named(cast: Cast) -> None:
    event = events(cast)[3]
    sql("DELETE FROM trail_event WHERE id = %s", event)
    assert ("event-missing", f"event {event}") in named()


def test_a_link_deleted_in_the_middle_is_named(cast: Cast) -> None:
    sql("DELETE FROM trail_seal WHERE community_id = %s AND seq = 4", cast.community.pk)
    assert named() == {("events-cut", "links 4-4")}


def test_the_first_links_deleted_are_named(cast: Cast) -> None:
    sql("DELETE FROM trail_seal WHERE community_id = %s AND seq <= 2", cast.community.pk)
    assert named() == {("events-cut", "links 1-2")}


def test_the_last_links_deleted_are_named(cast: Cast) -> None:
    n = len(events(cast))
    sql("DELETE FROM trail_seal WHERE community_id = %s AND seq > %s", cast.community.pk, n - 2)
    assert named() == {("events-cut", f"links {n - 1}-{n}")}


def test_the_whole_chain_deleted_is_named(cast: Cast) -> None:
    n = len(events(cast))
    sql("DELETE FROM trail_seal WHERE community_id = %s", cast.community.pk)
    assert ("events-cut", f"links 1-{n}") in named()


def test_a_link_changed_is_named(cast: Cast) -> None:
    sql(
        "UPDATE trail_seal SET hash = %s WHERE community_id = %s AND seq = 4",
        "e" * 64,
        cast.community.pk,
    )
    assert named() == {("link", "seal 4"), ("link", "seal 5")}


def test_two_links_swapped_are_named(cast: Cast) -> None:
    one, other = (Seal.objects.within(cast.community.pk).get(seq=n) for n in (3, 6))
    sql("UPDATE trail_seal SET event_id = -1 WHERE id = %s", one.pk)
    sql("UPDATE trail_seal SET event_id = %s WHERE id = %s", one.event_id, other.pk)
    sql("UPDATE trail_seal SET event_id = %s WHERE id = %s", other.event_id, one.pk)
    assert named() == {("link", "seal 3"), ("link", "seal 6")}


def test_two_events_swapped_with_their_links_are_named(cast: Cast) -> None:
    first, second = (Seal.objects.within(cast.community.pk).get(seq=n) for n in (3, 4))
    sql("UPDATE trail_seal SET seq = -1 WHERE id = %s", first.pk)
    sql("UPDATE trail_seal SET seq = 3 WHERE id = %s", second.pk)
    sql("UPDATE trail_seal SET seq = 4 WHERE id = %s", first.pk)
    assert {("link", "seal 3"), ("link", "seal 4")} <= named()


def test_the_count_of_links_lowered_is_named(cast: Cast) -> None:
    n = len(events(cast))
    sql(
        "UPDATE trail_counter SET n = n - 1 WHERE community_id = %s AND key = 'seal'",
        cast.community.pk,
    )
    assert named() == {("count", f"links {n}")}


def test_the_newest_events_cut_off_with_links_and_count_show_by_an_anchor(cast: Cast) -> None:
    """Nothing inside can show it once the count was lowered too: the head kept elsewhere does."""
    n = len(events(cast))
    head = Seal.objects.within(cast.community.pk).get(seq=n)
    outside = [(cast.community.pk, n, head.hash)]
    newest = events(cast)[-3:]
    rows = list(Event.objects.within(cast.community.pk).filter(pk__in=newest))
    for event in rows:
        sql("DELETE FROM trail_event WHERE id = %s", event.pk)
        sql("DELETE FROM trail_seal WHERE event_id = %s", event.pk)
        sql("DELETE FROM needs_need WHERE id = %s", event.row_id)
    sql(
        "UPDATE trail_counter SET n = %s WHERE community_id = %s AND key = 'seal'",
        n - 3,
        cast.community.pk,
    )
    assert verify() == []
    assert [(m.code, m.what) for m in verify(anchors=outside)] == [
        ("events-cut", f"links {n - 2}-{n}")
    ]


def test_a_chain_made_anew_shows_by_an_anchor(cast: Cast) -> None:
    with clock.standing_at(T0):
        drop_anchors()
    n = len(events(cast))
    event = Event.objects.within(cast.community.pk).filter(verb="need:report").first()
    assert event is not None
    event.actor_id = 99
    sql(
        "UPDATE trail_event SET actor_id = 99, digest = %s WHERE id = %s",
        event.compute_digest(),
        event.pk,
    )
    sql("DELETE FROM trail_seal WHERE community_id = %s", cast.community.pk)
    seal_all()
    assert named() == {("anchor", f"link {n}")}


def test_an_anchor_of_an_empty_chain_is_no_error(cast: Cast) -> None:
    assert verify(anchors=[(cast.community.pk, 0, "0" * 64), (987654, 0, "0" * 64)]) == []


def test_a_blanked_event_still_fits_and_is_counted(cast: Cast) -> None:
    event = Event.objects.within(cast.community.pk).filter(verb="need:report").first()
    assert event is not None
    assert redacted() == 0
    sql("UPDATE trail_event SET detail = NULL, salt = NULL WHERE id = %s", event.pk)
    assert verify() == []
    assert (redacted(), redacted(cast.community.pk)) == (1, 1)


def test_a_blanked_event_whose_chain_was_touched_is_still_named(cast: Cast) -> None:
    event = events(cast)[2]
    sql("UPDATE trail_event SET detail = NULL, salt = NULL WHERE id = %s", event)
    sql("UPDATE trail_event SET digest = %s WHERE id = %s", "d" * 64, event)
    assert ("link", "seal 3") in named()


def test_one_community_is_checked_without_its_neighbour(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    seal_all()
    sql("UPDATE places_place SET name = 'x' WHERE id = %s", other.estate.pk)
    assert verify(cast.community.pk) == []
    assert named(other.community.pk) == named() == {("row", f"place {other.estate.pk}")}


def test_a_change_with_its_event_is_no_misfit(cast: Cast) -> None:
    with transaction.atomic():
        cast.estate.name = "盐业新村"
        cast.estate.save(update_fields=["name"])
        record("place:change", row=cast.estate, by=cast.zhang)
    assert verify() == []


def test_a_change_that_forgot_its_event_is_named(cast: Cast) -> None:
    cast.estate.name = "盐业新村"
    cast.estate.save(update_fields=["name"])
    assert named() == {("row", f"place {cast.estate.pk}")}


@pytest.fixture
def spoil(cast: Cast) -> Callable[[], None]:
    return lambda: sql("UPDATE needs_need SET title = 'x' WHERE number = %s", "JF-2019-0002")


def test_the_command_says_nothing_when_all_fits(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert room.main() == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")


def test_the_command_names_what_a_person_calls_the_row(
    cast: Cast, spoil: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    spoil()
    assert room.main() == 1
    assert "JF-2019-0002" in capsys.readouterr().out


def test_the_command_counts_what_was_blanked(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    sql("UPDATE trail_event SET detail = NULL, salt = NULL WHERE id = %s", events(cast)[0])
    assert room.main() == 0
    assert capsys.readouterr().err.startswith("1 event(s) redacted")


def test_silence_after_months_of_work(cast: Cast) -> None:
    for n in range(6):
        with clock.standing_at(T0 + timedelta(days=20 * n)):
            make_need(cast, words=f"又一件 {n}")
            seal_all()
            drop_anchors()
    assert verify() == []
