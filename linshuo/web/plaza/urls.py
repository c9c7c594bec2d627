"""Addresses of the square. A printed sheet may carry any of them, so they do not change."""

from django.urls import path

from linshuo.web.plaza import views

app_name = "plaza"

urlpatterns = [
    path("", views.home, name="home"),
    path("never/", views.never, name="never"),
    path("c/<str:prefix>/", views.front, name="front"),
    path("c/<str:prefix>/track/", views.track, name="track"),
    path("c/<str:prefix>/needs/<str:number>/", views.need, name="need"),
    path("c/<str:prefix>/figures/<str:key>/", views.figure, name="figure"),
]
