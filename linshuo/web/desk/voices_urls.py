"""Addresses of residents' words that wait to be shown."""

from django.urls import path

from linshuo.web.desk import voices

urlpatterns = [
    path("<str:prefix>/voices/", voices.voices, name="voices"),
    path("<str:prefix>/voices/<int:pk>/", voices.release, name="voice-release"),
]
