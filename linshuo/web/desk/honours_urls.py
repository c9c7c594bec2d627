"""Addresses of rounds of honours."""

from django.urls import path

from linshuo.web.desk import honours, honours_one, honours_paper

_row = "<str:prefix>/honours/<int:pk>/"
_one = f"{_row}of/<int:candidate>/"

urlpatterns = [
    path("<str:prefix>/honours/", honours.listing, name="honours"),
    path("<str:prefix>/honours/new/", honours.new, name="honour-new"),
    path("<str:prefix>/honours/count/", honours.count, name="honour-count"),
    path(_row, honours.show, name="honour"),
    path(f"{_row}change/", honours.change, name="honour-change"),
    path(f"{_row}notice.pdf", honours_paper.notice, name="honour-notice"),
    path(f"{_row}certificates.pdf", honours_paper.certificates, name="honour-certificates"),
    path(f"{_row}said/<int:objection>/", honours.answer, name="honour-answer"),
    path(f"{_row}do/<slug:verb>/", honours.do, name="honour-do"),
    path(_one, honours_one.show, name="honour-one"),
    path(f"{_one}certificate.pdf", honours_paper.certificate, name="honour-certificate"),
    path(f"{_one}do/<slug:verb>/", honours_one.do, name="honour-one-do"),
]
