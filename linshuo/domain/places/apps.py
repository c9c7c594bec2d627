"""The room as Django sees it."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "linshuo.domain.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
