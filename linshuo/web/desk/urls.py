"""The desk's addresses, a list an area; all below the community's prefix."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path

app_name = "desk"

AREAS = (
    *("work", "pledges", "calls", "hours", "honours", "day", "people", "check_ins", "posts"),
    "rotas",
    *(
        "exchange",
        "sheets",
        "notices",
        "incoming",
        "voices",
        "offers",
        "activities",
        "briefs",
        "forms",
        "complaints",
        "letters",
    ),
    *("money", "money_bank", "collections", "projects", "money_paper"),
)
"""Each area keeps its own list of addresses, in `<area>_urls.py`."""

urlpatterns = [
    path("", include(import_module(f"linshuo.web.desk.{area}_urls").urlpatterns))
    for area in AREAS
    if find_spec(f"linshuo.web.desk.{area}_urls")
]
