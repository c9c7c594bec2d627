"""What was said in public about money, months that are closed, changes of purpose, and what a
bank's statement says."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds.models.moved import Voucher
from linshuo.domain.people.models import Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet


class Disclosure(Trailed):
    """收支公开: what came in, went out and is left, as it stood on a day, and stays so. What was
    wrong in it is put right by a further one that says so (令81号)."""

    trail_kind = "disclosure"

    class Kind(models.TextChoices):
        QUARTER = "quarter", _("三个月一次")
        FINAL = "final", _("最后一次")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    collection = CommunityKey(Collection, null=True)
    project = CommunityKey(Project, null=True)
    kind = models.CharField(max_length=7, choices=Kind)
    since = models.DateField()
    until = models.DateField()
    numbers = models.JSONField()
    """In 分, by what they are: promised, raised, direct, spent, left; as they stood."""
    words = models.CharField(max_length=400, blank=True)
    leftover = models.CharField(max_length=200, blank=True)
    """What becomes of anything left over."""
    corrects = CommunityKey("self", null=True)
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = CommunityKey(Person, null=True)

    objects = ScopedQuerySet["Disclosure"].as_manager()

    class Meta:
        verbose_name = _("收支公开")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("collection", "project"), name="disclosure_of_exactly_one"
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="disclosure_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["collection", "kind", "until"],
                condition=Q(collection__isnull=False, corrects__isnull=True),
                name="disclosure_once_for_collection",
            ),
            models.UniqueConstraint(
                fields=["project", "kind", "until"],
                condition=Q(project__isnull=False, corrects__isnull=True),
                name="disclosure_once_for_project",
            ),
        ]
        indexes = [models.Index(fields=["community", "-until", "-id"], name="disclosure_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.until}"


class Closing(Trailed):
    """A month whose books are closed: two people, the sums, and the head of the chain that day."""

    trail_kind = "closing"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    month = models.DateField()
    """Its first day."""
    totals = models.JSONField()
    seq = models.BigIntegerField()
    head = models.CharField(max_length=64)
    drawn_up_by = CommunityKey(Person)
    drawn_up_at = models.DateTimeField()
    closed_by = CommunityKey(Person, null=True)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Closing"].as_manager()

    class Meta:
        verbose_name = _("月结")
        constraints = [
            models.UniqueConstraint(fields=["community", "month"], name="closing_month_once"),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("drawn_up_by")),
                name="closing_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PurposeChange(Trailed):
    """A wish to use what was given for something else, which those who gave must agree to
    (慈善法 §56)."""

    trail_kind = "purposechange"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    collection = CommunityKey(Collection)
    purpose = models.CharField(max_length=200)
    because = models.CharField(max_length=200)
    proposed_by = CommunityKey(Person)
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(default=False)

    objects = ScopedQuerySet["PurposeChange"].as_manager()

    class Meta:
        verbose_name = _("改用途")
        constraints = [
            models.UniqueConstraint(
                fields=["collection"],
                condition=Q(settled_at__isnull=True),
                name="purposechange_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.purpose


class PurposeAnswer(Trailed):
    """What whoever gave one gift says to another purpose."""

    trail_kind = "purposeanswer"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    change = CommunityKey(PurposeChange)
    voucher = CommunityKey(Voucher)
    agrees = models.BooleanField()
    said_to = CommunityKey(Person)
    """Who in the office was told, or the giver themselves."""
    at = models.DateTimeField()

    objects = ScopedQuerySet["PurposeAnswer"].as_manager()

    class Meta:
        verbose_name = _("改用途的答复")
        constraints = [
            models.UniqueConstraint(fields=["change", "voucher"], name="purposeanswer_once")
        ]

    def __str__(self) -> str:
        return f"{self.voucher_id}"


class BankLine(Trailed):
    """A line of the bank's statement, waiting for a person to say which voucher it is."""

    trail_kind = "bankline"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    account = models.CharField(max_length=40)
    day = models.DateField()
    amount_fen = models.BigIntegerField()
    """Above nothing what came in, below what went out."""
    payer = models.CharField(max_length=80, blank=True)
    memo = models.CharField(max_length=120, blank=True)
    balance_fen = models.BigIntegerField(null=True)
    fingerprint = models.CharField(max_length=64)
    """Of the account, day, amount, words and balance: the same statement twice adds nothing."""
    voucher = CommunityKey(Voucher, null=True)
    matched_by = CommunityKey(Person, null=True)
    matched_at = models.DateTimeField(null=True)
    set_aside = models.CharField(max_length=120, blank=True)
    """Why it has nothing to do with any book here."""

    objects = ScopedQuerySet["BankLine"].as_manager()

    class Meta:
        verbose_name = _("对账单的一行")
        constraints = [
            models.UniqueConstraint(fields=["community", "fingerprint"], name="bankline_once"),
            models.UniqueConstraint(
                fields=["voucher"],
                condition=Q(voucher__isnull=False),
                name="bankline_voucher_once",
            ),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="bankline_moves_something"),
        ]
        indexes = [models.Index(fields=["community", "-day", "-id"], name="bankline_newest")]

    def __str__(self) -> str:
        return f"{self.day} {self.amount_fen}"
