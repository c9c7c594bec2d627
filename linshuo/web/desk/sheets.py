"""The board on paper at the desk: print a sheet, and type a signed one back, row by row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linshuo.acts import typing_back
from linshuo.acts.typing_back import Typed
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.queries import get_need
from linshuo.domain.papers.actions import find_sheet, path_of
from linshuo.domain.papers.images import MOST_BYTES
from linshuo.domain.papers.models import Paper
from linshuo.domain.pledges.queries import state_words, who_of
from linshuo.exchange.printed import receipts
from linshuo.exchange.printed.engine import fonts
from linshuo.exchange.printed.poster import poster
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.codes import spaced
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, desk_context, page, staff_door
from linshuo.web.printing import pdf_answer
from linshuo.web.ui.forms import Form

MOST_SIGNED = 200
CAMERA = "camera=(self), geolocation=(), microphone=(self), payment=(), usb=()"
"""These two pages may ask for the camera, to read a sheet's code; no other page may."""


class CodeForm(Form):
    """Which sheet is lying on the counter."""

    code = forms.CharField(
        label=gettext_lazy("纸上的码"),
        max_length=400,
        help_text=gettext_lazy("在纸的右下角，8 个字母和数字。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class RowForm(Form):
    """One row of a signed sheet. What is wrong with it is the act's to say."""

    line = forms.CharField(
        label=gettext_lazy("行"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("名字"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.CharField(
        label=gettext_lazy("单位"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "units"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("电话（可不填）"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class EntryForm(RowForm):
    """The row that is being typed; a photo goes with what cannot be read. The day stays the same
    from row to row."""

    day = forms.DateField(
        label=gettext_lazy("哪天签的"),
        required=False,
        error_messages={"invalid": gettext_lazy("日子认不出来，写成 2019-12-01 这样。")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    new_unit = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    """The unit's name, once it has been refused for being unknown."""

    photo = forms.FileField(
        label=gettext_lazy("看不清的那一行，拍一张（可不放）"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


@require_GET
@staff_door(Can.NEED_WORK)
def sheets(request: DoorRequest) -> HttpResponse:
    """The sheets printed lately; `?code=` goes to the one that lies on the counter."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        try:
            sheet = find_sheet(form.cleaned_data["code"], by=request.actor)
        except Refused as refused:
            form.refuse(refused)
        else:
            return HttpResponseRedirect(_to(request, sheet))
    rows = [
        {
            "code": each.sheet.code,
            "spaced": spaced(each.sheet.code),
            "issue": _("第 %d 期") % each.sheet.version,
            "when": wording.moment(each.sheet.printed_at),
            "lines": len(each.sheet.lines),
            "signed": each.signed,
            "held": each.held,
        }
        for each in typing_back.sheets(by=request.actor)
    ]
    answer = page(request, "desk/sheets/sheets.html", {"form": form, "sheets": rows}, status=200)
    answer["Permissions-Policy"] = CAMERA
    return answer


@require_POST
@staff_door(Can.NEED_WORK)
def print_board(request: DoorRequest) -> HttpResponse:
    """Freeze the board as it hangs now; the sheet's page then offers it in both sizes."""
    try:
        fonts()  # a sheet that cannot be printed is not made
        sheet = typing_back.print_board(by=request.actor)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return HttpResponseRedirect(reverse("desk:sheets", args=[request.community.prefix]))
    told = _("第 %d 期编好了，现在可以印了。") % sheet.version
    messages.success(request, told)
    return HttpResponseRedirect(_to(request, sheet))


@require_GET
@staff_door(Can.NEED_WORK)
def sheet_pdf(request: DoorRequest, code: str, size: str) -> HttpResponse:
    """The sheet as a poster (a1) or for the counter (a4)."""
    sheet = _sheet(request, code)
    content = poster(
        request.community,
        sheet,
        size,
        viewer=request.actor,
        site=request.get_host(),
        front=_address(request, "plaza:front"),
        type_back=_address(request, "desk:sheet", sheet.code),
        need_page=lambda number: _address(request, "plaza:need", number),
    )
    return pdf_answer(content, f"board-{sheet.version}-{size}")


@require_http_methods(["GET", "POST"])
@staff_door(Can.NEED_WORK)
def sheet(request: DoorRequest, code: str) -> HttpResponse:
    """One sheet: a row of it is typed, saved by itself, and the next one waits."""
    found = _sheet(request, code)
    typed: Typed | None = None
    form = _entry(request)
    if form.is_valid():
        hold = request.POST.get("do") == "hold"
        row = dict(form.cleaned_data)
        upload, day = row.pop("photo"), row.pop("day") or clock.today()
        photo = upload.read(MOST_BYTES + 1) if upload and hold else b""
        try:
            typed = typing_back.type_row(
                found.code, **row, by=request.actor, illegible=hold, photo=photo, at=_evening(day)
            )
        except Refused as refused:
            if refused.code == "unit-new":
                form.data = form.data.copy()
                form.data["new_unit"] = row["unit"]
            form.refuse(refused)
        else:
            if not request.htmx:
                messages.success(request, _sentence(typed))
                return HttpResponseRedirect(f"{_to(request, found)}?day={day.isoformat()}")
            form = EntryForm(initial={"day": day})
    answer = _sheet_page(request, found, form, typed)
    answer["Permissions-Policy"] = CAMERA
    return answer


def _entry(request: DoorRequest) -> EntryForm:
    if request.method == "POST":
        return EntryForm(request.POST, request.FILES)
    asked = request.GET.get("day", "")
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = clock.today()
    return EntryForm(initial={"day": day})


def _evening(day: date) -> datetime | None:
    """When on that day: now for today, six in the evening for a day gone by."""
    if day == clock.today():
        return None
    return clock.start_of(day) + timedelta(hours=18)


@require_GET
@staff_door(Can.NEED_READ)
def need_receipt(request: DoorRequest, number: str) -> HttpResponse:
    """A need's receipt, and the slip that goes with the work."""
    need = get_need(request.actor, number)
    return _receipts(request, [need], need.number, with_slip=True)


@require_GET
@staff_door(Can.NEED_WORK)
def receipts_today(request: DoorRequest) -> HttpResponse:
    """The receipts of what was heard today, four to a page."""
    return _receipts(request, receipts.heard_today(request.actor), f"{clock.today():%Y-%m-%d}")


def _receipts(
    request: DoorRequest, needs: list[Need], name: str, *, with_slip: bool = False
) -> HttpResponse:
    try:
        content = receipts.receipts(
            request.community,
            needs,
            site=request.get_host(),
            track=_track(request),
            need_page=lambda number: _address(request, "plaza:need", number),
            with_slip=with_slip,
        )
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return HttpResponseRedirect(reverse("desk:sheets", args=[request.community.prefix]))
    return pdf_answer(content, f"receipts-{name}")


def _track(request: DoorRequest) -> Callable[[str], str] | None:
    """Where a slip's code is asked about, once there is such a page."""
    try:
        page_url = request.build_absolute_uri(reverse("plaza:slip"))
    except NoReverseMatch:
        return None
    return lambda code: f"{page_url}?code={code}"


def _address(request: DoorRequest, name: str, *args: str) -> str:
    return request.build_absolute_uri(reverse(name, args=[request.community.prefix, *args]))


@require_POST
@staff_door(Can.NEED_WORK)
def held(request: DoorRequest, pk: int) -> HttpResponse:
    """A row nobody could read: made out after all, or let go."""
    if not 0 < pk < 2**62:
        raise Http404
    row = typing_back.held_row(pk, by=request.actor)
    if request.POST.get("do") == "let-go":
        typing_back.let_go(pk, by=request.actor)
        messages.success(request, _("这一行放下了，不再问。"))
        return HttpResponseRedirect(_to(request, row.paper))
    form = RowForm(request.POST)
    if form.is_valid():
        try:
            typed = typing_back.make_out(pk, **form.cleaned_data, by=request.actor)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _sentence(typed))
            return HttpResponseRedirect(_to(request, row.paper))
    return _sheet_page(
        request, row.paper, EntryForm(initial={"day": clock.today()}), None, (pk, form)
    )


@require_GET
@staff_door(Can.NEED_WORK)
def held_photo(request: DoorRequest, pk: int) -> FileResponse:
    """The photo of a row nobody could read; never shown as anything but a picture."""
    if not 0 < pk < 2**62:
        raise Http404
    row = typing_back.held_row(pk, by=request.actor)
    path = path_of(request.community.pk, row.photo.sha256) if row.photo else None
    if row.photo is None or path is None or not path.exists():
        raise Http404
    answer = FileResponse(path.open("rb"), content_type=row.photo.mime)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    return answer


def _sheet(request: DoorRequest, code: str) -> Paper:
    try:
        return find_sheet(code, by=request.actor)
    except Refused:
        raise NotYours("sheet", _("没有这一页。")) from None


def _to(request: DoorRequest, sheet: Paper) -> str:
    return reverse("desk:sheet", args=[request.community.prefix, sheet.code])


def _sentence(typed: Typed) -> str:
    """What became of a row."""
    if typed.status == "held" or typed.held is not None:
        again = _("看不清的这一行早先收着了。要是另一个人，写上看得清的一个字。")
        return _("看不清的这一行收着了，在下面。") if typed.status == "held" else again
    told = {
        "accepted": _("第 %(n)d 行“%(text)s”：%(who)s，认上了。"),
        "waiting": _("第 %(n)d 行“%(text)s”满了：%(who)s排在后面，空出来先问。"),
        "again": _("第 %(n)d 行“%(text)s”：%(who)s，已经有了，没有再记。"),
    }[typed.status]
    said = [told % {"n": typed.line, "text": typed.text, "who": typed.who}]
    if typed.check_in is not None:
        said.append(_("没报到过，替他交了一份，等核实。"))
    if typed.new_unit is not None:
        said.append(_("“%s”先收着，等核实。") % typed.new_unit.organisation.name)
    return "".join(said)


def _sheet_page(
    request: DoorRequest,
    sheet: Paper,
    form: EntryForm,
    typed: Typed | None,
    bad: tuple[int, RowForm] | None = None,
) -> HttpResponse:
    actor = request.actor
    first = next((name for name in form.errors if name in form.fields), "line")
    form.fields[first].widget.attrs["autofocus"] = True
    signed = typing_back.signed_on(sheet, by=actor)
    place = {pk: n for n, pk in enumerate(sheet.lines, 1)}
    context: dict[str, Any] = {
        "form": form,
        "told": _sentence(typed) if typed else "",
        "sheet": sheet,
        "spaced": spaced(sheet.code),
        "heading": _("第 %d 期清单") % sheet.version,
        "when": wording.moment(sheet.printed_at),
        "units": typing_back.unit_names(actor),
        "lines": typing_back.lines_of_sheet(sheet, by=actor),
        "count": len(signed),
        "signed": [
            {
                "line": place.get(p.ask_id, 0),
                "who": who_of(p),
                "text": p.ask.text,
                "state": state_words(p),
            }
            for p in signed[:MOST_SIGNED]
        ],
        "held": [_held_context(row, bad) for row in typing_back.held_on(sheet, by=actor)],
    }
    if request.htmx:
        status = 422 if form.errors else 200
        whole = {**desk_context(request), **context}
        return render(request, "desk/sheets/sheet.html#entry", whole, status=status)
    return page(request, "desk/sheets/sheet.html", context, status=422 if bad else 200)


def _held_context(row: Any, bad: tuple[int, RowForm] | None) -> dict[str, Any]:
    if bad and bad[0] == row.pk:
        form = bad[1]
        form.auto_id = f"held{row.pk}_%s"
    else:
        line = row.line or ""
        form = RowForm(
            initial={"line": line, "name": row.typed.strip()}, auto_id=f"held{row.pk}_%s"
        )
    return {
        "pk": row.pk,
        "line": row.line,
        "typed": row.typed,
        "photo": row.photo_id is not None,
        "when": wording.moment(row.at),
        "form": form,
    }
