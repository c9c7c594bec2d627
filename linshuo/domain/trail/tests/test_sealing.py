"""Links are made after the fact, in whatever order events became visible."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from linshuo.domain.trail import sealing
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Anchor, Counter, Event, Seal
from linshuo.domain.trail.sealing import GENESIS, drop_anchors, link, seal_all
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast, make_need
from tests.crowd import at_once


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def chain(cast: Cast) -> list[Seal]:
    return list(Seal.objects.within(cast.community.pk).order_by("seq"))


def test_every_event_gets_one_link_and_no_number_is_left_out(cast: Cast) -> None:
    n = Event.objects.everywhere().count()
    assert seal_all() == n
    assert Seal.objects.everywhere().count() == n
    assert [s.seq for s in chain(cast)] == list(range(1, len(chain(cast)) + 1))


def test_each_link_follows_on_the_one_before(cast: Cast) -> None:
    seal_all()
    previous = GENESIS
    for seal in chain(cast):
        event = Event.objects.within(cast.community.pk).get(pk=seal.event_id)
        assert seal.hash == link(previous, seal.seq, event.digest)
        previous = seal.hash


def test_sealing_goes_on_where_it_stopped(cast: Cast) -> None:
    seal_all()
    before = chain(cast)
    make_need(cast)
    assert seal_all() == 1
    assert [s.hash for s in chain(cast)[:-1]] == [s.hash for s in before]
    assert seal_all() == 0


def test_more_than_one_batch_is_one_chain(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    assert seal_all() == Event.objects.everywhere().count()
    assert verify() == []


def test_an_event_that_commits_late_with_an_older_id_is_linked_all_the_same(cast: Cast) -> None:
    """Two writers draw ids 1 and 2, the second commits first: the chain's order is its own."""
    late = record("place:change", row=cast.estate, by=cast.zhang)
    early = record("place:change", row=cast.building, by=cast.zhang)
    kept = Event.objects.within(cast.community.pk).get(pk=late.pk)
    with connection.cursor() as cursor:  # the late one is not to be seen yet
        cursor.execute("DELETE FROM trail_event WHERE id = %s", [late.pk])
    seal_all()
    kept.save(force_insert=True)
    assert seal_all() == 1
    assert [s.event_id for s in chain(cast)[-2:]] == [early.pk, late.pk]
    assert verify() == []


def test_chains_of_two_communities_do_not_touch(cast: Cast) -> None:
    seal_all()
    before = [s.hash for s in chain(cast)]
    other = make_cast("YY", "邻近社区")
    make_need(other)
    seal_all()
    assert [s.hash for s in chain(cast)] == before
    assert chain(other)[0].seq == 1
    make_need(cast)
    assert seal_all() == 1
    assert verify() == []


def test_the_count_goes_with_the_chain(cast: Cast) -> None:
    seal_all()
    counted = Counter.objects.within(cast.community.pk).get(key="seal").n
    assert counted == len(chain(cast))


def test_an_anchor_a_day_holds_head_and_count(cast: Cast) -> None:
    seal_all()
    chains = Counter.objects.everywhere().filter(key="seal").count()
    with clock.standing_at(T0):
        assert drop_anchors() == chains
        make_need(cast)
        seal_all()
        assert drop_anchors() == 0
    with clock.standing_at(T0 + timedelta(days=1)):
        assert drop_anchors() == chains
    first, second = Anchor.objects.within(cast.community.pk).order_by("day")
    assert second.seq == first.seq + 1 == len(chain(cast))
    assert second.hash == chain(cast)[-1].hash
    assert verify() == []


def test_nothing_sealed_nothing_anchored(cast: Cast) -> None:
    assert drop_anchors() == 0


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_make_one_chain() -> None:
    cast = make_cast()
    n = Event.objects.everywhere().count()
    results = at_once(4, lambda _i: seal_all())
    assert sum(r for r in results if isinstance(r, int)) == n, results
    assert verify() == []
    assert len(chain(cast)) == Event.objects.within(cast.community.pk).count()


@pytest.mark.django_db(transaction=True)
def test_sealing_while_others_write_leaves_no_gap() -> None:
    cast = make_cast()
    needs_reporter = cast.li

    def act(i: int) -> int:
        if i == 0:
            return sum(seal_all() for _ in range(4))
        for n in range(5):
            make_need(cast, by=needs_reporter, words=f"{i} 号楼第 {n} 件")
        return 0

    results = at_once(4, act)
    assert all(isinstance(r, int) for r in results), results
    seal_all()
    assert verify() == []
    assert len(chain(cast)) == Event.objects.within(cast.community.pk).count()
