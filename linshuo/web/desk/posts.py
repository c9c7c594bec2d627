"""岗: the posts with who is there now; one set up, changed, ended; its week; its lines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import posts as acts
from linshuo.domain.board import posting
from linshuo.domain.board.access import may_keep
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Post, PostHours
from linshuo.domain.board.queries import get_post, lines_for
from linshuo.domain.pledges.queries import lines
from linshuo.domain.service import roster
from linshuo.domain.service.access import may_plan
from linshuo.domain.service.public import on_duty, standing
from linshuo.insight.suggestions import for_lines
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.asks_form import PutUpForm, post_lines
from linshuo.web.desk.posts_form import (
    PRESETS,
    EndStretchForm,
    PassOnForm,
    PostForm,
    SetUpForm,
    StretchForm,
    TurnForm,
    weekday_choices,
)
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.forms import Form

FIELDS = {"weekday": "weekdays", "times": "starts"}
"""The domain's name of a field, and the form's, where they differ."""


@require_GET
@staff_door(Can.NEED_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """Every post that is kept, with who is there now."""
    now = clock.now()
    kept = standing(request.community.pk, now)
    to_come = Post.objects.of(request.actor).filter(closed_at__isnull=True, since__gt=clock.today())
    context = {
        "rows": on_duty(request.community.pk, now, kept),
        "soon": [(p, wording.near_day(p.since)) for p in to_come.order_by("since", "pk")],
        "may_keep": request.actor.can(Can.POST_KEEP),
        "presets": PRESETS.values(),
    }
    return page(request, "desk/posts/list.html", context)


@staff_door(Can.POST_KEEP)
def new(request: DoorRequest) -> HttpResponse:
    """设岗. `?like=doctor` fills the form with a ready example."""
    like = PRESETS.get(request.GET.get("like", ""))
    if request.method == "POST":
        form = SetUpForm(request.POST, actor=request.actor)
        post = _set_up(request, form) if form.is_valid() else None
        if post is not None:
            messages.success(request, _("设好了：%s。接着请人来认。") % post.name)
            return _to(request, post.pk)
    else:
        initial = {"owner": str(request.actor.person_id or ""), "kind": "desk", "slots": 1}
        form = SetUpForm(initial=initial | (like.initial if like else {}), actor=request.actor)
    context = {"form": form, "presets": PRESETS.values(), "like": like}
    return page(request, "desk/posts/new.html", context)


def _set_up(request: DoorRequest, form: SetUpForm) -> Post | None:
    try:
        return acts.set_up(by=request.actor, **form.told(request.actor))
    except NotYours:
        if form.cleaned_data.get("place"):  # a place in the list that is another's to keep
            form.refuse(Refused("place", _("这个地方不归您管，换一个。"), "place"))
            return None
        raise
    except Refused as refused:
        _put(form, refused)
    return None


def _put(form: Form, refused: Refused) -> None:
    field = FIELDS.get(refused.field or "", refused.field)
    form.refuse(Refused(refused.code, refused.sentence, field))


def _to(request: DoorRequest, pk: int, part: str = "") -> HttpResponseRedirect:
    url = reverse("desk:post", args=[request.community.prefix, pk])
    return HttpResponseRedirect(f"{url}#{part}" if part else url)


@require_GET
@staff_door(Can.NEED_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One post. `?from=2019-12-09` shows another week, `?stretch=7` what can be done with one."""
    return post_page(request, get_post(request.actor, pk))


def post_page(
    request: DoorRequest, post: Post, *, opened: str = "", bound: Form | None = None
) -> HttpResponse:
    """The page of a post; `opened` names the form that came back, `bound` is it as typed."""
    actor, now = request.actor, clock.now()
    today = clock.local(now).date()
    first = _day(request.GET.get("from", ""), today)
    works, keeps = may_plan(actor, post), may_keep(actor, post) and post.closed_at is None
    keepers = roster.keepers(actor, post)
    asks = lines_for(actor, post)
    chosen = _stretch(request, post, opened)
    forms = _forms(keepers, chosen, opened, bound) if works else {}
    context: dict[str, Any] = {
        "post": post,
        "duty": next(iter(on_duty(request.community.pk, now, [post])), None),
        "facts": _facts(post),
        "week": _grid(roster.week(actor, post, today)),
        "keepers": keepers,
        "whom": for_lines(actor, [ask.pk for ask in asks]),
        "lines": post_lines(
            actor,
            lines(actor, asks),
            request.community.prefix,
            keeps=keeps,
            works=works and post.closed_at is None,
            opened=opened,
            bound=bound,
        ),
        "unsaid": roster.unsaid_at(actor, post) if works else [],
        "days": _by_day(roster.shifts_at(actor, post, first), today),
        "first": wording.near_day(first),
        "before": (first - timedelta(days=7)).isoformat(),
        "after": (first + timedelta(days=7)).isoformat(),
        "shifted": first != today,
        "chosen": chosen,
        "keeps": keeps,
        "works": works and post.closed_at is None,
        "opened": opened,
        "form": bound,
        **forms,
    }
    return page(request, "desk/posts/post.html", context)


def _day(typed: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return otherwise
    return found if abs((found - otherwise).days) < 800 else otherwise


def _forms(
    keepers: list[roster.Keeper], chosen: PostHours | None, opened: str, bound: Form | None
) -> dict[str, Form]:
    made: dict[str, Form] = {
        "stretch_form": StretchForm(keepers=keepers, auto_id="stretch_%s", label_suffix=""),
        "turn_form": TurnForm(keepers=keepers, auto_id="turn_%s", label_suffix=""),
        "line_form": PutUpForm(initial={"kind": "manage"}, auto_id="putup_%s", label_suffix=""),
    }
    if chosen is not None:
        made["pass_form"] = PassOnForm(keepers=keepers, auto_id="pass_%s", label_suffix="")
        made["end_form"] = EndStretchForm(auto_id="end_%s", label_suffix="")
    if bound is not None and f"{opened}_form" in made:
        made[f"{opened}_form"] = bound
    return made


def _stretch(request: DoorRequest, post: Post, opened: str) -> PostHours | None:
    typed = request.GET.get("stretch", "") or request.POST.get("stretch", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
        return None
    rows = PostHours.objects.of(request.actor).select_related("person", "partnership")
    return rows.filter(post=post, pk=int(typed)).first()


def _facts(post: Post) -> list[tuple[str, str]]:
    insured = post.insurance
    if insured and post.insured_until:
        insured = _("%(what)s，到 %(day)s") % {
            "what": insured, "day": wording.near_day(post.insured_until)
        }  # fmt: skip
    told = [
        (_("怎么守"), str(post.get_kind_display())),
        (_("在哪里"), post.place.full_name),
        (_("守的是"), str(post.asset or "")),
        (_("做什么"), post.about),
        (_("社区里谁管"), post.owner.name if post.owner else _("还没定")),
        (_("要什么证"), post.licence),
        (_("有什么危险"), str(post.get_risk_display()) if post.risk else ""),
        (_("保险"), insured),
        (_("从哪天起"), wording.day(post.since)),
        (_("到哪天为止"), wording.day(post.until) if post.until else ""),
        (_("撤了"), wording.moment(post.closed_at) if post.closed_at else ""),
    ]
    return [(term, words) for term, words in told if words]


def _grid(week: list[list[roster.Stretch]]) -> list[tuple[str, list[roster.Stretch]]]:
    return [(label, week[int(n)]) for n, label in weekday_choices()]


def _by_day(shifts: list[roster.Shift], today: date) -> list[tuple[str, bool, list[roster.Shift]]]:
    days: dict[date, list[roster.Shift]] = {}
    for shift in shifts:
        days.setdefault(shift.day, []).append(shift)
    return [(rows[0].day_words, day == today, rows) for day, rows in days.items()]


@staff_door(Can.POST_KEEP)
def change(request: DoorRequest, pk: int) -> HttpResponse:
    """Change what is said of a post."""
    post = _kept(request, pk)
    if request.method == "POST":
        form = PostForm(request.POST, actor=request.actor, post=post)
        if form.is_valid():
            try:
                posting.change_post(post, by=request.actor, **form.told(request.actor))
            except NotYours:
                raise
            except Refused as refused:
                form.refuse(refused)
            else:
                messages.success(request, _("改好了。"))
                return _to(request, pk)
    else:
        known = {
            name: getattr(post, name)
            for name in ("name", "about", "risk", "insurance", "insured_until", "licence", "until")
        }
        form = PostForm(
            initial={**known, "owner": str(post.owner_id or "")}, actor=request.actor, post=post
        )
    return page(request, "desk/posts/change.html", {"form": form, "post": post})


def _kept(request: DoorRequest, pk: int) -> Post:
    """A post that the actor keeps and that has not ended, or 404."""
    post = get_post(request.actor, pk)
    if post.closed_at is not None or not may_keep(request.actor, post):
        raise Http404
    return post


@require_POST
@staff_door(Can.POST_KEEP)
def end(request: DoorRequest, pk: int) -> HttpResponse:
    """撤岗."""
    post = acts.end(_kept(request, pk), by=request.actor)
    messages.success(request, _("撤了：%s。认的人都放下了，排好的班都取消了。") % post.name)
    return _to(request, pk)


@require_POST
@staff_door(Can.POST_KEEP)
def add_hours(request: DoorRequest, pk: int) -> HttpResponse:
    """A stretch of the week, on one day or on several."""
    post = _kept(request, pk)
    form = StretchForm(
        request.POST,
        keepers=roster.keepers(request.actor, post),
        auto_id="stretch_%s",
        label_suffix="",
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            if data["starts"] is None or data["ends"] is None:
                missing = "starts" if data["starts"] is None else "ends"
                raise Refused("times", _("从几点到几点？"), missing)
            acts.keep_week(
                post,
                by=request.actor,
                weekdays=[int(n) for n in data["weekdays"]],
                starts=data["starts"],
                ends=data["ends"],
                since=data["since"],
                **form.who(request.actor),
            )
        except NotYours:
            raise
        except Refused as refused:
            _put(form, refused)
        else:
            messages.success(request, _("写进这一周了。"))
            return _to(request, pk, "week")
    return post_page(request, post, opened="stretch", bound=form)


@require_POST
@staff_door(Can.POST_KEEP)
def hours(request: DoorRequest, pk: int, stretch: int, verb: str) -> HttpResponse:
    """A stretch goes to somebody, or ends."""
    post = _kept(request, pk)
    row = PostHours.objects.of(request.actor).filter(post=post, pk=stretch).first()
    if row is None or verb not in ("pass", "end"):
        raise Http404
    form: PassOnForm | EndStretchForm
    if verb == "end":
        form = EndStretchForm(request.POST, auto_id="end_%s", label_suffix="")
    else:
        form = PassOnForm(
            request.POST,
            keepers=roster.keepers(request.actor, post),
            auto_id="pass_%s",
            label_suffix="",
        )
    if form.is_valid():
        try:
            if isinstance(form, PassOnForm):
                who = form.who(request.actor)
                acts.pass_on(row, by=request.actor, since=form.cleaned_data["since"], **who)
            else:
                acts.give_up(row, by=request.actor, last=form.cleaned_data["last"])
        except NotYours:
            raise
        except Refused as refused:
            _put(form, refused)
        else:
            said = _("这一段结束了，后面排好的班空出来。") if verb == "end" else _("交好了。")
            messages.success(request, said)
            return _to(request, pk, "week")
    request.GET = request.GET.copy()  # the stretch that the form was about stays open
    request.GET["stretch"] = str(stretch)
    return post_page(request, post, opened=verb, bound=form)


@require_POST
@staff_door(Can.POST_KEEP)
def put_line_up(request: DoorRequest, pk: int) -> HttpResponse:
    """上榜一行, for a post."""
    post = _kept(request, pk)
    form = PutUpForm(request.POST, auto_id="putup_%s", label_suffix="")
    if form.is_valid():
        try:
            put_up(post, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("上榜了：%s。") % form.cleaned_data["text"])
            return _to(request, pk, "lines")
    return post_page(request, post, opened="line", bound=form)
