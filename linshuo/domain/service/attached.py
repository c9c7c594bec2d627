"""What hangs on turns and records: addresses of calendars, records handed out, and what was said
when somebody was called back. Nothing here writes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.people.models import Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit.codes import spaced


class CalendarLink(Trailed):
    """The address under which somebody's own turns stand in their calendar. Only a keyed hash of it
    is kept: whoever reads the database cannot read anybody's calendar."""

    trail_kind = "calendarlink"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    person = CommunityKey(Person)
    mark = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["CalendarLink"].as_manager()

    class Meta:
        verbose_name = _("日历地址")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at__isnull=True),
                name="calendarlink_once_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class Issued(Trailed):
    """A record of service as it was handed out on paper: which records, as of when, how long. It
    does not change; what has changed since is read beside it."""

    trail_kind = "issued"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    person = CommunityKey(Person)
    number = models.CharField(max_length=20)
    code = models.CharField(max_length=12, unique=True)
    """What the QR code on it leads to; not to be guessed."""
    as_of = models.DateTimeField()
    records = models.JSONField()
    """The ids of the records on it."""
    minutes = models.PositiveIntegerField()

    objects = ScopedQuerySet["Issued"].as_manager()

    class Meta:
        verbose_name = _("平台服务记录")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="issued_number_once")
        ]
        indexes = [models.Index(fields=["community", "person", "-id"], name="issued_person")]

    def __str__(self) -> str:
        return self.number

    @property
    def spoken(self) -> str:
        """The code in groups, to be read aloud or typed."""
        return spaced(self.code)


class CallBack(Trailed):
    """回访时长: somebody who must know was asked whether the hours are right."""

    trail_kind = "callback"

    class Said(models.TextChoices):
        YES = "yes", _("说来过，时长对")
        NO = "no", _("说没有来，或者没有这么久")
        NO_ANSWER = "no_answer", _("没有联系上")

    class Asked(models.TextChoices):
        SERVED = "served", _("受助的人")
        WORD = "word", _("说来过的人")
        OWN = "own", _("本人")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    record = CommunityKey(ServiceRecord)
    asked = models.CharField(max_length=6, choices=Asked)
    caller = CommunityKey(Person)
    at = models.DateTimeField()
    said = models.CharField(max_length=9, choices=Said)
    words = models.CharField(max_length=200, blank=True)

    objects = ScopedQuerySet["CallBack"].as_manager()

    class Meta:
        verbose_name = _("时长回访")
        indexes = [models.Index(fields=["community", "record", "id"], name="callback_record")]

    def __str__(self) -> str:
        return self.said
