"""Getting in: a printed card, a name and password of one's own, digits for a locked screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from linshuo.domain.people.models import Account, Card
from linshuo.domain.people.queries import persons_of
from linshuo.domain.people.staffing import (
    CARD_DAYS,
    PIN_TRIES,
    card_for,
    issue_card,
    open_account,
    reset_pin_failures,
    set_pin,
    try_pin,
    unused_cards,
)
from linshuo.kit import clock
from linshuo.kit.codes import spaced
from linshuo.kit.refused import NotYours, Refused
from tests.cast import PASSWORD, PIN, T0, Cast, make_cast, sign_up
from tests.crowd import at_once


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def new_card(cast: Cast, name: str = "李网格") -> Card:
    with clock.standing_at(T0):
        return issue_card(cast.person(name), by=cast.zhang)


def open_with(code: str, **over: str) -> Account:
    given = {"username": "李网格", "password": PASSWORD, "pin": PIN}
    with clock.standing_at(T0):
        return open_account(code, **{**given, **over})


def refusal(code: str, **over: str) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        open_with(code, **over)
    return refused.value.code, refused.value.field


# --- cards ---


def test_a_card_opens_an_account_once(cast: Cast) -> None:
    code = new_card(cast).paper.code
    account = open_with(spaced(code).lower())
    assert account.check_password(PASSWORD)
    assert [p.name for p in persons_of(account)] == ["李网格"]
    assert refusal(code) == ("card", "code")


def test_a_card_ends_after_thirty_days(cast: Cast) -> None:
    code = new_card(cast).paper.code
    with clock.standing_at(T0 + timedelta(days=CARD_DAYS, seconds=-1)):
        assert card_for(code).person_id == cast.person("李网格").pk
    with clock.standing_at(T0 + timedelta(days=CARD_DAYS)), pytest.raises(Refused):
        card_for(code)


def test_a_newer_card_ends_the_older(cast: Cast) -> None:
    old, new = new_card(cast).paper.code, new_card(cast).paper.code
    assert refusal(old) == ("card", "code")
    assert open_with(new).username == "李网格"


def test_a_newer_card_leaves_a_colleagues_alone(cast: Cast) -> None:
    kept = new_card(cast, "何秘书").paper.code
    new_card(cast)
    with clock.standing_at(T0):
        assert card_for(kept).person_id == cast.person("何秘书").pk


def test_only_unused_cards_are_listed(cast: Cast) -> None:
    open_with(new_card(cast).paper.code)
    new_card(cast, "何秘书")
    new_card(cast, "何秘书")
    with clock.standing_at(T0):
        assert [p.name for p, _paper in unused_cards(cast.zhang)] == ["何秘书"]
    with clock.standing_at(T0 + timedelta(days=31)):
        assert unused_cards(cast.zhang) == []


def test_only_heads_hand_out_cards(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    for actor in (cast.he, cast.li, cast.ma, cast.wang, other.zhang):
        with pytest.raises(NotYours):
            issue_card(cast.person("李网格"), by=actor)
    with pytest.raises(NotYours):
        unused_cards(cast.li)


def test_a_second_card_mends_the_account_and_keeps_its_name(cast: Cast) -> None:
    first = open_with(new_card(cast).paper.code)
    again = open_with(
        new_card(cast).paper.code, username="别的名字", password="another-long-one", pin="1379"
    )
    assert again.pk == first.pk and again.username == "李网格"
    again.refresh_from_db()
    assert again.check_password("another-long-one") and try_pin(again, "1379")


# --- names, passwords, digits ---


@pytest.mark.parametrize("username", ["", "李", "李 网格", "a@b", "长" * 41, "x\ny"])
def test_a_name_to_sign_in_with_has_a_shape(cast: Cast, username: str) -> None:
    assert refusal(new_card(cast).paper.code, username=username) == ("username", "username")


def test_a_name_is_folded_and_taken_once(cast: Cast) -> None:
    assert open_with(new_card(cast).paper.code, username=" ＬＩ.wg-1 ").username == "li.wg-1"
    code = new_card(cast, "何秘书").paper.code
    assert refusal(code, username="Li.WG-1") == ("username-taken", "username")


@pytest.mark.parametrize("password", ["short", "12345678901", "password123", "李网格李网格", ""])
def test_a_password_that_is_easily_guessed_is_refused(cast: Cast, password: str) -> None:
    assert refusal(new_card(cast).paper.code, password=password) == ("password", "password")


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("123", "pin"),
        ("12345", "pin"),
        ("12a4", "pin"),
        ("１２３９", "pin"),
        ("", "pin"),
        ("0000", "pin-easy"),
        ("1234", "pin-easy"),
        ("4321", "pin-easy"),
    ],
)
def test_four_digits_not_too_plain(cast: Cast, pin: str, code: str) -> None:
    assert refusal(new_card(cast).paper.code, pin=pin) == (code, "pin")


def test_a_refused_opening_leaves_the_card_and_no_account(cast: Cast) -> None:
    code = new_card(cast).paper.code
    with transaction.atomic():
        refusal(code, pin="0000")
    assert not Account.objects.exists()
    assert open_with(code).username == "李网格"


@pytest.mark.django_db(transaction=True)
def test_one_card_typed_by_four_at_once_opens_one_account() -> None:
    cast = make_cast()
    code = new_card(cast).paper.code

    def act(i: int) -> str:
        return open_with(code, username=f"网格{i}").username

    results = at_once(4, act)
    assert len([r for r in results if isinstance(r, str)]) == 1, results
    assert {r.code for r in results if isinstance(r, Refused)} <= {"card", "code-used"}
    assert Account.objects.count() == 1


# --- the locked screen ---


def test_the_right_digits_open_and_clear_the_count(cast: Cast) -> None:
    account = sign_up(cast, "李网格")
    assert not try_pin(account, "9999")
    assert try_pin(account, PIN)
    account.refresh_from_db()
    assert account.pin_failures == 0


def test_after_five_wrong_only_the_password_helps(cast: Cast) -> None:
    account = sign_up(cast, "李网格")
    assert [try_pin(account, "9999") for _ in range(PIN_TRIES)] == [False] * PIN_TRIES
    for pin in ("9999", PIN):
        with pytest.raises(Refused) as refused:
            try_pin(account, pin)
        assert (refused.value.code, refused.value.field) == ("pin-locked", "pin")
    reset_pin_failures(account)
    assert try_pin(account, PIN)


def test_four_wrong_and_one_right_begin_anew(cast: Cast) -> None:
    account = sign_up(cast, "李网格")
    for _ in range(2):
        for _ in range(PIN_TRIES - 1):
            assert not try_pin(account, "9999")
        assert try_pin(account, PIN)


def test_new_digits_take_the_place_of_the_old(cast: Cast) -> None:
    account = sign_up(cast, "李网格")
    set_pin(account, "1379")
    assert try_pin(account, "1379") and not try_pin(account, PIN)
    with pytest.raises(Refused):
        set_pin(account, "1111")


def test_without_digits_there_is_nothing_to_try(cast: Cast) -> None:
    account = Account.objects.create_user("nobody", "a-long-password")
    with pytest.raises(Refused):
        try_pin(account, "")


@pytest.mark.django_db(transaction=True)
def test_wrong_digits_tried_all_at_once_are_all_counted() -> None:
    account = sign_up(make_cast(), "李网格")
    results = at_once(8, lambda _i: try_pin(account, "9999"))
    assert results.count(False) == PIN_TRIES, results
    account.refresh_from_db()
    assert account.pin_failures == PIN_TRIES


def test_an_account_may_be_two_persons_in_two_communities(cast: Cast) -> None:
    other = make_cast("AA", "别处")
    account = sign_up(cast, "王阿姨")
    person = other.person("赵在职")
    person.account = account
    person.save(update_fields=["account"])
    assert [(p.community.prefix, p.name) for p in persons_of(account)] == [
        ("AA", "赵在职"),
        ("JF", "王阿姨"),
    ]
