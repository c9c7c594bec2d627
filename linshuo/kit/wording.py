"""Dates and spans as people here say them, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel.dates import format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linshuo.kit import clock


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def day(value: date | datetime) -> str:
    """2019年12月1日, or 1 December 2019."""
    d = _date(value)
    return (
        f"{d.year}年{d.month}月{d.day}日"
        if _chinese()
        else f"{d.day} {format_date(d, 'MMMM y', 'en')}"
    )


def short_day(value: date | datetime) -> str:
    """12月1日, or 1 Dec."""
    d = _date(value)
    return f"{d.month}月{d.day}日" if _chinese() else format_date(d, "d MMM", "en")


def near_day(value: date | datetime) -> str:
    """The short day this year, the whole day in any other."""
    return short_day(value) if _date(value).year == clock.today().year else day(value)


def hour(value: datetime) -> str:
    """8:20 on a Chinese wall clock."""
    local = clock.local(value)
    return f"{local.hour}:{local.minute:02d}"


def moment(value: datetime) -> str:
    """The near day and the hour."""
    return f"{near_day(value)} {hour(value)}"


def weekday(value: date | datetime) -> str:
    """星期一, or Monday."""
    d = _date(value)
    return f"星期{'一二三四五六日'[d.weekday()]}" if _chinese() else format_date(d, "EEEE", "en")


def short_weekday(value: date | datetime) -> str:
    """周一, or Mon: for a row of days."""
    d = _date(value)
    return f"周{'一二三四五六日'[d.weekday()]}" if _chinese() else format_date(d, "EEE", "en")


def whole_days(starts: datetime, ends: datetime) -> bool:
    """Whether a stretch is whole calendar days, from midnight to midnight."""
    both = clock.local(starts), clock.local(ends)
    return all((at.hour, at.minute) == (0, 0) for at in both)


def span(starts: datetime, ends: datetime) -> str:
    """9:00–11:00; of whole days the last: 到12月8日, or 全天."""
    if not whole_days(starts, ends):
        return f"{hour(starts)}–{hour(ends)}"
    last = clock.local(ends).date() - timedelta(days=1)
    return _("全天") if last == clock.local(starts).date() else _("到%s") % near_day(last)


def until(due_at: datetime, at: datetime) -> str:
    """How a clock says what is left: 超 3 天, 今天 18:00, 明天, 剩 2 天."""
    due, now = clock.local(due_at), clock.local(at)
    if due_at < at:
        days = (now.date() - due.date()).days
        if days == 0:
            return _("过了 %s") % hour(due_at)
        return ngettext("超 %d 天", "超 %d 天", days) % days
    days = (due.date() - now.date()).days
    if days == 0:
        return _("今天 %s") % hour(due_at)
    if days == 1:
        return _("明天")
    return ngettext("剩 %d 天", "剩 %d 天", days) % days


def stood(since: date | datetime, until: date | datetime) -> str:
    """How long something lasted, as one tells it: 三年零两个月, 四十年, 十二天.

    Whole calendar months count; only what took less than one is told in days.
    """
    a, b = _date(since), _date(until)
    months = max(0, (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day))
    years, rest = divmod(months, 12)
    if not months:
        days = max(1, (b - a).days)
        return ngettext("%(n)s天", "%(n)s天", days) % {"n": _number(days)}
    told_years = ngettext("%(n)s年", "%(n)s年", years) % {"n": _number(years)}
    told_months = ngettext("%(n)s个月", "%(n)s个月", rest) % {"n": _number(rest)}
    if years and rest:
        return _("%(years)s零%(months)s") % {"years": told_years, "months": told_months}
    return told_years if years else told_months


_NUMERALS = "零一二三四五六七八九"


def _number(n: int) -> str:
    """两, 十二, 四十 below a hundred; digits above, and in any other language."""
    if not _chinese() or n > 99:
        return str(n)
    if n == 2:
        return "两"
    tens, ones = divmod(n, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return head + (_NUMERALS[ones] if ones or not tens else "")


def _date(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value
