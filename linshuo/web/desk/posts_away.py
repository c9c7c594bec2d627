"""有人几天来不了: at a post, which turns that means, and one press that frees them all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from linshuo.domain.board.models import Post
from linshuo.domain.board.queries import get_post
from linshuo.domain.service import duty, roster
from linshuo.domain.service.access import may_plan
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.people_forms import a_day, text
from linshuo.web.desk.posts_form import KeeperForm
from linshuo.web.doors import DoorRequest, page, staff_door


class AwayForm(KeeperForm):
    """Who, from which day to which, and why if they said."""

    nobody = _l("选一位")
    first = a_day(_l("从哪天起"))
    last = a_day(_l("到哪天为止"))
    why = text(_l("为什么"), duty.MOST_WHY, hint=_l("不说也行。写了，只有排班的人看得到。"))


@staff_door(Can.NEED_WORK)
def away(request: DoorRequest, pk: int) -> HttpResponse:
    """The first press shows which turns are meant, the second frees them."""
    post = get_post(request.actor, pk)
    if post.closed_at is not None or not may_plan(request.actor, post):
        raise Http404
    typed = request.POST if request.method == "POST" else request.GET
    keepers = roster.keepers(request.actor, post)
    form = AwayForm(typed if "first" in typed else None, keepers=keepers, label_suffix="")
    shifts: list[roster.Shift] | None = None
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("first", "last", "why")}
        who = form.who(request.actor)
        try:
            if who["person"] is None and who["partnership"] is None:
                raise Refused("keeper", _("谁这几天来不了？"), "keeper")
            if request.method == "POST":
                return _free(request, post, **data, **who)
            rows = duty.meant(request.actor, Q(**who), data["first"], data["last"], post=post)
            shifts = roster.meant_to_be_away(request.actor, rows)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
    context = {"post": post, "form": form, "shifts": shifts, "keepers": keepers}
    return page(request, "desk/posts/away.html", context)


def _free(request: DoorRequest, post: Post, **given: Any) -> HttpResponse:
    freed = duty.away_between(post, by=request.actor, **given)
    said = ngettext("空出来 %d 班，可以找人替。", "空出来 %d 班，可以找人替。", len(freed))
    messages.success(request, said % len(freed))
    where = reverse("desk:post", args=[request.community.prefix, post.pk])
    return HttpResponseRedirect(f"{where}?from={given['first'].isoformat()}#turns")
