"""Addresses of the day of a member of staff: today, notebook, search, figures."""

from django.urls import path

from linshuo.web.desk import beside, figures, notebook, search, today

urlpatterns = [
    path("<str:prefix>/", today.show, name="today"),
    path("<str:prefix>/notebook/", notebook.mine, name="notebook"),
    path("<str:prefix>/notebook/all/", notebook.shelf, name="notebooks"),
    path("<str:prefix>/notebook/write/", notebook.write, name="note-write"),
    path("<str:prefix>/notebook/offline/", notebook.offline, name="notebook-offline"),
    path("<str:prefix>/notebook/worker.js", notebook.worker, name="notebook-worker"),
    path("<str:prefix>/notebook/<int:person>/<str:day>/", notebook.leaf, name="notebook-day"),
    path(
        "<str:prefix>/notebook/<int:person>/<str:day>/print/",
        notebook.printed,
        name="notebook-print",
    ),
    path("<str:prefix>/notes/<int:pk>/become/", notebook.become, name="note-become"),
    path("<str:prefix>/notes/<int:pk>/join/", notebook.join, name="note-join"),
    path("<str:prefix>/search/", search.show, name="search"),
    path("<str:prefix>/week/", beside.week, name="week"),
    path("<str:prefix>/beside/", beside.show, name="beside"),
    path("<str:prefix>/figures/", figures.index, name="figures"),
    path("<str:prefix>/figures/save/", figures.save, name="figure-save"),
    path("<str:prefix>/figures/saved/<int:pk>/drop/", figures.drop, name="figure-drop"),
    path("<str:prefix>/figures/<str:key>/", figures.show, name="figure"),
    path("<str:prefix>/figures/<str:key>/rows.xlsx", figures.sheet, name="figure-rows"),
]
