"""Addresses for machines."""

from django.urls import path

from linshuo.api import calendars, health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("calendar/<str:token>.ics", calendars.own, name="calendar"),
    path(
        "c/<str:prefix>/calendar/activities.ics", calendars.activities, name="calendar-activities"
    ),
    path("c/<str:prefix>/calendar/rota.ics", calendars.rota, name="calendar-rota"),
    path("c/<str:prefix>/calendar/posts/<int:pk>.ics", calendars.post, name="calendar-post"),
]
