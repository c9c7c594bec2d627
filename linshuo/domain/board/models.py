"""An ask, and how many places it has."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.models import Need
from linshuo.domain.people.skills import Skill
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet

MOST_TEXT = 60
MOST_SLOTS = 500


class AskKind(models.TextChoices):
    """Four contracts, not four labels: what is taken on, and how it is shown to be kept."""

    CLAIM = "claim", _("认领")
    DONATE = "donate", _("认捐")
    MANAGE = "manage", _("认管")
    ADOPT = "adopt", _("认养")


class Ask(Trailed):
    """One line a person can sign for. `taken` moves only by one conditional update."""

    trail_kind = "ask"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    need = CommunityKey(Need)
    kind = models.CharField(max_length=8, choices=AskKind)
    text = models.CharField(max_length=MOST_TEXT)
    hint = models.CharField(max_length=MOST_TEXT, blank=True)
    """When, with what, how often: 两个周六上午，社区备工具、上保险."""
    skill = models.CharField(max_length=10, choices=Skill, blank=True)
    unit = models.CharField(max_length=6, default="位")
    slots = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Ask"].as_manager()

    class Meta:
        verbose_name = _("榜上的一行")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("slots")),
                name="ask_never_oversubscribed",
            ),
            models.CheckConstraint(condition=Q(slots__gte=1), name="ask_has_a_place"),
        ]
        indexes = [
            models.Index(fields=["community", "need"], name="ask_need"),
            models.Index(fields=["community", "closed_at", "-opened_at", "-id"], name="ask_board"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def left(self) -> int:
        """Places nobody holds."""
        return self.slots - self.taken
