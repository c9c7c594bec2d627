"""The form of the notebook's next line, and what it offers before anything is typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.domain.needs import notebook as reads
from linshuo.domain.needs.models import Disposition, Urgency
from linshuo.domain.places.models import Place
from linshuo.domain.places.queries import tree
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.web.ui.forms import Form

ELSEWHERE = "other"
KEPT_DAYS = 7
"""How long a draft lives on a phone, and so how late a note may arrive with its own time."""

BECOME = [
    (Disposition.OPEN.value, _l("先记下")),
    (Disposition.PROBLEM.value, _l("转问题")),
    (Disposition.WISH.value, _l("转需求")),
    (Disposition.SETTLED.value, _l("当场办结")),
    (Disposition.NOTED.value, _l("仅记录")),
]


class _Typed(forms.CharField):
    """What was typed, whatever is in it: the rules are the domain's."""

    def to_python(self, value: Any) -> str:
        """Without the character that PostgreSQL has no place for."""
        return str(super().to_python(value) or "").replace("\0", "")


class NoteForm(Form):
    """The next line of the notebook. Words are enough; all else is set before."""

    draft_id = _Typed(required=False)
    at = _Typed(required=False)
    words = _Typed(
        label=_l("原话"),
        strip=False,
        error_messages={"required": _l("写一句人家怎么说的。")},
    )
    place = _Typed(
        label=_l("在哪"),
        error_messages={"required": _l("选一个地方；说不清就选整个社区。")},
    )
    place_other = _Typed(label=_l("别处"), required=False)
    source = forms.ChoiceField(label=_l("来源"), choices=reads.sources)
    urgency = forms.ChoiceField(label=_l("多急"), choices=Urgency.choices)
    speaker_name = _Typed(label=_l("谁说的"), required=False)
    speaker_phone = _Typed(label=_l("电话"), required=False)
    slip = _Typed(label=_l("便民条上的码"), required=False)
    become = forms.ChoiceField(label=_l("怎么办"), choices=BECOME, required=False)
    result_text = _Typed(label=_l("怎么办结的"), required=False)

    def clean_draft_id(self) -> str:
        """The draft's own id; a fresh one where there is none that makes sense."""
        try:
            return str(UUID(self.cleaned_data["draft_id"]))
        except ValueError:
            return str(uuid4())

    def clean_at(self) -> datetime | None:
        """When it was written, told by a phone that had no signal; the present if it makes no
        sense or is older than a draft may be."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["at"])
            age = clock.now() - moment
        except (ValueError, TypeError, OverflowError):
            return None
        return moment if timedelta(minutes=-5) < age < timedelta(days=KEPT_DAYS + 1) else None

    def clean(self) -> dict[str, Any]:
        """One place from the chips or from the whole list."""
        data: dict[str, Any] = super().clean() or {}
        chosen = data.get("place", "")
        if chosen == ELSEWHERE:
            chosen = data.get("place_other", "")
            if not chosen:
                self.add_error("place", _("在别处，是哪里？"))
        if chosen and not (chosen.isdecimal() and len(chosen) < 16):
            self.add_error("place", _("这个地方不在列出来的里面，重新选一下。"))
        data["place_id"] = chosen
        return data


def fresh_form() -> NoteForm:
    """An empty line with a draft of its own."""
    return NoteForm(auto_id="n_%s", label_suffix="", initial=_preset())


def bound_form(typed: Any) -> NoteForm:
    """The line as it was sent."""
    return NoteForm(typed, auto_id="n_%s", label_suffix="")


def once_more(form: NoteForm) -> NoteForm:
    """The draft had arrived before, and then its words were changed: nothing of either is lost."""
    typed = {**form.data.dict(), "draft_id": str(uuid4())}
    again = bound_form(typed)
    again.add_error("words", _("先前写的那一条已经收下了。这是后来改过的，要另记一条就再按记下。"))
    return again


def _preset() -> dict[str, Any]:
    return {
        "draft_id": str(uuid4()),
        "source": "visit",
        "urgency": Urgency.GENERAL,
        "become": Disposition.OPEN,
    }


@dataclass(frozen=True, slots=True)
class _Choice:
    """A place on offer: as a chip, in the list of a wide screen, in the list of a phone."""

    pk: int
    label: str
    full: str
    chip: bool = False
    chosen: bool = False
    other: bool = False


def offers(viewer: Actor, form: NoteForm) -> dict[str, Any]:
    """The form of the next line, and what it offers."""
    near = reads.near_places(viewer)
    places: list[Place] = tree(viewer)
    near_ids = [p.pk for p in near]
    first = near_ids[0] if near else (places[0].pk if places else 0)
    typed = str(form["place"].value() or first)
    elsewhere = typed == ELSEWHERE or typed not in {str(pk) for pk in near_ids}
    chosen = str(form["place_other"].value() or "") if typed == ELSEWHERE else typed
    names = {p.pk: p.full_name for p in places}
    depth = min((p.path.count("/") for p in places), default=0)
    wrong = ("source", "place", "urgency", "become")
    folded = ("speaker_name", "speaker_phone", "slip", "result_text")
    return {
        "form": form,
        "me": viewer.person_id,
        "near": [
            _Choice(
                p.pk,
                p.label,
                names.get(p.pk, p.label),
                chip=not elsewhere and typed == str(p.pk),
                chosen=chosen == str(p.pk),
            )
            for p in near
        ],
        "places": [
            _Choice(
                p.pk,
                "\u3000" * (p.path.count("/") - depth) + p.name,
                p.full_name,
                chosen=p.pk not in near_ids and chosen == str(p.pk),
                other=elsewhere and chosen == str(p.pk),
            )
            for p in places
        ],
        "elsewhere": elsewhere,
        "become_options": BECOME,
        "become_chosen": form["become"].value() or Disposition.OPEN.value,
        "wrong": [form[name] for name in wrong if form[name].errors],
        "more_open": any(form[name].errors or form[name].value() for name in folded),
    }
