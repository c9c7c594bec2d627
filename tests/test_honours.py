"""A round from its criteria to the certificates: by records, by a committee, in the open."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
import zxingcpp
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from linshuo.acts.honouring import object_for, show_in_full, show_masked
from linshuo.domain.honours import actions, awarding, deciding, objecting, public, queries
from linshuo.domain.honours.behind import behind, counted_in, named_in
from linshuo.domain.honours.lifecycle import LIVE, ROUND
from linshuo.domain.honours.measures import Span, facts_of
from linshuo.domain.honours.models import Candidate, Objection, Round
from linshuo.domain.honours.own_honours import own_honours
from linshuo.domain.people.models import Person
from linshuo.domain.places.public import community
from linshuo.domain.service.actions import correct
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.exchange.printed.engine import pictures
from linshuo.exchange.printed.honours import certificate_data, certificates
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.notices.drain import drain
from linshuo.notices.models import Message
from linshuo.notices.post import gather
from linshuo.notices.queries import inbox, lately
from tests.cast import PASSWORD, Cast, make_cast, sign_up
from tests.honours import AS_OF, drawn_up, named, records

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def small(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Cast]:
    """The community with its records, made once for this module and undone at its end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            made = make_cast()
            records(made)
            yield made
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture
def cast(small: Cast, db: None) -> Iterator[Cast]:
    with clock.standing_at(AS_OF):
        yield small


def refused(code: str, call: Any, *args: Any, **kwargs: Any) -> Refused:
    """The refusal with this code, after which nothing in the room has changed."""
    before = _rows()
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    assert caught.value.code == code and str(caught.value.sentence).strip()
    assert _rows() == before, "nothing moved"
    return caught.value


def _rows() -> list[Any]:
    rooms = (Round, Candidate, Objection)
    return [list(model.objects.everywhere().order_by("pk").values()) for model in rooms]


def seated(cast: Cast, row: Round, *names: str) -> Round:
    persons = [cast.person(name).pk for name in names or ("张书记", "马监督", "何秘书")]
    return actions.seat(row, persons, by=cast.zhang)


def computed(cast: Cast, **over: Any) -> Round:
    return seated(cast, actions.compute(drawn_up(cast, **over), by=cast.zhang))


def all_chosen(cast: Cast, row: Round) -> Round:
    ids = [each.pk for each in actions.candidates_of(row)]
    deciding.choose(row, ids, by=cast.zhang, chosen=True, why="达到条件，大家都同意")
    return row


def shown(cast: Cast, **over: Any) -> Round:
    row = all_chosen(cast, computed(cast, **over))
    return actions.publish(row, by=cast.zhang, until=date(2019, 11, 27))


def awarded(cast: Cast) -> Round:
    row = shown(cast)
    with clock.standing_at(AS_OF + timedelta(days=8)):
        return awarding.award(row, by=cast.zhang)


# --- By records ---------------------------------------------------------------------------------


def test_who_meets_the_criteria_comes_from_records_with_the_rows_behind_each_fact(
    cast: Cast,
) -> None:
    row = computed(cast)
    found = {each.name: each for each in actions.candidates_of(row)}
    assert set(found) == {"嘉福社区共建单位甲", "共建单位乙", "丁老师", "王师傅", "林小明"}
    facts = {fact["key"]: fact for fact in found["丁老师"].facts}
    assert (facts["turns"]["value"], facts["hours"]["value"]) == (3, 6)
    for key in ("turns", "hours", "hosted", "standing"):
        for each in found.values():
            fact = next((f for f in each.facts if f["key"] == key), None)
            if fact is not None:
                words, _counts, rows = behind(cast.zhang, each, key)
                assert len(rows) == len(fact["ids"]) and str(fact["value"]) in words
    with pytest.raises(NotYours):
        behind(cast.zhang, found["丁老师"], "hosted")

    ding = found["丁老师"]
    one = {"service": facts["turns"]["ids"][:1]}
    (back,) = counted_in(cast.li, one, person=ding.person_id, unit=None)
    assert (back.round, back.candidate, back.key) == (row.pk, ding.pk, "turns")
    assert "3" in back.words
    assert counted_in(cast.zhang, one, person=found["王师傅"].person_id, unit=None) == []
    assert counted_in(cast.zhang, {"pledge": one["service"]}, person=ding.person_id, unit=0) == []
    assert counted_in(cast.zhao, one, person=ding.person_id, unit=None) == [], "not of the office"
    assert named_in(cast.zhang, person=ding.person_id) == [], "nothing was awarded yet"


def test_what_happened_later_and_what_was_corrected_away_does_not_count(cast: Cast) -> None:
    until = date(2019, 11, 9)
    early = computed(cast, as_of=until, criteria={"unit": {"hosted": 1}, "person": {"turns": 1}})
    assert {each.facts[0]["value"] for each in actions.candidates_of(early)} == {1}
    for record in ServiceRecord.objects.within(cast.community.pk).filter(
        person=cast.person("林小明")
    ):
        correct(record, by=cast.zhang, minutes=0, why="没有来，记错了人")
    lin = cast.person("林小明").pk

    def turns(as_of: date) -> int:
        facts = facts_of(Span(cast.community.pk, date(2019, 1, 1), as_of), "person").get(lin, [])
        return sum(fact["value"] for fact in facts if fact["key"] == "turns")

    assert turns(date(2019, 11, 20)) == 0
    assert turns(date(2019, 11, 19)) == 2, "as it stood before anybody knew better"


def test_computed_again_it_keeps_what_was_decided_and_lets_go_of_who_falls_out(cast: Cast) -> None:
    row = computed(cast)
    deciding.choose(
        row, [named(row, "丁老师").pk], by=cast.zhang, chosen=True, why="三次都到，做到最后"
    )
    said = {
        "whom": "both",
        "title": row.title,
        "year": 2019,
        "since": row.since,
        "as_of": row.as_of,
    }
    row = actions.change(
        row, by=cast.zhang, criteria={"unit": {"hosted": 3}, "person": {"turns": 3}}, **said
    )
    assert {each.name for each in actions.candidates_of(row)} == {
        "嘉福社区共建单位甲", "丁老师", "王师傅",
    }  # fmt: skip
    assert named(row, "丁老师").chosen is True
    gone = Candidate.objects.within(cast.community.pk).filter(via="gone")
    assert gone.count() == 2
    assert verify(cast.community.pk) == []


def test_a_criterion_that_nobody_meets_is_named_and_nothing_moves(cast: Cast) -> None:
    row = drawn_up(cast, criteria={"unit": {"hosted": 2}, "person": {"turns": 2, "hours": 500}})
    told = refused("nobody", actions.compute, row, by=cast.zhang)
    assert "服务 500 小时以上" in str(told.sentence) and told.field == "person-hours"
    assert not Candidate.objects.within(cast.community.pk).exists()


def test_money_is_no_measure_and_criteria_are_looked_over(cast: Cast) -> None:
    from linshuo.domain.honours.measures import MEASURES

    assert not {"money", "amount", "yuan", "fen"} & set(MEASURES)
    for code, over in (
        ("criteria", {"criteria": {"unit": {"hosted": 1}}}),
        ("least", {"criteria": {"unit": {"hosted": 0}, "person": {"turns": 1}}}),
        ("as-of", {"as_of": date(2019, 12, 1)}),
        ("since", {"since": date(2019, 11, 21)}),
        ("title", {"title": " "}),
        ("year", {"year": 1919}),
    ):
        refused(code, drawn_up, cast, **over)


# --- The committee -------------------------------------------------------------------------------


def test_a_choice_has_a_reason_two_others_and_nobody_about_themselves(cast: Cast) -> None:
    row = actions.compute(drawn_up(cast), by=cast.zhang)
    ding = [named(row, "丁老师").pk]
    yes = {"by": cast.zhang, "chosen": True}
    refused("present", deciding.choose, row, ding, why="三次都到", **yes)
    refused("present", seated, cast, row, "张书记")
    refused("present", seated, cast, row, "张书记", "王阿姨")
    row = seated(cast, row, "张书记", "马监督")
    refused("because", deciding.choose, row, ding, why=" ", **yes)
    refused("marks", deciding.choose, row, ding, why="他的电话 13800138000", **yes)
    refused("which", deciding.choose, row, [], why="三次都到", **yes)
    (done,) = deciding.choose(row, ding, why="三次都到，做到最后", **yes)
    assert done.chosen and len(done.present) == 2
    with pytest.raises(NotYours):
        deciding.choose(row, ding, by=cast.he, chosen=True, why="三次都到")
    refused("undecided", actions.publish, row, by=cast.zhang, until=date(2019, 11, 27))


def test_whoever_a_choice_is_about_takes_no_part_in_it(cast: Cast) -> None:
    row = actions.compute(
        drawn_up(cast, criteria={"unit": {"hosted": 1}, "person": {"turns": 1}}), by=cast.zhang
    )
    row = seated(cast, row, "张书记", "马监督")
    one = deciding.name_one(
        row, by=cast.zhang, person=cast.person("何秘书"), why="守了一年的岗，记录不全"
    )
    assert one.via == Candidate.Via.NAMED and one.chosen
    refused(
        "present", deciding.name_one, row,
        by=cast.zhang, person=cast.person("马监督"), why="年年都来",
    )  # fmt: skip
    refused(
        "self", deciding.name_one, row,
        by=cast.zhang, person=cast.person("张书记"), why="自己评自己",
    )  # fmt: skip
    row = seated(cast, row, "张书记", "马监督", "何秘书")
    other = deciding.name_one(row, by=cast.zhang, person=cast.person("马监督"), why="年年都来看账")
    assert cast.person("马监督").pk not in other.present and len(other.present) == 2


# --- The notice ----------------------------------------------------------------------------------


def test_a_notice_hangs_for_seven_days_at_least(cast: Cast) -> None:
    row = all_chosen(cast, computed(cast))
    told = refused("days", actions.publish, row, by=cast.zhang, until=date(2019, 11, 26))
    assert "只有 6 天" in str(told.sentence) and told.field == "until"
    row = actions.publish(row, by=cast.zhang, until=date(2019, 11, 27))
    assert (row.state, row.notice_to) == ("notice", date(2019, 11, 27))
    shows = Event.objects.within(cast.community.pk).filter(verb="candidate:show")
    assert shows.count() == 5
    actions.publish(row, by=cast.zhang, until=date(2019, 11, 27))
    assert shows.count() == 5, "pressed twice is pressed once"
    refused("notice", awarding.award, row, by=cast.zhang)
    with clock.standing_at(clock.at_local(2019, 11, 27, 23, 59)):
        refused("notice", awarding.award, row, by=cast.zhang)
    refused("shown", actions.change, row, by=cast.zhang)
    refused(
        "shown", deciding.choose, row, [named(row, "丁老师").pk],
        by=cast.zhang, chosen=False, why="改主意了",
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.within(cast.community.pk).update(notice_days=6)


def test_names_stand_in_the_order_of_strokes_and_in_full_by_consent_alone(cast: Cast) -> None:
    row = shown(cast)
    (listed,) = public.hanging(cast.community.pk)
    assert [each.name for each in listed.people] == ["丁**", "王**", "林**"]
    assert [each.name for each in listed.units] == ["共建单位乙", "嘉福社区共建单位甲"]
    assert listed.people[0].facts == ("来过 3 次",)
    ding = named(row, "丁老师")
    me = Actor(cast.community.pk, person_id=ding.person_id)
    show_in_full(ding, by=me)
    assert public.hanging(cast.community.pk)[0].people[0].name == "丁老师"
    with pytest.raises(NotYours):
        show_in_full(named(row, "王师傅"), by=me)
    show_masked(ding, by=me)
    assert public.hanging(cast.community.pk)[0].people[0].name == "丁**"
    assert [each.words for each in own_honours(me)] == ["公示中"]


def test_declining_is_one_press_and_leaves_no_trace_outside(cast: Cast) -> None:
    row = shown(cast)
    lin = named(row, "林小明")
    with pytest.raises(NotYours):
        deciding.decline(lin, by=cast.wang)
    me = Actor(cast.community.pk, person_id=lin.person_id)
    deciding.decline(deciding.decline(lin, by=me), by=me)
    (listed,) = public.hanging(cast.community.pk)
    assert [each.name for each in listed.people] == ["丁**", "王**"] and not listed.changed
    assert own_honours(me) == []
    unit = named(row, "嘉福社区共建单位甲")
    deciding.decline(unit, by=cast.chen)
    with clock.standing_at(AS_OF + timedelta(days=8)):
        row = awarding.award(row, by=cast.zhang)
        assert Candidate.objects.within(cast.community.pk).exclude(cert_no="").count() == 3
        refused("awarded", deciding.decline, named(row, "丁老师"), by=cast.zhang)


# --- Objections ----------------------------------------------------------------------------------


def object_to(cast: Cast, row: Round, **over: Any) -> Objection:
    given = {"by": cast.house, "words": "十一月十六号那天我没有看到他", "candidate": None}
    return objecting.object_(row, **{**given, **over})


def test_an_objection_is_answered_by_somebody_who_did_not_choose(cast: Cast) -> None:
    row = shown(cast)
    one = object_to(cast, row, candidate=named(row, "王师傅"), contact="邻居，晚上七点后在家")
    assert one.due_at == clock.at_local(2019, 11, 25, 9), "three working days"
    assert one.contact == "邻居，晚上七点后在家" and "七点" not in one.contact_enc
    no = {"words": "签到的纸上有他，两个人看见", "upheld": False}
    refused("chose", objecting.answer, one, by=cast.zhang, **no)
    refused("words", objecting.answer, one, by=cast.ma, words="", upheld=False)
    refused("upheld", objecting.answer, one, by=cast.ma, words="核实过了", upheld=None)
    with pytest.raises(NotYours):
        objecting.answer(one, by=cast.he, **no)
    with clock.standing_at(AS_OF + timedelta(days=8)):
        refused("open", awarding.award, row, by=cast.zhang)
    objecting.answer(one, by=cast.ma, **no)
    refused("answered", objecting.answer, one, by=cast.ma, **no)
    here = community("JF")
    assert here is not None
    told = public.objection(here, one.code)
    assert told is not None and told.answer == no["words"] and not told.upheld
    assert public.objection(here, "ABCD") is None
    with clock.standing_at(AS_OF + timedelta(days=8)):
        assert awarding.award(row, by=cast.zhang).state == "awarded"


def test_after_the_notice_one_is_told_where_else_to_go(cast: Cast) -> None:
    row = shown(cast)
    refused("words", object_to, cast, row, words="不")
    refused("before", object_to, cast, row, via="paper", said_on=date(2019, 11, 19), by=cast.zhang)
    with clock.standing_at(clock.at_local(2019, 11, 28, 9)):
        told = refused("over", object_to, cast, row)
        assert cast.community.phone in str(told.sentence) and "12345" in str(told.sentence)
        late = object_to(cast, row, by=cast.zhang, via="paper", said_on=date(2019, 11, 27))
        assert late.via == "paper", "handed in in time, typed the day after"


def test_an_upheld_objection_changes_the_list_and_begins_the_notice_anew(cast: Cast) -> None:
    row = shown(cast)
    wang = named(row, "王师傅")
    one = object_to(cast, row, candidate=wang)
    with clock.standing_at(clock.at_local(2019, 11, 22, 10)):
        objecting.answer(one, by=cast.ma, words="查了，那天来的是他哥哥", upheld=True)
    row.refresh_from_db()
    wang.refresh_from_db()
    assert (row.state, wang.chosen, wang.changed_on) == ("notice", False, date(2019, 11, 22))
    (listed,) = public.hanging(cast.community.pk)
    assert [each.name for each in listed.people] == ["丁**", "林**"]
    assert (listed.until, listed.last) == ("2019年11月27日", "2019年11月29日")
    with clock.standing_at(clock.at_local(2019, 11, 28, 9)):
        refused("notice", awarding.award, row, by=cast.zhang)
        refused("over", object_to, cast, row, candidate=named(row, "丁老师"))
        again = object_to(cast, row, candidate=wang, words="就是我自己，照片为证")
    with clock.standing_at(clock.at_local(2019, 11, 30, 9)):
        refused("open", awarding.award, row, by=cast.zhang)
        refused("chose", objecting.answer, again, by=cast.ma, words="再查一遍", upheld=True)
        objecting.answer(again, by=cast.house, words="再查了一遍，没有改", upheld=False)
        done = awarding.award(row, by=cast.zhang)
    assert done.state == "awarded" and not named(row, "王师傅").cert_no
    assert verify(cast.community.pk) == []


def test_one_left_out_may_come_on_by_an_objection(cast: Cast) -> None:
    row = shown(cast)
    one = object_to(cast, row, words="漏了何教练，他来了一次，还带了人")
    refused("about", objecting.answer, one, by=cast.ma, words="漏了，补上", upheld=True)
    added = deciding.name_one(row, by=cast.zhang, person=cast.person("何教练"), why="带了四个人来")
    assert not added.chosen
    objecting.answer(one, by=cast.ma, words="漏了，补上", upheld=True, candidate=added)
    (listed,) = public.hanging(cast.community.pk)
    assert "何**" in [each.name for each in listed.people]


# --- Certificates --------------------------------------------------------------------------------


def test_certificates_are_numbered_in_the_order_of_strokes_and_checked_by_their_code(
    cast: Cast,
) -> None:
    row = awarded(cast)
    numbers = {each.name: each.cert_no for each in actions.candidates_of(row)}
    assert numbers == {
        "共建单位乙": "JF-H-2019-0001",
        "嘉福社区共建单位甲": "JF-H-2019-0002",
        "丁老师": "JF-H-2019-0003",
        "王师傅": "JF-H-2019-0004",
        "林小明": "JF-H-2019-0005",
    }
    ding = named(row, "丁老师")
    told = public.check(ding.code.lower())
    assert told is not None and (told.name, told.revoked) == ("丁**", "")
    assert public.check("") is None and public.check("x" * 500) is None
    held = named_in(cast.li, person=ding.person_id)
    assert [(each.candidate, each.number) for each in held] == [(ding.pk, ding.cert_no)]
    unit = named_in(cast.li, unit=cast.partnership.pk)
    assert [each.number for each in unit] == ["JF-H-2019-0002"]
    assert named_in(cast.zhao, person=ding.person_id) == []
    (roll,) = public.roll(cast.community.pk)
    assert roll.people == ("丁**", "王**", "林**")


def test_a_revoked_certificate_says_so_and_not_why(cast: Cast) -> None:
    row = awarded(cast)
    ding = named(row, "丁老师")
    with clock.standing_at(clock.at_local(2019, 12, 20, 9)):
        refused("because", awarding.revoke, ding, by=cast.zhang, why="")
        with pytest.raises(NotYours):
            awarding.revoke(ding, by=cast.ma, why="记录是别人的")
        done = awarding.revoke(ding, by=cast.zhang, why="时长查实是别人的")
        awarding.revoke(done, by=cast.zhang, why="再按一次")
        told = public.check(ding.code)
        assert told is not None and told.revoked == "2019年12月20日"
        assert "别人" not in str(told)
        assert named_in(cast.zhang, person=ding.person_id) == []
        assert public.roll(cast.community.pk)[0].people == ("王**", "林**")
    assert verify(cast.community.pk) == []


# --- Lists, walls and no other way ----------------------------------------------------------------


def test_lists_ask_the_same_number_of_questions_and_see_no_other_community(cast: Cast) -> None:
    other = make_cast("XX", "别处")
    row = shown(cast)
    with pytest.raises(NotYours):
        queries.get_round(other.zhang, row.pk)
    with pytest.raises(NotYours):
        actions.publish(row, by=other.zhang, until=date(2019, 11, 27))
    assert public.notice(other.community.pk, row.pk) is None

    def look() -> int:
        queries.rows_of(cast.zhang, row)
        public.hanging(row.community_id)
        return len(queries.rounds(cast.zhang))

    with CaptureQueriesContext(connection) as few:
        look()
    for each in range(3):
        drawn_up(cast, title=f"又一轮 {each}")
    deciding.name_one(row, by=cast.zhang, person=cast.person("何教练"), why="带了四个人来")
    with CaptureQueriesContext(connection) as more:
        found = look()
    assert len(few) == len(more) and found == 4
    assert [each.name for each in queries.rows_of(cast.li, row)][2] == "丁**", "masked for readers"


def test_every_verb_in_every_state_leads_where_the_table_says_or_nowhere(cast: Cast) -> None:
    later = AS_OF + timedelta(days=9)
    until = (later + timedelta(days=8)).date()
    made: dict[str, Callable[[], Round]] = {
        "draft": lambda: drawn_up(cast),
        "computed": lambda: computed(cast),
        "notice": lambda: shown(cast),
        "awarded": lambda: awarded(cast),
        "dropped": lambda: actions.drop(drawn_up(cast), by=cast.zhang, reason="今年不评"),
    }
    calls: dict[str, Callable[[Round], Any]] = {
        "compute": lambda row: actions.compute(row, by=cast.zhang),
        "publish": lambda row: actions.publish(row, by=cast.zhang, until=until),
        "award": lambda row: awarding.award(row, by=cast.zhang),
        "drop": lambda row: actions.drop(row, by=cast.zhang, reason="今年不评了"),
    }
    assert set(made) == set(ROUND.states) and set(calls) == set(ROUND.moves) - {"amend"}
    for state, make in made.items():
        start = transaction.savepoint()
        row = make()
        for verb, press in calls.items():
            mark = transaction.savepoint()
            with clock.standing_at(later), suppress(Refused), transaction.atomic():
                press(row)
            row.refresh_from_db()
            step = ROUND.moves[verb]
            leads = {step.target.name} if any(s.name == state for s in step.sources) else set()
            assert row.state in leads | {state}, (state, verb)
            assert (row.due_at is not None) == (row.state in LIVE)
            transaction.savepoint_rollback(mark)
        transaction.savepoint_rollback(start)


# --- Telling --------------------------------------------------------------------------------------


def told(cast: Cast, name: str) -> list[tuple[str, str]]:
    """What somebody reads on their own page, with where it leads."""
    return [(line.text, line.url) for line in lately(cast.person(name))]


def test_whoever_is_listed_objects_or_answers_is_told(cast: Cast) -> None:
    row = shown(cast)
    with clock.standing_at(AS_OF + timedelta(days=1)):
        one = object_for(
            row, by=cast.zhang, who="王阿姨", contact="13800131234", via="paper",
            said_on=date(2019, 11, 21), words="那天我也在，没有看见王师傅",
        )  # fmt: skip
        seal_all()
        drain()
        objected = [line.text for line in inbox(cast.ma)]
        assert objected == [f"有人对公示的名单提了异议：{row.title}。三个工作日里答复。"]
        objecting.answer(one, by=cast.ma, words="签到的纸上有他的名字", upheld=False)
        assert inbox(cast.ma) == [], "answered is answered"
    with clock.standing_at(AS_OF + timedelta(days=8)):
        awarding.award(row, by=cast.zhang)
        seal_all()
        drain()
        assert told(cast, "陈老板")[0][1] == "/my/honours/"
        assert "授了" in told(cast, "丁老师")[0][0] and "公示" in told(cast, "丁老师")[1][0]
        replied = Message.objects.within(cast.community.pk).get(saying="replied")
        assert replied.person_id == cast.person("王阿姨").pk
        assert told(cast, "何教练") == [], "whoever was not on the list hears nothing"
        gather()
        ways = Message.objects.within(cast.community.pk).values_list("saying", "way")
        assert {way for saying, way in ways if saying == "honoured"} == {"desk"}, "nobody is rung"
        awarding.revoke(named(row, "丁老师"), by=cast.zhang, why="时长查实是别人的")
        seal_all()
        drain()
        assert "不再有效" in told(cast, "丁老师")[0][0] and "别人" not in told(cast, "丁老师")[0][0]


# --- On paper -------------------------------------------------------------------------------------


def test_a_certificate_is_kept_for_ever_and_its_code_leads_to_the_check_page(cast: Cast) -> None:
    row = awarded(cast)
    ding = named(row, "丁老师")

    def check(code: str) -> str:
        return f"https://shuo.example/h/{code}/"

    row = Round.objects.within(cast.community.pk).select_related("community").get(pk=row.pk)
    content = certificates(row, [ding], site="shuo.example", check=check)
    assert content.startswith(b"%PDF") and b"pdfaid" in content
    data = certificate_data(row, [ding], site="shuo.example", check=check)
    (page,) = pictures("certificate", data)
    picture = Image.open(io.BytesIO(page))
    codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert [code.text for code in codes] == [check(ding.code)]
    (cert,) = data["certificates"]
    assert cert["name"] == "丁老师" and "来过 3 次" in cert["words"]


def test_a_name_that_no_font_draws_is_said_before_anything_is_printed(cast: Cast) -> None:
    row = awarded(cast)
    row = Round.objects.within(cast.community.pk).select_related("community").get(pk=row.pk)
    ding = named(row, "丁老师")
    for name in ("丁\U000323af", "丁\ue000"):
        assert ding.person is not None
        ding.person.name = name
        told = refused(
            "glyph", certificates, row, [ding, named(row, "王师傅")], site="x", check=str
        )
        assert name in str(told.sentence) and "王师傅" not in str(told.sentence)
    ding.person.name = "𠮷田"  # beyond the basic plane, and drawn
    assert certificates(row, [ding], site="x", check=str).startswith(b"%PDF")


# --- Pages ----------------------------------------------------------------------------------------


def page_of(cast: Cast, name: str) -> Client:
    """Somebody at their screen."""
    client = Client()
    client.post(
        reverse("account_login"), {"login": sign_up(cast, name).username, "password": PASSWORD}
    )
    return client


def test_who_nobody_is_and_who_no_font_draws_is_said_on_the_page(cast: Cast) -> None:
    """A criterion that nobody meets; a name with a character that no font has."""
    desk = page_of(cast, "张书记")
    nobody = drawn_up(cast, criteria={"unit": {"hosted": 2}, "person": {"hours": 500}})
    pressed = desk.post(f"/desk/JF/honours/{nobody.pk}/do/compute/", follow=True)
    told = pressed.content.decode()
    assert pressed.status_code == 200
    assert "没有一位志愿者达到“服务 500 小时以上”。改低一些再算。" in told
    nobody.refresh_from_db()
    assert nobody.state == "draft"
    # What was wished for stands in the form, to be lowered.
    assert 'value="500"' in desk.get(f"/desk/JF/honours/{nobody.pk}/change/").content.decode()

    row = awarded(cast)
    ding, wang = named(row, "丁老师"), named(row, "王师傅")
    people = Person.objects.within(cast.community.pk)
    people.filter(pk=ding.person_id).update(name="丁\U000323af")
    for sheet in ("certificates.pdf", f"of/{ding.pk}/certificate.pdf"):
        answer = desk.get(f"/desk/JF/honours/{row.pk}/{sheet}")
        said = answer.content.decode()
        assert answer.status_code == 409 and "没有一种字体印得出来：丁\U000323af" in said, sheet
        assert "装上有这个字的字体再印" in said
    other = desk.get(f"/desk/JF/honours/{row.pk}/of/{wang.pk}/certificate.pdf")
    assert other.status_code == 200 and other["Content-Type"] == "application/pdf"


def test_bad_input_is_a_sentence_beside_what_was_typed(cast: Cast) -> None:
    row = computed(cast)
    desk, everyone = page_of(cast, "张书记"), Client()

    def press(verb: str, **typed: Any) -> str:
        answer = desk.post(f"/desk/JF/honours/{row.pk}/do/{verb}/", typed)
        assert answer.status_code == 422, answer.status_code
        return answer.content.decode()

    ids = [each.pk for each in actions.candidates_of(row)]
    said = press("choose", which=ids, chosen="yes", because="")
    assert "写一句为什么" in said and said.count("checked") >= len(ids)
    all_chosen(cast, row)
    said = press("publish", until="2019-11-26")
    assert "这里只有 6 天" in said and "2019-11-26" in said
    assert "哪天" in press("publish", until="")
    row = actions.publish(row, by=cast.zhang, until=date(2019, 11, 27))
    one = object_to(cast, row)
    page = f"/c/JF/honours/{row.pk}/"
    assert "收不了异议" not in everyone.get(page).content.decode()
    with clock.standing_at(clock.at_local(2019, 11, 28, 9)):
        late = everyone.post(page, {"words": "我来晚了，可是有话说", "candidate": ""})
        assert late.status_code == 422
        assert "公示期过了" in late.content.decode() and "我来晚了" in late.content.decode()
        desk.post(f"/desk/JF/honours/{row.pk}/do/award/")
        told = desk.get(f"/desk/JF/honours/{row.pk}/").content.decode()
        assert "还有 1 条异议没有答复" in told
        row.refresh_from_db()
        assert row.state == "notice"
        objecting.answer(one, by=cast.ma, words="核实过了，不改", upheld=False)
        awarding.award(row, by=cast.zhang)
        ding = named(row, "丁老师")
        assert "有效" in everyone.get(f"/h/{ding.code}/").content.decode()
        wrong = everyone.get("/h/AAAABBBBCCCC/")
        assert wrong.status_code == 404 and "没有查到" in wrong.content.decode()
        assert everyone.get(page).status_code == 404, "the list does not hang out any more"
