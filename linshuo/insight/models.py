"""What this hall keeps of its own: figures saved from a list, briefs with what they froze, and the
forms of others that are filled from figures. It writes nothing else.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet


class SavedFigure(Trailed):
    """A list's filters under a name: counted anew each time it is looked at."""

    trail_kind = "savedfigure"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    filters = models.JSONField(default=dict)
    """What the ledger's address said, field by field; only what narrows is kept."""
    words = models.CharField(max_length=300)
    """The filters as a person says them, as they were when they were saved."""
    by = CommunityKey(Person, null=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["SavedFigure"].as_manager()

    class Meta:
        verbose_name = _("存下的数字")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"],
                condition=Q(ended_at__isnull=True),
                name="savedfigure_name_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class BriefKind(models.TextChoices):
    WEEK = "week", _("一周简报")
    MONTH = "month", _("月报")
    YEAR = "year", _("全年简报")
    VOLUNTEERS = "volunteers", _("志愿者日简报")
    OWN = "own", _("自己写的")


class Brief(Trailed):
    """简报: text in which figures stand. Until it is frozen its figures are counted anew."""

    trail_kind = "brief"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=BriefKind)
    title = models.CharField(max_length=60)
    since = models.DateField(null=True)
    until = models.DateField()
    body = models.JSONField(default=list)
    """Paragraphs in their order; see `insight.composing`."""
    by = CommunityKey(Person, null=True)
    created_at = models.DateTimeField()
    as_of = models.DateTimeField(null=True)
    """The moment its figures are of; set when it is frozen."""
    frozen_at = models.DateTimeField(null=True)
    frozen_by = CommunityKey(Person, null=True)
    dropped_at = models.DateTimeField(null=True)
    """When a draft was given up; what is frozen stays."""

    objects = ScopedQuerySet["Brief"].as_manager()

    class Meta:
        verbose_name = _("简报")
        constraints = [
            models.CheckConstraint(
                condition=Q(as_of__isnull=True, frozen_at__isnull=True)
                | Q(as_of__isnull=False, frozen_at__isnull=False),
                name="brief_frozen_as_of",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | Q(frozen_at__isnull=True),
                name="brief_frozen_stays",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(since__lte=models.F("until")),
                name="brief_since_before_until",
            ),
        ]
        indexes = [models.Index(fields=["community", "-until", "-id"], name="brief_newest")]

    def __str__(self) -> str:
        return self.title


class FrozenFigure(Trailed):
    """A figure as a brief holds it: value, definition, moment and the rows that were counted."""

    trail_kind = "frozenfigure"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    brief = CommunityKey(Brief)
    no = models.PositiveSmallIntegerField()
    """Of its footnote."""
    key = models.CharField(max_length=60)
    cut = models.CharField(max_length=12, blank=True)
    """How it is told apart, where it stands as a table."""
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=20, blank=True)
    counts = models.TextField()
    leaves_out = models.TextField(blank=True)
    kind = models.CharField(max_length=20)
    since = models.DateTimeField(null=True)
    as_of = models.DateTimeField()
    value = models.BigIntegerField()
    said = models.CharField(max_length=60)
    row_ids = models.JSONField(default=list)
    parts = models.JSONField(default=list)
    """Of a table: [words, value as said, number of rows] a line."""

    objects = ScopedQuerySet["FrozenFigure"].as_manager()

    class Meta:
        verbose_name = _("简报里的数字")
        constraints = [
            models.UniqueConstraint(fields=["brief", "no"], name="frozenfigure_no_once"),
            models.UniqueConstraint(fields=["brief", "key", "cut"], name="frozenfigure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.said}"


class OutsideForm(Trailed):
    """A form that somebody outside wants filled: their workbook, and which cell takes what."""

    trail_kind = "outsideform"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    file = CommunityKey(File)
    cells = models.JSONField(default=list)
    """[{"sheet": …, "cell": "B3", "key": "needs.heard"}], in the order they were named."""
    by = CommunityKey(Person, null=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["OutsideForm"].as_manager()

    class Meta:
        verbose_name = _("上面的表")
        indexes = [models.Index(fields=["community", "-at", "-id"], name="outsideform_newest")]

    def __str__(self) -> str:
        return self.name
