"""Every write of this room: opening a community, adding and closing places and assets."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linshuo.domain.places.models import ORDER, Asset, Community, DayOff, Place, PlaceKind
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

_LOCAL_FROM = ORDER.index(PlaceKind.ESTATE)


@transaction.atomic
def open_community(
    *,
    prefix: str,
    name: str,
    by: Actor | None = None,
    at: datetime | None = None,
    street: str = "",
    code: str = "",
    phone: str = "",
    emergency_phone: str = "",
    address: str = "",
    hours: str = "",
) -> tuple[Community, Place]:
    """Open a community with its root place, under a street shared by name with its neighbours.

    `by` is None on a fresh install only, when nobody exists yet. `code` is the 12-digit statistical
    code, where known. Raises `Refused` with the field that is wrong.
    """
    prefix, name, code = prefix.strip().upper(), tidy(name), code.strip()
    _check_community(prefix, name, code)
    try:
        with transaction.atomic():
            community = Community(
                prefix=prefix,
                name=name,
                code=code,
                phone=phone.strip(),
                emergency_phone=emergency_phone.strip(),
                address=tidy(address),
                hours=tidy(hours),
                opened_at=happened(at),
            )
            community.save(force_insert=True)
    except IntegrityError:
        raise Refused("prefix-taken", _("这个前缀已经有社区在用，换一个。"), "prefix") from None
    actor = by or Actor.house(community.pk)
    record("community:open", row=community, by=actor, at=at)
    parent = _street(tidy(street), actor) if street.strip() else None
    root = _place(community, parent, PlaceKind.COMMUNITY, name, actor, at)
    return community, root


def _check_community(prefix: str, name: str, code: str) -> None:
    if not (
        2 <= len(prefix) <= 6 and prefix.isascii() and prefix.isalnum() and prefix[0].isalpha()
    ):
        raise Refused("prefix", _("前缀是 2 到 6 个字母或数字，字母开头，如 JF。"), "prefix")
    if not name:
        raise Refused("name", _("社区叫什么名字？"), "name")
    if len(name) > 40:
        raise Refused("name-long", _("名字最多 40 个字。"), "name")
    if code and not (len(code) == 12 and code.isdigit()):
        raise Refused("code", _("统计用区划代码是 12 位数字。不知道可以先不填。"), "code")


def _street(name: str, by: Actor) -> Place:
    found = Place.objects.everywhere().filter(kind=PlaceKind.STREET, name=name).first()
    return found or _place(None, None, PlaceKind.STREET, name, by, None)


@transaction.atomic
def change_community(
    community: Community, *, by: Actor, at: datetime | None = None, **changes: str
) -> Community:
    """Change what the community says about itself: name, phone, hours, address."""
    if not by.is_house and not (by.can(Can.PLACE_WRITE) and by.community_id == community.pk):
        raise NotYours("place:write", _("没有这一页。"))
    row = Community.objects.select_for_update().get(pk=community.pk)
    allowed = {"name", "code", "phone", "emergency_phone", "address", "hours"}
    fields = sorted(changes.keys() & allowed)
    for field in fields:
        setattr(row, field, tidy(changes[field]))
    _check_community(row.prefix, row.name, row.code)
    row.save(update_fields=fields)
    record("community:change", row=row, by=by, at=at, detail={"fields": fields})
    return row


@transaction.atomic
def add_place(
    parent: Place, *, kind: str, name: str, by: Actor, at: datetime | None = None
) -> Place:
    """Add a place under a wider one of the same community.

    Raises `Refused` when the name is missing or taken, or the kind does not go under the parent.
    """
    if not by.reaches(Can.PLACE_WRITE, parent.path):
        raise NotYours("place:write", _("没有这一页。"))
    name = tidy(name)
    if not name:
        raise Refused("name", _("这个地方叫什么名字？"), "name")
    if len(name) > 40:
        raise Refused("name-long", _("名字最多 40 个字。"), "name")
    if kind not in ORDER or ORDER.index(kind) <= ORDER.index(parent.kind):
        message = _("“%(kind)s”不能放在“%(parent)s”下面。") % {
            "kind": PlaceKind(kind).label if kind in ORDER else kind,
            "parent": parent.name,
        }
        raise Refused("kind", message, "kind")
    above = [int(pk) for pk in parent.path.strip("/").split("/")]
    if Place.objects.everywhere().filter(pk__in=above, closed_at__isnull=False).exists():
        raise Refused("place-closed", _("“%s”已经停用了。") % parent.name)
    community = Community.objects.filter(pk=parent.community_id or 0).first()
    return _place(community, parent, kind, name, by, at)


def _place(
    community: Community | None,
    parent: Place | None,
    kind: str,
    name: str,
    by: Actor,
    at: datetime | None,
) -> Place:
    local = parent is not None and ORDER.index(parent.kind) >= _LOCAL_FROM
    full_name = f"{parent.full_name} {name}" if parent is not None and local else name
    try:
        with transaction.atomic():
            place = Place(
                community=community, parent=parent, kind=kind, name=name, full_name=full_name
            )
            place.path = f"?{community.pk if community else 0}/{parent.pk if parent else 0}/{name}"[
                :100
            ]
            place.save(force_insert=True)
    except IntegrityError:
        raise Refused("place-taken", _("这里已经有一个“%s”。") % name, "name") from None
    place.path = f"{parent.path if parent else '/'}{place.pk}/"
    place.save(update_fields=["path"])
    record("place:add", row=place, by=by, at=at)
    return place


@transaction.atomic
def close_place(place: Place, *, by: Actor, at: datetime | None = None) -> Place:
    """Take a place out of use; what was said there stays."""
    if not by.reaches(Can.PLACE_WRITE, place.path):
        raise NotYours("place:write", _("没有这一页。"))
    row = Place.objects.of(by).select_for_update(of=("self",)).get(pk=place.pk)
    if row.closed_at is None:
        row.closed_at = happened(at)
        row.save(update_fields=["closed_at"])
        record("place:close", row=row, by=by, at=at)
    return row


@transaction.atomic
def add_asset(
    place: Place, *, kind: str, code: str, name: str, by: Actor, at: datetime | None = None
) -> Asset:
    """Register a tree, a lamp, a room at a place. `code` is unique in the community."""
    if place.community_id is None or not by.reaches(Can.PLACE_WRITE, place.path):
        raise NotYours("place:write", _("没有这一页。"))
    kind, code, name = tidy(kind), tidy(code).upper(), tidy(name)
    if not name:
        raise Refused("name", _("这件设施叫什么？"), "name")
    if not code:
        raise Refused("code", _("给它一个编号，挂牌子时要用。"), "code")
    for field, value, most in (("kind", kind, 20), ("code", code, 20), ("name", name, 40)):
        if len(value) > most:
            raise Refused("long", _("最多 %d 个字。") % most, field)
    try:
        with transaction.atomic():
            asset = Asset(
                community_id=place.community_id, place=place, kind=kind, code=code, name=name
            )
            asset.save(force_insert=True)
    except IntegrityError:
        raise Refused("asset-taken", _("编号 %s 已经有了。") % code, "code") from None
    record("asset:add", row=asset, by=by, at=at)
    return asset


@transaction.atomic
def set_day(
    day: date, *, working: bool, name: str, by: Actor, at: datetime | None = None
) -> DayOff:
    """Say that a day is off, or a working day, in the actor's community."""
    if not by.can(Can.PLACE_WRITE):
        raise NotYours("place:write", _("没有这一页。"))
    row = DayOff.objects.of(by).select_for_update(of=("self",)).filter(day=day).first()
    name = tidy(name)[:40]
    if row is None:
        row = DayOff(community_id=by.community_id, day=day, working=working, name=name)
        row.save(force_insert=True)
    else:
        row.working, row.name = working, name
        row.save(update_fields=["working", "name"])
    record("dayoff:set", row=row, by=by, at=at)
    return row
