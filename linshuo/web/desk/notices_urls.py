"""Addresses of what one has been told, of telling others, and of the groups the house speaks in."""

from django.urls import path

from linshuo.web.desk import notices, notices_robots

urlpatterns = [
    path("<str:prefix>/told/done/", notices.all_done, name="notices-done"),
    path("<str:prefix>/told/<int:pk>/done/", notices.done, name="notice-done"),
    path("<str:prefix>/told/called/", notices.called, name="called"),
    path("<str:prefix>/told/<int:pk>/dial/", notices.dial, name="told-dial"),
    path("<str:prefix>/settings/groups/", notices_robots.groups, name="groups"),
    path("<str:prefix>/settings/groups/<int:pk>/try/", notices_robots.try_one, name="group-try"),
    path(
        "<str:prefix>/settings/groups/<int:pk>/remove/", notices_robots.remove, name="group-remove"
    ),
]
