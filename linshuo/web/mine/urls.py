"""Addresses below /my/: one's own."""

from django.urls import path

from linshuo.web.mine import views

app_name = "mine"

urlpatterns = [
    path("", views.home, name="home"),
    path("consent/", views.consent, name="consent"),
    path("digits/", views.digits, name="digits"),
    path("unlock/", views.unlock, name="unlock"),
    path("language/", views.language, name="language"),
]
