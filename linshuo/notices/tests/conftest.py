"""The cast with nothing told yet, and a played outside world.

Imports stand inside, since pytest reads this page before Django is set up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from linshuo.notices.tests.played import Played
    from tests.cast import Cast


@pytest.fixture
def town(db: None, settings: Any) -> Iterator[Cast]:
    """The cast on a Monday at nine, on a server that has a mail server and knows its name."""
    from linshuo.domain.trail.sealing import seal_all
    from linshuo.kit import clock
    from linshuo.notices.drain import drain
    from linshuo.notices.models import Message
    from tests.cast import T0, make_cast

    settings.MAIL_ON, settings.SMS_URL, settings.ROBOT_HOSTS = True, "", []
    settings.SITE, settings.DIGEST_HOUR = "https://linshuo.example.org", 8
    made = make_cast()
    with clock.standing_at(T0):
        seal_all()
        drain()
        Message.objects.everywhere().delete()
        yield made


@pytest.fixture
def outside(settings: Any, town: Cast) -> Iterator[Played]:
    """A server that plays the robots and the gateway, and that communities may name."""
    from linshuo.notices.tests.played import playing

    with playing() as played:
        settings.ROBOT_HOSTS = [played.host]
        yield played
