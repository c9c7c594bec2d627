"""What the worker carries out for this hall."""

from __future__ import annotations

from django_tasks import task

from linshuo.exchange import jobs, takeout_jobs


@task()
def take_sheet(community_id: int, pk: int) -> None:
    """Take an uploaded sheet into the ledger."""
    jobs.carry_out(community_id, pk)


@task()
def take_out(community_id: int) -> None:
    """Write everything a community has into one file."""
    takeout_jobs.carry_out(community_id)
