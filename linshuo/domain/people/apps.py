"""The room as Django sees it."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "linshuo.domain.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
