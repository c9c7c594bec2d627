"""Addresses of what one signed up for."""

from django.urls import path

from linshuo.web.mine import activities

urlpatterns = [
    path("activities/", activities.home, name="activities"),
    path("activities/<str:prefix>/<int:pk>/", activities.join, name="join"),
    path("activities/<str:prefix>/<int:pk>/member/", activities.member, name="join-member"),
    path("places/<int:pk>/withdraw/", activities.withdraw, name="place-withdraw"),
    path("places/<int:pk>/code/", activities.code, name="place-code"),
]
