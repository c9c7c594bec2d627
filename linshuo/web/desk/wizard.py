"""开通: a community from nothing to sign-in cards, in four steps under one address.

Nothing is kept between the steps: each page carries what the pages before it asked, so going back
loses nothing, two people may open two communities at once, and a closed window leaves no trace.
Everything is read again at the end, and saved in one transaction.
"""

from __future__ import annotations

import time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linshuo.acts.communities import (
    Plan,
    Problem,
    check_first_code,
    may_open,
    open_whole,
    read_places,
    read_staff,
    read_units,
)
from linshuo.domain.people.queries import actor_of, persons_of
from linshuo.domain.people.staffing import unused_cards
from linshuo.domain.places.models import Community
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused
from linshuo.web import lock
from linshuo.web.desk.cards_to_print import cards_page
from linshuo.web.desk.wizard_forms import (
    PLACES_EXAMPLE,
    STAFF_EXAMPLE,
    UNITS_EXAMPLE,
    AboutForm,
    FirstCodeForm,
    TablesForm,
)
from linshuo.web.doors import refusal_into, to_sign_in
from linshuo.web.limits import FIRST_CODES, address_of

MAY_OPEN = "may_open_first"
OPENED = "opened"
CARDS_SECONDS = 3600
"""How long whoever opened a community may print its cards from the browser that opened it."""


@never_cache
def wizard(request: HttpRequest) -> HttpResponse:
    """The wizard, for a secretary or the sub-district, or for whoever holds the first code."""
    by = _opener(request)
    if by is None and not may_open(None):
        if not request.user.is_authenticated:
            return to_sign_in(request)
        raise Http404
    if by is not None:
        asked = lock.check(request)
        if asked is not None:
            return asked
    elif not request.session.get(MAY_OPEN):
        return _first_code(request)
    answer = _step(request, by)
    if by is not None:
        lock.mark_seen(request, answer)
    return answer


def _opener(request: HttpRequest) -> Actor | None:
    """The signed-in person's first self who may open a further community."""
    if not request.user.is_authenticated:
        return None
    actors = (actor_of(person) for person in persons_of(request.user))  # type: ignore[arg-type]
    return next((actor for actor in actors if may_open(actor)), None)


def _first_code(request: HttpRequest) -> HttpResponse:
    form = FirstCodeForm(request.POST or None)
    if form.is_valid():
        who = address_of(request)
        if not FIRST_CODES.take(who):
            form.add_error("code", _("试的次数多了，过几分钟再来。"))
        elif not check_first_code(form.cleaned_data["code"]):
            form.add_error("code", _("不是这个码。看服务器窗口里最后印的那一个。"))
        else:
            request.session[MAY_OPEN] = True
            return redirect("open")
    return _show(request, "code", {"form": form}, bool(form.errors))


def _step(request: HttpRequest, by: Actor | None) -> HttpResponse:
    """Which page comes next: the first that still has something to say."""
    if request.method != "POST":
        return _show(request, "about", {"about": AboutForm()})
    about, tables = AboutForm(request.POST), TablesForm(request.POST)
    step, to = request.POST.get("step", ""), request.POST.get("to", "")
    if to == "about":
        return _show(request, "about", {"about": _unbound(about), "tables": _unbound(tables)})
    if not _fine(about, step):
        return _show(request, "about", {"about": about, "tables": tables}, True)
    if step == "about" or to == "tables":
        return _show(request, "tables", {"about": about, "tables": _unbound(tables)})
    if not tables.is_valid():
        return _show(request, "tables", {"about": about, "tables": tables}, True)
    plan, problems = _read(about, tables)
    if any(problems.values()):
        context = {"about": about, "tables": tables, "problems": problems}
        return _show(request, "tables", context, True)
    if step == "look":
        return _open(request, by, plan, about, tables)
    return _show(request, "look", {"about": about, "tables": tables, "plan": plan})


def _unbound(form: Any) -> Any:
    """The same form with what was typed, but nothing said about it yet."""
    return type(form)(initial={name: form.data.get(name, "") for name in form.fields})


def _fine(about: AboutForm, step: str) -> bool:
    """Whether the community itself is acceptable, with the house's own rules asked as well."""
    if not about.is_valid():
        return False
    prefix = about.cleaned_data["prefix"].strip().upper()
    code = about.cleaned_data["code"].strip()
    if not (len(prefix) >= 2 and prefix.isascii() and prefix.isalnum() and prefix[0].isalpha()):
        about.add_error("prefix", _("前缀是 2 到 6 个字母或数字，字母开头，如 JF。"))
    elif prefix == "OPEN":
        about.add_error("prefix", _("这个前缀留作他用，换一个。"))
    elif Community.objects.filter(prefix=prefix).exists():
        about.add_error("prefix", _("这个前缀已经有社区在用，换一个。"))
    if code and not (len(code) == 12 and code.isascii() and code.isdigit()):
        about.add_error("code", _("统计用区划代码是 12 位数字。不知道可以先不填。"))
    return not about.errors


def _read(about: AboutForm, tables: TablesForm) -> tuple[Plan, dict[str, list[Problem]]]:
    data = tables.cleaned_data
    places = read_places(data["places"])
    staff = read_staff(data["staff"], places.rows, about.cleaned_data["name"])
    units = read_units(data["units"])
    plan = Plan(
        **about.cleaned_data,
        places=tuple(places.rows),
        staff=tuple(staff.rows),
        units=tuple(units.rows),
    )
    problems = {"places": places.problems, "staff": staff.problems, "units": units.problems}
    return plan, problems


def _open(
    request: HttpRequest, by: Actor | None, plan: Plan, about: AboutForm, tables: TablesForm
) -> HttpResponse:
    try:
        opened = open_whole(plan, by=by)
    except Refused as refused:
        refusal_into(about, refused)
        return _show(request, "about", {"about": about, "tables": tables}, True)
    request.session.pop(MAY_OPEN, None)
    request.session[OPENED] = {"community": opened.community.pk, "at": time.time()}
    words = _("%s开通了。把登录卡印出来发给各人，一个月内有效。")
    messages.success(request, words % opened.community.name)
    return HttpResponseRedirect("/desk/open/cards/")


def _show(
    request: HttpRequest, step: str, context: dict[str, Any], refused: bool = False
) -> HttpResponse:
    numbers = {"code": 1, "about": 1, "tables": 2, "look": 3}
    tables = context.get("tables")
    problems = context.get("problems", {})
    given = {
        "step": step,
        "now": numbers[step],
        "panels": [
            (tables[name], _cells(example), problems.get(name, []))
            for name, example in (
                ("places", PLACES_EXAMPLE), ("staff", STAFF_EXAMPLE), ("units", UNITS_EXAMPLE)
            )
        ] if tables and step == "tables" else [],
        **context,
    }  # fmt: skip
    if step == "look":
        given |= _look(context["plan"])
    return render(request, f"desk/wizard/{step}.html", given, status=422 if refused else 200)


def _cells(example: str) -> list[list[str]]:
    return [line.split("\t") for line in example.split("\n")]


def _look(plan: Plan) -> dict[str, Any]:
    """One look at everything, with counts, before it is saved."""
    estates: dict[str, dict[str, Any]] = {}
    for row in plan.places:
        found = estates.setdefault(row.estate, {"name": row.estate, "district": "", "n": 0})
        found["district"] = found["district"] or row.district
        found["n"] += len(row.buildings)
    return {
        "districts": len({row.district for row in plan.places if row.district}),
        "estates": list(estates.values()),
        "buildings": sum(e["n"] for e in estates.values()),
    }


@never_cache
def wizard_cards(request: HttpRequest) -> HttpResponse:
    """The cards of the community that this browser has just opened, for an hour."""
    kept = request.session.get(OPENED) or {}
    if not kept or time.time() - kept.get("at", 0) > CARDS_SECONDS:
        raise Http404
    community = Community.objects.filter(pk=kept["community"]).first()
    if community is None:
        raise Http404
    return cards_page(request, community, unused_cards(Actor.house(community.pk)))
