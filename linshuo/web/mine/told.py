"""怎么告诉我: by which way one wishes to be told, and what one was told lately."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.domain.people.actions import choose_telling
from linshuo.domain.people.models import Person, Telling, Way
from linshuo.domain.people.queries import actor_of, tellings
from linshuo.kit.emails import MOST_EMAIL
from linshuo.kit.refused import NotYours, Refused
from linshuo.notices.queries import lately
from linshuo.notices.routes import offered
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.ui.forms import Form


class TellingForm(Form):
    """The way, and an address for mails."""

    way = forms.ChoiceField(
        label=_l("有事怎么告诉您"),
        help_text=_l("方便怎么来：有邮箱发邮件，没有就发短信，都没有，社区打电话。"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _l("从上面选一样。"),
            "invalid_choice": _l("从上面选一样。"),
        },
    )
    email = forms.CharField(
        label=_l("邮箱"),
        help_text=_l("邮件里只写编号和链接，不写谁家的事。不急的一天一封，没有事不发。"),
        required=False,
        max_length=MOST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, telling: Telling | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(way.value, way.label) for way in offered(telling)]
        self.fields["way"].choices = ways  # type: ignore[attr-defined]


@my_door
def told(request: DoorRequest) -> HttpResponse:
    """A form for each community that knows the account, and what it told lately."""
    wanted = request.POST.get("person", "") if request.method == "POST" else None
    person = next((p for p in request.persons if str(p.pk) == wanted), None)
    if wanted is not None and person is None:
        raise Http404
    forms_of = {each.pk: _form(each, None) for each in request.persons if each is not person}
    if person is not None:
        form = _form(person, request.POST)
        if form.is_valid() and _choose(person, form):
            messages.success(request, _("记下了，往后就这样告诉您。"))
            return redirect(f"{reverse('mine:told')}#told-{person.pk}")
        forms_of[person.pk] = form
    context = {
        "parts": [(each, forms_of[each.pk], lately(each)) for each in request.persons],
        "mail_on": settings.MAIL_ON,
    }
    return render(request, "mine/told.html", context, status=200 if person is None else 422)


def _form(person: Person, data: Any) -> TellingForm:
    telling = tellings([person.pk], person.community_id).get(person.pk)
    now = {"way": telling.way, "email": telling.email} if telling else {"way": Way.ANY}
    return TellingForm(
        data, telling=telling, initial=now, auto_id=f"told{person.pk}_%s", label_suffix=""
    )


def _choose(person: Person, form: TellingForm) -> bool:
    data = form.cleaned_data
    try:
        choose_telling(person, by=actor_of(person), way=data["way"], email=data["email"])
    except NotYours:
        raise
    except Refused as refused:
        form.refuse(refused)
        return False
    return True
