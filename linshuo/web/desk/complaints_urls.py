"""Addresses of 投诉和建议."""

from django.urls import path

from linshuo.web.desk import complaints

urlpatterns = [
    path("<str:prefix>/complaints/", complaints.listing, name="complaints"),
    path("<str:prefix>/complaints/new/", complaints.new, name="complaint-new"),
    path("<str:prefix>/complaints/<int:pk>/", complaints.show, name="complaint"),
    path("<str:prefix>/complaints/<int:pk>/answer.pdf", complaints.paper, name="complaint-paper"),
    path("<str:prefix>/complaints/<int:pk>/<slug:verb>/", complaints.do, name="complaint-do"),
]
