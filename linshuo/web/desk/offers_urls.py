"""Addresses of what is offered, of the two-way list, and of asking somebody about a line."""

from django.urls import path

from linshuo.web.desk import offers

urlpatterns = [
    path("<str:prefix>/people/offers/", offers.both, name="offers"),
    path("<str:prefix>/people/offers/print/", offers.paper, name="offers-print"),
    path("<str:prefix>/people/offers/add/", offers.add, name="offer-add"),
    path("<str:prefix>/people/offers/<int:pk>/", offers.show, name="offer"),
    path("<str:prefix>/people/offers/<int:pk>/end/", offers.end, name="offer-end"),
    path("<str:prefix>/asks/<int:pk>/invite/", offers.invite, name="ask-invite"),
]
