"""Addresses of people, staff, partner units, places, days off and settings."""

from django.urls import path

from linshuo.web.desk import (
    erase,
    keeping,
    people,
    people_staff,
    people_unit,
    people_units,
    places,
    settings,
    takeout,
)

urlpatterns = [
    path("<str:prefix>/people/", people.listing, name="people"),
    path("<str:prefix>/people/add/", people.add, name="person-add"),
    path("<str:prefix>/people/<int:pk>/", people.show, name="person"),
    path("<str:prefix>/people/<int:pk>/reveal/", people.show_phone, name="person-reveal"),
    path("<str:prefix>/people/<int:pk>/change/", people.change, name="person-change"),
    path("<str:prefix>/people/<int:pk>/consent/", people.consent, name="person-consent"),
    path("<str:prefix>/people/<int:pk>/erase/", erase.erase, name="person-erase"),
    path("<str:prefix>/people/staff/", people_staff.staff_page, name="staff"),
    path("<str:prefix>/people/staff/give/", people_staff.give, name="staff-give"),
    path("<str:prefix>/people/staff/<int:pk>/end/", people_staff.end, name="staff-end"),
    path("<str:prefix>/people/staff/card/", people_staff.card, name="staff-card"),
    path("<str:prefix>/people/staff/cards/", people_staff.cards, name="staff-cards"),
    path("<str:prefix>/people/units/", people_units.units, name="units"),
    path("<str:prefix>/people/units/add/", people_units.add, name="unit-add"),
    path("<str:prefix>/people/units/<int:pk>/", people_unit.show, name="unit"),
    path("<str:prefix>/people/units/<int:pk>/agreement/", people_unit.agreement, name="unit-paper"),
    path("<str:prefix>/people/units/<int:pk>/<str:verb>/", people_unit.do, name="unit-do"),
    path("<str:prefix>/places/", places.listing, name="places"),
    path("<str:prefix>/places/<int:pk>/", places.show, name="place"),
    path("<str:prefix>/places/<int:pk>/close/", places.close, name="place-close"),
    path("<str:prefix>/places/assets/", places.assets_page, name="assets"),
    path("<str:prefix>/settings/", settings.community, name="settings"),
    path("<str:prefix>/settings/categories/", settings.categories, name="categories"),
    path("<str:prefix>/settings/days/", settings.days, name="days"),
    path("<str:prefix>/settings/kept/", keeping.kept, name="kept"),
    path("<str:prefix>/settings/takeout/", takeout.takeout, name="takeout"),
    path("<str:prefix>/settings/takeout/how-far/", takeout.progress, name="takeout-progress"),
    path("<str:prefix>/settings/takeout/file/", takeout.file, name="takeout-file"),
]
