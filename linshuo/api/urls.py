"""Addresses for machines."""

from django.urls import path

from linshuo.api import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
