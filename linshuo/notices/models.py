"""What somebody was told."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.trail.scoping import ScopedQuerySet


class Message(models.Model):
    """One thing told to one person because of one event.

    It keeps which sentence it is and which matter it is about, not the sentence itself: that is
    put together when it is read, in the reader's language, so there is no second copy of anybody's
    words to erase. It is no part of the trail: losing one loses nothing that happened.
    """

    class Channel(models.TextChoices):
        INBOX = "inbox", _("工作台")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    event_id = models.BigIntegerField()
    person = CommunityKey(Person)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.INBOX)
    saying = models.CharField(max_length=12)
    need = CommunityKey(Need)
    at = models.DateTimeField()
    """When the thing happened that is told about."""
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Message"].as_manager()

    class Meta:
        verbose_name = _("告诉")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "event_id", "person", "channel"], name="message_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["community", "person", "-id"],
                condition=models.Q(done_at__isnull=True),
                name="message_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.saying} {self.event_id}"
