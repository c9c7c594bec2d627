"""By which way somebody is told: what they wished, if it leads to them, else the next best."""

from __future__ import annotations

from typing import Any

import pytest

from linshuo.domain.people.actions import choose_telling, know_person
from linshuo.domain.people.models import Telling
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.clock import at_local
from linshuo.kit.refused import NotYours, Refused
from linshuo.notices.models import Letter, Message
from linshuo.notices.routes import Routes, last_digest, next_digest
from linshuo.notices.rules import Posts
from tests.cast import Cast, make_cast, sign_up

pytestmark = pytest.mark.django_db

EMAIL, SMS = Letter.Channel.EMAIL, Letter.Channel.SMS
CALL, DESK, MOOT = Message.Way.CALL, Message.Way.DESK, Message.Way.MOOT


def way(cast: Cast, who: str) -> str:
    pk = cast.person(who).pk
    return Routes(cast.community.pk, [pk], Posts(cast.community.pk)).way(pk)


@pytest.mark.parametrize(
    ("wish", "email", "mail_on", "sms_on", "desk", "wanted"),
    [
        ("any", "", True, False, False, CALL),
        ("any", "", True, False, True, DESK),
        ("any", "a@b.cn", True, False, True, EMAIL),
        ("any", "a@b.cn", False, False, True, DESK),
        ("any", "a@b.cn", False, True, True, SMS),
        ("any", "a@b.cn", True, True, True, EMAIL),
        ("sms", "a@b.cn", True, True, True, SMS),
        ("sms", "a@b.cn", True, False, True, EMAIL),
        ("sms", "", True, False, False, CALL),
        ("email", "a@b.cn", False, True, False, SMS),
        ("call", "a@b.cn", True, True, True, CALL),
        ("look", "a@b.cn", True, True, True, DESK),
        ("look", "", True, True, False, DESK),
    ],
)
def test_ways(
    town: Cast,
    settings: Any,
    wish: str,
    email: str,
    mail_on: bool,
    sms_on: bool,
    desk: bool,
    wanted: str,
) -> None:
    settings.MAIL_ON = mail_on
    settings.SMS_URL = "json://sms.example.org/?:to={phone}" if sms_on else ""
    choose_telling(town.person("李网格"), by=town.li, way=wish, email=email)
    if desk:
        sign_up(town, "李网格")
    assert way(town, "李网格") == wanted


def test_a_landline_takes_no_text_message_and_nobody_erased_is_told(
    town: Cast, settings: Any
) -> None:
    settings.SMS_URL = "json://sms.example.org/?:to={phone}"
    town.persons["周姨"] = know_person(name="周姨", phone="05925550123", by=town.house)
    assert way(town, "周姨") == CALL
    town.person("周姨").erased_at = clock.now()
    town.person("周姨").save(update_fields=["erased_at"])
    assert way(town, "周姨") == MOOT


def test_the_hour_of_the_digest() -> None:
    eight = at_local(2019, 11, 5, 8)
    assert last_digest(at_local(2019, 11, 5, 7, 59)) == at_local(2019, 11, 4, 8)
    assert last_digest(eight) == eight
    assert next_digest(eight) == at_local(2019, 11, 6, 8)
    assert next_digest(at_local(2019, 11, 5, 0, 10)) == eight


def test_a_wish_is_kept_encrypted_and_written_down_once(town: Cast) -> None:
    wang = town.person("王阿姨")
    first = choose_telling(wang, by=town.wang, way="any", email=" Wang@Example.ORG ")
    assert first.email == "wang@example.org" and "wang" not in first.email_enc
    choose_telling(wang, by=town.wang, way="any", email="wang@example.org")
    events = Event.objects.within(town.community.pk).filter(verb="person:telling")
    assert events.count() == 1
    assert "example" not in str(events.get().detail)
    choose_telling(wang, by=town.he, way="call", email="")
    kept = Telling.objects.within(town.community.pk).get(person=wang)
    assert (kept.way, kept.email) == ("call", "")
    seal_all()
    assert verify(town.community.pk) == []


@pytest.mark.parametrize(
    ("wish", "email", "field"),
    [("email", "", "email"), ("any", "not an address", "email"), ("pigeon", "", "way"),
     ("any", "a@" + "b" * 260 + ".cn", "email")],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(
    town: Cast, wish: str, email: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        choose_telling(town.person("王阿姨"), by=town.wang, way=wish, email=email)
    assert refused.value.field == field


def test_without_a_telephone_nobody_can_be_called(town: Cast) -> None:
    person = know_person(name="没电话的人", by=town.house)
    with pytest.raises(Refused) as refused:
        choose_telling(person, by=town.he, way="sms", email="")
    assert refused.value.field == "way"


def test_it_is_one_s_own_or_the_desk_s_to_say(town: Cast) -> None:
    for actor in (town.zhao, town.chen, town.ma, make_cast("BH").zhang):
        with pytest.raises(NotYours):
            choose_telling(town.person("王阿姨"), by=actor, way="look", email="")
