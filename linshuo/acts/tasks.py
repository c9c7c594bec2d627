"""What the worker carries out for acts."""

from __future__ import annotations

from django_tasks import task

from linshuo.acts import rotas


@task()
def make_rota(community_id: int, pk: int) -> None:
    """Solve a rota."""
    rotas.carry_out(community_id, pk)
