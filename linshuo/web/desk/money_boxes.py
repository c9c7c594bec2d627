"""箱子: a box and its openings: who counted, the bank's slip, the difference, the end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods

from linshuo.domain.board.steps import keep_photo
from linshuo.domain.funds import boxes, depositing
from linshuo.domain.funds.access import same_human
from linshuo.domain.funds.models import Box, Opening, Tally
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.money import NOTES, yuan
from linshuo.web.desk.collections_page import opening_words
from linshuo.web.desk.money_files import paper_url
from linshuo.web.desk.money_forms import amount, keep_sent, lines, paper, photo
from linshuo.web.desk.money_parts import book_url, maybe
from linshuo.web.desk.people_forms import a_day
from linshuo.web.desk.people_forms import text as a_text
from linshuo.web.desk.verbs import (
    EmptyForm,
    Verb,
    VerbForm,
    asks_twice,
    buttons,
    carry_out,
    table,
)
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.second import proven


class OpenBoxForm(VerbForm):
    """A box is opened: the number on its seal."""

    seal_no = a_text(
        _l("封条上的号码"), 20, required=_l("封条上的号码是多少？"), autocomplete="off"
    )
    photo = photo(_l("开箱前的照片"))

    def told(self) -> dict[str, Any]:
        found = self.cleaned_data
        sent = found["photo"]
        kept = None
        if sent is not None:
            kept = keep_photo(sent.read(), "opening", by=self.actor, field="photo")
        return {"seal_no": found["seal_no"], "photo": kept}


class TakeInForm(VerbForm):
    """A box comes back."""

    closed_on = a_day(_l("哪天收回的"), hint=_l("不填就是今天。"))


class DepositForm(VerbForm):
    """What the bank's slip says."""

    amount_fen = amount(_l("回单上写多少"), required=_l("回单上写多少？"))
    happened_on = a_day(_l("哪天存的"), required=_l("哪天存的？"))
    slip = paper(_l("存款回单"))

    def prepare(self) -> None:
        """It begins with today."""
        self.fields["happened_on"].initial = clock.today

    def told(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        found["slip"] = keep_sent(self, "slip", kind="voucher", by=self.actor)
        return found


class MoreForm(VerbForm):
    """The slip says more than was counted: by how much, and how that came."""

    more_fen = amount(_l("回单比点出来的多多少"), required=_l("多了多少？"))
    words = lines(_l("怎么点少的"), 2, required=_l("写一句，让没在场的人也看得懂。"))
    slip = paper(_l("存款回单"))

    def told(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        found["slip"] = keep_sent(self, "slip", kind="voucher", by=self.actor)
        return found


class ExplainForm(VerbForm):
    """Why the slip and the count differ."""

    why = forms.ChoiceField(
        label=_l("怎么差的"),
        choices=Opening.Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _l("差额是怎么来的，选一样。")},
    )
    words = lines(_l("说明"), 2, required=_l("写一句，让没在场的人也看得懂。"))


def note_words(value: int) -> str:
    """100 元, 5 角, 1 分."""
    if value >= 100:
        return _("%d 元") % (value // 100)
    return _("%d 角") % (value // 10) if value >= 10 else _("%d 分") % value


# --- one box --------------------------------------------------------------------------------------


BOX_VERBS = table(
    Verb(
        "open", _l("开箱"), OpenBoxForm,
        lambda row, data, by: boxes.open_box(row, by=by, **data), _l("打开了，两个人各点一遍。"),
        second=True,
    ),
    Verb(
        "take-in", _l("收回箱子"), TakeInForm,
        lambda row, data, by: boxes.take_in(row, by=by, **data), _l("收回了。"),
        says=_l("最后一次开箱点完、存好了才能收回。"),
    ),
)  # fmt: skip


def _get_box(request: DoorRequest, pk: int) -> Box:
    rows = Box.objects.of(request.actor).select_related("collection")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
@staff_door(Can.MONEY_READ)
def box(request: DoorRequest, pk: int) -> HttpResponse:
    """One box: where it stands and every time it was opened."""
    return _box_page(request, _get_box(request, pk))


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_RECORD, Can.MONEY_CHECK)
@asks_twice(BOX_VERBS)
def box_act(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """Open it, or take it in; a GET shows the form."""
    row = _get_box(request, pk)
    if verb not in BOX_VERBS:
        raise Http404
    if request.method == "GET":
        return _box_page(request, row, opened=verb)

    def then(made: Box | Opening) -> HttpResponse:
        name = "desk:money-count" if isinstance(made, Opening) else "desk:money-box"
        return HttpResponseRedirect(reverse(name, args=[request.community.prefix, made.pk]))

    return carry_out(
        request,
        BOX_VERBS[verb],
        row,
        then=then,
        again=lambda form: _box_page(request, row, opened=verb, bound=form),
    )


def _box_page(
    request: DoorRequest, row: Box, *, opened: str = "", bound: VerbForm | None = None
) -> HttpResponse:
    prefix, actor = request.community.prefix, request.actor
    names = []
    if row.closed_on is None:
        if actor.can(Can.MONEY_RECORD) or actor.can(Can.MONEY_CHECK):
            names.append("open")
        names += ["take-in"] if actor.can(Can.MONEY_RECORD) else []
    openings = Opening.objects.of(actor).filter(box=row).select_related("deposit").order_by("-pk")
    found = list(openings[:40])
    context: dict[str, Any] = {
        "box": row,
        "book_url": book_url(request, row.collection),
        "since": wording.day(row.since),
        "closed": wording.day(row.closed_on) if row.closed_on else "",
        "openings": [
            {
                "pk": each.pk,
                "seal": each.seal_no,
                "day": wording.moment(each.opened_at),
                "sum": yuan(each.counted_fen) if each.counted_fen is not None else "",
                "now": opening_words(each),
            }
            for each in found
        ],
        "buttons": buttons(
            [BOX_VERBS[name] for name in names],
            row,
            actor,
            lambda name: reverse("desk:money-box-do", args=[prefix, row.pk, name]),
            opened=opened,
            bound=bound,
            first="open",
            title=_("%s 号箱") % row.serial,
            proven=proven(request),
        ),
        "sheet_url": maybe("desk:money-count-sheet", prefix, row.pk),
        "form": bound,
    }
    return page(request, "desk/boxes/box.html", context)


# --- one opening ----------------------------------------------------------------------------------


OPENING_VERBS = table(
    Verb(
        "deposit", _l("存进账户"), DepositForm,
        lambda row, data, by: depositing.deposit(row, by=by, **data),
        _l("记下了，等另一个人对过回单。"), fields={"amount": "amount_fen"}, second=True,
    ),
    Verb(
        "more", _l("点少了"), MoreForm,
        lambda row, data, by: depositing.found_more(row, by=by, **data),
        _l("记下了，等另一个人对过回单，再记存款。"), second=True,
    ),
    Verb(
        "explain", _l("说明差额"), ExplainForm,
        lambda row, data, by: depositing.explain(row, by=by, **data), _l("记下了。"), second=True,
    ),
    Verb(
        "close", _l("了结"), EmptyForm,
        lambda row, _data, by: depositing.close_opening(row, by=by), _l("了结了。"),
        says=_l("点完、存好、差额说明白了，这一次就了结。"),
    ),
)  # fmt: skip


def get_opening(request: DoorRequest, pk: int) -> Opening:
    """One opening of this community, or 404."""
    rows = Opening.objects.of(request.actor)
    found = rows.select_related("box__collection", "voucher", "deposit").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
@staff_door(Can.MONEY_READ)
def opening(request: DoorRequest, pk: int) -> HttpResponse:
    """One opening: who counted what, the slip, the difference."""
    return _opening_page(request, get_opening(request, pk))


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_RECORD, Can.MONEY_CHECK)
@asks_twice(OPENING_VERBS)
def opening_act(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """The slip, the difference, the end; a GET shows the form."""
    row = get_opening(request, pk)
    if verb not in OPENING_VERBS:
        raise Http404
    if request.method == "GET":
        return _opening_page(request, row, opened=verb)
    return carry_out(
        request,
        OPENING_VERBS[verb],
        row,
        then=lambda _done: to_opening(request, pk),
        again=lambda form: _opening_page(request, row, opened=verb, bound=form),
    )


def to_opening(request: DoorRequest, pk: int) -> HttpResponseRedirect:
    """Back to the opening."""
    return HttpResponseRedirect(reverse("desk:money-opening", args=[request.community.prefix, pk]))


def _opening_page(
    request: DoorRequest, row: Opening, *, opened: str = "", bound: VerbForm | None = None
) -> HttpResponse:
    prefix, actor = request.community.prefix, request.actor
    names = _open_verbs(request, row)
    tallies = list(
        Tally.objects.of(actor).filter(opening=row).select_related("person__account").order_by("pk")
    )
    settled = row.counted_fen is not None
    difference = ""
    if row.difference_fen:
        words = _("少存了 %s") if row.difference_fen > 0 else _("多存了 %s")
        difference = words % yuan(abs(row.difference_fen))
    context: dict[str, Any] = {
        "opening": row,
        "box": row.box,
        "book_url": book_url(request, row.box.collection),
        "now": opening_words(row),
        "day": wording.moment(row.opened_at),
        "counted": yuan(row.counted_fen) if row.counted_fen is not None else "",
        # Whoever counts second must not know what the first one found.
        "tallies": [_tally(each, settled, actor.person_id) for each in tallies],
        "may_count": not settled and (actor.can(Can.MONEY_RECORD) or actor.can(Can.MONEY_CHECK)),
        "counted_already": _counted(request, tallies),
        "deposited": yuan(row.deposit.amount_fen) if row.deposit else "",
        "difference": difference,
        "why": str(row.get_why_display()) if row.why else "",
        "photo_url": paper_url(request, "opening", row.pk, "photo") if row.photo_id else "",
        "buttons": buttons(
            [OPENING_VERBS[name] for name in names],
            row,
            actor,
            lambda name: reverse("desk:money-opening-do", args=[prefix, row.pk, name]),
            opened=opened,
            bound=bound,
            first=names[-1] if names else "",
            title=_("%(box)s 号箱，封条 %(seal)s") % {"box": row.box.serial, "seal": row.seal_no},
            proven=proven(request),
        ),
        "form": bound,
    }
    return page(request, "desk/boxes/opening.html", context)


def _counted(request: DoorRequest, tallies: list[Tally]) -> bool:
    """Whether the viewer is the one who has counted in a round that is not over."""
    last = [each for each in tallies if each.round == tallies[-1].round] if tallies else []
    return len(last) == 1 and same_human(last[0].person, request.person)


def _open_verbs(request: DoorRequest, row: Opening) -> list[str]:
    actor = request.actor
    if row.closed_at is not None or not row.counted_fen:
        return []
    records = actor.can(Can.MONEY_RECORD)
    if row.deposit is None or row.deposit.refused_at is not None:
        return ["more", "deposit"] if records else []
    lacking = depositing.lacks(row)
    if lacking is None:
        return ["close"] if records or actor.can(Can.MONEY_CHECK) else []
    return ["explain"] if records and lacking.code == "difference" else []


def _tally(row: Tally, settled: bool, me: int | None) -> dict[str, Any]:
    seen = settled or row.person_id == me
    notes = [(note_words(value), n) for value in NOTES if (n := row.notes.get(str(value), 0))]
    return {
        "who": row.person.name,
        "when": wording.moment(row.at),
        "round": row.round,
        "sum": yuan(row.total_fen) if seen else _("点过了，等另一位点完再给看"),
        "notes": notes if seen else [],
    }
