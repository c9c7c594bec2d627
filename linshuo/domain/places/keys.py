"""A foreign key that stays inside its community, in every join it takes part in."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.expressions import Col
from django.db.models.fields.related_lookups import RelatedExact
from django.db.models.sql.where import WhereNode


class CommunityKey(models.ForeignKey):  # type: ignore[type-arg]
    """An ordinary foreign key whose joins also equate the two communities.

    On one database this is a second condition the planner uses; on a distributed PostgreSQL it
    keeps every join on one shard. Rows are always kept (PROTECT) and never look back (no reverse
    accessor): nothing upstream knows its consequences.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete=on_delete, **kwargs)

    def get_extra_restriction(
        self, alias: str | None, related_alias: str | None
    ) -> WhereNode | None:
        own: Any = self.model._meta.get_field("community")
        theirs: Any = self.remote_field.model._meta.get_field("community")
        lookup: Any = _SameCommunity(Col(str(related_alias), theirs), Col(str(alias), own))
        return WhereNode([lookup])


class _SameCommunity(RelatedExact):
    """`a.community_id = b.community_id`, as a condition of a join."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_params = compiler.compile(self.lhs)
        right, right_params = compiler.compile(self.rhs)
        return f"{left} = {right}", [*left_params, *right_params]

    def get_prep_lookup(self) -> Any:
        return self.rhs
