"""The room as Django sees it."""

from django.apps import AppConfig


class TermsConfig(AppConfig):
    name = "linshuo.domain.terms"
    label = "terms"
    default_auto_field = "django.db.models.BigAutoField"
