"""A pledge: one person or one unit on one line of the board."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Ask
from linshuo.domain.papers.models import File, Paper
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.lifecycle import LIVE, PLEDGE
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet


class Ended(models.TextChoices):
    FULFILLED = "fulfilled", _("做到了")
    RELEASED = "released", _("不认了")
    EXPIRED = "expired", _("没等到回话")
    HANDED_OVER = "handed_over", _("交接了")


class Pledge(Trailed):
    """Who signed, for how many places, and what is due next."""

    trail_kind = "pledge"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    ask = CommunityKey(Ask)
    person = CommunityKey(Person, null=True)
    partnership = CommunityKey(Partnership, null=True)
    signed_by = CommunityKey(Person, null=True)
    """Who put the name there: the person, a liaison, a clerk typing a sheet back."""
    slots = models.PositiveSmallIntegerField(default=1)
    goods = models.CharField(max_length=60, blank=True)
    amount_fen = models.BigIntegerField(null=True)
    """How much is promised where money is asked for; whoever gives a collection something at once
    promises nothing first."""
    agreement = CommunityKey(File, null=True)
    amount_public = models.BooleanField(default=False)
    """Whether the unit agreed in signing that its sum stands beside its name (慈善法 §82)."""
    approval = CommunityKey(File, null=True)
    """The approval a state-owned unit needs for giving (慈善法 §43)."""
    state = models.CharField(
        max_length=10, choices=[(s.name, s.label) for s in PLEDGE.states.values()]
    )
    due_at = models.DateTimeField(null=True)
    due_for = models.CharField(max_length=14, blank=True)
    signed_at = models.DateTimeField()
    first_contact_at = models.DateTimeField(null=True)
    planned_on = models.DateField(null=True)
    until = models.DateField(null=True)
    """The end of a term of 认管 or 认养."""
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=12, choices=Ended, blank=True)
    receipt = models.CharField(max_length=200, blank=True)
    successor = CommunityKey("self", null=True)
    paper = CommunityKey(Paper, null=True)

    objects = ScopedQuerySet["Pledge"].as_manager()

    class Meta:
        verbose_name = _("认的人")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("person", "partnership"),
                name="pledge_by_exactly_one",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE) | Q(due_at__isnull=False), name="pledge_live_is_due"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_as__gt="") | (~Q(state="ended") & Q(ended_as="")),
                name="pledge_ended_says_how",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0),
                name="pledge_amount_is_positive",
            ),
            models.UniqueConstraint(
                fields=["ask", "person"],
                condition=Q(state__in=LIVE, person__isnull=False),
                name="pledge_person_once_while_live",
            ),
            models.UniqueConstraint(
                fields=["ask", "partnership"],
                condition=Q(state__in=LIVE, partnership__isnull=False),
                name="pledge_unit_once_while_live",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "ask", "state"], name="pledge_ask"),
            models.Index(fields=["community", "person", "state"], name="pledge_person"),
            models.Index(fields=["community", "partnership", "state"], name="pledge_unit"),
            models.Index(fields=["community", "state", "due_at"], name="pledge_due"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Instalment(Trailed):
    """Part of a promised sum, with the day it is due. How much of it came, the funds know."""

    trail_kind = "instalment"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    pledge = CommunityKey(Pledge)
    no = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()
    told_at = models.DateTimeField(null=True)
    """When the liaison was quietly reminded."""

    objects = ScopedQuerySet["Instalment"].as_manager()

    class Meta:
        verbose_name = _("分期")
        constraints = [
            models.UniqueConstraint(fields=["pledge", "no"], name="instalment_no_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="instalment_positive"),
        ]
        indexes = [models.Index(fields=["community", "due_on"], name="instalment_due")]

    def __str__(self) -> str:
        return f"{self.pledge_id}/{self.no}"


class HeldRow(Trailed):
    """A row of a signed sheet that nobody could read yet: kept until somebody knows, or lets go."""

    trail_kind = "held-row"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    paper = CommunityKey(Paper)
    line = models.PositiveSmallIntegerField()
    """The line of the sheet; 0 when not even that can be read."""
    typed = models.CharField(max_length=80, blank=True)
    """What could be made out."""
    photo = CommunityKey(File, null=True)
    at = models.DateTimeField()
    kept_by = CommunityKey(Person, null=True)
    resolved_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["HeldRow"].as_manager()

    class Meta:
        verbose_name = _("看不清的一行")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "paper", "line", "typed"], name="held_row_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}/{self.line}"
