"""Addresses of what one has been told."""

from django.urls import path

from linshuo.web.desk import notices

urlpatterns = [
    path("<str:prefix>/told/done/", notices.all_done, name="notices-done"),
    path("<str:prefix>/told/<int:pk>/done/", notices.done, name="notice-done"),
]
