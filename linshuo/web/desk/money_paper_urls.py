"""Addresses of what is printed about money, and of what of its papers everyone may see."""

from django.urls import path

from linshuo.web.desk import money_paper

_money = "<str:prefix>/money/"

urlpatterns = [
    path(f"{_money}boxes/<int:pk>/sheet.pdf", money_paper.sheet, name="money-count-sheet"),
    path(f"{_money}vouchers/<int:pk>/receipt.pdf", money_paper.receipt, name="money-receipt"),
    path(
        f"{_money}print/<slug:kind>/<str:number>/statement.pdf",
        money_paper.statement,
        name="money-statement-pdf",
    ),
    path(
        f"{_money}disclosures/<int:pk>/paper.pdf",
        money_paper.disclosure,
        name="money-disclosure-pdf",
    ),
    path(f"{_money}projects/<str:number>/board.pdf", money_paper.board, name="project-board"),
    path(
        f"{_money}print/<slug:kind>/<str:number>/papers/", money_paper.papers, name="money-papers"
    ),
]
