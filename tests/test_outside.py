"""People outside the office: saying something, joining in, having the last word. No HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linshuo.acts.asking import ask
from linshuo.acts.outside import let_in, me_too, need_by_slip, resident_says, say
from linshuo.domain.needs import actions
from linshuo.domain.needs.doorway import turn_away
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.waiting import Incoming
from linshuo.domain.papers.actions import issue
from linshuo.domain.papers.models import PaperKind
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import Lost, NotYours, Refused
from tests.cast import T0, Cast, draft, make_cast, make_need
from tests.test_board import open_need

SOON = T0 + timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday() -> Any:
    with clock.standing_at(SOON):
        yield


def speak(cast: Cast, **over: Any) -> Any:
    given: dict[str, Any] = {"place": cast.estate, "draft_id": draft(), "words": "路灯不亮。"}
    return say(**{**given, **over})


def test_a_strangers_words_wait_unnumbered_until_a_person_lets_them_in(cast: Cast) -> None:
    row = speak(cast, name="林大姐", phone="13800139999").incoming
    assert row is not None and row.waits
    assert not Need.objects.within(cast.community.pk).exists()
    assert row.due_at == SOON + timedelta(days=1)
    need = let_in(row, by=cast.zhang, kind="problem")
    assert need.requester is not None and need.requester.name == "林大姐"
    assert need.due_at == row.due_at
    with pytest.raises(Refused):
        let_in(row, by=cast.zhang, kind="problem")
    assert verify() == []


def test_the_phone_a_stranger_leaves_is_kept_encrypted(cast: Cast) -> None:
    row = speak(cast, phone="138 0013 9999").incoming
    stored = Incoming.objects.within(cast.community.pk).values().get()
    assert "13800139999" not in str(stored)
    assert row.phone == "13800139999"


def test_sent_twice_is_said_once(cast: Cast) -> None:
    same = draft()
    assert speak(cast, draft_id=same).incoming.pk == speak(cast, draft_id=same).incoming.pk


def test_a_slip_skips_the_queue_and_is_used_once(cast: Cast) -> None:
    slip = issue(PaperKind.SLIP, 1, by=cast.zhang)[0]
    need = speak(cast, slip=slip.code.lower()).need
    assert need is not None and need.paper_id == slip.pk
    assert speak(cast, slip=slip.code).need == need
    found = need_by_slip(slip.code, community_id=cast.community.pk)
    assert found is not None and found[1].pk == need.pk
    with pytest.raises(Refused) as refused:
        speak(cast, slip="ABCD2345")
    assert refused.value.field == "slip"


def test_a_machine_is_kept_apart_even_with_a_slip(cast: Cast) -> None:
    slip = issue(PaperKind.SLIP, 1, by=cast.zhang)[0]
    heard = speak(cast, slip=slip.code, suspect=True)
    assert heard.need is None and heard.incoming.suspect


def test_turned_away_says_why(cast: Cast) -> None:
    row = speak(cast).incoming
    with pytest.raises(Refused):
        turn_away(row, by=cast.zhang, reason="")
    with pytest.raises(NotYours):
        turn_away(row, by=cast.li, reason="是广告")
    assert turn_away(row, by=cast.zhang, reason="是广告").reason == "是广告"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "灯" * 20_001}, "words"),
        ({"phone": "1380013"}, "phone"),
        ({"urgency": "now"}, "urgency"),
        ({"name": "名" * 41}, "name"),
    ],
)
def test_each_field_has_its_sentence(cast: Cast, given: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        speak(cast, **given)
    assert refused.value.field == field
    assert not Incoming.objects.within(cast.community.pk).exists()


def test_me_too_counts_a_telephone_once_and_only_on_public_matters(cast: Cast) -> None:
    public, private = open_need(cast), open_need(cast, "staff")
    here = cast.community.pk
    assert me_too(public.number, community_id=here, contact="13800139999")
    assert not me_too(public.number, community_id=here, contact="13800139999")
    assert me_too(public.number, community_id=here, contact="13800138888")
    public.refresh_from_db()
    assert public.supporters == 2
    for number in (private.number, "JF-2019-9999"):
        with pytest.raises(Refused) as refused:
            me_too(number, community_id=here, contact="13800139999")
        assert refused.value.code == "need"


def finished(cast: Cast) -> Need:
    return actions.settle(make_need(cast), by=cast.li, result_text="换了灯。")


def test_on_the_residents_yes_a_second_person_closes_it(cast: Cast) -> None:
    need = resident_says(finished(cast), settled=True, words="亮了", rating_result=5)
    assert need.state == "done"
    with pytest.raises(Lost):
        resident_says(need, settled=True)
    with pytest.raises(Refused):
        actions.confirm(need, by=cast.li)
    need = actions.confirm(need, by=cast.he)
    assert need.state == "closed"
    with clock.standing_at(SOON + timedelta(days=31)):
        again = resident_says(need, settled=True)
        assert again.state == "closed" and again.due_at is None
        with pytest.raises(Lost):
            resident_says(need, settled=True)


def test_after_a_yes_a_no_is_still_heard(cast: Cast) -> None:
    need = resident_says(finished(cast), settled=True)
    assert resident_says(need, settled=False, words="又不亮了").state == "open"


def test_the_residents_no_brings_it_back_with_its_number(cast: Cast) -> None:
    need = finished(cast)
    with pytest.raises(Refused) as refused:
        resident_says(need, settled=False)
    assert refused.value.field == "words"
    back = resident_says(need, settled=False, words="还是不亮")
    assert (back.state, back.reopened, back.number) == ("open", 1, need.number)
    with pytest.raises(Lost):
        resident_says(need, settled=True)


def test_a_no_after_a_yes_on_the_phone_still_counts(cast: Cast) -> None:
    need = ask(finished(cast), by=cast.he, channel="phone", said="settled")
    assert need.state == "closed"
    assert resident_says(need, settled=False, words="又不亮了").state == "open"


def test_slips_answer_alike_when_wrong_unused_or_of_another_community(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    unused = issue(PaperKind.SLIP, 1, by=cast.zhang)[0]
    used = issue(PaperKind.SLIP, 1, by=cast.zhang)[0]
    speak(cast, slip=used.code)
    for code, where in ((unused.code, cast), ("ABCD2345", cast), (used.code, other)):
        assert need_by_slip(code, community_id=where.community.pk) is None
