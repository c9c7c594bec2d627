"""Addresses of posts and their turns."""

from django.urls import path

from linshuo.web.desk import posts, posts_away, posts_turns

_post = "<str:prefix>/posts/<int:pk>/"

urlpatterns = [
    path("<str:prefix>/posts/", posts.listing, name="posts"),
    path("<str:prefix>/posts/new/", posts.new, name="post-new"),
    path("<str:prefix>/posts/timetable.pdf", posts_turns.papers, name="timetables"),
    path(_post, posts.show, name="post"),
    path(f"{_post}timetable.pdf", posts_turns.paper, name="timetable"),
    path(f"{_post}change/", posts.change, name="post-change"),
    path(f"{_post}end/", posts.end, name="post-end"),
    path(f"{_post}lines/", posts.put_line_up, name="post-line"),
    path(f"{_post}hours/", posts.add_hours, name="post-hours"),
    path(f"{_post}hours/<int:stretch>/<slug:verb>/", posts.hours, name="post-stretch"),
    path(f"{_post}away/", posts_away.away, name="post-away"),
    path(f"{_post}turns/", posts_turns.plan, name="post-turn"),
    path("<str:prefix>/posts/turns/<int:pk>/", posts_turns.show, name="turn"),
    path("<str:prefix>/posts/turns/<int:pk>/<slug:verb>/", posts_turns.act, name="turn-do"),
]
