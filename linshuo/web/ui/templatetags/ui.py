"""`{% load ui %}`: icons, seals, dates as people say them, and one change to the address.

Rows are long, so what stands in a row is a plain tag here and not a cotton component.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django import template
from django.forms import BoundField
from django.template import RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from lucide.templatetags.lucide import lucide

from linshuo.web.ui.seals import SEALS

register = template.Library()


@lru_cache(maxsize=256)
def _drawn(name: str) -> str:
    """One lucide drawing, ready to inline; an unknown name raises `IconDoesNotExist`."""
    svg: str = lucide(
        name, size=None, stroke_width="1.75", **{"class": "icon", "aria-hidden": "true"}
    )
    return svg.replace(' width="24"', "").replace(' height="24"', "")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A lucide icon in the size of the text. Without `label` it is silent: put a word beside it."""
    svg = _drawn(str(name))
    if label:
        svg = svg.replace(
            'aria-hidden="true"', str(format_html('role="img" aria-label="{}"', label))
        )
    return mark_safe(svg)  # noqa: S308  (drawings from the wheel; the label is escaped above)


@register.simple_tag
def seal(state: str, size: str = "", quiet: bool = False, next: bool = False) -> SafeString:
    """The seal of a state. `quiet` when its words stand beside it; `next` when still to come."""
    look = SEALS[str(state)]
    classes = " ".join(
        ["seal", *([f"seal--{size}"] if size else []), *(["seal--next"] if next else [])]
    )
    voice = (
        mark_safe('aria-hidden="true"')
        if quiet
        else format_html('role="img" aria-label="{}"', look.words)
    )
    return format_html(
        '<span class="{}" data-frame="{}" {}>{}</span>', classes, look.frame, voice, look.glyph
    )


@register.simple_tag
def seal_words(state: str) -> str:
    """What a state is called to a neighbour: “有人认了”."""
    return str(SEALS[str(state)].words)


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _local_date(value: dt.date | dt.datetime) -> dt.date:
    """The calendar day here, of a day or an aware moment."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """2019年12月1日, in English 1 December 2019; nothing for no date."""
    if not value:
        return ""
    date = _local_date(value)
    if _is_chinese():
        return f"{date.year}年{date.month}月{date.day}日"
    return format_date(date, "d MMMM y", locale="en")


@register.filter
def short_day(value: dt.date | dt.datetime | None) -> str:
    """12月1日, in English 1 December."""
    if not value:
        return ""
    date = _local_date(value)
    if _is_chinese():
        return f"{date.month}月{date.day}日"
    return format_date(date, "d MMMM", locale="en")


@register.filter
def month(value: dt.date | dt.datetime | None) -> str:
    """2019年12月, in English December 2019."""
    if not value:
        return ""
    date = _local_date(value)
    if _is_chinese():
        return f"{date.year}年{date.month}月"
    return format_date(date, "MMMM y", locale="en")


@register.filter
def weekday(value: dt.date | dt.datetime | None) -> str:
    """星期一, in English Monday."""
    if not value:
        return ""
    return format_date(_local_date(value), "EEEE", locale="zh" if _is_chinese() else "en")


@register.filter
def hour(value: dt.datetime | dt.time | None) -> str:
    """8:20, on the 24-hour clock, here."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.hour}:{value.minute:02d}"


@register.filter
def grouped(value: float | None) -> str:
    """1480 as 1,480."""
    if isinstance(value, int):
        return f"{value:,}"  # a hundredth of the time of the general case
    return "" if value is None else str(format_decimal(value, locale="en"))


@register.simple_tag(takes_context=True)
def query_replace(context: RequestContext, **changes: Any) -> str:
    """`?…` of this address with some parameters changed; None or "" drops one."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, (list, tuple)):
            query.setlist(key, [str(item) for item in value])
        else:
            query[key] = str(value)
    return "?" + query.urlencode()


@register.simple_tag
def control(field: BoundField, hint: str = "") -> SafeString:
    """The bare control of a form field, tied to its hint and its error for a screen reader.

    Django ties help text and errors by itself; a hint given by the template it cannot know.
    """
    if not hint or field.help_text:
        return field.as_widget()
    ids = [f"{field.auto_id}_helptext"] + ([f"{field.auto_id}_error"] if field.errors else [])
    return field.as_widget(attrs={"aria-describedby": " ".join(ids)})


@register.filter
def is_check(field: BoundField) -> bool:
    """Is this a single tick box, whose label stands behind it?"""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not hasattr(
        field.field.widget, "choices"
    )


@register.filter
def is_many(field: BoundField) -> bool:
    """May more than one be chosen?"""
    return bool(getattr(field.field.widget, "allow_multiple_selected", False))


@register.filter
def chosen(value: Any, current: Any) -> bool:
    """Is this option among the current value (or values)?"""
    if isinstance(current, (list, tuple, set, frozenset)):
        return str(value) in {str(item) for item in current}
    return current is not None and str(value) == str(current)


@register.filter
def undo_url(message: Any) -> str:
    """Where a message may be taken back: from `extra_tags="undo:/path/"`."""
    for tag in (message.extra_tags or "").split():
        if tag.startswith("undo:/") and not tag.startswith("undo://"):
            return str(tag.removeprefix("undo:"))
    return ""


@register.simple_tag
def lang_tag() -> str:
    """The value for `<html lang>`: zh-Hans or en."""
    language = get_language() or "zh-hans"
    return "zh-Hans" if language.startswith("zh") else language


@register.simple_tag
def product() -> str:
    """The product's name in this language."""
    return gettext("邻说")
