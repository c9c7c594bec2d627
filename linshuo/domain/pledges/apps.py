"""The room as Django sees it."""

from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "linshuo.domain.pledges"
    label = "pledges"
    default_auto_field = "django.db.models.BigAutoField"
