"""The hall as Django sees it."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "linshuo.exchange"
    label = "exchange"
