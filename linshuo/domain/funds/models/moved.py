"""What moved: pots, the vouchers that say what is to move and why, and the transfers that did."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import BudgetLine, Collection, Project
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet


class PotKind(models.TextChoices):
    """Where money can be. The world's pots are those nobody here keeps: where it comes from and
    where it has gone."""

    DONORS = "donors", _("捐的人")
    BOX = "box", _("箱里的现金")
    BANK = "bank", _("账户")
    ADVANCE = "advance", _("备用金")
    GOODS = "goods", _("实物")
    DIRECT = "direct", _("单位直接付的")
    SPENT = "spent", _("花出去的")


WORLD = frozenset({PotKind.DONORS, PotKind.DIRECT, PotKind.SPENT})


class VoucherKind(models.TextChoices):
    """What a voucher is for; each leads from one pot to one other."""

    GIFT = "gift", _("收捐款")
    CASH = "cash", _("箱里点出")
    DEPOSIT = "deposit", _("现金存入账户")
    LOSS = "loss", _("差额")
    GOODS = "goods", _("收实物")
    USE = "use", _("用出实物")
    INSTALMENT = "instalment", _("收认捐款")
    DIRECT = "direct", _("单位直接付款")
    DRAW = "draw", _("领备用金")
    PUT_BACK = "put_back", _("交回备用金")
    SPEND = "spend", _("付款")
    SPEND_ADVANCE = "spend_advance", _("备用金付款")
    REFUND = "refund", _("退款")
    REVERSE = "reverse", _("冲销")


_K, _P = VoucherKind, PotKind
ROUTES: dict[VoucherKind, tuple[PotKind, PotKind]] = {
    _K.GIFT: (_P.DONORS, _P.BANK),
    _K.CASH: (_P.DONORS, _P.BOX),
    _K.DEPOSIT: (_P.BOX, _P.BANK),
    _K.LOSS: (_P.BOX, _P.DONORS),
    _K.GOODS: (_P.DONORS, _P.GOODS),
    _K.USE: (_P.GOODS, _P.SPENT),
    _K.INSTALMENT: (_P.DONORS, _P.BANK),
    _K.DIRECT: (_P.DONORS, _P.DIRECT),
    _K.DRAW: (_P.BANK, _P.ADVANCE),
    _K.PUT_BACK: (_P.ADVANCE, _P.BANK),
    _K.SPEND: (_P.BANK, _P.SPENT),
    _K.SPEND_ADVANCE: (_P.ADVANCE, _P.SPENT),
    _K.REFUND: (_P.BANK, _P.DONORS),
}
"""From which pot to which; 冲销 goes the way back of what it reverses."""


class Pot(models.Model):
    """What one collection or project has in one place. The balance is the sum of its transfers,
    kept beside them so that the database itself refuses to go below nothing; `verify` adds up."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    collection = CommunityKey(Collection, null=True)
    project = CommunityKey(Project, null=True)
    kind = models.CharField(max_length=7, choices=PotKind)
    balance_fen = models.BigIntegerField(default=0)

    objects = ScopedQuerySet["Pot"].as_manager()

    class Meta:
        verbose_name = _("钱在哪里")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("collection", "project"), name="pot_of_exactly_one"
            ),
            models.UniqueConstraint(
                fields=["collection", "kind"],
                condition=Q(collection__isnull=False),
                name="pot_once_in_collection",
            ),
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(project__isnull=False),
                name="pot_once_in_project",
            ),
            models.CheckConstraint(
                condition=Q(kind="donors", balance_fen__lte=0)
                | ~Q(kind="donors") & Q(balance_fen__gte=0),
                name="pot_never_below_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "collection"], name="pot_collection"),
            models.Index(fields=["community", "project"], name="pot_project"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Voucher(Trailed):
    """凭证: what is to move, why, on what paper, and who says so. It waits until somebody else has
    checked it against the paper; then it is booked, or refused with a reason, and stays."""

    trail_kind = "voucher"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=13, choices=VoucherKind)
    collection = CommunityKey(Collection, null=True)
    project = CommunityKey(Project, null=True)
    amount_fen = models.BigIntegerField()
    happened_on = models.DateField()
    pledge = CommunityKey(Pledge, null=True)
    instalment = CommunityKey(Instalment, null=True)
    line = CommunityKey(BudgetLine, null=True)
    giver = CommunityKey(Person, null=True)
    unit = CommunityKey(Partnership, null=True)
    giver_name = models.CharField(max_length=40, blank=True)
    """Who gave, where nobody of that name is known here. Empty for an unnamed giver."""
    unnamed = models.BooleanField(default=False)
    name_public = models.BooleanField(default=False)
    """Whether whoever gave agreed to be named with it (慈善法 §82)."""
    payee = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=120)
    file = CommunityKey(File, null=True)
    advance_to = CommunityKey(Person, null=True)
    """Who holds the advance that is drawn, put back or accounted for."""
    reverses = CommunityKey("self", null=True)
    recorded_by = CommunityKey(Person)
    recorded_at = models.DateTimeField()
    checked_by = CommunityKey(Person, null=True)
    booked_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_because = models.CharField(max_length=120, blank=True)
    receipt_no = models.CharField(max_length=20, blank=True)
    ticket_no = models.CharField(max_length=40, blank=True)
    """The charity's own 公益事业捐赠票据, which a community cannot issue."""

    objects = ScopedQuerySet["Voucher"].as_manager()

    class Meta:
        verbose_name = _("凭证")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("collection", "project"), name="voucher_of_exactly_one"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="voucher_positive"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("recorded_by")),
                name="voucher_checked_by_another",
            ),
            models.CheckConstraint(
                condition=Q(booked_at__isnull=True)
                | Q(checked_by__isnull=False) & Q(refused_at__isnull=True),
                name="voucher_booked_is_checked",
            ),
            models.CheckConstraint(
                condition=Q(kind="reverse", reverses__isnull=False)
                | ~Q(kind="reverse") & Q(reverses__isnull=True),
                name="voucher_reverse_says_what",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False, refused_at__isnull=True),
                name="voucher_reversed_once",
            ),
            models.UniqueConstraint(
                fields=["community", "receipt_no"],
                condition=~Q(receipt_no=""),
                name="voucher_receipt_once",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-happened_on", "-id"], name="voucher_newest"),
            models.Index(fields=["community", "collection", "-id"], name="voucher_collection"),
            models.Index(fields=["community", "project", "-id"], name="voucher_project"),
            models.Index(fields=["community", "pledge"], name="voucher_pledge"),
            models.Index(
                fields=["community", "-id"],
                condition=Q(booked_at__isnull=True, refused_at__isnull=True),
                name="voucher_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_fen}"

    @property
    def book(self) -> Collection | Project:
        """The collection or project whose money it is."""
        found: Collection | Project | None = self.collection or self.project
        assert found is not None
        return found

    @property
    def waiting(self) -> bool:
        """Whether nobody has checked it yet."""
        return self.booked_at is None and self.refused_at is None


class Transfer(Trailed):
    """What moved, for good. Written once: the database refuses to change or delete it. It names no
    giver, so that erasing a person leaves every figure as it was."""

    trail_kind = "transfer"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    voucher = CommunityKey(Voucher)
    from_pot = CommunityKey(Pot)
    to_pot = CommunityKey(Pot)
    amount_fen = models.BigIntegerField()
    happened_on = models.DateField()
    booked_at = models.DateTimeField()
    by = CommunityKey(Person)
    checked_by = CommunityKey(Person)
    reverses = CommunityKey("self", null=True, db_constraint=False)
    """No key in the database: to look at the row it points to, PostgreSQL asks for the very right
    to change it that is taken away. `verify` looks instead."""

    objects = ScopedQuerySet["Transfer"].as_manager()

    class Meta:
        verbose_name = _("钱的一笔移动")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="transfer_positive"),
            models.CheckConstraint(
                condition=~Q(from_pot=F("to_pot")), name="transfer_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=~Q(by=F("checked_by")), name="transfer_checked_by_another"
            ),
            models.UniqueConstraint(fields=["voucher"], name="transfer_once_a_voucher"),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="transfer_reversed_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "from_pot", "-happened_on", "-id"], name="transfer_from"
            ),
            models.Index(fields=["community", "to_pot", "-happened_on", "-id"], name="transfer_to"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_fen}"
