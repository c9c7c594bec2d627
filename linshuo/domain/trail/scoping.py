"""A query that names no community does not run.

The isolation rule today, the distribution key on a distributed PostgreSQL later. A queryset gets
its scope from `within()`, from a room's `visible_to()`, or, for the few readers that must see all
(sealing, verifying, backing up), from `everywhere()`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from linshuo.kit.actor import Actor

if TYPE_CHECKING:
    from typing import Self

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class Unscoped(Exception):
    """A programming error: the query named no community."""


class ScopedQuerySet(models.QuerySet[M_co, M_co]):
    """Refuses to touch the database until it has been scoped."""

    _scoped = False

    def within(self, community_id: int) -> Self:
        """Rows of one community."""
        found = self.filter(community_id=community_id)
        found._scoped = True
        return found

    def of(self, actor: Actor) -> Self:
        """Rows of the community the actor acts in; who may see which is each room's `access`."""
        return self.within(actor.community_id)

    def among(self, actors: Iterable[Actor]) -> Self:
        """Rows of the communities in which one and the same person acts: for whoever looks at
        several side by side. Who may see which is each room's `access`, asked of each actor."""
        found = self.filter(community_id__in=sorted({actor.community_id for actor in actors}))
        found._scoped = True
        return found

    def everywhere(self) -> Self:
        """Rows of every community: for the house's own upkeep, never behind a page."""
        found = self.all()
        found._scoped = True
        return found

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone

    def _must_be_scoped(self) -> None:
        if not self._scoped:
            raise Unscoped(f"{self.model.__name__}: say within(community) or everywhere()")

    def _fetch_all(self) -> None:
        self._must_be_scoped()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M_co]:
        self._must_be_scoped()
        return super().iterator(chunk_size)

    def aiterator(self, chunk_size: int = 2000) -> AsyncIterator[M_co]:
        self._must_be_scoped()
        return super().aiterator(chunk_size)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Not here: such a query would carry no scope, whatever was said before it."""
        raise Unscoped(f"{self.model.__name__}: SQL of one's own goes through a cursor")

    def __or__(self, other: Any) -> Self:
        self._must_both_be_scoped(other)
        return super().__or__(other)

    def __xor__(self, other: Any) -> Self:
        self._must_both_be_scoped(other)
        return super().__xor__(other)

    def _combinator_query(self, combinator: str, *others: Any, all: bool = False) -> Self:
        for other in others:
            self._must_both_be_scoped(other)
        made: Self = super()._combinator_query(combinator, *others, all=all)  # type: ignore[misc]
        return made

    def _must_both_be_scoped(self, other: Any) -> None:
        """Rows of either side come back, so each side names its community."""
        self._must_be_scoped()
        if not getattr(other, "_scoped", True):
            raise Unscoped(f"{self.model.__name__}: the other side names no community")

    def count(self) -> int:
        self._must_be_scoped()
        return super().count()

    def exists(self) -> bool:
        self._must_be_scoped()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._must_be_scoped()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._must_be_scoped()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._must_be_scoped()
        return super().delete()

    def create(self, **kwargs: Any) -> M_co:
        self._must_name_community(kwargs)
        return super().create(**kwargs)

    def bulk_create(self, objs: Iterable[M_co], *args: Any, **kwargs: Any) -> list[M_co]:
        return super().bulk_create(objs, *args, **kwargs)

    def _must_name_community(self, kwargs: dict[str, Any]) -> None:
        if not self._scoped and not ({"community", "community_id"} & kwargs.keys()):
            raise Unscoped(f"{self.model.__name__}: a new row names its community")
