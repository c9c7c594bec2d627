"""The door as Django sees it."""

from django.apps import AppConfig


class PlazaConfig(AppConfig):
    name = "linshuo.web.plaza"
    label = "plaza"
