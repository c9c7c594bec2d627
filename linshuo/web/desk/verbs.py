"""A page with several verbs: each a button that unfolds its form, and one that came back refused
stays open with what was typed. What a verb may do, and when, is the domain's."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.functional import Promise

from linshuo.kit.actor import Actor
from linshuo.kit.refused import Lost, NotYours, Refused
from linshuo.web.doors import DoorRequest, second_factor
from linshuo.web.ui.forms import Form

Words = str | Promise
View = Callable[..., HttpResponse]


class VerbForm(Form):
    """A form that knows the row it is about and who is looking."""

    def __init__(self, *args: Any, row: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.actor = row, actor
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and what is known already."""

    def told(self) -> dict[str, Any]:
        """What was typed, as the act wants it."""
        return dict(self.cleaned_data)


class EmptyForm(VerbForm):
    """A verb that needs no words."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its button, its form, what it calls, and how it says that it is done."""

    name: str
    label: Words
    form: type[VerbForm]
    call: Callable[[Any, dict[str, Any], Actor], Any]
    done: Words
    says: Words = ""
    look: str = "line"
    fields: Mapping[str, str] = field(default_factory=dict)
    """The domain's name of a field, and the form's, where they differ."""
    second: bool = False
    """Whether money moves by it: then the second factor is asked for before the form is filled."""


@dataclass(frozen=True, slots=True)
class Button:
    """A verb that can be pressed now, with its form."""

    name: str
    label: str
    title: str
    url: str
    form: VerbForm
    open: bool
    says: str
    look: str
    link: str = ""
    """Where its form is, while the second factor has not been shown."""

    @property
    def submit(self) -> str:
        """Vermilion only for what the page is for."""
        return "zhu" if self.look == "zhu" else "ink"


def table(*verbs: Verb) -> dict[str, Verb]:
    """The verbs of a page by their names, in the order of its buttons."""
    return {verb.name: verb for verb in verbs}


def blank(verb: Verb, row: Any, actor: Actor, *args: Any) -> VerbForm:
    """The form of a verb, empty or bound to what was sent."""
    return verb.form(*args, row=row, actor=actor, auto_id=f"{verb.name}_%s", label_suffix="")


def buttons(
    verbs: Iterable[Verb],
    row: Any,
    actor: Actor,
    url_of: Callable[[str], str],
    *,
    opened: str = "",
    bound: VerbForm | None = None,
    first: str = "",
    title: str | None = None,
    proven: bool = True,
) -> list[Button]:
    """The buttons of a page. `opened` names the form shown at once, `bound` is it as typed;
    `first` is the one vermilion button; `title` is what the row is called, if not as it prints;
    `proven` says whether the second factor was shown."""
    named = str(row) if title is None else title
    made = []
    for verb in verbs:
        mine = bound if bound is not None and verb.name == opened else None
        made.append(
            Button(
                name=verb.name,
                label=str(verb.label),
                title=f"{verb.label}：{named}" if named else str(verb.label),
                url=url_of(verb.name),
                form=mine or blank(verb, row, actor),
                open=opened == verb.name,
                says=str(verb.says),
                look="zhu" if verb.name == first else verb.look,
                link=url_of(verb.name) if verb.second and not proven else "",
            )
        )
    return made


def asks_twice(verbs: Mapping[str, Verb]) -> Callable[[View], View]:
    """For the door of a page's verbs: whatever moves money asks for the second factor first. A GET
    then shows the page with that form open. Put it inside the door."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def door(request: DoorRequest, *args: Any, verb: str, **kwargs: Any) -> HttpResponse:
            chosen = verbs.get(verb)
            inner = second_factor(view) if chosen is not None and chosen.second else view
            return inner(request, *args, verb=verb, **kwargs)

        return door

    return wrap


def carry_out(
    request: DoorRequest,
    verb: Verb,
    row: Any,
    *,
    then: Callable[[Any], HttpResponse],
    again: Callable[[VerbForm | None], HttpResponse],
) -> HttpResponse:
    """Do it and go on to `then(result)`; what is refused comes back by `again(form)`."""
    form = blank(verb, row, request.actor, request.POST, request.FILES)
    if form.is_valid():
        try:
            result = verb.call(row, form.told(), request.actor)
        except NotYours:
            raise
        except Lost as lost:  # the button is gone from the page, and so would be the sentence
            messages.error(request, str(lost.sentence))
            return then(row)
        except Refused as refused:
            where = verb.fields.get(refused.field or "", refused.field)
            form.refuse(Refused(refused.code, refused.sentence, where))
        else:
            messages.success(request, str(verb.done))
            return then(result)
    return again(form)
