"""Complaints and suggestions about the system and those who serve; nothing here writes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.people.models import Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import secret

MOST_WORDS = 1000


class Complaint(Trailed):
    """投诉和建议: said by anybody, named or not; answered by somebody it is not about.

    It is never shown to whoever it is about (国办函〔2026〕12号 asks for 投诉建议 with follow-up):
    `kept_from` says from whom it is kept, and every reading goes through `complaints.visible`.
    """

    trail_kind = "complaint"

    class About(models.TextChoices):
        SYSTEM = "system", _("这个网站，或者用起来不方便的地方")
        STAFF = "staff", _("社区里做事的人")
        HEAD = "head", _("书记、副书记")
        SUPERVISOR = "supervisor", _("监督委员")

    class Via(models.TextChoices):
        WEB = "web", _("网上")
        PAPER = "paper", _("写在纸上的")
        WORD = "word", _("当面或电话")

    class Outcome(models.TextChoices):
        CHANGED = "changed", _("说得对，改了")
        EXPLAINED = "explained", _("核实了，说明了情况")
        ELSEWHERE = "elsewhere", _("不归这里，告诉了该找谁")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    about = models.CharField(max_length=10, choices=About)
    words = models.CharField(max_length=MOST_WORDS)
    who = models.CharField(max_length=40, blank=True)
    contact_enc = models.TextField(blank=True)
    """How to reach whoever said it, if they left that; the code answers whoever did not."""
    via = models.CharField(max_length=5, choices=Via)
    code = models.CharField(max_length=12, unique=True)
    kept_from = models.CharField(max_length=200, blank=True)
    """The persons it is about, by id between commas: ,12,34, – they see nothing of it."""
    owner = CommunityKey(Person)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    progress = models.CharField(max_length=200, blank=True)
    """How far it is, for whoever has the code."""
    progress_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = CommunityKey(Person, null=True)
    answer = models.CharField(max_length=MOST_WORDS, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)

    objects = ScopedQuerySet["Complaint"].as_manager()

    class Meta:
        verbose_name = _("投诉和建议")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="complaint_number_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="complaint_answered_in_full",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "answered_at", "due_at"], name="complaint_due")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def contact(self) -> str:
        """In the clear: only for whoever answers."""
        return secret.unseal(self.contact_enc)

    @property
    def kept_ids(self) -> frozenset[int]:
        """The persons it is kept from."""
        return frozenset(int(part) for part in self.kept_from.split(",") if part)
