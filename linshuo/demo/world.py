"""The demo's community on its first day, and whom one meets in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from linshuo.demo import people, places
from linshuo.domain.needs.categories import plant_categories
from linshuo.domain.needs.models import Category, Need
from linshuo.domain.people.actions import choose_telling, know_person
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import add_partner, appoint
from linshuo.domain.places.actions import add_asset, add_place, open_community
from linshuo.domain.places.models import Community, Place, PlaceKind
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role

OPENED = clock.at_local(2018, 12, 1, 9)
END = clock.at_local(2019, 12, 1, 21)
"""The last evening of the year that is told."""
TODAY = clock.at_local(2019, 12, 2, 9, 40)
"""When the demo begins: a Monday morning."""


@dataclass
class World:
    """Everything a story needs to find people and places by what the tables call them."""

    community: Community
    root: Place
    rng: Random
    spots: dict[str, Place] = field(default_factory=dict)
    districts: dict[str, str] = field(default_factory=dict)
    """The 片区 secretary's name by estate."""
    actors: dict[str, Actor] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    residents: dict[str, list[Person]] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    slips: list[str] = field(default_factory=list)
    needs: dict[str, int] = field(default_factory=dict)
    """Primary keys by title."""
    projects: dict[str, int] = field(default_factory=dict)
    """Of matters that a work settles, its primary key, by the matter's title."""
    settled_at: dict[str, datetime] = field(default_factory=dict)
    """When those were said to be done, by title."""
    written: Counter[str] = field(default_factory=Counter)
    """How many notes are in whose notebook."""

    @property
    def head(self) -> Actor:
        return self.actors[people.HEAD]

    def need_by(self, title: str) -> Need:
        """A matter of the tables by its title, once it was said."""
        return Need.objects.within(self.community.pk).get(pk=self.needs[title])

    def near(self, where: str) -> list[str]:
        """The staff who walk past a place: its 片区 and 小区 secretaries, and the field staff."""
        estate = where[0]
        own = [n for n, role, over, _t in people.SERVING if over == estate]
        return [*own, self.districts[estate], people.ROUNDS[estate]]

    def author(self, where: str) -> Actor:
        """Who of those near writes it down: in the long run everybody's notebook fills."""
        name = min(self.near(where), key=lambda n: self.written[n] + self.rng.random() * 9)
        self.written[name] += 1
        return self.actors[name]

    def keeper(self, where: str) -> Actor:
        """The 片区 secretary of a place."""
        return self.actors[self.districts[where[0]]]

    def other(self, where: str, than: Actor) -> Actor:
        """Somebody who may check what `than` says is done."""
        near = [self.actors[n] for n in self.near(where)]
        others = [a for a in (*near, *near, self.head) if a.person_id != than.person_id]
        return self.rng.choice(others)

    def resident(self, where: str) -> Person:
        """Somebody who lives there: in the building, if the place is one and somebody does."""
        known = self.residents[where[0]]
        same = [p for p in known if len(where) > 1 and p.place_id == self.spots[where].pk]
        return self.rng.choice(same or known)


def build(seed: int = 2019) -> World:
    """Open the community and let everybody in. Only actions write; the clock stands at OPENED."""
    with clock.standing_at(OPENED):
        community, root = open_community(
            prefix=places.PREFIX, name=places.NAME, street=places.STREET, code=places.CODE,
            phone=places.PHONE, emergency_phone="110 / 119 / 120", address=places.ADDRESS,
            hours=places.HOURS,
        )  # fmt: skip
        world = World(community, root, Random(seed))
        house = Actor.house(community.pk)
        world.categories = {c.code: c for c in plant_categories(by=house)}
        _places(world, house)
        _serving(world, house)
        _partners(world, house)
        _residents(world, house)
    return world


def _places(world: World, house: Actor) -> None:
    world.spots[""] = world.root
    for district, estates in places.DISTRICTS:
        area = add_place(world.root, kind=PlaceKind.DISTRICT, name=district, by=house)
        world.spots[district] = area
        keeper = next(n for n, _role, over, _t in people.SERVING if over == district)
        for key, name, buildings in estates:
            estate = add_place(area, kind=PlaceKind.ESTATE, name=name, by=house)
            world.spots[key] = estate
            world.districts[key] = keeper
            for n in range(1, buildings + 1):
                world.spots[f"{key}{n}"] = add_place(
                    estate, kind=PlaceKind.BUILDING, name=f"{n} 栋", by=house
                )
    for where, kind, code, name in places.ASSETS:
        add_asset(world.spots[where], kind=kind, code=code, name=name, by=house)


def _serving(world: World, house: Actor) -> None:
    for serial, (name, role, over, title) in enumerate(people.SERVING, start=1):
        person = know_person(name=name, phone=people.phone(serial), by=house)
        appoint(person, role, place=world.spots[over], title=title, by=house)
        # Not all of them are handed an account; they come by and look all the same.
        choose_telling(person, by=house, way="look", email="")
        world.persons[name] = person
        world.actors[name] = actor_of(person)


def _partners(world: World, house: Actor) -> None:
    for serial, name in enumerate(people.PARTNERS, start=100):
        partnership = add_partner(name=name, by=house)
        liaison = know_person(
            name=f"{name.removesuffix('党支部')}联络员", phone=people.phone(serial), by=house
        )
        appoint(liaison, Role.LIAISON, partnership=partnership, title="联络员", by=house)
        if serial % 2:
            choose_telling(liaison, by=house, way="any", email=f"unit{serial}@example.org")
    for serial, name in enumerate(people.MEMBERS, start=200):
        member = know_person(name=name, phone=people.phone(serial), by=house)
        appoint(member, Role.MEMBER, place=world.root, title="在职党员", by=house)


def _residents(world: World, house: Actor) -> None:
    serial = 300
    for estate, names in people.RESIDENTS.items():
        for named in names:
            serial += 1
            person = know_person(
                name=named[:-1],
                phone=people.phone(serial),
                place=world.spots[f"{estate}{named[-1]}"],
                by=house,
            )
            world.residents.setdefault(estate, []).append(person)
