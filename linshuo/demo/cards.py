"""The demo's sign-in cards: a few people of the cast with accounts, and how to be them."""

from __future__ import annotations

import time
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

from linshuo.demo import people
from linshuo.demo.world import World
from linshuo.domain.people.models import Account
from linshuo.domain.people.staffing import issue_card, open_account

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
        people.HEAD, "shuji", "书记", "全部：今天、十二本笔记、台账、销号、设置", second=True
    ),
    CastMember("何秘书", "he", "盐业片区秘书", "自己的片区：受理、交办、核对别人办结的"),
    CastMember("李外勤", "li", "外勤员", "出门记笔记，写进展，办结"),
    CastMember("蔡秘书", "cai", "嘉福花园小区秘书", "一个小区的事"),
    CastMember(people.WATCH, "gao", "居务监督委员", "只看不动"),
)


def hand_out(world: World) -> None:
    """Give each of the cast an account by way of a printed card, as on a first day."""
    for one in CAST:
        card = issue_card(world.persons[one.person], by=world.head)
        account = open_account(card.paper.code, username=one.username, password=PASSWORD, pin=PIN)
        if one.second:
            TOTP.activate(account, generate_totp_secret())
            RecoveryCodes.activate(account)


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
    """What is printed when the demo starts."""
    lines = [
        "",
        f"  嘉福社区 · {address}",
        f"  密码都是 {PASSWORD}，四位解锁码都是 {PIN}",
        "",
    ]
    for one in CAST:
        lines.append(f"  {one.username:<6} {one.person}（{one.post}）  {one.sees}")
    for name, code, seconds in codes():
        spare = spare_codes(name)
        lines += [
            "",
            f"  {name} 登录还要一个六位码：现在是 {code}，还有 {seconds} 秒；"
            "要新的：./dev demo --code",
            f"  或者用一次性备用码：{'、'.join(spare[:4]) or '用完了'}",
        ]
    return "\n".join([*lines, ""])
