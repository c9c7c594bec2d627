"""告诉人: the group chats in which the house speaks, and by what else this server can tell."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.notices.robots import MOST_ADDRESS, add_robot, remove_robot, robots, try_robot
from linshuo.web.desk.people_tabs import settings_tabs
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.forms import Form


class RobotForm(Form):
    """A group, and its robot's address as the service shows it."""

    name = forms.CharField(
        label=_l("哪个群"),
        max_length=40,
        error_messages={"required": _l("这个群叫什么？")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = forms.CharField(
        label=_l("机器人的地址"),
        help_text=_l("在企业微信或钉钉的群里添一个机器人，把它给的地址整条复制过来。"),
        max_length=MOST_ADDRESS,
        error_messages={"required": _l("把机器人的地址复制到这里。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    sign = forms.CharField(
        label=_l("加签的密钥"),
        help_text=_l("钉钉的机器人选了“加签”才有，SEC 开头。"),
        required=False,
        max_length=MOST_ADDRESS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    urgent_only = forms.BooleanField(label=_l("只发急的"), required=False)


@sensitive_post_parameters("address", "sign")
@staff_door(Can.PLACE_WRITE)
def groups(request: DoorRequest) -> HttpResponse:
    """The groups with how the last message of each fared, and a form to add one."""
    form = RobotForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid():
        try:
            row = add_robot(by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("“%s”添上了。试一句，看群里收不收得到。") % row.name)
            return _back(request)
    return _page(request, form)


@require_POST
@staff_door(Can.PLACE_WRITE)
def try_one(request: DoorRequest, pk: int) -> HttpResponse:
    """Say one sentence in the group now."""
    try:
        try_robot(pk, by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, RobotForm(label_suffix=""), tried=pk, trouble=str(refused.sentence))
    messages.success(request, _("发了一句，去群里看看。"))
    return _back(request)


@require_POST
@staff_door(Can.PLACE_WRITE)
def remove(request: DoorRequest, pk: int) -> HttpResponse:
    """No more messages to this group."""
    row = remove_robot(pk, by=request.actor)
    messages.success(request, _("“%s”去掉了，不再往那里发。") % row.name)
    return _back(request)


def _back(request: DoorRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:groups", args=[request.community.prefix]))


def _page(request: DoorRequest, form: Form, *, tried: int = 0, trouble: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "rows": robots(request.actor),
        "tried": tried,
        "trouble": trouble,
        "mail_on": settings.MAIL_ON,
        "sms_on": bool(settings.SMS_URL),
        "hour": settings.DIGEST_HOUR,
        "tabs": settings_tabs(request.actor, request.community.prefix, "groups"),
    }
    return page(request, "desk/settings/groups.html", context, status=422 if trouble else 200)
