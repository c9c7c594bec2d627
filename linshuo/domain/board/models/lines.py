"""A line of the board, what it is for, and how many places it has."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models.posts import MOST_TEXT, Offer, Post
from linshuo.domain.board.models.works import Collection, Project
from linshuo.domain.needs.models import Need
from linshuo.domain.people.skills import Skill
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Asset, Community, Place
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet

MOST_SLOTS = 500


class AskKind(models.TextChoices):
    """Four contracts, not four labels: what is taken on, and how it is shown to be kept."""

    CLAIM = "claim", _("认领")
    DONATE = "donate", _("认捐")
    MANAGE = "manage", _("认管")
    ADOPT = "adopt", _("认养")


TARGETS = ("need", "post", "asset", "offer", "project", "collection")
"""What a line may be for; exactly one of them."""
WHOLE = (
    *("need__place", "post__place", "asset__place", "project__place", "collection__place"),
    *("offer__partnership__organisation", "offer__person"),
)
"""What is read together with a line whose target is going to be spoken of."""


class Ask(Trailed):
    """One line a person can sign for. `taken` moves only by one conditional update."""

    trail_kind = "ask"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    need = CommunityKey(Need, null=True)
    post = CommunityKey(Post, null=True)
    asset = CommunityKey(Asset, null=True)
    offer = CommunityKey(Offer, null=True)
    project = CommunityKey(Project, null=True)
    collection = CommunityKey(Collection, null=True)
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
            models.CheckConstraint(condition=exactly_one(*TARGETS), name="ask_for_exactly_one"),
        ]
        indexes = [
            models.Index(fields=["community", "need"], name="ask_need"),
            models.Index(fields=["community", "post"], name="ask_post"),
            models.Index(fields=["community", "offer"], name="ask_offer"),
            models.Index(fields=["community", "project"], name="ask_project"),
            models.Index(fields=["community", "collection"], name="ask_collection"),
            models.Index(fields=["community", "closed_at", "-opened_at", "-id"], name="ask_board"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def left(self) -> int:
        """Places nobody holds."""
        return self.slots - self.taken

    @property
    def open_ended(self) -> bool:
        """Whether money is asked for, where no number of givers is ever wanted of anybody
        (慈善法 §32: 不得摊派): pages say how many have signed, never how many are missing."""
        return self.project_id is not None or self.collection_id is not None

    @property
    def target(self) -> Trailed:
        """What the line is for: a need, a post, an asset, an offer, a project or a collection."""
        found: Trailed = next(row for name in TARGETS if (row := getattr(self, name)) is not None)
        return found

    @property
    def place(self) -> Place | None:
        """Where it is; an offer is nowhere in particular."""
        return getattr(self.target, "place", None)

    @property
    def owner_id(self) -> int | None:
        """Whoever in the office has it in hand."""
        return getattr(self.target, "owner_id", None)
