"""The community's robots in group chats: recognised by their address, tried, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock, secret, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy
from linshuo.notices.channels import Unsent, send_to_robot
from linshuo.notices.models import Letter, Message, Robot
from linshuo.notices.words import Words

MOST_ADDRESS = 500
MOST_ROBOTS = 10
KNOWN = {"qyapi.weixin.qq.com": Robot.Kind.WECOM, "oapi.dingtalk.com": Robot.Kind.DINGTALK}
"""Hosts of the two services; others only by the server's own setting, since the house itself
sends requests there and what a community's head types is not to steer it into a local network."""
KEYS = {"key": Robot.Kind.WECOM, "access_token": Robot.Kind.DINGTALK}


def recognise(address: str) -> Robot.Kind:
    """Whose robot an address belongs to. Raises `Refused("address")`."""
    refused = Refused(
        "address", _("这不像群机器人的地址。在群里建机器人，整条复制过来。"), "address"
    )
    try:
        parts = urlsplit(address)
        named = parts.netloc in settings.ROBOT_HOSTS
        query = parse_qs(parts.query)
    except ValueError:
        raise refused from None
    kind = next((kind for key, kind in KEYS.items() if query.get(key)), None)
    if kind is None or len(address) > MOST_ADDRESS or parts.scheme not in ("http", "https"):
        raise refused
    if not named and (parts.scheme != "https" or KNOWN.get(parts.netloc) is not kind):
        raise refused
    return kind


def _must(by: Actor) -> None:
    if not (by.is_house or by.can(Can.PLACE_WRITE)):
        raise NotYours("robot", _("没有这一页。"))


@transaction.atomic
def add_robot(
    *,
    name: str,
    address: str,
    by: Actor,
    sign: str = "",
    urgent_only: bool = False,
    at: datetime | None = None,
) -> Robot:
    """Let the house speak in a group chat. Raises `Refused` with the field that is wrong."""
    _must(by)
    name, address = tidy(name)[:40], "".join(address.split())
    if not name:
        raise Refused("name", _("这个群叫什么？"), "name")
    kind = recognise(address)
    open_ones = Robot.objects.of(by).filter(closed_at__isnull=True)
    if open_ones.count() >= MOST_ROBOTS:
        raise Refused("robots", _("最多 %d 个群。先去掉一个。") % MOST_ROBOTS, "address")
    if any(robot.address == address for robot in open_ones):
        raise Refused("robot-twice", _("这个群已经有了。"), "address")
    row = Robot(
        community_id=by.community_id,
        kind=kind,
        name=name,
        address_enc=secret.seal(address),
        sign_enc=secret.seal("".join(sign.split())[:MOST_ADDRESS]),
        urgent_only=urgent_only,
    )
    row.save(force_insert=True)
    record("robot:add", row=row, by=by, at=at, detail={"name": name, "kind": kind.value})
    return row


def get_robot(by: Actor, pk: int) -> Robot:
    """A robot of the actor's community that still speaks. Raises `NotYours`."""
    _must(by)
    row = Robot.objects.of(by).filter(pk=pk, closed_at__isnull=True).first()
    if row is None:
        raise NotYours("robot", _("没有这一项。"))
    return row


@transaction.atomic
def remove_robot(pk: int, *, by: Actor, at: datetime | None = None) -> Robot:
    """The house no longer speaks there, and forgets the address. What still waited is dropped:
    it was told to each person by another way as well."""
    row = get_robot(by, pk)
    row.closed_at, row.address_enc, row.sign_enc = happened(at), "", ""
    row.save(update_fields=["closed_at", "address_enc", "sign_enc"])
    record("robot:remove", row=row, by=by, at=at, detail={"name": row.name})
    Letter.objects.of(by).filter(robot=row, state=Letter.State.WAITING).update(
        state=Letter.State.MOOT
    )
    waiting = Message.objects.of(by).filter(robot=row, told_at__isnull=True)
    waiting.filter(way__in=(Message.Way.OPEN, Message.Way.CALL)).update(way=Message.Way.MOOT)
    return row


def try_robot(pk: int, *, by: Actor) -> None:
    """Say one sentence in the group now. Raises `Refused` with what the robot answered."""
    row = get_robot(by, pk)
    community = Community.objects.get(pk=by.community_id)
    text = _("【%s】试一句：这个群收得到邻说的消息。") % community.name
    try:
        send_to_robot(row, Words("", text))
    except Unsent as unsent:
        sentence = _("没发出去：%s。看看机器人还在不在，安全设置里的关键词是不是社区的名字。")
        raise Refused("unsent", sentence % unsent.trouble, "robot") from None


@dataclass(frozen=True, slots=True)
class Line:
    """A robot as the page of settings shows it."""

    pk: int
    name: str
    kind: str
    ending: str
    """The last characters of its address, enough to tell two apart."""
    what: str
    last: str
    trouble: str


def robots(viewer: Actor) -> list[Line]:
    """The robots that speak, and how the last letter of each fared."""
    _must(viewer)
    rows = list(Robot.objects.of(viewer).filter(closed_at__isnull=True).order_by("pk"))
    letters = Letter.objects.of(viewer).filter(robot__in=rows).order_by("pk")
    newest = {letter.robot_id: letter for letter in letters.filter(made_at__gte=_month_ago())}
    return [_line(row, newest.get(row.pk)) for row in rows]


def _month_ago() -> datetime:
    return clock.start_of(clock.today().replace(day=1))


def _line(row: Robot, letter: Letter | None) -> Line:
    sent = letter.sent_at if letter else None
    return Line(
        pk=row.pk,
        name=row.name,
        kind=str(row.get_kind_display()),
        ending=row.address[-4:],
        what=_("只发急的") if row.urgent_only else _("急的马上发，其余一天一次"),
        last=_("%s 发过") % wording.moment(sent) if sent else "",
        trouble=_("上一次没发出去：%s") % letter.trouble if letter and letter.trouble else "",
    )
