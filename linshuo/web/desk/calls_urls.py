"""Addresses of the call list and the visit list."""

from django.urls import path

from linshuo.web.desk import calls

urlpatterns = [
    path("<str:prefix>/calls/", calls.show, name="calls"),
    path("<str:prefix>/calls/keyed/", calls.keyed, name="calls-keyed"),
    path("<str:prefix>/calls/<str:number>/", calls.answer, name="call-answer"),
    path("<str:prefix>/calls/<str:number>/dial/", calls.dial, name="call-dial"),
]
