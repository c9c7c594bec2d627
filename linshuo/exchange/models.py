"""A sheet on its way in: what was uploaded, how it is read, how far it has come."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.models import Kind
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.trail.scoping import ScopedQuerySet


class Import(models.Model):
    """One upload. A job's record and no fact of the community's, so the trail does not follow it:
    what it did is in the events of the rows it took."""

    class State(models.TextChoices):
        DRAFT = "draft", _("还没收")
        WAITING = "waiting", _("排着队")
        RUNNING = "running", _("正在收")
        DONE = "done", _("收好了")
        FAILED = "failed", _("没有收进去")

    class What(models.TextChoices):
        MESSAGES = "messages", _("留言或旧台账")
        ROSTER = "roster", _("报到名册")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    what = models.CharField(max_length=8, choices=What, default=What.MESSAGES)
    by = CommunityKey(Person)
    file = CommunityKey(File)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PROBLEM)
    mapping = models.JSONField(default=dict)
    """From a target's key to the index of its column."""
    agreed = models.BooleanField(default=False)
    """Of a roster: whoever handed it in says that everybody on it agreed to be contacted."""
    receipt = models.BooleanField(default=False)
    """Of a roster: give everybody their receipt in the same go."""
    leave_out = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    """Rows taken."""
    problem = models.CharField(max_length=300, blank=True)
    """Why nothing was taken, as a sentence."""
    report = models.JSONField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Import"].as_manager()

    class Meta:
        verbose_name = _("导入")
        indexes = [models.Index(fields=["community", "-created_at"], name="import_newest")]

    def __str__(self) -> str:
        return self.name
