"""Addresses of the board on paper. A printed sheet carries its own, so they do not change."""

from django.urls import path

from linshuo.web.desk import sheets

_sheet = "<str:prefix>/sheets/<str:code>/"

urlpatterns = [
    path("<str:prefix>/sheets/", sheets.sheets, name="sheets"),
    path("<str:prefix>/sheets/print/", sheets.print_board, name="sheets-print"),
    path("<str:prefix>/sheets/receipts.pdf", sheets.receipts_today, name="receipts"),
    path("<str:prefix>/needs/<str:number>/receipt.pdf", sheets.need_receipt, name="need-receipt"),
    path("<str:prefix>/sheets/held/<int:pk>/", sheets.held, name="sheet-held"),
    path("<str:prefix>/sheets/held/<int:pk>/photo/", sheets.held_photo, name="sheet-photo"),
    path(_sheet, sheets.sheet, name="sheet"),
    path(f"{_sheet}<str:size>.pdf", sheets.sheet_pdf, name="sheet-pdf"),
]
