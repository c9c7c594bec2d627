"""Addresses of forms: ours on paper, and the forms of others."""

from django.urls import path

from linshuo.web.desk import outside_forms as forms
from linshuo.web.desk import papers

urlpatterns = [
    path("<str:prefix>/forms/", papers.index, name="papers"),
    path("<str:prefix>/forms/others/", forms.index, name="forms"),
    path("<str:prefix>/forms/<int:pk>/", forms.show, name="form"),
    path("<str:prefix>/forms/<int:pk>/fill/", forms.fill, name="form-fill"),
    path("<str:prefix>/forms/<int:pk>/put-away/", forms.put_away, name="form-put-away"),
    path("<str:prefix>/forms/<slug:key>.pdf", papers.paper, name="paper"),
    path("<str:prefix>/forms/<slug:key>.png", papers.look, name="paper-look"),
    path("<str:prefix>/forms/<slug:key>.xlsx", papers.sheet, name="paper-sheet"),
]
