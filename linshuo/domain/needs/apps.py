"""The room as Django sees it."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "linshuo.domain.needs"
    label = "needs"
    default_auto_field = "django.db.models.BigAutoField"
