"""The room as Django sees it."""

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "linshuo.domain.service"
    label = "service"
    default_auto_field = "django.db.models.BigAutoField"
