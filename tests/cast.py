"""The fixed cast: one community with people who each may do something different.

张书记 heads it, 何秘书 keeps 盐业片区, 李网格 walks the whole community, 王阿姨 lives there,
赵在职 is a member, 陈老板 speaks for a partner unit, 孙出纳 keeps the money, 马监督 checks it, and
外人 heads another community and must see nothing. Everything is made by calling actions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from linshuo.domain.needs.actions import report
from linshuo.domain.needs.categories import plant_categories
from linshuo.domain.needs.models import Category, Need
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Account, Partnership, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import add_partner, appoint, issue_card, open_account
from linshuo.domain.places.actions import add_place, open_community
from linshuo.domain.places.models import Community, Place, PlaceKind
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role
from tests.kept import once

T0 = clock.at_local(2019, 11, 4, 9)
"""A Monday morning; the cast is made at this moment unless told otherwise."""

PASSWORD = "shuo-guo-jiu-suan"
PIN = "2580"


@dataclass
class Cast:
    """The community and everyone in it, as actors."""

    community: Community
    root: Place
    district: Place
    estate: Place
    building: Place
    other_estate: Place
    partnership: Partnership
    persons: dict[str, Person] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return actor_of(Person.objects.within(self.community.pk).get(pk=self.persons[name].pk))

    @property
    def zhang(self) -> Actor:
        return self.actor("张书记")

    @property
    def he(self) -> Actor:
        return self.actor("何秘书")

    @property
    def li(self) -> Actor:
        return self.actor("李网格")

    @property
    def wang(self) -> Actor:
        return self.actor("王阿姨")

    @property
    def zhao(self) -> Actor:
        return self.actor("赵在职")

    @property
    def chen(self) -> Actor:
        return self.actor("陈老板")

    @property
    def ma(self) -> Actor:
        return self.actor("马监督")

    @property
    def sun(self) -> Actor:
        return self.actor("孙出纳")

    @property
    def house(self) -> Actor:
        return Actor.house(self.community.pk)

    def category(self, code: str = "light") -> Category:
        return Category.objects.within(self.community.pk).get(code=code)

    def person(self, name: str) -> Person:
        return self.persons[name]


def make_cast(prefix: str = "JF", name: str = "嘉福社区", at: datetime = T0) -> Cast:
    """A whole small community. A second one is a stranger to the first."""
    return once((prefix, name, at), lambda: _make_cast(prefix, name, at))


def _make_cast(prefix: str, name: str, at: datetime) -> Cast:
    with clock.standing_at(at):
        community, root = open_community(
            prefix=prefix, name=name, street="殿前街道", phone="0592-5550100", hours="8:00–22:00"
        )
        house = Actor.house(community.pk)
        plant_categories(by=house)
        district = add_place(root, kind=PlaceKind.DISTRICT, name="盐业片区", by=house)
        estate = add_place(district, kind=PlaceKind.ESTATE, name="盐业小区", by=house)
        building = add_place(estate, kind=PlaceKind.BUILDING, name="3 栋", by=house)
        other = add_place(root, kind=PlaceKind.ESTATE, name="嘉福花园", by=house)
        unit = add_partner(name=f"{name}共建单位甲", by=house)
        cast = Cast(community, root, district, estate, building, other, unit)
        _people(cast, house)
    return cast


def _people(cast: Cast, house: Actor) -> None:
    serving: list[tuple[str, Role, Any, str]] = [
        ("张书记", Role.SECRETARY, cast.root, "社区党总支书记"),
        ("何秘书", Role.DISTRICT_SECRETARY, cast.district, "盐业片区秘书"),
        ("李网格", Role.FIELD_STAFF, cast.root, "外勤员"),
        ("马监督", Role.SUPERVISOR, cast.root, "监督委员"),
        ("赵在职", Role.MEMBER, cast.root, "在职党员"),
        ("孙出纳", Role.CASHIER, cast.root, "出纳"),
    ]
    for n, (who, role, place, title) in enumerate(serving):
        person = know_person(
            name=who, phone=f"1380000{cast.community.pk % 100:02d}{n:02d}", by=house
        )
        appoint(person, role, place=place, title=title, by=house)
        cast.persons[who] = person
    chen = know_person(name="陈老板", phone="13900000001", by=house)
    appoint(chen, Role.LIAISON, partnership=cast.partnership, title="联络员", by=house)
    cast.persons["陈老板"] = chen
    cast.persons["王阿姨"] = know_person(
        name="王阿姨", phone="13800131234", place=cast.building, by=house
    )


def sign_up(cast: Cast, name: str, username: str = "") -> Account:
    """Give a person an account by way of a card, as at the desk."""
    with clock.standing_at(T0):
        card = issue_card(cast.person(name), by=cast.house)
        return open_account(
            card.paper.code,
            username=username or f"{name}{cast.community.prefix.lower()}",
            password=PASSWORD,
            pin=PIN,
        )


def make_need(cast: Cast, **over: Any) -> Need:
    """A matter as 李网格 would report it; every part of it may be given."""
    given: dict[str, Any] = {
        "by": cast.li,
        "place": cast.building,
        "words": "三楼拐角那盏灯又不亮了，晚上倒垃圾都摸着墙走。",
        "kind": "problem",
        "source": "visit",
        "requester": cast.person("王阿姨"),
        "at": T0,
    }
    return report(**{**given, **over})


def draft() -> str:
    """A fresh draft id, as a phone would make it."""
    return str(uuid4())
