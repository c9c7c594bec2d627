"""The room as Django sees it."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "linshuo.domain.funds"
    label = "funds"
    default_auto_field = "django.db.models.BigAutoField"
