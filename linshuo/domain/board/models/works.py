"""What money is raised for: collections on a legal basis, projects with their lines and steps."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.lifecycle import COLLECTION, PROJECT
from linshuo.domain.needs.models import Need
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community, Place
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet


class LegalBasis(models.TextChoices):
    """What allows a community to take money; each forbids something else."""

    MUTUAL = "mutual", _("社区内互助互济")
    """慈善法 §122: among the members of this community, in no public place."""
    RESIDENTS = "residents", _("居民会议筹集")
    """居委会组织法 §16: by the residents' decision, voluntary, with published accounts."""
    JOINT = "joint", _("与慈善组织合作公募")
    """慈善法 §26: the charity's campaign, filing and account."""
    AGREEMENT = "agreement", _("单位认捐协议")


class Collection(Trailed):
    """募集: money and goods given for one purpose, on one legal basis, kept by one holder."""

    trail_kind = "collection"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    about = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=200)
    """What it will be used for; changed only with the givers' consent (慈善法 §56)."""
    place = CommunityKey(Place)
    need = CommunityKey(Need, null=True)
    legal_basis = models.CharField(max_length=9, choices=LegalBasis, blank=True)
    holder = models.CharField(max_length=60, blank=True)
    """Who keeps the money: never a person's own account."""
    charity = models.CharField(max_length=60, blank=True)
    charity_certificate = models.CharField(max_length=40, blank=True)
    filing_no = models.CharField(max_length=40, blank=True)
    agreement = CommunityKey(File, null=True)
    resolution_file = CommunityKey(File, null=True)
    resolution_on = models.DateField(null=True)
    owner = CommunityKey(Person, null=True)
    opens = models.DateField(null=True)
    closes = models.DateField(null=True)
    state = models.CharField(
        max_length=10, choices=[(s.name, s.label) for s in COLLECTION.states.values()]
    )
    due_at = models.DateTimeField(null=True)
    due_for = models.CharField(max_length=14, blank=True)

    objects = ScopedQuerySet["Collection"].as_manager()

    class Meta:
        verbose_name = _("募集")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="collection_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "dropped")) | ~Q(legal_basis="") & ~Q(holder=""),
                name="collection_open_has_basis_and_holder",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "dropped"))
                | ~Q(legal_basis="joint")
                | ~Q(charity="") & ~Q(filing_no="") & Q(agreement__isnull=False),
                name="collection_joint_has_charity",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "dropped"))
                | ~Q(legal_basis="residents")
                | Q(resolution_on__isnull=False),
                name="collection_residents_resolved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("settled", "dropped")) | Q(due_at__isnull=False),
                name="collection_live_is_due",
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "due_at"], name="collection_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def closed_at(self) -> object:
        """Set once nothing more can be given: what the board asks of every target."""
        return None if self.state == "open" else self.state


class Project(Trailed):
    """项目: what is built or bought for one or several needs, by several funders, step by step."""

    trail_kind = "project"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    about = models.CharField(max_length=200, blank=True)
    place = CommunityKey(Place)
    owner = CommunityKey(Person, null=True)
    resolution = models.CharField(max_length=120, blank=True)
    """Who decided: 2018年3月9日党建联席会议议定."""
    resolution_on = models.DateField(null=True)
    resolution_file = CommunityKey(File, null=True)
    planned_from = models.DateField(null=True)
    planned_to = models.DateField(null=True)
    contractor = models.CharField(max_length=60, blank=True)
    keeper = models.CharField(max_length=60, blank=True)
    """Who looks after it once it stands."""
    handed_on = models.DateField(null=True)
    state = models.CharField(
        max_length=11, choices=[(s.name, s.label) for s in PROJECT.states.values()]
    )
    due_at = models.DateTimeField(null=True)
    due_for = models.CharField(max_length=14, blank=True)

    objects = ScopedQuerySet["Project"].as_manager()

    class Meta:
        verbose_name = _("项目")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="project_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "dropped")) | Q(resolution_on__isnull=False),
                name="project_approved_by_resolution",
            ),
            models.CheckConstraint(
                condition=~Q(state="handed_over") | ~Q(keeper="") & Q(handed_on__isnull=False),
                name="project_handed_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("handed_over", "dropped")) | Q(due_at__isnull=False),
                name="project_live_is_due",
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "due_at"], name="project_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def closed_at(self) -> object:
        """Set once nothing more can be promised: what the board asks of every target."""
        return None if self.state in ("funding", "building") else self.state


class ProjectNeed(Trailed):
    """A need that a project answers; several may stand behind one project."""

    trail_kind = "projectneed"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    project = CommunityKey(Project)
    need = CommunityKey(Need)

    objects = ScopedQuerySet["ProjectNeed"].as_manager()

    class Meta:
        verbose_name = _("项目答应的事")
        constraints = [models.UniqueConstraint(fields=["project", "need"], name="projectneed_once")]
        indexes = [models.Index(fields=["community", "need"], name="projectneed_need")]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.need_id}"


class BudgetLine(Trailed):
    """One thing the money goes to, and to whom. Part of it may be kept back until it has held."""

    trail_kind = "budgetline"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    project = CommunityKey(Project)
    no = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=60)
    amount_fen = models.BigIntegerField()
    contractor = models.CharField(max_length=60, blank=True)
    retention_fen = models.BigIntegerField(default=0)
    """质保金: what is not paid before `retention_until`."""
    retention_until = models.DateField(null=True)

    objects = ScopedQuerySet["BudgetLine"].as_manager()

    class Meta:
        verbose_name = _("预算的一项")
        constraints = [
            models.UniqueConstraint(fields=["project", "no"], name="budgetline_no_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="budgetline_positive"),
            models.CheckConstraint(
                condition=Q(retention_fen__gte=0) & Q(retention_fen__lt=F("amount_fen")),
                name="budgetline_retention_is_part",
            ),
            models.CheckConstraint(
                condition=Q(retention_fen=0) | Q(retention_until__isnull=False),
                name="budgetline_retention_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Milestone(Trailed):
    """A step of a project, with what the place looked like before and after."""

    trail_kind = "milestone"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    project = CommunityKey(Project)
    no = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=60)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    before = CommunityKey(File, null=True)
    after = CommunityKey(File, null=True)

    objects = ScopedQuerySet["Milestone"].as_manager()

    class Meta:
        verbose_name = _("项目的一步")
        constraints = [models.UniqueConstraint(fields=["project", "no"], name="milestone_no_once")]

    def __str__(self) -> str:
        return self.text


class Acceptor(Trailed):
    """Somebody who looked at what was built and put their name to it."""

    trail_kind = "acceptor"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    project = CommunityKey(Project)
    person = CommunityKey(Person, null=True)
    name = models.CharField(max_length=40)
    capacity = models.CharField(max_length=40)
    """In whose name: 居民代表, 监督委员会, 出资单位."""
    said = models.CharField(max_length=200, blank=True)
    on = models.DateField()

    objects = ScopedQuerySet["Acceptor"].as_manager()

    class Meta:
        verbose_name = _("验收的人")
        constraints = [
            models.UniqueConstraint(fields=["project", "name", "capacity"], name="acceptor_once")
        ]

    def __str__(self) -> str:
        return self.name
