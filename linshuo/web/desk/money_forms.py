"""The fields and forms of money: amounts as people type them, papers, who gave, what it went to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linshuo.domain.papers.handed_in import keep_paper
from linshuo.domain.papers.models import File
from linshuo.domain.people.queries import partnerships
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.money import parse_yuan, plain_yuan
from linshuo.kit.refused import Refused
from linshuo.web.desk.people_forms import a_day, choice
from linshuo.web.desk.people_forms import text as a_text
from linshuo.web.desk.verbs import VerbForm, Words

MOST_PAPER = 10 * 1024 * 1024
ACCEPT = "application/pdf,image/jpeg,image/png,image/webp"


class YuanField(forms.CharField):
    """An amount in yuan as somebody types it; clean, it is whole 分, or None where it is empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        kwargs.setdefault("help_text", _("元。如 1200.50、35万。"))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        """Whole 分. What is wrong with it is said in the sentence of `parse_yuan`."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_yuan(typed)
        except Refused as refused:
            raise forms.ValidationError(str(refused.sentence)) from None

    def prepare_value(self, value: Any) -> Any:
        """An amount that is known already, as one would type it."""
        return plain_yuan(value) if isinstance(value, int) else value


def amount(label: Any, *, required: Any = "", hint: Any = None) -> Any:
    """An amount; `required` is what an empty one is told."""
    given = {} if hint is None else {"help_text": hint}
    errors = {"required": required or ""}
    return YuanField(label=label, required=bool(required), error_messages=errors, **given)


def paper(label: Any) -> Any:
    """A paper that stands behind something."""
    return forms.FileField(
        label=label,
        required=False,
        help_text=_("PDF，或者拍一张照片，10 MB 以内。"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


def photo(label: Any) -> Any:
    """A picture."""
    return forms.FileField(
        label=label,
        required=False,
        help_text=_("照片，10 MB 以内。"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


def sent(form: forms.BaseForm, name: str) -> tuple[bytes, str] | None:
    """The bytes and the name of a file that was handed in."""
    found = form.cleaned_data.get(name)
    return (found.read(MOST_PAPER + 1), found.name) if found else None


def keep_sent(form: forms.BaseForm, name: str, *, kind: str, by: Actor) -> File | None:
    """Keep a paper that was handed in; nothing where none was. Raises `Refused` with its field."""
    found = sent(form, name)
    return keep_paper(*found, kind=kind, by=by, field=name) if found else None


def lines(label: Any, rows: int = 2, *, required: Any = "", hint: Any = "") -> Any:
    """A few words, on some lines."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(required),
        max_length=400,
        error_messages={
            "required": required or "",
            "max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
            "null_characters_not_allowed": _("里面有看不见的怪字，请重新写一遍。"),
        },
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def tick(label: Any, hint: Any = "") -> Any:
    """Yes or no."""
    return forms.BooleanField(label=label, help_text=hint, required=False)


def whole(label: Any, *, required: Any = "", hint: Any = "", initial: int | None = None) -> Any:
    """A count of things."""
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=bool(required),
        initial=initial,
        error_messages={"required": required or "", "invalid": _("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def pick(label: Any, *, required: Any = "", hint: Any = "") -> Any:
    """One of a list that the form fills in."""
    field = choice(label, [], required=required)
    field.help_text = hint
    return field


def units(actor: Actor) -> list[tuple[str, str]]:
    """The partner units of today, for a list."""
    return [(str(row.pk), str(row)) for row in partnerships(actor)]


def row_in(rows: Any, pk: str) -> Any:
    """A row by the number a list gave it; None where nothing was chosen."""
    return rows.filter(pk=int(pk)).first() if pk and pk.isdecimal() and len(pk) < 19 else None


class ReasonForm(VerbForm):
    """Why."""

    because = lines(_("为什么"), required=_("写一句为什么。"))


class RecordForm(VerbForm):
    """What every voucher says: how much, on which day, why, and the paper behind it."""

    amount_fen = amount(_("多少钱"), required=_("多少钱？"))
    happened_on = a_day(_("哪一天"), required=_("哪一天的事？"))
    text = a_text(_("事由"), 120, hint=_("一句话：做什么用、凭什么。"))
    file = paper(_("凭据"))
    field_order: tuple[str, ...] = ("amount_fen", "happened_on", "text", "file")
    paper_label: Words = _("凭据")

    def prepare(self) -> None:
        """It begins with today."""
        self.fields["happened_on"].initial = clock.today
        self.fields["file"].label = self.paper_label

    def told(self) -> dict[str, Any]:
        """The typed, with rows in place of their numbers; the paper is kept by whoever records."""
        found = dict(self.cleaned_data)
        del found["file"]
        return found
