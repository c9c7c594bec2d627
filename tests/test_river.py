"""One matter from the door to the closed ledger, and what `verify` says about it. No HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from linshuo.acts.asking import ask
from linshuo.acts.notebook import become_of, write_down
from linshuo.domain.needs import actions, working
from linshuo.domain.needs.history import timeline
from linshuo.domain.needs.models import Need
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.sealing import drop_anchors, seal_all
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import Refused
from tests.cast import T0, Cast, draft, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def walk(cast: Cast) -> Need:
    """Said at a door, written, accepted, worked on, finished, asked, closed by another."""
    with clock.standing_at(T0 + timedelta(hours=1)):
        note = write_down(
            by=cast.li,
            draft_id=draft(),
            place=cast.building,
            words="三楼拐角那盏灯又不亮了，晚上倒垃圾都摸着墙走。",
            source="visit",
            speaker_name="王阿姨",
            speaker_phone="13800131234",
        ).note
        need = become_of(note, "problem", by=cast.li).need
        assert need is not None
    with clock.standing_at(T0 + timedelta(hours=3)):
        need = actions.accept(
            need, by=cast.zhang, category=cast.category("light"), owner=cast.person("李网格")
        )
    with clock.standing_at(T0 + timedelta(days=2)):
        working.add_result(need, by=cast.li, text="灯泡到货，下午换。")
    with clock.standing_at(T0 + timedelta(days=2, hours=6)):
        need = actions.finish(need, by=cast.li, outcome="solved", result_text="换了声控灯，亮了。")
    with clock.standing_at(T0 + timedelta(days=3)):
        return ask(need, by=cast.he, channel="phone", said="settled", words="亮了，谢谢。")


def test_the_river_ends_closed_and_the_trail_is_silent(cast: Cast) -> None:
    need = walk(cast)
    assert need.state == "closed"
    assert need.requester_id == cast.person("王阿姨").pk
    assert need.due_at is not None and (need.due_at - need.closed_at).days == 30
    seal_all()
    drop_anchors()
    assert verify() == []
    titles = [m.title for m in timeline(need)]
    assert titles[0] == "记下" and "受理" in titles and "销号" in titles


def test_a_row_changed_by_plain_sql_is_named(cast: Cast) -> None:
    need = walk(cast)
    seal_all()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE needs_need SET title = %s WHERE id = %s", ["改过的", need.pk])
    assert [(m.code, m.what) for m in verify()] == [("row", f"need {need.pk}")]


def test_deleted_events_are_named_even_with_their_seals(cast: Cast) -> None:
    walk(cast)
    seal_all()
    drop_anchors()
    newest = list(
        Event.objects.within(cast.community.pk).order_by("-id").values_list("pk", flat=True)[:5]
    )
    with connection.cursor() as cursor:
        for pk in newest:
            cursor.execute("DELETE FROM trail_seal WHERE event_id = %s", [pk])
            cursor.execute("DELETE FROM trail_event WHERE id = %s", [pk])
    cut = [m for m in verify() if m.code == "events-cut"]
    assert cut and all(m.sentence.startswith("5 sealed") for m in cut)


def test_a_changed_event_is_named(cast: Cast) -> None:
    walk(cast)
    seal_all()
    event = Event.objects.within(cast.community.pk).filter(verb="need:finish").get()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE trail_event SET actor_id = %s WHERE id = %s",
            [cast.person("何秘书").pk, event.pk],
        )
    assert ("event", f"event {event.pk}") in {(m.code, m.what) for m in verify()}


def test_sealing_twice_adds_nothing(cast: Cast) -> None:
    walk(cast)
    assert seal_all() > 0
    assert seal_all() == 0


def test_the_finisher_cannot_close(cast: Cast) -> None:
    with clock.standing_at(T0 + timedelta(days=1)):
        from tests.cast import make_need

        need = make_need(cast)
        need = actions.settle(need, by=cast.li, result_text="当场拧紧了。")
        asked = ask(need, by=cast.li, channel="visit", said="settled")
        assert asked.state == "done"
        with pytest.raises(Refused) as refused:
            actions.confirm(asked, by=cast.li)
        assert refused.value.code == "finisher"
        assert actions.confirm(asked, by=cast.he).state == "closed"
