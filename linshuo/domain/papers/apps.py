"""The room as Django sees it."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "linshuo.domain.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"
