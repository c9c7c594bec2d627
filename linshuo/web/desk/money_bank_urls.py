"""Addresses of the bank's statement, and of the books for other programs."""

from django.urls import path

from linshuo.web.desk import money_bank, money_bank_take, money_out

_bank = "<str:prefix>/money/bank/"

urlpatterns = [
    path(_bank, money_bank.listing, name="money-bank"),
    path(f"{_bank}take/", money_bank_take.upload, name="money-bank-take"),
    path(f"{_bank}take/<int:pk>/", money_bank_take.columns, name="money-bank-columns"),
    path(f"{_bank}<int:pk>/", money_bank.show, name="money-bank-line"),
    path(f"{_bank}<int:pk>/do/<slug:verb>/", money_bank.act, name="money-bank-do"),
    path("<str:prefix>/money/out/", money_out.out, name="money-out"),
]
