"""Addresses of what one offers, of one's unit, and of one press on a suggestion."""

from django.urls import path

from linshuo.web.mine import offers, units

urlpatterns = [
    path("offers/<str:prefix>/", offers.home, name="offers"),
    path("offers/<int:pk>/end/", offers.end, name="offer-end"),
    path("offers/asked/<int:pk>/", offers.asked, name="asked"),
    path("offers/asked/<int:pk>/<slug:verb>/", offers.act, name="asked-do"),
    path("take/<str:prefix>/<int:ask>/", offers.take, name="take"),
    path("units/<int:pk>/", units.show, name="unit"),
    path("units/<int:pk>/offer/", units.offer, name="unit-offer"),
    path("units/<int:pk>/sign/<int:ask>/", units.sign, name="unit-sign"),
]
