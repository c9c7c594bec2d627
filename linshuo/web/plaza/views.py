"""The public pages that only show. Everything on them comes from a room's public module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linshuo.domain.board import public as asks
from linshuo.domain.board.public import PublicAsk
from linshuo.domain.funds import public as funds
from linshuo.domain.needs import public as needs
from linshuo.domain.needs.public import PublicFigure, PublicMoment, voices
from linshuo.domain.places.public import PublicCommunity, communities, community
from linshuo.domain.pledges import public as pledges
from linshuo.domain.service import programme
from linshuo.domain.service import public as service
from linshuo.kit import clock, wording
from linshuo.kit.money import spoken
from linshuo.web.plaza.frame import public, show
from linshuo.web.plaza.hot import hot, mark, while_unchanged
from linshuo.web.plaza.never import NEVER
from linshuo.web.qr import qr_svg

MOST_NAMES = 6
"""Signatures on a line; who else has signed is told by how many places are left."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the board with its signatures, as flat as a page with many of them wants it."""

    serial: str
    title: str
    need_url: str
    """The page of what the line is for, a matter, a post or what money is raised for; empty where
    it has none."""
    kind_words: str
    skill: str
    text: str
    hint: str
    left: int
    signs: SafeString
    """Who has signed, and a dashed line for whoever may be next."""
    verb: str
    url: str


def rows_of(here: PublicCommunity, found: Iterable[PublicAsk]) -> list[Row]:
    """Lines of the board with who has signed: one query, however many there are."""
    lines = list(found)
    if not lines:
        return []
    names = pledges.signers(here.pk, lines)
    sign = _sign_url(here)
    # Put together from one address: asking the router for each costs more than drawing the line.
    need = reverse("plaza:need", args=[here.prefix, "0"])
    post = reverse("plaza:post", args=[here.prefix, 0])
    works = {
        kind: reverse(f"plaza:{kind}", args=[here.prefix, "0"])
        for kind in ("project", "collection")
    }
    open_sign = format_html('<li class="sign sign--open">{}</li>', _("等您签名"))
    return [
        _row(
            ask,
            _signs(names.get(ask.pk, [])) + (open_sign if ask.left else SafeString()),
            _page_of(ask, need, post, works),
            sign.replace("/0/", f"/{ask.pk}/"),
        )
        for ask in lines
    ]


def _page_of(ask: PublicAsk, need: str, post: str, works: Mapping[str, str]) -> str:
    """The page of what a line is for, from the addresses of number nought."""
    if ask.number:
        return need.replace("/0/", f"/{ask.number}/")
    if ask.post:
        return post.replace("/0/", f"/{ask.post}/")
    for kind, number in (("project", ask.project), ("collection", ask.collection)):
        if number:
            return works[kind].replace("/0/", f"/{number}/")
    return ""


def _signs(names: list[str]) -> SafeString:
    return format_html_join("", '<li class="sign">{}</li>', ((n,) for n in names[:MOST_NAMES]))


def _row(ask: PublicAsk, signs: SafeString, need_url: str, url: str) -> Row:
    left = ask.left_words if ask.left else _("认满了")
    return Row(
        serial=ask.serial,
        title=ask.title,
        need_url=need_url,
        kind_words=ask.kind_words,
        skill=ask.skill,
        text=ask.text,
        hint=ask.hint,
        left=ask.left,
        signs=signs + format_html('<li class="signs__left">{}</li>', left),
        verb=_("我来%s") % ask.kind_words if ask.left else _("排队等一位"),
        url=url,
    )


def _sign_url(here: PublicCommunity) -> str:
    """Where one signs for a line, with 0 in place of it: asked for once a page."""
    try:
        return reverse("mine:sign", args=[here.prefix, 0])
    except NoReverseMatch:
        return ""  # an install without that door still shows who has signed


@public
def home(request: HttpRequest) -> HttpResponse:
    """The one community's front page; a list where there are several; how to begin where none."""
    found = communities()
    if len(found) == 1:
        return mark(_front(request, found[0]))
    return show(request, "plaza/communities.html", None, {"communities": found})


@public
@hot
def front(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    """A community's front page."""
    return _front(request, here)


def _figures(here: PublicCommunity, counts: dict[str, int]) -> list[tuple[PublicFigure, int, str]]:
    found = [
        (figure, counts[key], reverse("plaza:figure", args=[here.prefix, key]))
        for key, figure in needs.FIGURES.items()
        if key in ("heard", "done", "closed")
    ]
    url = reverse("plaza:figure", args=[here.prefix, "taken"])
    return [found[0], (needs.TAKEN, pledges.count(here.pk), url), *found[1:]]


def _front(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    counts = needs.counts(here.pk)
    lines, many = asks.first(here.pk, 4)
    duties, posts = service.there_now(here.pk)
    said = voices.lately(here.pk)
    context = {
        "duties": duties,
        "posts_count": posts,
        "figures": _figures(here, counts),
        "happening": programme.next_one(here.pk),
        "lately": counts["lately"],
        "in_hand": counts["open"],
        "money": money_sums(here),
        "rows": rows_of(here, lines),
        "many": many,
        # A phone shows the most important first: what hangs on the board stands for what is wanted,
        # residents' words for what was settled; without them the matters themselves do.
        "wanted": [] if lines else needs.wanted(here.pk, 3),
        "just_closed": needs.just_closed(here.pk, 3 - len(said)) if len(said) < 3 else [],
        "voices": said,
    }
    return show(request, "plaza/front.html", here, context)


def money_sums(here: PublicCommunity) -> list[tuple[str, str]]:
    """All of the community's open money in three sums, for whoever walks past; none before the
    first of it came."""
    s = funds.account(here.pk)
    if not s.raised:
        return []
    return [
        (_("收到"), spoken(s.raised)),
        (_("花掉"), spoken(s.spent)),
        (_("还剩"), spoken(s.left)),
    ]


@public
@hot
def board(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    """需求展板: lines to sign for, narrowed by kind, estate and skill."""
    chosen = {name: request.GET.get(name, "")[:40] for name in ("kind", "place", "skill", "after")}
    filters = while_unchanged(request, "filters", lambda: asks.filters(here.pk))
    found = asks.board(here.pk, filters, **chosen)
    tabs = [
        {"url": _narrowed(request, chosen, c.value), "label": c.words, "count": c.count,
         "current": c.chosen, "clock": ""}
        for c in found.kinds
    ]  # fmt: skip
    context = {"board": found, "rows": rows_of(here, found.asks), "tabs": tabs, "chosen": chosen}
    return show(request, "plaza/board.html", here, context)


def _narrowed(request: HttpRequest, chosen: Mapping[str, str], kind: str) -> str:
    """This board with another kind, from its beginning."""
    kept = {"kind": kind, "place": chosen["place"], "skill": chosen["skill"]}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{request.path}?{query}" if query else request.path


@public
@hot
def need(request: HttpRequest, here: PublicCommunity, number: str) -> HttpResponse:
    """One public matter: its released text, its lines and signatures, and when it moved."""
    found = needs.find(here.pk, number) if "-" in number else None
    if found is None:
        raise Http404(_("这个编号没有公开的内容。"))
    rows = rows_of(here, asks.of_need(here.pk, found.number))
    free = [r for r in rows if r.url and r.left and found.state == "open"]
    context = {
        "need": found,
        "moments": moments_of(here, found.number),
        "rows": rows,
        "voices": voices.of(here.pk, found.number),
        "work": funds.answering(here.pk, found.number),
        "first": free[0] if free else None,
        "may_join": found.state in ("open", "done"),
    }
    return show(request, "plaza/need.html", here, context)


def moments_of(here: PublicCommunity, number: str) -> list[PublicMoment]:
    """The public timeline with the signatures in between, nobody named."""
    told = needs.timeline(here.pk, number) or []
    signed = [
        PublicMoment(wording.near_day(at), words, "taken", at=at)
        for at, words in pledges.signings(here.pk, number)
    ]
    past = sorted((m for m in [*told, *signed] if m.at), key=lambda m: m.at or clock.now())
    return [*past, *(m for m in told if not m.at)]


@public
@hot
def figure(request: HttpRequest, here: PublicCommunity, key: str) -> HttpResponse:
    """A figure opened: what is counted, what is not, and the public matters behind it."""
    after = request.GET.get("after", "")
    if key == "taken":
        taken, mark = pledges.page(here.pk, after)
        context = {
            "figure": needs.TAKEN,
            "value": pledges.count(here.pk),
            "leaves_out": needs.figure_leaves_out(),
            "taken": taken,
            "after": mark,
        }
        return show(request, "plaza/taken.html", here, context)
    page = needs.behind(here.pk, key, after)
    if page is None:
        raise Http404
    context = {
        "figure": needs.FIGURES[key],
        "value": needs.counts(here.pk)[key],
        "leaves_out": needs.figure_leaves_out(),
        "page": page,
    }
    return show(request, "plaza/figure.html", here, context)


@public
@hot
def wall(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    """The hall's television: lines that are free, what was settled lately, figures. No
    person but whoever is on duty."""
    duties = service.there_now(here.pk)[0]
    lines, _many = asks.first(here.pk, 5)
    voice = next(iter(voices.lately(here.pk, 1)), None)
    settled = needs.just_closed(here.pk, 1)
    # The screen has one line for both: money and what was settled take turns, a minute each.
    turn = not (voice or settled) or clock.now().minute % 2 == 1
    speak_url = request.build_absolute_uri(reverse("plaza:speak", args=[here.prefix]))
    context = {
        "view": "wall",
        "figures": _figures(here, needs.counts(here.pk)),
        "lines": lines,
        "duties": duties,
        "settled": settled,
        "voice": voice,
        "money": money_sums(here) if turn else [],
        "day": wording.short_day(clock.today()),
        "weekday": wording.weekday(clock.today()),
        "hour": wording.hour(clock.now()),
        "qr": qr_svg(speak_url),
        "site": request.get_host(),
    }
    return show(request, "plaza/wall.html", here, context)


@public
def never(request: HttpRequest) -> HttpResponse:
    """What this house will never do, said in public."""
    here = community(request.GET.get("c", ""))
    return show(request, "plaza/never.html", here, {"never": NEVER})
