"""What strangers have said, before a person has let it in: unnumbered, and shown to nobody outside.

A row here is not a need yet: it has no number, owner or clock of the ledger, but it does have an
answer date, so that silence turns red all the same.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.models import Need, Urgency
from linshuo.domain.papers.models import File
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community, Place
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import secret


class Incoming(Trailed):
    """One thing said on the public page by someone the house does not know."""

    trail_kind = "incoming"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    draft_id = models.CharField(max_length=36)
    words = models.TextField()
    place = CommunityKey(Place)
    urgency = models.CharField(max_length=8, choices=Urgency)
    name_enc = models.TextField(blank=True)
    phone_enc = models.TextField(blank=True)
    for_neighbour = models.BooleanField(default=False)
    """Said for somebody else who cannot say it here: 替邻居说."""
    photo = CommunityKey(File, null=True)
    suspect = models.BooleanField(default=False)
    """Looks like a machine: kept apart, never thrown away."""
    code = models.CharField(max_length=8, unique=True)
    """What its author can look it up by before it has a number."""
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    let_in_at = models.DateTimeField(null=True)
    turned_away_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    need = CommunityKey(Need, null=True)

    objects = ScopedQuerySet["Incoming"].as_manager()

    class Meta:
        verbose_name = _("还没进门的话")
        constraints = [
            models.UniqueConstraint(fields=["community", "draft_id"], name="incoming_draft_once"),
            models.CheckConstraint(
                condition=Q(let_in_at__isnull=True) | Q(turned_away_at__isnull=True),
                name="incoming_one_answer",
            ),
            models.CheckConstraint(
                condition=Q(let_in_at__isnull=True, need__isnull=True)
                | Q(let_in_at__isnull=False, need__isnull=False),
                name="incoming_let_in_has_need",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "let_in_at", "turned_away_at", "due_at"], name="incoming_queue"
            )
        ]

    def __str__(self) -> str:
        return self.words[:20]

    @property
    def name(self) -> str:
        """What its author wished to be called."""
        return secret.unseal(self.name_enc)

    @property
    def phone(self) -> str:
        """In the clear, for the person made of it when it is let in."""
        return secret.unseal(self.phone_enc)

    @property
    def waits(self) -> bool:
        """Nobody has answered yet."""
        return self.let_in_at is None and self.turned_away_at is None
