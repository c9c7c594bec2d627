"""Addresses of hours that are looked at again."""

from django.urls import path

from linshuo.web.desk import hours

_one = "<str:prefix>/hours/<int:pk>/"

urlpatterns = [
    path("<str:prefix>/hours/", hours.listing, name="hours"),
    path(_one, hours.show, name="hours-one"),
    path(f"{_one}dial/", hours.dial, name="hours-dial"),
    path(f"{_one}say/", hours.say, name="hours-say"),
    path(f"{_one}put-right/", hours.put_right, name="hours-put-right"),
]
