"""Addresses of the square. A printed sheet may carry any of them, so they do not change."""

from django.urls import path

from linshuo.web.plaza import (
    activities,
    check_in,
    complaints,
    honours,
    money,
    offers,
    posts,
    records,
    speak,
    tracking,
    views,
)

app_name = "plaza"

urlpatterns = [
    path("", views.home, name="home"),
    path("never/", views.never, name="never"),
    path("s/", tracking.slip, name="slip"),
    path("r/", records.record, name="records"),
    path("r/<str:code>/", records.record, name="record"),
    path("h/", honours.certificate, name="certificates"),
    path("h/<str:code>/", honours.certificate, name="certificate"),
    path("c/<str:prefix>/", views.front, name="front"),
    path("c/<str:prefix>/complain/", complaints.complain, name="complain"),
    path("c/<str:prefix>/complain/said/", complaints.said, name="complaint"),
    path("c/<str:prefix>/board/", views.board, name="board"),
    path("c/<str:prefix>/offers/", offers.offers, name="offers"),
    path("c/<str:prefix>/wall/", views.wall, name="wall"),
    path("c/<str:prefix>/activities/", activities.activities, name="activities"),
    path("c/<str:prefix>/activities/<int:pk>/", activities.activity, name="activity"),
    path("c/<str:prefix>/money/", money.money, name="money"),
    path("c/<str:prefix>/money/papers/<int:pk>/", money.paper, name="money-paper"),
    path("c/<str:prefix>/collections/<str:number>/", money.collection, name="collection"),
    path(
        "c/<str:prefix>/collections/<str:number>/<slug:which>/",
        money.collection_rows,
        name="collection-rows",
    ),
    path(
        "c/<str:prefix>/collections/<str:number>/rows.csv",
        money.collection_file,
        name="collection-file",
    ),
    path("c/<str:prefix>/projects/<str:number>/rows.csv", money.project_file, name="project-file"),
    path("c/<str:prefix>/projects/<str:number>/", money.project, name="project"),
    path(
        "c/<str:prefix>/projects/<str:number>/<slug:which>/",
        money.project_rows,
        name="project-rows",
    ),
    path("c/<str:prefix>/posts/", posts.posts, name="posts"),
    path("c/<str:prefix>/posts/<int:pk>/", posts.post, name="post"),
    path("c/<str:prefix>/honours/", honours.roll, name="honours"),
    path("c/<str:prefix>/honours/<int:pk>/", honours.notice, name="honour"),
    path("c/<str:prefix>/honours/said/", honours.said, name="honour-said"),
    path("c/<str:prefix>/honours/said/<str:code>/", honours.said, name="honour-answer"),
    path("c/<str:prefix>/posts/<int:pk>/rota/", posts.rota, name="post-rota"),
    path("c/<str:prefix>/speak/", speak.speak, name="speak"),
    path("c/<str:prefix>/check-in/", check_in.check_in, name="check-in"),
    path("c/<str:prefix>/check-in/card/", check_in.by_card, name="check-in-card"),
    path("c/<str:prefix>/check-in/<str:token>/", check_in.checked, name="checked"),
    path("c/<str:prefix>/heard/<str:token>/", speak.heard, name="heard"),
    path("c/<str:prefix>/track/", tracking.track, name="track"),
    path("c/<str:prefix>/say/<str:token>/", tracking.say, name="say"),
    path("c/<str:prefix>/needs/<str:number>/", views.need, name="need"),
    path("c/<str:prefix>/needs/<str:number>/too/", tracking.me_too, name="too"),
    path("c/<str:prefix>/figures/<str:key>/", views.figure, name="figure"),
]
