"""What the tests of this hall do again and again."""

from __future__ import annotations

from typing import Any

from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Category, Need
from linshuo.domain.people.actions import choose_telling
from linshuo.domain.trail.sealing import seal_all
from linshuo.notices import post
from linshuo.notices.drain import drain
from linshuo.notices.models import Message
from tests.cast import Cast, make_need


def hear() -> int:
    """Seal what happened and tell of it; nothing leaves the house yet."""
    seal_all()
    return drain()


def work() -> int:
    """One round of the worker: everything it does for notices. Returns how many were sent."""
    hear()
    return post.tick()


def mailbox(cast: Cast, who: str, address: str = "") -> str:
    """Give somebody an e-mail address."""
    address = address or f"{who.encode().hex()[:8]}@example.org"
    choose_telling(cast.person(who), by=cast.house, way="any", email=address)
    return address


def given(
    cast: Cast, words: str = "灯不亮。", shown: dict[str, Any] | None = None, **over: Any
) -> Need:
    """A matter handed to 李网格; `shown` is what of it was released."""
    category = Category.objects.within(cast.community.pk).get(code="light")
    return actions.accept(
        make_need(cast, words=words, **over), by=cast.zhang, category=category,
        owner=cast.person("李网格"), **(shown or {}),
    )  # fmt: skip


def of(cast: Cast, who: str) -> list[Message]:
    """Everything somebody was told, oldest first."""
    rows = Message.objects.within(cast.community.pk).filter(person=cast.person(who))
    return list(rows.select_related("letter").order_by("pk"))
