"""Addresses of what strangers said and nobody has let in yet."""

from django.urls import path

from linshuo.web.desk import incoming

urlpatterns = [
    path("<str:prefix>/incoming/", incoming.waiting, name="incoming"),
    path("<str:prefix>/incoming/<int:pk>/let-in/", incoming.admit, name="incoming-let-in"),
    path("<str:prefix>/incoming/<int:pk>/turn-away/", incoming.refuse, name="incoming-turn-away"),
    path("<str:prefix>/incoming/<int:pk>/photo/", incoming.photo, name="incoming-photo"),
]
