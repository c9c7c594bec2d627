"""Who is acting: a frozen value, made once at the door and handed down."""

from __future__ import annotations

from dataclasses import dataclass

from linshuo.kit.can import GRANTS, STAFF_ROLES, Can, Role


@dataclass(frozen=True, slots=True)
class Grant:
    """One appointment in force: a role over a place path, or over a partnership."""

    role: Role
    place_path: str | None = None
    partnership_id: int | None = None
    whole: bool = False
    """Whether the place is the community itself (or wider): then no path need be compared."""

    def gives(self, can: Can) -> bool:
        return can in GRANTS[self.role]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as they act in one community, with the appointments they hold today.

    `person_id` is None only for the house itself (the clock, an import started from the shell).
    """

    community_id: int
    person_id: int | None = None
    account_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    is_house: bool = False

    @classmethod
    def house(cls, community_id: int) -> Actor:
        """The house acting by itself: the clock, imports from the shell, the demo's first day."""
        return cls(community_id=community_id, name="邻说", is_house=True)

    def can(self, can: Can) -> bool:
        """Whether any appointment gives the capability, wherever it reaches."""
        return self.is_house or any(grant.gives(can) for grant in self.grants)

    def paths(self, can: Can) -> tuple[str, ...]:
        """The place paths over which the capability is held."""
        return tuple(
            sorted({g.place_path for g in self.grants if g.place_path is not None and g.gives(can)})
        )

    def reaches(self, can: Can, path: str) -> bool:
        """Whether the capability is held over the place with this path."""
        return self.is_house or any(path.startswith(held) for held in self.paths(can))

    def everywhere(self, can: Can) -> bool:
        """Whether the capability is held over the whole community."""
        return self.is_house or any(g.whole and g.gives(can) for g in self.grants)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        """Whether this person keeps a notebook here."""
        return bool(self.roles & STAFF_ROLES)
