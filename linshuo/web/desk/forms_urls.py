"""Addresses of the forms of others."""

from django.urls import path

from linshuo.web.desk import outside_forms as forms

urlpatterns = [
    path("<str:prefix>/forms/", forms.index, name="forms"),
    path("<str:prefix>/forms/<int:pk>/", forms.show, name="form"),
    path("<str:prefix>/forms/<int:pk>/fill/", forms.fill, name="form-fill"),
    path("<str:prefix>/forms/<int:pk>/put-away/", forms.put_away, name="form-put-away"),
]
