"""Addresses of collections."""

from django.urls import path

from linshuo.web.desk import collections

_collection = "<str:prefix>/money/collections/<str:number>/"

urlpatterns = [
    path("<str:prefix>/money/collections/", collections.listing, name="collections"),
    path("<str:prefix>/money/collections/new/", collections.new, name="collection-new"),
    path(_collection, collections.show, name="collection"),
    path(f"{_collection}change/", collections.change, name="collection-change"),
    path(f"{_collection}goods/<int:pk>/", collections.use, name="collection-use"),
    path(f"{_collection}answers/<int:pk>/", collections.answer, name="collection-answer"),
    path(f"{_collection}do/<slug:verb>/", collections.act, name="collection-do"),
]
