"""Addresses of money: vouchers, boxes, statements, disclosures, months."""

from django.urls import path

from linshuo.web.desk import (
    money,
    money_boxes,
    money_count,
    money_disclosures,
    money_files,
    money_months,
    money_statements,
    money_vouchers,
)

_money = "<str:prefix>/money/"
_voucher = f"{_money}vouchers/<int:pk>/"
_opening = f"{_money}openings/<int:pk>/"
_disclosure = f"{_money}disclosures/<int:pk>/"

urlpatterns = [
    path(_money, money.home, name="money"),
    path(f"{_money}due/", money.due, name="money-due"),
    path(f"{_money}vouchers/", money_vouchers.listing, name="money-vouchers"),
    path(f"{_money}record/", money_vouchers.which, name="money-record-which"),
    path(f"{_money}record/<str:number>/<slug:kind>/", money_vouchers.record, name="money-record"),
    path(_voucher, money_vouchers.show, name="money-voucher"),
    path(f"{_voucher}do/<slug:verb>/", money_vouchers.act, name="money-voucher-do"),
    path(
        f"{_money}papers/<slug:what>/<int:pk>/<slug:which>/",
        money_files.paper,
        name="money-paper",
    ),
    path(f"{_money}boxes/<int:pk>/", money_boxes.box, name="money-box"),
    path(f"{_money}boxes/<int:pk>/do/<slug:verb>/", money_boxes.box_act, name="money-box-do"),
    path(_opening, money_boxes.opening, name="money-opening"),
    path(f"{_opening}count/", money_count.count, name="money-count"),
    path(f"{_opening}do/<slug:verb>/", money_boxes.opening_act, name="money-opening-do"),
    path(f"{_money}books/<str:number>/", money_statements.show, name="money-statement"),
    path(f"{_money}books/<str:number>/export/", money_statements.export, name="money-export"),
    path(f"{_money}disclosures/", money_disclosures.listing, name="money-disclosures"),
    path(_disclosure, money_disclosures.show, name="money-disclosure"),
    path(f"{_disclosure}do/<slug:verb>/", money_disclosures.act, name="money-disclosure-do"),
    path(f"{_money}months/", money_months.listing, name="money-months"),
    path(f"{_money}months/draw-up/", money_months.draw_up, name="money-month-draw-up"),
    path(f"{_money}months/<int:pk>/close/", money_months.close, name="money-month-close"),
]
