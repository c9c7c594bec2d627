"""Addresses of letters to units and of thanks."""

from django.urls import path

from linshuo.web.desk import letters

urlpatterns = [
    path("<str:prefix>/letters/", letters.index, name="letters"),
    path("<str:prefix>/letters/draft/", letters.draft, name="letters-draft"),
    path("<str:prefix>/letters/thanks/", letters.thanks, name="letters-thanks"),
    path("<str:prefix>/letters/thanks/<slug:cause>/<int:pk>/", letters.thank, name="letters-thank"),
    path("<str:prefix>/letters/<int:pk>/", letters.show, name="letter"),
    path("<str:prefix>/letters/<int:pk>/letter.pdf", letters.printed, name="letter-print"),
    path("<str:prefix>/letters/<int:pk>/parts/<int:part>/", letters.say, name="letter-say"),
    path("<str:prefix>/letters/<int:pk>/<slug:verb>/", letters.do, name="letter-do"),
]
