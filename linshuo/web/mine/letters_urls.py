"""Addresses of letters to oneself, to one's unit, and of what would be said of one."""

from django.urls import path

from linshuo.web.mine import letters

urlpatterns = [
    path("letters/", letters.home, name="letters"),
    path("letters/<int:pk>/", letters.show, name="letter"),
    path("letters/<int:pk>.pdf", letters.paper, name="letter-paper"),
    path("letters/parts/<int:pk>/", letters.part, name="letter-part"),
    path("letters/parts/<int:pk>/say/", letters.say, name="letter-part-say"),
    path("units/<int:pk>/letters/", letters.of_unit, name="unit-letters"),
]
