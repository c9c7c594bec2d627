"""Residents' words: shown only where they agreed, the matter is public, and a person read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from linshuo.acts.asking import ask
from linshuo.acts.outside import resident_says
from linshuo.domain.needs import actions, voices, working
from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.needs.public import voices as public
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast
from tests.test_board import make_ask, open_need

pytestmark = pytest.mark.django_db
SAID = "亮了，夜里敢下楼了。"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday() -> Any:
    with clock.standing_at(T0 + timedelta(days=1)):
        yield


def settled(cast: Cast, visibility: str = "public", **over: Any) -> Need:
    """A matter of which the resident has said it is settled."""
    need = open_need(cast, visibility)
    working.add_result(need, by=cast.li, text="换了灯。")
    need = actions.finish(need, by=cast.li, outcome="solved", result_text="换了灯。")
    given: dict[str, Any] = {"words": SAID, "words_ok": True}
    resident_says(need, settled=True, **{**given, **over})
    return actions.confirm(need, by=cast.he)


def heard(need: Need) -> Contact:
    return Contact.objects.within(need.community_id).get(need=need, said="settled")


def test_words_are_shown_once_a_person_released_them(cast: Cast) -> None:
    need = settled(cast)
    assert [c.words for c in voices.to_release(cast.zhang)] == [SAID]
    assert public.lately(cast.community.pk) == []
    voices.show(heard(need), by=cast.zhang, text="亮了，夜里敢下楼。")
    (voice,) = public.lately(cast.community.pk)
    assert (voice.words, voice.number) == ("亮了，夜里敢下楼。", need.number)
    assert [v.words for v in public.of(cast.community.pk, need.number)] == ["亮了，夜里敢下楼。"]
    assert not voices.to_release(cast.zhang).exists()
    page = Client().get("/c/JF/").content.decode()
    assert "亮了，夜里敢下楼。" in page and SAID not in page
    voices.keep_back(heard(need), by=cast.zhang)
    assert public.lately(cast.community.pk) == []
    assert verify() == []


def test_without_agreement_nothing_waits_and_nothing_is_shown(cast: Cast) -> None:
    need = settled(cast, words_ok=False)
    assert not voices.to_release(cast.zhang).exists()
    with pytest.raises(Refused) as refused:
        voices.show(heard(need), by=cast.zhang, text=SAID)
    assert refused.value.code == "not-agreed"
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.within(need.community_id).filter(need=need).update(shown="x")


@pytest.mark.parametrize("visibility", ["members", "staff"])
def test_what_is_not_public_speaks_to_nobody(cast: Cast, visibility: str) -> None:
    need = settled(cast, visibility)
    assert not voices.to_release(cast.zhang).exists()
    with pytest.raises(Refused) as refused:
        voices.show(heard(need), by=cast.zhang, text=SAID)
    assert refused.value.code == "not-public"


def test_a_matter_withdrawn_from_the_public_takes_the_words_along(cast: Cast) -> None:
    need = settled(cast)
    voices.show(heard(need), by=cast.zhang, text=SAID)
    fresh = Need.objects.within(need.community_id).select_related("place", "note").get(pk=need.pk)
    working.release(fresh, by=cast.zhang, visibility="staff")
    assert public.lately(cast.community.pk) == []
    assert public.of(cast.community.pk, need.number) == []


def test_marks_are_asked_about_before_anybody_reads_them(cast: Cast) -> None:
    need = settled(cast, words="我叫林大明，亮了。")
    with pytest.raises(Refused) as refused:
        voices.show(heard(need), by=cast.zhang, text="我叫林大明，亮了。")
    assert refused.value.code == "marks"
    voices.show(heard(need), by=cast.zhang, text="亮了。")
    assert public.lately(cast.community.pk)[0].words == "亮了。"


def test_who_may_release(cast: Cast) -> None:
    need = settled(cast)
    for actor in (cast.li, cast.ma, cast.zhao, cast.wang):
        with pytest.raises(NotYours):
            voices.show(heard(need), by=actor, text=SAID)
    other = make_cast("YY", "邻近社区")
    with pytest.raises(NotYours):
        voices.show(heard(need), by=other.zhang, text=SAID)
    assert not voices.to_release(other.zhang).exists()


def test_staff_write_down_on_the_phone_that_it_may_be_shown(cast: Cast) -> None:
    need = open_need(cast)
    working.add_result(need, by=cast.li, text="换了灯。")
    need = actions.finish(need, by=cast.li, outcome="solved", result_text="换了灯。")
    ask(need, by=cast.he, channel="phone", said="settled", words=SAID, words_ok=True)
    assert [c.words for c in voices.to_release(cast.zhang)] == [SAID]


def test_a_matter_that_came_back_is_silent_again(cast: Cast) -> None:
    need = settled(cast)
    voices.show(heard(need), by=cast.zhang, text=SAID)
    fresh = Need.objects.within(need.community_id).select_related("place", "note").get(pk=need.pk)
    actions.reopen(fresh, by=cast.he, reason="又不亮了")
    assert public.lately(cast.community.pk) == []


def test_the_front_page_is_short_where_words_and_lines_stand_for_the_matters(cast: Cast) -> None:
    needs = [settled(cast) for _n in range(4)]
    before = Client().get("/c/JF/").context
    assert (len(before["voices"]), len(before["just_closed"])) == (0, 3)
    assert [n.number for n in before["wanted"]] == [], "none is open"
    for need in needs[:3]:
        voices.show(heard(need), by=cast.zhang, text=SAID)
    make_ask(cast)
    after = Client().get("/c/JF/").context
    assert (len(after["voices"]), after["just_closed"], after["wanted"]) == (3, [], [])
