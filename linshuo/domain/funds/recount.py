"""Adding everything up again: what a database administrator's hand would have to hide from.

Events and rows are the trail's to verify; here it is the sums, which no digest covers: pots against
their transfers, vouchers against theirs, and whether the database still refuses to forget.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import F, Q, Sum

from linshuo.domain.funds.models import Pot, Transfer, Voucher
from linshuo.domain.trail.verify import Misfit
from linshuo.kit.money import yuan


def misfits(community_id: int | None = None) -> list[Misfit]:
    """Every pot, voucher and transfer that does not add up, of one community or of all."""
    return [*_pots(community_id), *_vouchers(community_id), *_guard()]


def _pots(community_id: int | None) -> Iterator[Misfit]:
    transfers = _of(Transfer, community_id)
    came = dict(transfers.values_list("to_pot").annotate(n=Sum("amount_fen")).order_by())
    went = dict(transfers.values_list("from_pot").annotate(n=Sum("amount_fen")).order_by())
    for pot in _of(Pot, community_id).order_by("pk"):
        counted = int(came.get(pot.pk, 0)) - int(went.get(pot.pk, 0))
        if counted != pot.balance_fen:
            name = f"pot {pot.pk}"
            yield Misfit(
                "pot",
                name,
                f"{name} ({pot.kind}) says {yuan(pot.balance_fen)}, its transfers {yuan(counted)}",
            )


def _vouchers(community_id: int | None) -> Iterator[Misfit]:
    moved = _of(Transfer, community_id)
    for pk in (
        _of(Voucher, community_id)
        .filter(booked_at__isnull=False)
        .exclude(pk__in=moved.values("voucher"))
        .order_by("pk")
        .values_list("pk", flat=True)
    ):
        yield Misfit("voucher", f"voucher {pk}", f"voucher {pk} is booked and moved nothing")
    wrong = moved.filter(
        Q(voucher__booked_at__isnull=True)
        | ~Q(amount_fen=F("voucher__amount_fen"))
        | ~Q(by=F("voucher__recorded_by"))
        | ~Q(checked_by=F("voucher__checked_by"))
    )
    for row in wrong.order_by("pk"):
        yield Misfit(
            "transfer",
            f"transfer {row.pk}",
            f"transfer {row.pk} of {yuan(row.amount_fen)} is not what its voucher says",
        )


def _of(model: type, community_id: int | None):  # type: ignore[no-untyped-def]
    return (
        model.objects.everywhere()  # type: ignore[attr-defined]
        if community_id is None
        else model.objects.within(community_id)  # type: ignore[attr-defined]
    )


def _guard() -> Iterator[Misfit]:
    """Whether transfers can still not be changed or deleted. A superuser of PostgreSQL passes every
    right, so nothing is said of one."""
    table = Transfer._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT rolsuper OR NOT (has_table_privilege(%s, 'UPDATE') "
                "OR has_table_privilege(%s, 'DELETE')) FROM pg_roles WHERE rolname = current_user",
                [table, table],
            )
            kept = bool(cursor.fetchone()[0])
        else:
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                [table],
            )
            kept = cursor.fetchone()[0] >= 2
    if not kept:
        yield Misfit("guard", table, f"{table} could be changed: it is no longer append-only")
