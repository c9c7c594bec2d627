"""One entry a row that can be found. Derived: `actions.rebuild` can make it again, so it leaves no
event in the trail."""

from __future__ import annotations

from django.db import models

from linshuo.domain.trail.scoping import ScopedQuerySet


class Entry(models.Model):
    """The terms of one need, note or person. The engines' own index stands over `terms`."""

    id = models.BigIntegerField(primary_key=True)
    """`words.entry_id`: made from kind and row, so that the newest row has the highest id."""
    community_id = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    ref_id = models.BigIntegerField()
    terms = models.TextField()
    """Audiences, then words, each spelled with its scope (`words.Scope`), separated by spaces."""

    objects = ScopedQuerySet["Entry"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community_id", "kind", "ref_id"], name="entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref_id}"
