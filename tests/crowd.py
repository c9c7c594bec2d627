"""Many people pressing at the same moment, each with a database connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(n: int, act: Callable[[int], Result]) -> list[Result | Exception]:
    """Run `act(0)` … `act(n - 1)` together; what each gave back or raised, in that order."""
    start = threading.Barrier(n)
    results: list[Result | Exception] = [RuntimeError("never ran")] * n

    def run(i: int) -> None:
        try:
            start.wait(timeout=30)
            results[i] = act(i)
        except Exception as error:
            results[i] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
