"""Addresses of what one gave, of what is raised among one's own, and of a unit's promises."""

from django.urls import path

from linshuo.web.mine import money

urlpatterns = [
    path("money/", money.home, name="money"),
    path("money/<int:pk>/receipt.pdf", money.receipt, name="money-receipt"),
    path("money/<str:prefix>/<str:number>/", money.among, name="among"),
    path("money/<str:prefix>/<str:number>/<slug:which>/", money.among, name="among-rows"),
    path("units/<int:pk>/money/", money.unit, name="unit-money"),
    path("units/<int:pk>/money/letter.pdf", money.letter, name="unit-letter"),
]
