"""Addresses for the tests of doors: the smallest views that say what they saw."""

from django.http import HttpResponse
from django.urls import include, path

from linshuo.config import urls
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import second_factor, staff_door


@staff_door(Can.NEED_READ)
def ledger(request):
    if request.method == "POST":
        files = ",".join(f.name for f in request.FILES.values())
        return HttpResponse(f"kept:{request.POST.getlist('words')}:{sorted(request.POST)}:{files}")
    return HttpResponse(f"{request.community.prefix}:{request.actor.name}")


@staff_door(Can.STAFF_APPOINT)
def staff(request):
    return HttpResponse("staff")


@staff_door(Can.NEED_READ)
def not_yours(request):
    raise NotYours("need", "没有这一件。")


@staff_door(Can.NEED_READ)
def refused(request):
    raise Refused("later", "现在还不行，明天再来。")


@staff_door(Can.NEED_EXPORT)
@second_factor
def export(request):
    return HttpResponse("money")


app = [
    path("ledger/", ledger, name="ledger"),
    path("staff/", staff),
    path("not-yours/", not_yours),
    path("refused/", refused),
    path("export/", export),
]
urlpatterns = [path("desk/<str:prefix>/try/", include(app)), *urls.urlpatterns]
