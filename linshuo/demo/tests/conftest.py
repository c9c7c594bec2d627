"""The filled demo, for every module that asks it something."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction


@pytest.fixture(scope="package")
def jf(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """The filled demo, told once for all that ask it and undone at the end."""
    from linshuo import demo
    from linshuo.domain.places.models import Community

    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            demo.fill()
            if connection.vendor == "postgresql":  # which knows nothing of rows not yet committed
                connection.cursor().execute("ANALYZE")
            yield Community.objects.get(prefix="JF")
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
