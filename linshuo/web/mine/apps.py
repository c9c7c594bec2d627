"""The door as Django sees it."""

from django.apps import AppConfig


class MineConfig(AppConfig):
    name = "linshuo.web.mine"
    label = "mine"
