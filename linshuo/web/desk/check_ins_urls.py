"""Addresses of the counter at which people check in."""

from django.urls import path

from linshuo.web.desk import check_ins, check_ins_one, check_ins_paper

_one = "<str:prefix>/check-ins/<int:pk>/"

urlpatterns = [
    path("<str:prefix>/check-ins/", check_ins.listing, name="check-ins"),
    path("<str:prefix>/check-ins/new/", check_ins.new, name="check-in-new"),
    path("<str:prefix>/check-ins/form.pdf", check_ins_paper.form, name="check-in-form"),
    path("<str:prefix>/check-ins/receipts.pdf", check_ins_paper.of_a_day, name="check-in-receipts"),
    path(f"{_one}receipt.pdf", check_ins_paper.receipt, name="check-in-receipt"),
    path(_one, check_ins_one.show, name="check-in"),
    path(f"{_one}<str:verb>/", check_ins_one.do, name="check-in-do"),
]
