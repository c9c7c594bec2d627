"""轮值表: one drawn up, made while one may go away, looked at, published, made anew; who cannot
when; swaps typed in; on paper and as a sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import rotas as acts
from linshuo.domain.board.access import may_keep
from linshuo.domain.board.models import Post, PostKind
from linshuo.domain.board.queries import get_post
from linshuo.domain.service import rota_publishing, rota_reads, rota_swaps, rotas
from linshuo.domain.service.access import may_plan
from linshuo.domain.service.rota_public import title_of
from linshuo.domain.service.rota_rounds import days_words
from linshuo.domain.service.rota_rows import Rota, RotaDays, RotaMember, RotaStage
from linshuo.domain.service.rota_solving import stand
from linshuo.domain.service.rota_words import STEPS, proof, reasons, step_words
from linshuo.exchange.printed.rota import rota_paper
from linshuo.exchange.rotas import workbook
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.rotas_form import DaysForm, DrawUpForm, RulesForm, SwapForm, rules_of
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.printing import pdf_answer
from linshuo.web.ui.forms import Form

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@staff_door(Can.NEED_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """Every rota in force or on its way, and the posts one can draw one up for."""
    posts = Post.objects.of(request.actor).filter(kind=PostKind.ROTA, closed_at__isnull=True)
    kept = [
        post
        for post in posts.select_related("place").order_by("name", "pk")
        if may_keep(request.actor, post)
    ]
    context = {
        "rows": rota_reads.listing(request.actor),
        "posts": kept,
        "may_keep": request.actor.can(Can.POST_KEEP),
    }
    return page(request, "desk/rotas/list.html", context)


@staff_door(Can.POST_KEEP)
def new(request: DoorRequest, pk: int) -> HttpResponse:
    """排一张轮值表, for a post that is kept in turn."""
    post = get_post(request.actor, pk)
    if post.kind != PostKind.ROTA or post.closed_at or not may_keep(request.actor, post):
        raise Http404
    initial = {"gap": 0, "holidays": "skip", "per": "week"}
    data = request.POST if request.method == "POST" else None
    form = DrawUpForm(data, initial=initial, actor=request.actor, post=post)
    if form.is_valid():
        try:
            rota = rotas.draw_up(post, by=request.actor, **form.told())
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            return _to(request, rota.pk)
    return page(request, "desk/rotas/new.html", {"form": form, "post": post})


def _to(request: DoorRequest, pk: int, part: str = "") -> HttpResponseRedirect:
    url = reverse("desk:rota", args=[request.community.prefix, pk])
    return HttpResponseRedirect(f"{url}#{part}" if part else url)


@require_GET
@staff_door(Can.NEED_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One rota, at whatever it has come to."""
    return rota_page(request, rota_reads.get_rota(request.actor, pk))


def rota_page(
    request: DoorRequest, rota: Rota, *, opened: str = "", bound: Form | None = None
) -> HttpResponse:
    """The page of a rota; `opened` names the form that came back, `bound` is it as typed."""
    actor, now = request.actor, stand(rota)
    keeps, works = may_keep(actor, rota.post), may_plan(actor, rota.post)
    made, published = rota.stage == RotaStage.MADE, rota.stage == RotaStage.PUBLISHED
    months = rota_reads.year(actor, now, planned=made)
    members = rota_reads.member_rows(actor, now)
    open_ = keeps and rota.stage in rotas.OPEN
    context: dict[str, Any] = {
        "rota": rota,
        "title": title_of(rota.post.name),
        "now_who": next((c.who for m in months for c in m.cells if published and c.now), ""),
        "days": days_words(rota.first, rota.last),
        "state": str(RotaStage(rota.stage).label),
        "making": rota.stage == RotaStage.MAKING,
        "made": made,
        "failed": rota.stage == RotaStage.FAILED,
        "published": published,
        "gone": rota.stage == RotaStage.GONE,
        "open": open_,
        "keeps": keeps,
        "works": works,
        "months": months if published or made or rota.replaces_id else [],
        "members": members,
        "facts": rota_reads.rules_words(rota),
        "proof": proof(actor, now) if made else [],
        "changes": rota_reads.changes(actor, now) if made and rota.replaces_id else None,
        "reasons": reasons(actor, now) if rota.stage == RotaStage.FAILED else [],
        "swaps": rota_reads.swaps_of(actor, rota) if published else [],
        "days_form": _days_form(members, opened, bound) if open_ else None,
        "swap_form": _swap_form(months, opened, bound) if published and works else None,
        "opened": opened,
        "form": bound,
        **_under_way(rota),
    }
    return page(request, "desk/rotas/rota.html", context)


def _days_form(members: list[rota_reads.MemberRow], opened: str, bound: Form | None) -> Form:
    if bound is not None and opened == "days":
        return bound
    return DaysForm(rows=members, initial={"kind": "away"}, auto_id="days_%s", label_suffix="")


def _swap_form(months: list[rota_reads.Month], opened: str, bound: Form | None) -> Form:
    if bound is not None and opened == "swap":
        return bound
    return SwapForm(months=months, auto_id="swap_%s", label_suffix="")


def _under_way(rota: Rota) -> dict[str, Any]:
    done = STEPS.index(rota.step) + 1 if rota.step in STEPS else 0
    return {
        "rota": rota,
        "done": done,
        "total": len(STEPS),
        "said": step_words(rota.step),
        "finished": rota.stage != RotaStage.MAKING,
        "stale": rota_reads.is_stale(rota),
    }


@require_GET
@staff_door(Can.NEED_READ)
def progress(request: DoorRequest, pk: int) -> HttpResponse:
    """How far the making has come, for the page that asks every two seconds."""
    rota = rota_reads.get_rota(request.actor, pk)
    context = {**_under_way(rota), "prefix": request.community.prefix}
    return render(request, "desk/rotas/progress.html", context)


@staff_door(Can.POST_KEEP)
def change(request: DoorRequest, pk: int) -> HttpResponse:
    """Other rules, or others who take part, before it is published."""
    rota = _kept(request, pk)
    if rota.stage not in rotas.OPEN:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = RulesForm(data, initial=rules_of(rota), actor=request.actor, post=rota.post)
    if form.is_valid():
        try:
            rotas.settle(rota, by=request.actor, **form.told())
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("改好了，再排一次就看得到。"))
            return _to(request, pk)
    context = {"form": form, "post": rota.post, "rota": rota}
    return page(request, "desk/rotas/change.html", context)


def _kept(request: DoorRequest, pk: int) -> Rota:
    """A rota of a post that the actor keeps, or 404."""
    rota = rota_reads.get_rota(request.actor, pk)
    if not may_keep(request.actor, rota.post):
        raise Http404
    return rota


@require_POST
@staff_door(Can.POST_KEEP)
def add_days(request: DoorRequest, pk: int) -> HttpResponse:
    """Days on which somebody cannot, would rather not, or would like to."""
    rota = _kept(request, pk)
    rows = rota_reads.member_rows(request.actor, stand(rota))
    form = DaysForm(request.POST, rows=rows, auto_id="days_%s", label_suffix="")
    if form.is_valid():
        data = form.cleaned_data
        members = RotaMember.objects.of(request.actor).select_related("rota")
        member = members.get(pk=int(data.pop("member")))
        try:
            rotas.add_days(member, by=request.actor, **data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("记下了，再排一次就照着来。"))
            return _to(request, pk, "members")
    return rota_page(request, rota, opened="days", bound=form)


@require_POST
@staff_door(Can.POST_KEEP)
def drop_days(request: DoorRequest, pk: int, days: int) -> HttpResponse:
    """Not so after all."""
    rota = _kept(request, pk)
    rows = RotaDays.objects.of(request.actor).filter(member__rota=rota, pk=days)
    row = rows.select_related("member__rota").first()
    if row is None:
        raise Http404
    return _do(
        request, rota, lambda: rotas.drop_days(row, by=request.actor), _("去掉了。"), "members"
    )


def _do(request: DoorRequest, rota: Rota, call: Any, said: str, part: str = "") -> HttpResponse:
    """Carry out what needs no form; what is refused is said at the top of the page."""
    try:
        found = call()
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return _to(request, rota.pk)
    if said:
        messages.success(request, said)
    return _to(request, found.pk if isinstance(found, Rota) else rota.pk, part)


@require_POST
@staff_door(Can.POST_KEEP)
def act(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """排, 再排, 公布, 不要了, 重排."""
    rota, by = _kept(request, pk), request.actor
    calls: dict[str, tuple[Any, str]] = {
        "make": (lambda: acts.make(rota, by=by), ""),
        "again": (lambda: acts.again(rota, by=by), ""),
        "publish": (
            lambda: rota_publishing.publish(rota, by=by),
            _("公布了，各家在“我的班”和日历里看得到。"),
        ),
        "redraw": (
            lambda: rotas.redraw(rota, by=by),
            _("抄了一份来改。改好、排好、公布了，才换下现在这张。"),
        ),
        "drop": (lambda: rotas.drop(rota, by=by), _("这一份不要了。")),
    }
    if verb not in calls:
        raise Http404
    call, said = calls[verb]
    answer = _do(request, rota, call, said)
    if verb == "drop":
        return HttpResponseRedirect(reverse("desk:rotas", args=[request.community.prefix]))
    return answer


@require_POST
@staff_door(Can.NEED_WORK)
def swap(request: DoorRequest, pk: int) -> HttpResponse:
    """A swap that both sides agreed to, typed in with how they did."""
    rota = rota_reads.get_rota(request.actor, pk)
    if not may_plan(request.actor, rota.post) or rota.stage != RotaStage.PUBLISHED:
        raise Http404
    months = rota_reads.year(request.actor, stand(rota))
    form = SwapForm(request.POST, months=months, auto_id="swap_%s", label_suffix="")
    if form.is_valid():
        try:
            rota_swaps.type_in(rota, by=request.actor, **form.told())
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("换好了，两家都看得到。"))
            return _to(request, pk, "swaps")
    return rota_page(request, rota, opened="swap", bound=form)


@require_GET
@staff_door(Can.NEED_READ)
def paper(request: DoorRequest, pk: int) -> HttpResponse:
    """The rota on paper."""
    rota = _in_force(request, pk)
    where = reverse("plaza:post-rota", args=[request.community.prefix, rota.post_id])
    try:
        content = rota_paper(
            request.community,
            rota,
            site=request.get_host(),
            address=request.build_absolute_uri(where),
        )
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return _to(request, pk)
    return pdf_answer(content, "rota")


@require_GET
@staff_door(Can.NEED_READ)
def sheet(request: DoorRequest, pk: int) -> HttpResponse:
    """The rota as a workbook, as it hangs outside."""
    rota = _in_force(request, pk)
    answer = HttpResponse(workbook(request.community, rota), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="rota.xlsx"'
    return answer


def _in_force(request: DoorRequest, pk: int) -> Rota:
    rota = rota_reads.get_rota(request.actor, pk)
    if rota.stage != RotaStage.PUBLISHED:
        raise Http404
    return rota
