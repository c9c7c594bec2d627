"""Events, seals, counters, anchors; and the base of every row whose changes are recorded."""

from __future__ import annotations

import functools
import hashlib
import json
from datetime import date, datetime, time
from typing import Any, ClassVar

from django.db import models

from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock


def canonical(value: Any) -> str:
    """One spelling for one value, the same on both databases and for ever."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.timestamp():.6f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    raise TypeError(f"cannot be digested: {type(value).__name__}")


def digest(salt: str, *parts: str) -> str:
    """SHA-256 over a salt and parts; the parts are length-prefixed so they cannot run together."""
    h = hashlib.sha256(salt.encode())
    for part in parts:
        raw = part.encode()
        h.update(f"{len(raw)}:".encode())
        h.update(raw)
    return h.hexdigest()


class Trailed(models.Model):
    """A row that may only change together with an event of the trail.

    `verify` re-reads each such row and compares it with the digest in the newest event about it.
    """

    trail_kind: ClassVar[str]
    trail_skip: ClassVar[frozenset[str]] = frozenset()
    """Columns outside the digest, each with its reason beside it."""

    class Meta:
        abstract = True

    def snapshot(self) -> str:
        """The row as one canonical string, by column name.

        A column that holds what it starts with is left out: so a column that is added later changes
        no digest of the rows that were there before, and still no value can be mistaken for another
        (`docs/decisions/0011-a-new-column-changes-no-digest.md`).
        """
        values = {}
        for field, start in _columns(type(self)):
            value = field.to_python(getattr(self, field.attname))
            if start is _NO_START or value != start:
                values[field.attname] = value
        return canonical(values)


_NO_START = object()


@functools.cache
def _columns(model: type[Trailed]) -> tuple[tuple[models.Field[Any, Any], Any], ...]:
    """The columns under the digest, each with the constant it starts with, if it has one."""
    return tuple(
        (field, _NO_START if _made_anew(field) else field.get_default())
        for field in model._meta.concrete_fields
        if field.attname not in model.trail_skip
    )


def _made_anew(field: models.Field[Any, Any]) -> bool:
    return field.has_default() and callable(field.default)


def exactly_one(*names: str) -> models.Q:
    """The condition that exactly one of these columns is set."""
    found = models.Q()
    for chosen in names:
        found |= models.Q(**{f"{name}__isnull": name != chosen for name in names})
    return found


class Event(models.Model):
    """One thing that happened. Written once; only erasure may blank `detail` and `salt`."""

    community_id = models.BigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    row_kind = models.CharField(max_length=20)
    row_id = models.BigIntegerField()
    row_digest = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(null=True)
    salt = models.CharField(max_length=32, null=True)
    digest = models.CharField(max_length=64)

    objects = ScopedQuerySet["Event"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(detail__isnull=True, salt__isnull=True)
                | models.Q(detail__isnull=False, salt__isnull=False),
                name="event_detail_with_salt",
            )
        ]
        indexes = [
            models.Index(
                fields=["community_id", "subject_kind", "subject_id", "id"], name="event_subject"
            ),
            models.Index(fields=["community_id", "row_kind", "row_id", "id"], name="event_row"),
            models.Index(fields=["community_id", "verb", "at"], name="event_verb"),
            models.Index(fields=["community_id", "-id"], name="event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}"

    def compute_digest(self) -> str:
        """What `digest` must be while detail and salt are still there."""
        return digest(
            self.salt or "",
            canonical(
                {
                    "community": self.community_id,
                    "at": self.at,
                    "recorded_at": self.recorded_at,
                    "actor": self.actor_id,
                    "verb": self.verb,
                    "subject": [self.subject_kind, self.subject_id],
                    "row": [self.row_kind, self.row_id, self.row_digest],
                }
            ),
            canonical(self.detail),
        )


class Seal(models.Model):
    """A link of a community's chain: the hash of the link before and of one event."""

    community_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    event_id = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)

    objects = ScopedQuerySet["Seal"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community_id", "seq"], name="seal_seq_once")
        ]

    def __str__(self) -> str:
        return f"{self.seq}"


class Anchor(models.Model):
    """Head and count of a chain on one day, as sent to those who keep it elsewhere."""

    community_id = models.BigIntegerField()
    day = models.DateField()
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    objects = ScopedQuerySet["Anchor"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community_id", "day"], name="anchor_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.seq}"


class Counter(models.Model):
    """A number that only grows: serials of needs, receipts, pads."""

    community_id = models.BigIntegerField()
    key = models.CharField(max_length=40)
    n = models.BigIntegerField(default=0)

    objects = ScopedQuerySet["Counter"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community_id", "key"], name="counter_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.n}"
