"""Addresses of the lines of the board and of pledges."""

from django.urls import path

from linshuo.web.desk import asks, pledges, pledges_paper

urlpatterns = [
    path("<str:prefix>/needs/<str:number>/asks/put-up/", asks.put_up, name="ask-put-up"),
    path("<str:prefix>/asks/<int:pk>/change/", asks.change, name="ask-change"),
    path("<str:prefix>/asks/<int:pk>/down/", asks.down, name="ask-down"),
    path("<str:prefix>/asks/<int:pk>/sign/", asks.sign_for, name="ask-sign"),
    path("<str:prefix>/pledges/", pledges.listing_page, name="pledges"),
    path("<str:prefix>/pledges/<int:pk>/", pledges.show, name="pledge"),
    path("<str:prefix>/pledges/<int:pk>/reveal/", pledges.reveal_phone, name="pledge-reveal"),
    path("<str:prefix>/pledges/<int:pk>/receipt.pdf", pledges_paper.receipt, name="pledge-receipt"),
    path(
        "<str:prefix>/sheets/<str:code>/signed/receipts.pdf",
        pledges_paper.of_a_sheet,
        name="sheet-receipts",
    ),
    path("<str:prefix>/pledges/<int:pk>/<slug:verb>/", pledges.act, name="pledge-do"),
]
