"""A line of the board, what it is for, and how many places it has; posts with their hours; what is
offered."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.skills import Skill
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Asset, Community, Place
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet

MOST_TEXT = 60
MOST_SLOTS = 500


class AskKind(models.TextChoices):
    """Four contracts, not four labels: what is taken on, and how it is shown to be kept."""

    CLAIM = "claim", _("认领")
    DONATE = "donate", _("认捐")
    MANAGE = "manage", _("认管")
    ADOPT = "adopt", _("认养")


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


TARGETS = ("need", "post", "asset", "offer")
"""What a line may be for; exactly one of them."""
WHOLE = (
    *("need__place", "post__place", "asset__place"),
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
            models.Index(fields=["community", "closed_at", "-opened_at", "-id"], name="ask_board"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def left(self) -> int:
        """Places nobody holds."""
        return self.slots - self.taken

    @property
    def target(self) -> Trailed:
        """What the line is for: a need, a post, an asset or an offer."""
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
