"""The room as Django sees it."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "linshuo.domain.board"
    label = "board"
    default_auto_field = "django.db.models.BigAutoField"
