"""Addresses of briefs."""

from django.urls import path

from linshuo.web.desk import briefs

urlpatterns = [
    path("<str:prefix>/briefs/", briefs.index, name="briefs"),
    path("<str:prefix>/briefs/new/", briefs.new, name="brief-new"),
    path("<str:prefix>/briefs/<int:pk>/", briefs.show, name="brief"),
    path("<str:prefix>/briefs/<int:pk>/write/", briefs.write, name="brief-write"),
    path("<str:prefix>/briefs/<int:pk>/freeze/", briefs.freeze, name="brief-freeze"),
    path("<str:prefix>/briefs/<int:pk>/give-up/", briefs.give_up, name="brief-give-up"),
    path("<str:prefix>/briefs/<int:pk>/brief.pdf", briefs.printed, name="brief-print"),
    path("<str:prefix>/briefs/<int:pk>/figures/<int:no>/", briefs.figure, name="brief-figure"),
]
