"""The demo's sign-in cards: a few people of the cast with accounts, and how to be them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from allauth.mfa.utils import decrypt
from django.contrib.auth.hashers import get_hasher

from linshuo.demo import people
from linshuo.demo.world import World
from linshuo.domain.people.models import Account, Person
from linshuo.domain.people.staffing import issue_card, open_account
from linshuo.kit import clock

PASSWORD = "ling-li-shuo-de"  # noqa: S105 - printed at every start: the demo has no secrets
PIN = "2580"


@dataclass(frozen=True, slots=True)
class CastMember:
    """One who may be played in the demo, and what there is to see as them."""

    person: str
    username: str
    post: str
    sees: str
    second: bool = False


CAST: tuple[CastMember, ...] = (
    CastMember(
        people.HEAD, "shuji", "secretary", "everything: all twelve notebooks, settings", True
    ),
    CastMember("何秘书", "he", "secretary of 盐业片区", "accepts, gives out, checks in one 片区"),
    CastMember("李外勤", "li", "field staff", "takes notes at doors, works, says what is done"),
    CastMember("蔡秘书", "cai", "secretary of 嘉福花园", "the matters of one estate"),
    CastMember(people.WATCH, "gao", "supervisor", "sees all, checks what the cashier wrote", True),
    CastMember(people.CASHIER, "kong", "cashier", "writes vouchers, counts boxes", True),
    CastMember("赵在职", "zhao", "party member", "signs for what the board asks; own hours"),
    CastMember("市水文局联络员", "lian", "liaison of a unit", "signs for the unit"),
)


def hand_out(world: World) -> None:
    """Give each of the cast an account by way of a printed card, as on a first day."""
    with _hashing_lightly():
        _hand_out(world)


@contextmanager
def _hashing_lightly() -> Iterator[None]:
    """What is printed at every start need not take a machine long to try. The first sign-in hashes
    it anew at full cost, as it does whenever the cost was raised."""
    hasher = get_hasher()
    hasher.time_cost, hasher.memory_cost = 1, 64  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del hasher.time_cost, hasher.memory_cost  # type: ignore[attr-defined]


def _hand_out(world: World) -> None:
    for one in CAST:
        person = world.persons.get(one.person) or _met(world, one.person)
        card = issue_card(person, by=world.head)
        account = open_account(card.paper.code, username=one.username, password=PASSWORD, pin=PIN)
        if one.second:
            TOTP.activate(account, generate_totp_secret())
            RecoveryCodes.activate(account)


def _met(world: World, name: str) -> Person:
    """Somebody who serves in no office: a member, a liaison."""
    return Person.objects.within(world.community.pk).get(name=name)


def codes() -> list[tuple[str, str, int]]:
    """The present code of everybody who has a second factor: name, code, seconds it has left.

    In the real world this is on the person's own phone; whoever may read the demo's key and
    database may do without one.
    """
    counter, gone = divmod(int(time.time()), app_settings.TOTP_PERIOD)
    rows = Authenticator.objects.filter(type=Authenticator.Type.TOTP).select_related("user")
    return [
        (
            row.user.get_username(),
            format_hotp_value(hotp_value(decrypt(row.data["secret"]), counter)),
            app_settings.TOTP_PERIOD - gone,
        )
        for row in rows.order_by("pk")
    ]


def spare_codes(username: str) -> list[str]:
    """The codes on paper that are good for one sign-in each and not used yet."""
    account = Account.objects.filter(username=username).first()
    row = Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES, user=account).first()
    return RecoveryCodes(row).get_unused_codes() if row else []


def sheet(address: str) -> str:
    """What is printed when the demo starts: everybody's sign-in card. `address` may be empty."""
    now = clock.local(clock.now())
    lines = [
        "",
        f"  嘉福社区, where it is now {now:%A %d %B %Y, %H:%M}   {address}".rstrip(),
        "",
        f"  password of all: {PASSWORD}    four digits that open a locked screen: {PIN}",
        "",
    ]
    lines += [f"  {c.username:<6}  {c.person}  {c.post}: {c.sees}" for c in CAST]
    for name, code, seconds in codes():
        lines += [
            "",
            f"  {name} is asked for a second factor. Now: {code} (for {seconds} s more). Later:",
            "  `linshuo demo --code` prints it anew; or use up one of these: "
            + " ".join(spare_codes(name)[:4]),
        ]
    if address:
        lines += ["", "  One matter from the notebook to the brief, page by page: docs/tour.md"]
    return "\n".join([*lines, "", ""])
