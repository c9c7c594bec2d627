"""Files and printed papers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Trailed, canonical
from linshuo.domain.trail.scoping import ScopedQuerySet


class File(Trailed):
    """Something uploaded, kept once by its content, private unless released."""

    trail_kind = "file"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    mime = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    private = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    objects = ScopedQuerySet["File"].as_manager()

    class Meta:
        verbose_name = _("文件")
        constraints = [
            models.UniqueConstraint(fields=["community", "sha256"], name="file_content_once")
        ]

    def __str__(self) -> str:
        return self.name


class PaperKind(models.TextChoices):
    SLIP = "slip", _("便民条")
    CARD = "card", _("登录卡")
    BOARD = "board", _("居民需求清单")


class Paper(Trailed):
    """A printed paper with a code: a slip torn from a pad, a sign-in card, a sheet of the board."""

    trail_kind = "paper"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    code = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=8, choices=PaperKind)
    serial = models.PositiveIntegerField()
    printed_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    """第几期 of a sheet of the board: goes on by one when the lines are no longer the same."""
    lines = models.JSONField(default=list, blank=True)
    """The asks on a sheet of the board, by number, in the order of its lines: line 1 first. Frozen
    when it is printed, so that a signed sheet is understood whatever the board says by then."""

    objects = ScopedQuerySet["Paper"].as_manager()

    class Meta:
        verbose_name = _("印出去的纸")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "kind", "serial"], name="paper_serial_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.serial}"

    def snapshot(self) -> str:
        """As every row's, but for what only a sheet of the board has: slips and cards were
        digested before these columns were."""
        if self.kind == PaperKind.BOARD:
            return super().snapshot()
        values = {
            f.attname: f.to_python(getattr(self, f.attname))
            for f in self._meta.concrete_fields
            if f.attname not in ("version", "lines")
        }
        return canonical(values)
