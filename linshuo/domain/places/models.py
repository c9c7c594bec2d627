"""Communities, the tree of places, assets, and the calendar of days off."""

from __future__ import annotations

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet


class PlaceKind(models.TextChoices):
    STREET = "street", _("街道")
    COMMUNITY = "community", _("社区")
    DISTRICT = "district", _("片区")
    ESTATE = "estate", _("小区")
    BUILDING = "building", _("楼栋")


ORDER: tuple[str, ...] = tuple(PlaceKind.values)
"""From the widest to the narrowest: a place stands only under a wider one."""


class Community(Trailed):
    """A tenant: one 社区 (or the 街道 office that looks after several) on this install."""

    trail_kind = "community"

    prefix = models.CharField(
        max_length=6,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z][A-Z0-9]{1,5}$", _("前缀是 2 到 6 个大写字母，如 JF。"))
        ],
    )
    name = models.CharField(max_length=40)
    code = models.CharField(max_length=12, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    emergency_phone = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=80, blank=True)
    hours = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField()

    objects: models.Manager[Community] = models.Manager()

    class Meta:
        verbose_name = _("社区")

    def __str__(self) -> str:
        return self.name


class Place(Trailed):
    """A node of the tree. `path` is the ids from the root, so that a subtree is a prefix."""

    trail_kind = "place"

    community = models.ForeignKey(Community, models.PROTECT, null=True, related_name="+")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=PlaceKind)
    name = models.CharField(max_length=40)
    full_name = models.CharField(max_length=120)
    """As people here say it, from the estate down: 盐业小区 3 栋."""
    path = models.CharField(max_length=100, unique=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Place"].as_manager()

    class Meta:
        verbose_name = _("地方")
        constraints = [
            models.CheckConstraint(
                condition=Q(community__isnull=False) | Q(kind=PlaceKind.STREET),
                name="place_street_alone_is_global",
            ),
            models.UniqueConstraint(
                fields=["community", "parent", "name"], name="place_name_once_under_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class Asset(Trailed):
    """Something that can be looked after: a tree, a lamp, a room."""

    trail_kind = "asset"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    place = CommunityKey(Place)
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Asset"].as_manager()

    class Meta:
        verbose_name = _("设施")
        constraints = [
            models.UniqueConstraint(fields=["community", "code"], name="asset_code_once")
        ]

    def __str__(self) -> str:
        return self.name


class DayOff(Trailed):
    """A day on which this community departs from the national calendar, or that calendar's own
    day for a year the packaged one does not know yet."""

    trail_kind = "dayoff"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    day = models.DateField()
    working = models.BooleanField(default=False)
    name = models.CharField(max_length=40, blank=True)

    objects = ScopedQuerySet["DayOff"].as_manager()

    class Meta:
        verbose_name = _("放假与调休")
        constraints = [models.UniqueConstraint(fields=["community", "day"], name="dayoff_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


def national_workday(day: date) -> bool | None:
    """The national calendar's word for a day, None for a year it does not know."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
