"""Django needs an app to find templates, static files and tags; this one has no models."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """`linshuo.web.ui`."""

    name = "linshuo.web.ui"
    label = "ui"
    verbose_name = "邻说的样子"
