"""Addresses of activities and meetings."""

from django.urls import path

from linshuo.web.desk import activities, activities_meeting

_one = "<str:prefix>/activities/<int:pk>/"

urlpatterns = [
    path("<str:prefix>/activities/", activities.listing, name="activities"),
    path("<str:prefix>/activities/new/", activities.new, name="activity-new"),
    path(_one, activities.show, name="activity"),
    path(f"{_one}change/", activities.change, name="activity-change"),
    path(f"{_one}cancel/", activities.cancel, name="activity-cancel"),
    path(f"{_one}sign-up/", activities.sign_up, name="activity-sign-up"),
    path(f"{_one}turns/<int:turn>/withdraw/", activities.withdraw, name="activity-withdraw"),
    path(f"{_one}list/", activities.go_through, name="activity-list"),
    path(f"{_one}outcome/", activities_meeting.outcome, name="activity-outcome"),
    path(f"{_one}needs/", activities_meeting.put_on, name="activity-need"),
    path(f"{_one}needs/<int:item>/<slug:verb>/", activities_meeting.item, name="activity-item"),
    path(f"{_one}resolutions/", activities_meeting.resolve, name="resolution-new"),
    path(
        f"{_one}resolutions/<int:resolution>/done/",
        activities_meeting.carried_out,
        name="resolution-done",
    ),
    path(f"{_one}minutes.pdf", activities_meeting.minutes_paper, name="minutes"),
    path(f"{_one}sign-in.pdf", activities_meeting.sign_in_paper, name="sign-in-sheet"),
]
