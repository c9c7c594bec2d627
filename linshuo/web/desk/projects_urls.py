"""Addresses of projects."""

from django.urls import path

from linshuo.web.desk import projects

_project = "<str:prefix>/money/projects/<str:number>/"

urlpatterns = [
    path("<str:prefix>/money/projects/", projects.listing, name="projects"),
    path("<str:prefix>/money/projects/new/", projects.new, name="project-new"),
    path(_project, projects.show, name="project"),
    path(f"{_project}change/", projects.change, name="project-change"),
    path(f"{_project}lines/<int:pk>/", projects.line, name="project-line"),
    path(f"{_project}parts/<int:pk>/", projects.part, name="project-part"),
    path(f"{_project}steps/<int:pk>/<slug:verb>/", projects.step, name="project-step"),
    path(f"{_project}do/<slug:verb>/", projects.act, name="project-do"),
]
