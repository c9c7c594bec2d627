"""Opening a community stands beside the communities, not in one."""

from django.urls import path

from linshuo.web.desk import wizard

urlpatterns = [
    path("", wizard.wizard, name="open"),
    path("cards/", wizard.wizard_cards, name="open_cards"),
]
