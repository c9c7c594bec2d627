"""Addresses of the ledger and of one need."""

from django.urls import path

from linshuo.web.desk import ledger, need

urlpatterns = [
    path("<str:prefix>/ledger/", ledger.ledger, name="ledger"),
    path("<str:prefix>/ledger/assign/", ledger.assign, name="ledger-assign"),
    path("<str:prefix>/needs/<str:number>/", need.show, name="need"),
    path("<str:prefix>/needs/<str:number>/reveal/", need.reveal_phone, name="need-reveal"),
    path("<str:prefix>/needs/<str:number>/link/", need.give_link, name="need-link"),
    path("<str:prefix>/needs/<str:number>/<slug:verb>/", need.act, name="need-move"),
]
