"""Which door an address leads to."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("linshuo.web.mine.account_urls")),
    path("my/", include("linshuo.web.mine.urls")),
    path("desk/open/", include("linshuo.web.desk.wizard_urls")),
    path("desk/", include("linshuo.web.desk.urls")),
    path("", include("linshuo.api.urls")),
    path("", include("linshuo.web.plaza.urls")),
]
