"""Addresses of what comes in and goes out: imports, exports, slips, printed pages."""

from django.urls import path

from linshuo.web.desk import exports, imports, slips

_import = "<str:prefix>/imports/<int:pk>/"

urlpatterns = [
    path("<str:prefix>/imports/", imports.sheets, name="import"),
    path(_import, imports.sheet, name="import-sheet"),
    path(f"{_import}check/", imports.check, name="import-check"),
    path(f"{_import}again/", imports.again, name="import-again"),
    path(f"{_import}progress/", imports.progress, name="import-progress"),
    path(f"{_import}report/", imports.report, name="import-report"),
    path("<str:prefix>/ledger/export/", exports.ledger, name="export"),
    path("<str:prefix>/slips/", slips.pads, name="slips"),
    path("<str:prefix>/slips/<int:first>-<int:last>/", slips.pad, name="slips-print"),
    path("<str:prefix>/slips/void/", slips.void, name="slips-void"),
    path(
        "<str:prefix>/notebook/<int:person>/<str:day>/pdf/",
        slips.notebook_day,
        name="notebook-pdf",
    ),
]
