"""Addresses of rotas: below the posts whose turns they are."""

from django.urls import path

from linshuo.web.desk import rotas

_one = "<str:prefix>/posts/rotas/<int:pk>/"

urlpatterns = [
    path("<str:prefix>/posts/rotas/", rotas.listing, name="rotas"),
    path("<str:prefix>/posts/<int:pk>/rotas/new/", rotas.new, name="rota-new"),
    path(_one, rotas.show, name="rota"),
    path(f"{_one}progress/", rotas.progress, name="rota-progress"),
    path(f"{_one}change/", rotas.change, name="rota-change"),
    path(f"{_one}days/", rotas.add_days, name="rota-days"),
    path(f"{_one}days/<int:days>/drop/", rotas.drop_days, name="rota-days-drop"),
    path(f"{_one}swap/", rotas.swap, name="rota-swap"),
    path(f"{_one}rota.pdf", rotas.paper, name="rota-paper"),
    path(f"{_one}rota.xlsx", rotas.sheet, name="rota-sheet"),
    path(f"{_one}<slug:verb>/", rotas.act, name="rota-do"),
]
