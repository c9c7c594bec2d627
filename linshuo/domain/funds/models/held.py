"""What is held in the hand: boxes and their counts, and goods."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds.models.moved import Voucher
from linshuo.domain.needs.models import Need
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet


class Box(Trailed):
    """A box with its number, standing somewhere for one collection."""

    trail_kind = "box"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    collection = CommunityKey(Collection)
    serial = models.CharField(max_length=20)
    where = models.CharField(max_length=60)
    since = models.DateField()
    closed_on = models.DateField(null=True)

    objects = ScopedQuerySet["Box"].as_manager()

    class Meta:
        verbose_name = _("义捐箱")
        constraints = [
            models.UniqueConstraint(fields=["community", "serial"], name="box_serial_once")
        ]

    def __str__(self) -> str:
        return self.serial


class Opening(Trailed):
    """A box opened once: the seal that was on it, what two people counted, where it was taken."""

    trail_kind = "opening"

    class Why(models.TextChoices):
        NEXT = "next", _("留着，和下次一起存")
        FALSE = "false", _("残币假币，银行没收")
        MISCOUNT = "miscount", _("当时点错了")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    box = CommunityKey(Box)
    seal_no = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    photo = CommunityKey(File, null=True)
    counted_fen = models.BigIntegerField(null=True)
    """What both found; null until they agree."""
    voucher = CommunityKey(Voucher, null=True)
    deposit = CommunityKey(Voucher, null=True)
    difference_fen = models.BigIntegerField(default=0)
    """Counted, less what the bank's slip says."""
    why = models.CharField(max_length=8, choices=Why, blank=True)
    explanation = models.CharField(max_length=200, blank=True)
    explained_by = CommunityKey(Person, null=True)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Opening"].as_manager()

    class Meta:
        verbose_name = _("开箱")
        constraints = [
            models.UniqueConstraint(fields=["box", "seal_no"], name="opening_seal_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | Q(counted_fen__isnull=False) & (Q(difference_fen=0) | ~Q(explanation="")),
                name="opening_closed_is_explained",
            ),
        ]
        indexes = [models.Index(fields=["community", "box", "-id"], name="opening_box")]

    def __str__(self) -> str:
        return self.seal_no


class Tally(Trailed):
    """What one person counted in an opened box, note by note."""

    trail_kind = "tally"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    opening = CommunityKey(Opening)
    person = CommunityKey(Person)
    notes = models.JSONField()
    """How many of each, by its value in 分: {"10000": 3, "50": 1}."""
    total_fen = models.BigIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    """Two who do not agree count again, both of them."""
    at = models.DateTimeField()

    objects = ScopedQuerySet["Tally"].as_manager()

    class Meta:
        verbose_name = _("点数")
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "person", "round"], name="tally_once_a_person"
            ),
            models.CheckConstraint(condition=Q(total_fen__gte=0), name="tally_not_below_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.total_fen}"


class Goods(Trailed):
    """Something given that is not money: who gave it, who took it in, what it was used for."""

    trail_kind = "goods"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    collection = CommunityKey(Collection, null=True)
    project = CommunityKey(Project, null=True)
    need = CommunityKey(Need, null=True)
    item = models.CharField(max_length=60)
    quantity = models.CharField(max_length=20)
    value_fen = models.BigIntegerField(null=True)
    """What the giver says it is worth; null where nobody says."""
    giver = CommunityKey(Person, null=True)
    unit = CommunityKey(Partnership, null=True)
    giver_name = models.CharField(max_length=40, blank=True)
    unnamed = models.BooleanField(default=False)
    name_public = models.BooleanField(default=False)
    received_by = CommunityKey(Person)
    received_on = models.DateField()
    voucher = CommunityKey(Voucher, null=True)
    used_on = models.DateField(null=True)
    used_for = models.CharField(max_length=120, blank=True)
    given_to = models.CharField(max_length=60, blank=True)
    """To whom, in words that name nobody in public: 二十二户高龄老人."""
    use_voucher = CommunityKey(Voucher, null=True)

    objects = ScopedQuerySet["Goods"].as_manager()

    class Meta:
        verbose_name = _("实物")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("collection", "project", "need"), name="goods_for_exactly_one"
            ),
            models.CheckConstraint(
                condition=Q(value_fen__isnull=True) | Q(value_fen__gt=0), name="goods_positive"
            ),
            models.CheckConstraint(
                condition=Q(used_on__isnull=True) | ~Q(used_for=""), name="goods_used_for_something"
            ),
            models.CheckConstraint(
                condition=Q(used_on__isnull=True) | Q(used_on__gte=F("received_on")),
                name="goods_used_after_received",
            ),
        ]
        indexes = [models.Index(fields=["community", "-received_on", "-id"], name="goods_newest")]

    def __str__(self) -> str:
        return self.item
