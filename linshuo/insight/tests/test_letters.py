"""Letters to units and in thanks: what may stand in them, what members say first; sent is sent."""

from __future__ import annotations

import io
import zipfile
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from linshuo.acts import checking_in, erasing, pledging
from linshuo.acts.asking import ask as ask_resident
from linshuo.acts.signing import keep, sign
from linshuo.domain.needs import actions as needs
from linshuo.domain.needs.models import Contact
from linshuo.domain.needs.voices import show
from linshuo.domain.people.actions import give_consent, know_person, withdraw_consent
from linshuo.domain.people.checking import standing
from linshuo.domain.people.models import Person, Purpose
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import add_partner, appoint
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.actions import correct
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.exchange.own_data import export
from linshuo.insight.letter_own import own_letter, own_letters, own_part, own_parts, parts_waiting
from linshuo.insight.letter_reads import Filters, changed, get_letter, listing, opened
from linshuo.insight.letter_thanks import suggestions
from linshuo.insight.letters import answer, draft_quarter, drop, send, thank, write_opening
from linshuo.insight.models import Missive, MissivePart
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from linshuo.notices.calls import to_tell
from linshuo.notices.drain import drain
from linshuo.notices.models import Message
from linshuo.notices.post import gather
from linshuo.notices.queries import inbox
from linshuo.notices.words import sentence
from tests.books import a_collection, booked
from tests.cast import T0, Cast, make_cast, sign_up
from tests.test_board import make_ask, open_need

pytestmark = pytest.mark.django_db
FIRST = date(2019, 10, 1)
SOON = T0 + timedelta(days=1)
LATER = clock.at_local(2020, 1, 2, 9)
AFTER = clock.at_local(2020, 1, 20, 9)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def member(cast: Cast, name: str, *consents: str) -> Person:
    row = checking_in.check_in(
        by=cast.li, via="desk", name=name, phone=f"1370000{len(cast.persons):04d}",
        unit_text=str(cast.partnership),
        consents=["contact", *consents],
    )  # fmt: skip
    checking_in.accept(row, by=cast.zhang)
    cast.persons[name] = row.person
    return row.person


def comes(cast: Cast, person: Person | None, text: str, *, hours: int = 1) -> Any:
    """Signed for, planned for the morrow, come, and kept; of a unit with no person."""
    who: dict[str, Any] = {"person": person} if person else {"partnership": cast.partnership}
    by = cast.zhang if person else cast.chen
    pledge = sign(make_ask(cast, text=text).pk, by=by, **who)
    day = clock.today() + timedelta(days=1)
    turn = pledging.arrange(pledge, by=by, day=day, starts=time(9), ends=time(9 + hours))
    with clock.standing_at(clock.now() + timedelta(days=1, hours=8)):
        pledging.witness(turn, by=cast.li, word="requester", name="" if person else "小陈师傅")
        return keep(pledge, by=cast.li)


def a_quarter(cast: Cast) -> tuple[Person, Person, Person]:
    """A unit of three: one comes and agrees to be told of, one agrees and has done as much, one
    never agreed. The unit itself keeps one line and lets go of another."""
    with clock.standing_at(SOON):
        lin, he, su = (
            member(cast, "林志愿", "share_unit"),
            member(cast, "何志愿", "share_unit"),
            member(cast, "苏志愿"),
        )
        for n, who in enumerate((lin, he, su)):
            comes(cast, who, f"扫楼道{n}", hours=n + 1)
        comes(cast, None, "换灯")
        two = sign(make_ask(cast, text="修门").pk, by=cast.chen, partnership=cast.partnership)
        pledges.release(two, by=cast.chen)
        add_partner(name="什么也没做的单位", by=cast.house)
    return lin, he, su


def drafted(cast: Cast, at: Any = LATER) -> Missive:
    with clock.standing_at(at):
        draft_quarter(FIRST, by=cast.zhang)
        return Missive.objects.of(cast.zhang).get(kind="quarter", dropped_at=None)


def part_of(letter: Missive, person: Person) -> MissivePart:
    return MissivePart.objects.within(letter.community_id).get(missive=letter, person=person)


def says(letter: Missive, person: Person, said: str, words: str = "") -> MissivePart:
    actor, preview = own_part([actor_of(person)], part_of(letter, person).pk)
    return answer(preview.part, by=actor, said=said, seen=preview.seen, words=words)


def test_one_press_drafts_for_whoever_did_something_and_once(cast: Cast) -> None:
    lin, he, su = a_quarter(cast)
    letter = drafted(cast)
    with clock.standing_at(LATER):
        assert draft_quarter(FIRST, by=cast.zhang) == 0
        told, parts = opened(letter)
    assert str(letter.partnership) == str(cast.partnership)
    assert [row.name for row in parts] == [lin.name, he.name]  # nobody is asked who never agreed
    assert dict(told.facts)["新认下"] == "2 项" and dict(told.facts)["做到了"] == "1 项"
    assert dict(told.facts)["提前放下、交接"] == "1 项"
    assert not told.named and "都数在里面" in told.people and "4 位" in told.people
    with clock.standing_at(LATER):
        give_consent(su, Purpose.SHARE_UNIT, by=actor_of(su))
        assert draft_quarter(FIRST, by=cast.zhang) == 0
        assert [row.name for row in opened(letter)[1]] == [lin.name, he.name, su.name]
        for bad in (date(2019, 10, 2), date(2020, 4, 1)):
            with pytest.raises(Refused) as refused:
                draft_quarter(bad, by=cast.zhang)
            assert refused.value.code == "quarter"
        for nobody in (cast.he, cast.chen, cast.ma):
            with pytest.raises(NotYours):
                draft_quarter(FIRST, by=nobody)
        with pytest.raises(IntegrityError), transaction.atomic():
            Missive.objects.create(**{**_row_of(letter), "id": None})
        drop(letter, by=cast.zhang)
        assert drop(letter, by=cast.zhang).dropped_at is not None
        assert draft_quarter(FIRST, by=cast.zhang) == 1


def _row_of(letter: Missive) -> dict[str, Any]:
    return {f.attname: getattr(letter, f.attname) for f in letter._meta.concrete_fields}


def test_named_is_who_said_yes_and_the_silent_are_counted(cast: Cast) -> None:
    lin, he, su = a_quarter(cast)
    letter = drafted(cast)
    with clock.standing_at(LATER + timedelta(days=1)):
        with pytest.raises(Refused) as early:
            send(letter, how="hand", by=cast.zhang)
        assert early.value.code == "preview"
        says(letter, lin, "yes", "下回还来。")
        part = part_of(letter, he)
        assert (parts_waiting(lin), parts_waiting(he)) == (0, 1)
        actor, _preview = own_part([actor_of(he)], part.pk)
        with pytest.raises(Refused) as stale:
            answer(part, by=actor, said="yes", seen="else")
        assert stale.value.code == "changed"
        for other, how in ((cast.wang, "page"), (actor_of(lin), "page"), (cast.li, "phone")):
            with pytest.raises(NotYours):
                answer(part, by=other, said="no", how=how)
        (row,) = [r for r in opened(letter)[1] if r.person == he.pk]
        assert answer(part, by=cast.zhang, said="no", how="phone").answered_how == "phone"
        assert parts_waiting(he) == 0 and row.said == "" and own_parts(he)[0].words == "别写我"
        assert not own_letters(cast.chen)
        told = write_opening(letter, "谢谢你们。", by=cast.zhang)
        sent = send(told, how="hand", by=cast.zhang)  # all answered: it need not wait a week
        assert send(letter, how="post", by=cast.zhang).sent_how == "hand"
    told, _parts = opened(get_letter(cast.zhang, sent.pk))
    (named,) = told.named
    assert (named.name, named.lines, named.words) == (
        lin.name,
        ("扫楼道0：1 次，一共 1 小时", "做到了：扫楼道0"),
        "下回还来。",
    )
    assert "其中 3 位没有写名字" in told.people and he.name not in repr(told)
    assert part_of(letter, he).facts == [] and su.name not in repr(told)
    assert [o.pk for o in own_letters(cast.chen)] == [o.pk for o in own_letters(actor_of(lin))]
    other = know_person(name="别家联络员", phone="", by=cast.house)
    appoint(other, Role.LIAISON, partnership=add_partner(name="别家", by=cast.house), by=cast.house)
    for stranger in (actor_of(he), actor_of(other), cast.wang, make_cast("XX", "别处").chen):
        with pytest.raises(NotYours):
            own_letter([stranger], sent.pk)
    with pytest.raises(NotYours):
        own_part([actor_of(lin)], part_of(letter, lin).pk)
    with pytest.raises(Refused, match="不再改"):
        answer(part_of(letter, lin), by=actor_of(lin), said="no")
    with pytest.raises(Refused, match="不再改"):
        write_opening(letter, "改", by=cast.zhang)
    with pytest.raises(Refused), clock.standing_at(AFTER):
        drop(sent, by=cast.zhang)
    assert verify() == []


@pytest.mark.parametrize("how", ["consent", "check-in", "erased", "changed", "silent"])
def test_who_may_not_be_named_any_more_falls_out_at_sending(cast: Cast, how: str) -> None:
    lin, he, _su = a_quarter(cast)
    letter = drafted(cast)
    with clock.standing_at(LATER + timedelta(days=1)):
        says(letter, he, "yes")
        if how != "silent":
            says(letter, lin, "yes")
        if how == "consent":
            withdraw_consent(lin, Purpose.SHARE_UNIT, by=actor_of(lin))
            with pytest.raises(NotYours):
                own_part([actor_of(lin)], part_of(letter, lin).pk)
        elif how == "check-in":
            checking_in.end(standing(lin), by=actor_of(lin))
        elif how == "erased":
            erasing.ask(lin, by=actor_of(lin))
            erasing.erase(lin, by=cast.zhang)
        elif how == "changed":
            record = ServiceRecord.objects.of(cast.zhang).get(person=lin)
            correct(record, by=cast.zhang, minutes=30, why="来了半小时")
    with clock.standing_at(AFTER):
        send(letter, how="page", by=cast.zhang)
    told, _rows = opened(get_letter(cast.zhang, letter.pk))
    assert [n.name for n in told.named] == [he.name]
    part = part_of(letter, lin)
    assert (part.named, part.facts or [], part.words) == (False, [], "")


def test_a_unit_is_not_told_by_subtraction_what_one_member_did(cast: Cast) -> None:
    with clock.standing_at(SOON):
        lin = member(cast, "林志愿", "share_unit")
        comes(cast, lin, "扫楼道", hours=2)
        sign(make_ask(cast, text="修门").pk, by=cast.chen, partnership=cast.partnership)
    letter = drafted(cast)
    with clock.standing_at(LATER):
        told, _rows = opened(letter)
        assert told.held_back and told.people == "" and "确认的时间" not in dict(told.facts)
        assert "小时" not in repr(told)
        says(letter, lin, "yes")
        told, _rows = opened(letter)
        assert not told.held_back and dict(told.facts)["确认的时间"] == "2 小时"
    with clock.standing_at(SOON):
        he = member(cast, "何志愿")
        comes(cast, he, "擦玻璃", hours=3)
    with clock.standing_at(LATER):
        assert opened(letter)[0].held_back  # of two, the one who is left is no secret
    with clock.standing_at(SOON):
        member(cast, "苏志愿")
    with clock.standing_at(LATER):
        told, _rows = opened(letter)
        assert not told.held_back and dict(told.facts)["确认的时间"] == "5 小时"
        assert "其中 1 位没有写名字" in told.people


def test_sent_is_frozen_and_says_what_is_counted_otherwise(cast: Cast) -> None:
    lin, _he, _su = a_quarter(cast)
    letter = drafted(cast)
    with clock.standing_at(AFTER):
        letter = send(letter, how="post", by=cast.zhang)
        assert changed(letter) == []
        record = ServiceRecord.objects.of(cast.zhang).get(person=lin)
        correct(record, by=cast.zhang, minutes=30, why="来了半小时")
        told, _rows = opened(letter)
        assert dict(told.facts)["确认的时间"] == "7 小时"
        assert changed(letter) == [("确认的时间", "7 小时", "6 小时 30 分")]
    assert dict(opened(letter)[0].facts)["确认的时间"] == "7 小时"


def test_a_quarter_that_is_not_over_does_not_go_yet(cast: Cast) -> None:
    a_quarter(cast)
    letter = drafted(cast, clock.at_local(2019, 12, 2, 9))
    with clock.standing_at(clock.at_local(2019, 12, 20, 9)):
        with pytest.raises(Refused, match="12月31日") as refused:
            send(letter, how="hand", by=cast.zhang)
        assert refused.value.code == "early"
        rows, _mark, count = listing(cast.zhang, Filters(stage="waiting", since=FIRST))
        assert count == 1 and rows[0].words == "这一季 12月31日 才完"
    with clock.standing_at(clock.at_local(2019, 12, 3, 9)):
        assert listing(cast.zhang, Filters())[0][0].words == "等 2 位看，看到 12月9日"
    with clock.standing_at(AFTER):
        assert listing(cast.zhang, Filters(stage="ready"))[2] == 1
        send(letter, how="hand", by=cast.zhang)
        assert listing(cast.zhang, Filters(stage="sent", kind="quarter"))[2] == 1


def test_words_of_residents_stand_only_where_they_were_released(cast: Cast) -> None:
    with clock.standing_at(SOON):
        need = open_need(cast)
        pledge = sign(make_ask(cast, need=need, text="换灯").pk, by=cast.chen,
                      partnership=cast.partnership)  # fmt: skip
        day = clock.today() + timedelta(days=1)
        turn = pledging.arrange(pledge, by=cast.chen, day=day, starts=time(9), ends=time(10))
    with clock.standing_at(SOON + timedelta(days=1, hours=8)):
        pledging.witness(turn, by=cast.li, word="requester", name="小陈师傅")
        keep(pledge, by=cast.li)
        done = needs.finish(need, by=cast.li, result_text="换了声控灯。", outcome="solved")
        ask_resident(
            done, by=cast.he, channel="phone", said="settled", words="亮堂了。", words_ok=True
        )
        needs.confirm(done, by=cast.he)
    letter = drafted(cast)
    with clock.standing_at(LATER):
        thanks = thank("pledge", pledge.pk, by=cast.zhang)
        assert opened(letter)[0].said == opened(thanks)[0].said == ()
        show(Contact.objects.of(cast.zhang).get(words="亮堂了。"), by=cast.zhang, text="亮堂了。")
        assert opened(letter)[0].said == opened(thanks)[0].said == ("亮堂了。",)


def test_thanks_are_a_press_each_and_once(cast: Cast) -> None:
    with clock.standing_at(SOON):
        zhou = know_person(name="周志愿", phone="13700001111", by=cast.li)
        lost = know_person(name="吴志愿", phone="", by=cast.li)
        pledge = comes(cast, zhou, "修椅子")
        comes(cast, lost, "扫地")
        box = a_collection(cast)
        gift = booked(cast, box, "gift", 20_000, unit=cast.partnership, giver_name="", text="义捐")
        booked(cast, box, "gift", 5_000, giver_name="过路人", text="义捐")
    with clock.standing_at(LATER):
        rows, mark, count = suggestions(cast.zhang, "pledge")
        assert [(r.pk, r.who) for r in rows] == [(pledge.pk, "周志愿")] and (mark, count) == ("", 1)
        assert [r.pk for r in suggestions(cast.zhang, "voucher")[0]] == [gift.pk]
        with pytest.raises(NotYours):
            suggestions(cast.zhang, "person")
        for nobody in (cast.he, actor_of(zhou)):
            with pytest.raises(NotYours):
                thank("pledge", pledge.pk, by=nobody)
        letter = thank("pledge", pledge.pk, by=cast.zhang)
        assert thank("pledge", pledge.pk, by=cast.zhang) == letter
        assert suggestions(cast.zhang, "pledge")[0] == []
        assert not own_letters(actor_of(zhou))
        write_opening(letter, "椅子稳当了。", by=cast.zhang)
        send(letter, how="page", by=cast.zhang)
        told, _rows = opened(own_letter([actor_of(zhou)], letter.pk))
        assert "您认下了“修椅子”" in told.line and told.opening == "椅子稳当了。"
        with pytest.raises(NotYours):
            own_letter([cast.chen], letter.pk)
        unit = send(thank("voucher", gift.pk, by=cast.zhang), how="hand", by=cast.zhang)
        assert "¥200.00" in opened(own_letter([cast.chen], unit.pk))[0].line
        again = thank("pledge", pledge.pk, by=cast.zhang)
        assert again.pk == letter.pk and again.sent_at is not None
        sign_up(cast, "王阿姨")
        with pytest.raises(NotYours):
            own_letter([cast.wang], letter.pk)
    assert verify() == []


def test_who_is_told_and_for_how_long(cast: Cast) -> None:
    lin, he, _su = a_quarter(cast)
    letter = drafted(cast)
    with clock.standing_at(LATER):
        seal_all()
        drain()
        (line,) = [x for x in inbox(actor_of(lin)) if x.url == "/my/letters/"]
        assert "等您看一眼" in line.text
        says(letter, lin, "no")
        assert not [x for x in inbox(actor_of(lin)) if x.url == "/my/letters/"]
        gather(LATER + timedelta(days=2))
        rows = Message.objects.of(cast.zhang).filter(saying="letter-look")
        assert {m.person_id: m.way for m in rows} == {lin.pk: "moot", he.pk: "call"}
        (called,) = [t for t in to_tell(cast.zhang) if t.lines[0].text.startswith("社区要给")]
        assert called.who == "何**"
        message = rows.get(person=he)
        assert sentence(message) == "有几行话等您看一眼，看过才寄"
    with clock.standing_at(AFTER):
        send(letter, how="page", by=cast.zhang)
        assert not inbox(actor_of(he))
        send(thank("pledge", pledge_of(lin), by=cast.zhang), how="post", by=cast.zhang)
        seal_all()
        drain()
        assert [x.text for x in inbox(cast.chen)] == ["社区给您单位的信寄了，可以看，也可以印。"]
        assert [x.text for x in inbox(actor_of(lin))] == ["社区写了一封信谢谢您，这里也可以看。"]


def pledge_of(person: Person) -> int:
    return Pledge.objects.within(person.community_id).get(person=person).pk


def test_whoever_asks_to_be_deleted_goes_out_of_what_was_sent(cast: Cast) -> None:
    lin, he, _su = a_quarter(cast)
    letter = drafted(cast)
    with clock.standing_at(LATER):
        says(letter, lin, "yes", "下回还来。")
        says(letter, he, "yes", f"和{lin.name}一起来的。")
    with clock.standing_at(AFTER):
        send(letter, how="hand", by=cast.zhang)
        thanks = thank("pledge", pledge_of(lin), by=cast.zhang)
        send(write_opening(thanks, f"谢谢{lin.name}。", by=cast.zhang), how="page", by=cast.zhang)
        held = zipfile.ZipFile(io.BytesIO(export(lin, by=actor_of(lin))))
        page = held.read("index.html").decode()
        assert "扫楼道0：1 次，一共 1 小时" in page and f"谢谢{lin.name}。" in page
        told, _rows = opened(get_letter(cast.zhang, letter.pk))
        assert len(told.named) == 2
        erasing.ask(lin, by=actor_of(lin))
        erasing.erase(lin, by=cast.zhang)
        told, _rows = opened(get_letter(cast.zhang, letter.pk))
        assert [(n.name, n.words) for n in told.named] == [(he.name, "和某某一起来的。")]
        assert opened(get_letter(cast.zhang, thanks.pk))[0].line == ""
        assert "林志愿" not in repr([told, *Missive.objects.of(cast.zhang).values()])
    assert verify() == []
