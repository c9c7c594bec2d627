"""The room as Django sees it."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "linshuo.domain.trail"
    label = "trail"
    default_auto_field = "django.db.models.BigAutoField"
