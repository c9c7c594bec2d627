"""The door as Django sees it."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "linshuo.web.desk"
    label = "desk"
