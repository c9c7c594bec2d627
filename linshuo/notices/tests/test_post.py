"""Letters: one a day, at once where it is urgent, tried again, and never lost, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage

from linshuo.domain.needs import actions
from linshuo.domain.people.actions import choose_telling
from linshuo.domain.people.models import Telling
from linshuo.kit import clock, secret
from linshuo.kit.clock import at_local
from linshuo.notices import post
from linshuo.notices.actions import all_done
from linshuo.notices.calls import to_tell
from linshuo.notices.models import Letter, Message
from linshuo.notices.tests.doing import given, hear, mailbox, of, work
from linshuo.notices.tests.played import nobody_listens, refusing
from tests.cast import T0, Cast, make_need, sign_up

pytestmark = pytest.mark.django_db

NEXT = at_local(2019, 11, 5, 8)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def at(moment: datetime) -> int:
    """One round of the worker at a moment."""
    with clock.standing_at(moment):
        return work()


def dead_mail_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", nobody_listens()
    settings.EMAIL_TIMEOUT = 2


def test_one_mail_a_day_with_all_that_happened_since(
    town: Cast, mailoutbox: list[EmailMessage]
) -> None:
    address = mailbox(town, "李网格")
    first, second = given(town), given(town, "水不热。")
    assert work() == 0, "not before eight"
    assert at(NEXT - timedelta(minutes=1)) == 0
    assert at(NEXT) == 1
    (mail,) = mailoutbox
    assert mail.to == [address]
    assert mail.subject == "嘉福社区：2 件事"
    for need in (first, second):
        assert f"{need.number} 有一件事交给您办" in mail.body
        assert f"https://linshuo.example.org/desk/JF/needs/{need.number}/" in mail.body
    assert at(NEXT + timedelta(hours=1)) == 0
    assert at(NEXT + timedelta(days=1)) == 0, "nothing happened, nothing is sent"


def test_nothing_of_anybody_s_leaves_the_house(town: Cast, mailoutbox: list[EmailMessage]) -> None:
    mailbox(town, "李网格")
    need = given(town, "3 栋 402 的王阿姨家漏水，电话 13800131234。")
    at(NEXT)
    (mail,) = mailoutbox
    for word in ("王", "漏水", "402", "1380013", need.title):
        assert word not in mail.subject + mail.body


def test_a_title_that_everyone_may_read_stands_in_it(
    town: Cast, mailoutbox: list[EmailMessage]
) -> None:
    mailbox(town, "李网格")
    shown = {"visibility": "public", "public_title": "楼道的灯", "public_text": "灯不亮了。"}
    need = given(town, shown=shown)
    at(NEXT)
    assert f"{need.number} 有一件事交给您办：楼道的灯" in mailoutbox[0].body


def test_a_title_for_members_alone_does_not(town: Cast, mailoutbox: list[EmailMessage]) -> None:
    mailbox(town, "李网格")
    shown = {"visibility": "members", "public_title": "楼道的灯", "public_text": "灯不亮了。"}
    given(town, shown=shown)
    at(NEXT)
    assert "楼道的灯" not in mailoutbox[0].body


def test_danger_is_told_at_once_also_at_night(town: Cast, mailoutbox: list[EmailMessage]) -> None:
    mailbox(town, "张书记")
    night = at_local(2019, 11, 5, 2, 30)
    with clock.standing_at(night):
        make_need(town, urgency="danger", at=night)
    assert at(night) == 1
    assert mailoutbox[0].subject == "嘉福社区：急，1 件事"
    assert at(NEXT) == 0, "and not again with the digest"


def test_what_no_longer_holds_is_not_sent(town: Cast, mailoutbox: list[EmailMessage]) -> None:
    mailbox(town, "李网格")
    need = given(town)
    work()
    actions.withdraw(need, by=town.he, reason="不用了。")
    assert at(NEXT) == 0 and mailoutbox == []
    assert of(town, "李网格")[0].way == Message.Way.MOOT


def test_what_was_read_at_the_desk_is_not_sent(town: Cast, mailoutbox: list[EmailMessage]) -> None:
    mailbox(town, "李网格")
    given(town)
    work()
    all_done(by=town.li)
    assert at(NEXT) == 0 and mailoutbox == []


def test_a_worker_that_was_off_over_the_weekend_sends_one_mail(
    town: Cast, mailoutbox: list[EmailMessage]
) -> None:
    mailbox(town, "李网格")
    friday, monday = at_local(2019, 11, 8, 17), at_local(2019, 11, 11, 10)
    with clock.standing_at(friday):
        given(town, at=friday)
        given(town, "水不热。", at=friday)
    assert at(monday) == 1, "as soon as it is on again, not on Tuesday"
    assert at(monday + timedelta(hours=1)) == 0
    with clock.standing_at(monday):
        given(town, "门坏了。", at=monday)
    assert at(monday + timedelta(hours=2)) == 0, "one a day"
    assert at(at_local(2019, 11, 12, 8)) == 1
    assert [mail.subject for mail in mailoutbox] == ["嘉福社区：2 件事", "嘉福社区：1 件事"]


def test_what_is_read_late_from_the_trail_waits_for_the_next_digest(
    town: Cast, mailoutbox: list[EmailMessage]
) -> None:
    mailbox(town, "李网格")
    given(town)
    assert at(NEXT + timedelta(hours=2)) == 1
    with clock.standing_at(T0 + timedelta(minutes=1)):
        given(town, "水不热。", at=T0)
    assert at(NEXT + timedelta(hours=2, minutes=1)) == 0, "there was one today"
    assert at(NEXT + timedelta(days=1)) == 1
    assert len(mailoutbox) == 2


def test_a_dead_mail_server_is_tried_again_and_then_somebody_is_called(
    town: Cast, settings: Any
) -> None:
    mailbox(town, "李网格")
    need = given(town)
    dead_mail_server(settings)
    moment = NEXT
    for tries, minutes in enumerate((*post.AGAIN[False], 0), start=1):
        assert at(moment) == 0
        letter = Letter.objects.everywhere().get()
        assert (letter.tries, letter.trouble) == (tries, "ConnectionRefusedError")
        assert at(moment + timedelta(seconds=30)) == 0
        assert Letter.objects.everywhere().get().tries == tries, "not before its time"
        moment += timedelta(minutes=minutes)
    letter = Letter.objects.everywhere().get()
    assert letter.state == Letter.State.FAILED
    (call,) = to_tell(town.he)
    assert (call.why, call.lines[0].number) == ("邮件没发出去", need.number)


def test_it_succeeds_on_a_later_try_and_is_sent_once(
    town: Cast, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    mailbox(town, "李网格")
    given(town)
    alive = settings.EMAIL_BACKEND
    dead_mail_server(settings)
    at(NEXT)
    settings.EMAIL_BACKEND = alive
    assert at(NEXT + timedelta(minutes=5)) == 1
    assert at(NEXT + timedelta(minutes=10)) == 0
    assert len(mailoutbox) == 1
    assert Letter.objects.everywhere().get().trouble == ""
    assert to_tell(town.he) == []


def test_urgent_gives_up_within_minutes(town: Cast, settings: Any) -> None:
    mailbox(town, "张书记")
    make_need(town, urgency="danger")
    dead_mail_server(settings)
    for minutes in (0, 1, 6):
        at(T0 + timedelta(minutes=minutes))
    with clock.standing_at(T0 + timedelta(minutes=7)):
        assert "邮件没发出去" in [call.why for call in to_tell(town.he)]


def test_a_dead_channel_is_asked_once_a_round_and_fails_all(town: Cast, settings: Any) -> None:
    for who in ("张书记", "何秘书"):
        mailbox(town, who)
    make_need(town, urgency="danger")
    with refusing() as calls:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", calls.port
        assert at(T0) == 0
    assert calls.n == 1
    letters = Letter.objects.everywhere().values_list("tries", "trouble")
    assert list(letters) == [(1, "SMTPConnectError")] * 2


def test_what_was_interrupted_is_called_and_never_sent_again(
    town: Cast, mailoutbox: list[EmailMessage]
) -> None:
    mailbox(town, "李网格")
    given(town)
    with clock.standing_at(NEXT):
        hear()
        post.gather()
        letter = Letter.objects.everywhere().get()
        assert post._claim(letter, NEXT), "the worker dies here"
        assert not post._claim(letter, NEXT), "and nobody else takes it meanwhile"
    assert at(NEXT + timedelta(minutes=5)) == 0
    assert at(NEXT + timedelta(minutes=11)) == 0
    assert mailoutbox == []
    assert Letter.objects.everywhere().get().state == Letter.State.UNSURE
    assert len(to_tell(town.he)) == 1


def test_whoever_has_no_channel_is_a_call_from_the_start(town: Cast) -> None:
    need = given(town)
    work()
    (call,) = to_tell(town.he)
    assert (call.why, call.lines[0].number) == ("没有别的办法，打个电话", need.number)
    assert Letter.objects.everywhere().count() == 0


def test_whoever_has_a_desk_finds_it_there(town: Cast) -> None:
    sign_up(town, "李网格")
    given(town)
    work()
    assert of(town, "李网格")[0].way == Message.Way.DESK
    assert to_tell(town.he) == []


def test_without_a_mail_server_a_mailbox_is_no_channel(
    town: Cast, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    mailbox(town, "李网格")
    settings.MAIL_ON = False
    given(town)
    work()
    assert mailoutbox == [] and len(to_tell(town.he)) == 1


def test_an_address_taken_back_before_the_letter_left_finds_another_way(
    town: Cast, mailoutbox: list[EmailMessage]
) -> None:
    mailbox(town, "李网格")
    given(town)
    with clock.standing_at(NEXT):
        hear()
        post.gather()
        choose_telling(town.person("李网格"), by=town.li, way="any", email="")
        assert post.send() == 0
        assert post.tick() == 0
    assert mailoutbox == []
    assert of(town, "李网格")[0].way == Message.Way.CALL


def test_at_another_hour(town: Cast, settings: Any, mailoutbox: list[EmailMessage]) -> None:
    settings.DIGEST_HOUR = 18
    mailbox(town, "李网格")
    given(town)
    assert at(at_local(2019, 11, 4, 17, 59)) == 0
    assert at(at_local(2019, 11, 4, 18)) == 1


def test_one_that_cannot_be_sent_holds_up_no_other(
    town: Cast, mailoutbox: list[EmailMessage], caplog: pytest.LogCaptureFixture
) -> None:
    for who in ("张书记", "何秘书"):
        mailbox(town, who)
    kept = Telling.objects.within(town.community.pk).filter(person=town.person("张书记"))
    kept.update(email_enc=secret.seal("two\nlines@example.org"))
    make_need(town, urgency="danger")
    assert work() == 1
    assert [mail.to for mail in mailoutbox] == [[mailbox(town, "何秘书")]]
    assert "cannot send a letter" in caplog.text
    assert sorted(row.trouble for row in Letter.objects.everywhere()) == ["", "BadHeaderError"]
