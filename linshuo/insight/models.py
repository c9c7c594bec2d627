"""What this hall keeps of its own: figures saved from a list, briefs and letters with what they
froze, and the forms of others that are filled from figures. It writes nothing else.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.funds.models import Goods, Voucher
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.models import Trailed, exactly_one
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


CAUSES = ("pledge", "voucher", "goods")
"""What somebody may be thanked for; a letter of thanks knows which of them it is."""


class Missive(Trailed):
    """信件: facts from the records to a unit about its quarter, or to somebody in thanks. Read anew
    until it is sent; from then on it says what it said. (A `Letter` is what the notices post.)"""

    trail_kind = "missive"

    class Kind(models.TextChoices):
        QUARTER = "quarter", _("季度反馈信")
        THANKS = "thanks", _("感谢信")

    class How(models.TextChoices):
        HAND = "hand", _("当面交")
        POST = "post", _("寄")
        PAGE = "page", _("放在对方自己的页面上")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind)
    partnership = CommunityKey(Partnership, null=True)
    person = CommunityKey(Person, null=True)
    since = models.DateField()
    until = models.DateField()
    """Its first and last day; of thanks the day of what they are for."""
    pledge = CommunityKey(Pledge, null=True)
    voucher = CommunityKey(Voucher, null=True)
    goods = CommunityKey(Goods, null=True)
    opening = models.CharField(max_length=300, blank=True)
    """What the office says of its own, above the facts."""
    facts = models.JSONField(default=dict)
    """What was sent, see `insight.letter_facts`; empty until then."""
    drafted_by = CommunityKey(Person, null=True)
    drafted_at = models.DateTimeField()
    preview_until = models.DateField(null=True)
    """Through this day members look at what would be said of them."""
    sent_at = models.DateTimeField(null=True)
    sent_by = CommunityKey(Person, null=True)
    sent_how = models.CharField(max_length=4, choices=How, blank=True)
    dropped_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Missive"].as_manager()

    class Meta:
        verbose_name = _("信件")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("partnership", "person"), name="missive_to_exactly_one"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="quarter",
                    partnership__isnull=False,
                    preview_until__isnull=False,
                    **{f"{cause}__isnull": True for cause in CAUSES},
                )
                | Q(kind="thanks", preview_until__isnull=True) & exactly_one(*CAUSES),
                name="missive_quarter_or_thanks",
            ),
            models.CheckConstraint(
                condition=Q(since__lte=models.F("until")), name="missive_since_before_until"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True),
                name="missive_sent_or_dropped",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_how="")
                | Q(sent_at__isnull=False, sent_how__gt=""),
                name="missive_sent_says_how",
            ),
            models.UniqueConstraint(
                fields=["partnership", "since"],
                condition=Q(kind="quarter", dropped_at__isnull=True),
                name="missive_once_a_quarter",
            ),
            *(
                models.UniqueConstraint(
                    fields=[cause],
                    condition=Q(**{f"{cause}__isnull": False}, dropped_at__isnull=True),
                    name=f"missive_once_a_{cause}",
                )
                for cause in CAUSES
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-since", "-id"], name="missive_newest"),
            models.Index(fields=["community", "partnership", "-since"], name="missive_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.since}"


class MissivePart(Trailed):
    """What a quarter's letter would say of one member by name, and what the member says to that.
    Without their yes they are counted and not named."""

    trail_kind = "missivepart"

    class Said(models.TextChoices):
        WAITING = "", _("还没说")
        YES = "yes", _("可以写我")
        NO = "no", _("别写我")

    class How(models.TextChoices):
        PAGE = "page", _("自己在网上答的")
        PHONE = "phone", _("电话里说的")
        COUNTER = "counter", _("当面说的")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    missive = CommunityKey(Missive)
    person = CommunityKey(Person)
    facts = models.JSONField(default=list)
    """The very lines they said yes to; of whoever is not named in what was sent none are kept."""
    said = models.CharField(max_length=3, choices=Said, default=Said.WAITING, blank=True)
    words = models.CharField(max_length=120, blank=True)
    """A sentence of their own, to stand below the lines."""
    answered_at = models.DateTimeField(null=True)
    answered_by = CommunityKey(Person, null=True)
    """Who pressed: the member, or whoever typed in what they said."""
    answered_how = models.CharField(max_length=7, choices=How, blank=True)
    named = models.BooleanField(default=False)
    """Whether they stand by name in what was sent."""

    objects = ScopedQuerySet["MissivePart"].as_manager()

    class Meta:
        verbose_name = _("信里写本人的几行")
        constraints = [
            models.UniqueConstraint(fields=["missive", "person"], name="missivepart_once"),
            models.CheckConstraint(
                condition=Q(said="", answered_at__isnull=True, answered_how="")
                | Q(said__gt="", answered_at__isnull=False, answered_how__gt=""),
                name="missivepart_said_when_and_how",
            ),
            models.CheckConstraint(
                condition=Q(words="") | Q(said="yes"), name="missivepart_words_with_a_yes"
            ),
            models.CheckConstraint(
                condition=Q(named=False) | Q(said="yes"), name="missivepart_named_said_yes"
            ),
        ]
        indexes = [models.Index(fields=["community", "person"], name="missivepart_person")]

    def __str__(self) -> str:
        return f"{self.missive_id}/{self.person_id}"
