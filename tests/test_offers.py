"""服务: what is offered, who asks for it, and how the roles are turned round."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from linshuo.acts import checking_in, offering, pledging
from linshuo.acts.signing import keep, sign
from linshuo.domain.board import public
from linshuo.domain.board.models import Ask, Offer
from linshuo.domain.board.queries import get_ask, title_of
from linshuo.domain.people.actions import give_consent, know_person
from linshuo.domain.people.models import Partnership, Person, Purpose
from linshuo.domain.people.queries import actor_of, looks_at
from linshuo.domain.people.staffing import add_partner
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges import queries
from linshuo.domain.pledges.access import may_move, visible
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import ServiceRecord, Turn
from linshuo.domain.service.queries import hours_of, unit_hours
from linshuo.domain.trail.verify import verify
from linshuo.insight.figures import get_figure
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast

pytestmark = pytest.mark.django_db
SOON = T0 + timedelta(days=1)
TOMORROW = SOON.date() + timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday() -> Any:
    with clock.standing_at(SOON):
        yield


def haircuts(cast: Cast, **over: Any) -> Ask:
    """A unit offers to cut hair at home, for two."""
    given: dict[str, Any] = {
        "by": cast.chen, "partnership": cast.partnership, "text": "上门理发", "slots": 2,
        "unit": "户", "hint": "周六上午",
    }  # fmt: skip
    return offering.offer(**{**given, **over})


def asked(cast: Cast, ask: Ask) -> Pledge:
    """王阿姨 asks for it, at her own telephone."""
    return sign(ask.pk, by=cast.wang)


def arranged(cast: Cast, pledge: Pledge) -> Turn:
    return pledging.arrange(pledge, by=cast.chen, day=TOMORROW, starts=time(9), ends=time(10, 30))


# --- offering -----------------------------------------------------------------------------------


def test_a_unit_a_member_and_the_desk_offer_in_one_act(cast: Cast) -> None:
    by_unit = haircuts(cast)
    by_member = offering.offer(by=cast.zhao, text="教用手机", skill="teach", hint="周日")
    for_unit = haircuts(cast, by=cast.zhang, text="借会议室")
    assert [title_of(a) for a in (by_unit, for_unit)] == ["嘉福社区共建单位甲"] * 2
    assert title_of(by_member) == "赵**"
    assert Offer.objects.within(cast.community.pk).count() == 3
    assert verify() == []


def test_the_same_offered_twice_is_offered_once(cast: Cast) -> None:
    assert haircuts(cast).pk == haircuts(cast, text=" 上门理发 ").pk


def test_who_may_offer_for_whom(cast: Cast) -> None:
    other = add_partner(name="单位乙", by=cast.house)
    for over in (
        {"partnership": other},
        {"partnership": None, "person": cast.person("赵在职")},
        {"by": cast.zhao},
        {"by": make_cast("YY", "邻近社区").zhang},
    ):
        with pytest.raises(NotYours):
            haircuts(cast, **over)
    with pytest.raises(Refused) as refused:
        offering.offer(by=cast.wang, text="织毛衣")
    assert refused.value.code == "check-in"
    assert not Offer.objects.within(cast.community.pk).exists()


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"text": "找陈老板 13900000001"}, "text"),
        ({"text": ""}, "text"),
        ({"slots": 0}, "slots"),
        ({"until": date(2019, 11, 1)}, "until"),
        ({"skill": "magic"}, "skill"),
    ],
)
def test_an_offer_that_will_not_do_leaves_nothing(
    cast: Cast, over: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        haircuts(cast, **over)
    assert refused.value.field == field
    assert not Offer.objects.within(cast.community.pk).exists()


# --- asking for it ------------------------------------------------------------------------------


def test_a_resident_asks_and_the_third_queues(cast: Cast) -> None:
    ask = haircuts(cast)
    first = asked(cast, ask)
    second = sign(ask.pk, by=cast.li, person=know_person(name="李奶奶", phone="", by=cast.li))
    third = sign(ask.pk, by=cast.li, person=know_person(name="周爷爷", phone="", by=cast.li))
    assert [p.state for p in (first, second, third)] == ["accepted", "accepted", "waiting"]
    pledges.release(first, by=cast.wang)
    third.refresh_from_db()
    assert third.state == "asked"


def test_one_does_not_ask_for_what_one_offers(cast: Cast) -> None:
    mine = offering.offer(by=cast.zhao, text="教用手机")
    for by, ask, over in (
        (cast.zhao, mine, {}),
        (cast.chen, haircuts(cast), {"partnership": cast.partnership}),
    ):
        with pytest.raises(Refused) as refused:
            sign(ask.pk, by=by, **over)
        assert refused.value.code == "own-offer"


def test_before_and_after_its_time_it_cannot_be_asked_for(cast: Cast) -> None:
    later = haircuts(cast, text="修伞", since=TOMORROW)
    short = haircuts(cast, text="磨刀", until=SOON.date())
    assert [o.text for o in public.offers(cast.community.pk)] == ["磨刀"]
    with pytest.raises(Refused):
        sign(later.pk, by=cast.wang)
    with clock.standing_at(SOON + timedelta(days=1)):
        assert [o.text for o in public.offers(cast.community.pk)] == ["修伞"]
        with pytest.raises(Refused):
            sign(short.pk, by=cast.wang)
        assert offering.tick() == 1
        assert offering.tick() == 0
    short.refresh_from_db()
    assert short.closed_at is not None


# --- the roles turned round ---------------------------------------------------------------------


def test_the_provider_comes_and_who_signed_says_so(cast: Cast) -> None:
    pledge = asked(cast, haircuts(cast))
    turn = arranged(cast, pledge)
    assert (turn.person_id, turn.partnership_id) == (None, cast.partnership.pk)
    pledge.refresh_from_db()
    assert (pledge.state, pledge.planned_on) == ("under_way", TOMORROW)
    with clock.standing_at(SOON + timedelta(days=1, hours=6)):
        done = pledging.witness(turn, by=cast.li, word="requester", name="小陈师傅")
        assert (done.person.name, done.minutes) == ("小陈师傅", 90)
        assert done.confirmed_by == cast.person("王阿姨")
        assert unit_hours(cast.chen).times == 1
        assert hours_of(cast.wang).times == 0
        assert keep(pledge, by=cast.li).ended_as == "fulfilled"
    assert verify() == []


def test_hours_of_a_members_offer_are_the_members(cast: Cast) -> None:
    pledge = asked(cast, offering.offer(by=cast.zhao, text="教用手机"))
    turn = pledging.arrange(pledge, by=cast.zhao, day=TOMORROW, starts=time(9), ends=time(10))
    assert turn.person == cast.person("赵在职")
    with clock.standing_at(SOON + timedelta(days=1, hours=6)):
        pledging.witness(turn, by=cast.li, word="requester")
        record = ServiceRecord.objects.within(cast.community.pk).get()
        assert record.person == cast.person("赵在职")
        assert record.confirmed_by == cast.person("王阿姨")


def test_a_unit_that_asked_leaves_no_word_of_a_requester(cast: Cast) -> None:
    unit = add_partner(name="单位乙", by=cast.house)
    pledge = sign(haircuts(cast).pk, by=cast.zhang, partnership=unit)
    turn = arranged(cast, pledge)
    with clock.standing_at(SOON + timedelta(days=1, hours=6)):
        with pytest.raises(Refused) as refused:
            pledging.witness(turn, by=cast.li, word="requester", name="小陈师傅")
        assert refused.value.code == "nobody"
        assert pledging.witness(turn, by=cast.li, word="colleague", name="小陈师傅").minutes == 90


def test_the_provider_sees_nobody_before_it_is_agreed(cast: Cast) -> None:
    ask = haircuts(cast, slots=1)
    first = asked(cast, ask)
    waiting = sign(ask.pk, by=cast.li, person=know_person(name="周爷爷", phone="", by=cast.li))
    seen = Pledge.objects.of(cast.chen).filter(visible(cast.chen))
    assert list(seen) == [first]
    assert may_move(cast.chen, first) and not may_move(cast.chen, waiting)
    with pytest.raises(NotYours):
        pledges.release(waiting, by=cast.chen)
    assert not Pledge.objects.of(cast.zhao).filter(visible(cast.zhao)).exists()
    other = add_partner(name="单位乙", by=cast.house)
    assert queries.lines(cast.chen, [get_ask(cast.chen, ask.pk)])[0].names == ()
    assert other.pk not in {p.partnership_id for p in seen}


def test_contact_after_acceptance_with_consent_and_she_sees_who_looked(cast: Cast) -> None:
    pledge = asked(cast, haircuts(cast))
    assert not pledging.may_call(pledge, cast.chen)
    with pytest.raises(Refused) as refused:
        pledging.contact_for_helper(pledge, by=cast.chen)
    assert refused.value.code == "consent"
    give_consent(cast.person("王阿姨"), Purpose.SHARE_HELPER, by=cast.wang)
    assert pledging.may_call(pledge, cast.chen)
    assert not pledging.may_call(pledge, cast.wang), "one does not look oneself up"
    assert pledging.contact_for_helper(pledge, by=cast.chen)[1] == "13800131234"
    assert looks_at(cast.person("王阿姨"))[0].by == "陈老板"
    for by in (cast.zhao, cast.wang):
        with pytest.raises(NotYours):
            pledging.contact_for_helper(pledge, by=by)


def test_the_provider_lets_go_but_puts_nobody_else_in_her_place(cast: Cast) -> None:
    ask = haircuts(cast)
    pledge = asked(cast, ask)
    with pytest.raises(NotYours):
        pledges.hand_over(pledge, to=cast.person("赵在职"), by=cast.chen)
    assert pledges.release(pledge, by=cast.chen).ended_as == "released"
    ask.refresh_from_db()
    assert ask.taken == 0


# --- the end ------------------------------------------------------------------------------------


def test_the_end_keeps_what_was_agreed_and_lets_the_queue_go(cast: Cast) -> None:
    ask = haircuts(cast, slots=1)
    first = asked(cast, ask)
    waiting = sign(ask.pk, by=cast.li, person=know_person(name="周爷爷", phone="", by=cast.li))
    offer = Offer.objects.within(cast.community.pk).get()
    with pytest.raises(NotYours):
        offering.end(offer, by=cast.zhao)
    offering.end(offer, by=cast.chen)
    for row in (first, waiting):
        row.refresh_from_db()
    assert (first.state, waiting.state) == ("accepted", "ended")
    assert public.offers(cast.community.pk) == []
    with pytest.raises(Refused):
        sign(ask.pk, by=cast.zhao)


def test_whoever_ends_their_check_in_comes_to_nobody(cast: Cast) -> None:
    row = checking_in.check_in(
        by=cast.zhao, person=cast.person("赵在职"), via="web", consents=["contact"]
    )
    pledge = asked(cast, offering.offer(by=cast.zhao, text="教用手机"))
    checking_in.end(checking_in.accept(row, by=cast.zhang), by=cast.zhao)
    pledge.refresh_from_db()
    assert pledge.state == "ended"
    assert not Offer.objects.within(cast.community.pk).filter(closed_at__isnull=True).exists()


# --- nowhere among what is asked for ------------------------------------------------------------


def test_offers_are_a_list_of_their_own(cast: Cast) -> None:
    ask = haircuts(cast)
    here = cast.community.pk
    asked(cast, ask)
    shown = public.offers(here)
    assert [(o.giver, o.text, o.left) for o in shown] == [
        ("嘉福社区共建单位甲", "上门理发", "还能帮 1 户")
    ]
    board = public.board(here, public.filters(here))
    assert (board.asks, board.total) == ([], 0)
    assert public.first(here) == ([], 0)


def test_no_figure_counts_them_among_the_pledges(cast: Cast) -> None:
    asked(cast, haircuts(cast))
    sign(haircuts(cast).pk, by=cast.zhang, partnership=unit_b(cast))
    for key in ("pledges.accepted", "pledges.units", "pledges.members"):
        assert get_figure(key).read(cast.community.pk, clock.now()).value == 0, key


def unit_b(cast: Cast) -> Partnership:
    return add_partner(name="单位乙", by=cast.house)


def test_a_person_of_another_community_is_nobodys_provider(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    stranger: Person = other.person("赵在职")
    with pytest.raises(NotYours):
        offering.offer(by=cast.zhang, text="教用手机", person=stranger)
    assert not may_move(actor_of(stranger), asked(cast, haircuts(cast)))
