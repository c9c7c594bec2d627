"""The room as Django sees it."""

from django.apps import AppConfig


class HonoursConfig(AppConfig):
    name = "linshuo.domain.honours"
    label = "honours"
    default_auto_field = "django.db.models.BigAutoField"
