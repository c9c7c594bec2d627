"""Addresses below /my/: one's own."""

from django.urls import include, path

from linshuo.web.mine import (
    away,
    calendars,
    check_in,
    honours,
    hours,
    pledges,
    pledges_paper,
    sums,
    told,
    turns,
    views,
)

app_name = "mine"

urlpatterns = [
    path("", views.home, name="home"),
    path("consent/", views.consent, name="consent"),
    path("digits/", views.digits, name="digits"),
    path("unlock/", views.unlock, name="unlock"),
    path("language/", views.language, name="language"),
    path("told/", told.told, name="told"),
    path("hours/", hours.hours, name="hours"),
    path("hours/hand-out/", hours.hand_out, name="hours-hand-out"),
    path("hours/<int:pk>.pdf", hours.paper, name="hours-paper"),
    path("hours/<str:prefix>.csv", hours.file, name="hours-file"),
    path("honours/", honours.home, name="honours"),
    path("honours/<int:pk>.pdf", honours.paper, name="honour-paper"),
    path("honours/<int:pk>/<slug:verb>/", honours.do, name="honour-do"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("check-in/<str:prefix>/", check_in.check_in, name="check-in"),
    path("check-in/<str:prefix>/<str:verb>/", check_in.do, name="check-in-do"),
    path("pledges/", pledges.home, name="pledges"),
    path("pledges/<int:pk>/", pledges.show, name="pledge"),
    path("pledges/<int:pk>/receipt.pdf", pledges_paper.receipt, name="pledge-receipt"),
    path("pledges/<int:pk>/agree/", pledges.agree, name="pledge-agree"),
    path("pledges/<int:pk>/plan/", pledges.plan, name="pledge-plan"),
    path("pledges/<int:pk>/sum/", sums.write, name="pledge-sum"),
    path("pledges/<int:pk>/hand/", pledges.hand, name="pledge-hand"),
    path("pledges/<int:pk>/contact/", pledges.contact, name="pledge-contact"),
    path("pledges/<int:pk>/release/", pledges.release, name="pledge-release"),
    path("pledges/<int:pk>/again/", pledges.again, name="pledge-again"),
    path("", include("linshuo.web.mine.offers_urls")),
    path("", include("linshuo.web.mine.activities_urls")),
    path("", include("linshuo.web.mine.money_urls")),
    path("turns/", turns.home, name="turns"),
    path("turns/away/", away.away, name="turns-away"),
    path("turns/<int:pk>/away/", turns.away, name="turn-away"),
    path("turns/<int:pk>/back/", turns.back, name="turn-back"),
    path("turns/<int:pk>/cover/", turns.cover, name="turn-cover"),
    path("turns/<int:pk>/move/", turns.move, name="turn-move"),
    path("turns/<int:pk>/note/", turns.note, name="turn-note"),
    path("sign/<str:prefix>/<int:ask>/", pledges.sign, name="sign"),
]
