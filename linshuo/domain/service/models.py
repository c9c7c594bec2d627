"""Turns and service records."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet


class Via(models.TextChoices):
    PERSON = "person", _("受助的人说的")
    SLIP = "slip", _("便民条")
    CALL = "call", _("社区打电话问的")
    COLLEAGUE = "colleague", _("在场的同事说的")


class Turn(Trailed):
    """Someone planned to come, from when to when."""

    trail_kind = "turn"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    pledge = CommunityKey(Pledge)
    person = CommunityKey(Person, null=True)
    partnership = CommunityKey(Partnership, null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    missed_at = models.DateTimeField(null=True, blank=True)
    """Said not to have come; a fact, shown to nobody but the two sides."""

    objects = ScopedQuerySet["Turn"].as_manager()

    class Meta:
        verbose_name = _("一班")
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="turn_ends_after_start"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, partnership__isnull=True)
                | Q(person__isnull=True, partnership__isnull=False),
                name="turn_by_exactly_one",
            ),
        ]
        indexes = [models.Index(fields=["community", "person", "starts"], name="turn_person")]

    def __str__(self) -> str:
        return f"{self.starts:%F %H:%M}"


class ServiceRecord(Trailed):
    """Minutes served in a turn, in another's word."""

    trail_kind = "service"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    turn = CommunityKey(Turn)
    person = CommunityKey(Person)
    starts = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    confirmed_by = CommunityKey(Person, null=True)
    """None when the holder of a slip confirmed who never gave a name."""
    via = models.CharField(max_length=10, choices=Via)
    confirmed_at = models.DateTimeField()
    corrects = CommunityKey("self", null=True)

    objects = ScopedQuerySet["ServiceRecord"].as_manager()

    class Meta:
        verbose_name = _("服务记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("person")),
                name="service_confirmed_by_another",
            ),
            models.UniqueConstraint(
                fields=["turn", "person"],
                condition=Q(corrects__isnull=True),
                name="service_once_a_turn",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(corrects__isnull=False),
                name="service_corrected_once",
            ),
        ]
        indexes = [models.Index(fields=["community", "person", "starts"], name="service_person")]

    def __str__(self) -> str:
        return f"{self.minutes}"
