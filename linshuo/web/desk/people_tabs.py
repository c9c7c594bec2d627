"""The lists of people, as tabs above each."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from linshuo.kit.actor import Actor
from linshuo.kit.can import Can


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab."""

    url: str
    label: str
    current: bool
    count: str = ""
    clock: str = ""


def people_tabs(actor: Actor, prefix: str, here: str) -> list[Tab]:
    """认识的人, 谁在管, 共建单位, 服务和需求: those the actor can open."""
    found = [
        ("people", _("认识的人"), Can.PERSON_READ),
        ("staff", _("谁在管"), Can.STAFF_APPOINT),
        ("units", _("共建单位"), Can.PERSON_READ),
        ("offers", _("服务和需求"), Can.PERSON_READ),
    ]
    return _tabs(actor, prefix, here, found)


def settings_tabs(actor: Actor, prefix: str, here: str) -> list[Tab]:
    """社区, 类别, 放假与调休, 告诉人, 留多久, 全部带走."""
    found = [
        ("settings", _("社区"), Can.PLACE_WRITE),
        ("categories", _("类别"), Can.PLACE_WRITE),
        ("days", _("放假与调休"), Can.PLACE_WRITE),
        ("groups", _("告诉人"), Can.PLACE_WRITE),
        ("kept", _("留多久"), Can.PLACE_WRITE),
        ("takeout", _("全部带走"), Can.STAFF_APPOINT),
    ]
    return _tabs(actor, prefix, here, found)


def places_tabs(actor: Actor, prefix: str, here: str) -> list[Tab]:
    """地方, 设施."""
    found = [("places", _("地方"), Can.PLACE_WRITE), ("assets", _("设施"), Can.PLACE_WRITE)]
    return _tabs(actor, prefix, here, found)


def _tabs(actor: Actor, prefix: str, here: str, found: list[tuple[str, str, Can]]) -> list[Tab]:
    return [
        Tab(reverse(f"desk:{name}", args=[prefix]), label, name == here)
        for name, label, can in found
        if actor.can(can)
    ]
