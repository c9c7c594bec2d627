"""How long each form takes to be drawn, and how many pages it has: each should be under a second.

    python -m bench.forms

It prints from the database that LINSHUO_DATA points to (the demo's, say), for its first secretary.
"""

from __future__ import annotations

import os
import time


def main() -> None:
    """A line for each form: the second time it is drawn, and what it weighs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linshuo.config.settings")
    os.environ.setdefault("LINSHUO_DEBUG", "1")  # nothing is served
    import django

    django.setup()
    from django.http import QueryDict

    from linshuo.domain.people.models import Appointment
    from linshuo.domain.people.queries import actor_of
    from linshuo.kit.refused import Refused
    from linshuo.web.desk.papers_kinds import FORMS, Order

    rows = Appointment.objects.everywhere().filter(role="secretary", ends__isnull=True)
    head = rows.select_related("person__community").order_by("pk")[0].person
    order = Order(
        viewer=actor_of(head),
        community=head.community,
        site="linshuo.example",
        address=lambda name, *args: f"https://linshuo.example/{name}",
        absolute=lambda path: f"https://linshuo.example{path}",
        query=QueryDict(""),
    )
    for form in FORMS:
        try:
            form.make(order)
            began = time.perf_counter()
            content = form.make(order)
        except Refused as refused:
            print(f"{form.key:18} {refused.sentence}")
            continue
        spent = (time.perf_counter() - began) * 1000
        print(f"{form.key:18} {spent:7.0f} ms {len(content) // 1024:6} KB")


if __name__ == "__main__":
    main()
