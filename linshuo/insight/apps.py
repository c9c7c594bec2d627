"""The hall as Django sees it."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "linshuo.insight"
    label = "insight"
