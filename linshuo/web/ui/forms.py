"""Forms that speak like the rest of the house.

What is missing is said in our words beside the field, never in a bubble of the browser, and a
refusal of the domain finds its field.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linshuo.kit.refused import Refused

# Django's own words speak of "fields"; a neighbour does not.
SENTENCES = {
    "required": _("这一栏还空着。"),
    "invalid": _("这样写认不出来，换个写法试试。"),
    "invalid_choice": _("这一项不在可选的里面，重新选一下。"),
    "invalid_list": _("这一项不在可选的里面，重新选一下。"),
    "invalid_date": _("日期认不出来，写成 2019-12-01 这样。"),
    "max_length": _("太长了，最多 %(limit_value)d 个字，现在 %(show_value)d 个。"),
    "min_length": _("太短了，至少 %(limit_value)d 个字。"),
    "max_value": _("最大到 %(limit_value)s。"),
    "min_value": _("最小从 %(limit_value)s 起。"),
    "empty": _("这个文件是空的，换一个试试。"),
    "missing": _("还没选文件。"),
}


def _retell(field: forms.Field) -> None:
    """Our words where the form's author gave none."""
    own = _own_messages(type(field))
    for code, sentence in SENTENCES.items():
        if code in field.error_messages and field.error_messages[code] == own.get(code):
            field.error_messages[code] = sentence
    for validator in field.validators:
        code = getattr(validator, "code", None)
        if code in ("max_length", "min_length", "max_value", "min_value"):
            field.error_messages.setdefault(code, SENTENCES[code])


def _own_messages(kind: type[forms.Field]) -> dict[str, Any]:
    """The messages a field class brings along, nearest class first."""
    messages: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        messages.update(getattr(base, "default_error_messages", {}))
    return messages


class _Spoken:
    """What `Form` and `ModelForm` share."""

    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _retell(field)

    def refuse(self, refused: Refused) -> None:
        """Put a refusal beside the field it is about, or above the form."""
        field = refused.field if refused.field in self.fields else None
        self.add_error(field, refused.sentence)  # type: ignore[attr-defined]


class Form(_Spoken, forms.Form):
    """A plain form in our words."""


class ModelForm(_Spoken, forms.ModelForm):  # type: ignore[type-arg]
    """A form over a model in our words; the door still calls an action to save."""
