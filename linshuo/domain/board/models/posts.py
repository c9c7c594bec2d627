"""Posts with their hours, and what is offered."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Asset, Community, Place
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet

MOST_TEXT = 60


class PostKind(models.TextChoices):
    """How a post is kept: somebody sits there, somebody goes round, units take turns."""

    DESK = "desk", _("坐班")
    PATROL = "patrol", _("巡查")
    ROTA = "rota", _("轮值")


class Risk(models.TextChoices):
    """What a turn may do to whoever takes it; anything but none needs insurance noted."""

    NONE = "", _("没有什么危险")
    HEIGHT = "height", _("登高")
    NIGHT = "night", _("夜里")
    TRAFFIC = "traffic", _("车流里")
    OTHER = "other", _("别的")


class Post(Trailed):
    """岗: something that is kept week after week: the doctor's station, a street, a doorway, a
    sorting stand. Who keeps it are pledges; when, its hours and the turns made of them."""

    trail_kind = "post"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=PostKind)
    name = models.CharField(max_length=40)
    about = models.CharField(max_length=120, blank=True)
    """What is done there, in a sentence for everyone."""
    place = CommunityKey(Place)
    asset = CommunityKey(Asset, null=True)
    need = CommunityKey(Need, null=True)
    """What it came from, where it came from a need."""
    owner = CommunityKey(Person, null=True)
    """Whoever in the office looks after it."""
    risk = models.CharField(max_length=8, choices=Risk, blank=True)
    insurance = models.CharField(max_length=80, blank=True)
    insured_until = models.DateField(null=True)
    licence = models.CharField(max_length=60, blank=True)
    """The licence its keepers must hold: 医师资格证. Empty for most."""
    since = models.DateField()
    until = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Post"].as_manager()

    class Meta:
        verbose_name = _("岗")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(closed_at__isnull=True),
                name="post_name_once_while_kept",
            ),
            models.CheckConstraint(
                condition=Q(risk="") | ~Q(insurance=""), name="post_risky_is_insured"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="post_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PostHours(Trailed):
    """One stretch of a post's week: on a weekday, from when to when, and whose it usually is."""

    trail_kind = "posthours"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    post = CommunityKey(Post)
    weekday = models.PositiveSmallIntegerField()
    """0 is Monday."""
    starts = models.TimeField()
    ends = models.TimeField()
    person = CommunityKey(Person, null=True)
    partnership = CommunityKey(Partnership, null=True)
    since = models.DateField()
    until = models.DateField(null=True)
    """The last day on which it holds; changing hours ends a row and begins another."""

    objects = ScopedQuerySet["PostHours"].as_manager()

    class Meta:
        verbose_name = _("岗的钟点")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="posthours_weekday"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="posthours_ends_later"),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(partnership__isnull=True),
                name="posthours_by_at_most_one",
            ),
        ]
        indexes = [models.Index(fields=["community", "post", "weekday"], name="posthours_post")]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}"


class Offer(Trailed):
    """服务: what a unit or a member offers, that a resident or the office can ask for. Whoever asks
    signs its line, with the same places, queue and dates as any other line."""

    trail_kind = "offer"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    partnership = CommunityKey(Partnership, null=True)
    person = CommunityKey(Person, null=True)
    text = models.CharField(max_length=MOST_TEXT)
    since = models.DateField()
    until = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Offer"].as_manager()

    class Meta:
        verbose_name = _("能提供的服务")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("person", "partnership"),
                name="offer_by_exactly_one",
            ),
        ]
        indexes = [models.Index(fields=["community", "closed_at", "-id"], name="offer_open")]

    def __str__(self) -> str:
        return self.text
