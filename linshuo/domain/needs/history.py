"""A need's whole life as a timeline, told from the trail and the rows beside it.

Past moments come from events; what is still to come is shown from the first day, dashed, so that
everyone sees that 办结 is not the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from linshuo.domain.needs.due import ask_again
from linshuo.domain.needs.lifecycle import NEED
from linshuo.domain.needs.models import Contact, Need, Result, Supporter
from linshuo.domain.people.models import Person
from linshuo.domain.trail.models import Event
from linshuo.kit import clock, wording

QUIET_VERBS = frozenset({"need:touch", "need:supported", "need:followed"})
"""Events that accompany another one, which the timeline tells."""

_STATE_OF = {
    "need:report": "reported",
    "need:accept": "open",
    "need:settle": "done",
    "need:finish": "done",
    "need:confirm": "closed",
    "need:decline": "declined",
    "need:merge": "merged",
    "need:withdraw": "withdrawn",
    "need:escalate": "escalated",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of a timeline, formatted. `state` is a seal's state, or "" for a square."""

    when: str
    title: str
    text: str = ""
    state: str = ""
    phase: str = "past"
    url: str = ""
    hour: str = ""
    by: str = ""
    at: datetime | None = None
    """When it happened, for what is told beside it; none for what is still to come."""


@dataclass(frozen=True, slots=True)
class _Behind:
    """What the events speak of, read once."""

    names: dict[int, str]
    contacts: dict[int, Contact]
    results: dict[int, Result]
    supporters: dict[int, Supporter]
    merged: dict[int, str]


def timeline(need: Need, at: datetime | None = None) -> list[Moment]:
    """Everything that happened to a need, then today, then what is still to come: six queries."""
    moment = at or clock.now()
    events = list(
        Event.objects.within(need.community_id)
        .filter(subject_kind="need", subject_id=need.pk)
        .exclude(verb__in=QUIET_VERBS)
        .exclude(row_kind="ask")  # told by `insight.life`, which knows the board
        .order_by("at", "id")
    )
    behind = _read(need, events)
    past = [_tell(event, need, behind) for event in events]
    return [*_first(need), *past, *_to_come(need, moment)]


def _read(need: Need, events: list[Event]) -> _Behind:
    inside = need.community_id
    contacts = {c.pk: c for c in Contact.objects.within(inside).filter(need=need)}
    results = {r.pk: r for r in Result.objects.within(inside).filter(need=need)}
    supporters = {s.pk: s for s in Supporter.objects.within(inside).filter(need=need)}
    people = {e.actor_id for e in events}
    people |= {(e.detail or {}).get("owner") for e in events}
    names = dict(
        Person.objects.within(inside)
        .filter(pk__in={p for p in people if p})
        .values_list("pk", "name")
    )
    merged_ids = {
        int(s.via.removeprefix("need:"))
        for s in supporters.values()
        if s.via.startswith("need:") and s.via.removeprefix("need:").isdigit()
    }
    merged = dict(Need.objects.within(inside).filter(pk__in=merged_ids).values_list("pk", "number"))
    return _Behind(names, contacts, results, supporters, merged)


def _first(need: Need) -> list[Moment]:
    note = need.note
    if note is None:
        return []
    text = _("%(who)s%(how)s，记进《民情笔记》。") % {
        "who": note.author.name,
        "how": note.get_source_display(),
    }
    return [
        Moment(
            when=wording.near_day(note.at),
            hour=wording.hour(note.at),
            title=pgettext("happened", "记下"),
            text=text,
            url=f"note:{note.author_id}:{note.day.isoformat()}:{note.pk}",
            at=note.at,
        )
    ]


def _tell(event: Event, need: Need, behind: _Behind) -> Moment:
    detail = event.detail or {}
    who = behind.names.get(event.actor_id or 0, "")
    title, text, url = _words(event, detail, need, behind)
    return Moment(
        when=wording.near_day(event.at),
        hour=wording.hour(event.at),
        title=title,
        text=text,
        by=who,
        state=_STATE_OF.get(event.verb, ""),
        url=url,
        at=event.at,
    )


def _words(
    event: Event, detail: dict[str, object], need: Need, behind: _Behind
) -> tuple[str, str, str]:
    if event.row_kind == "contact":
        return _contact(behind.contacts.get(event.row_id))
    if event.row_kind == "result":
        result = behind.results.get(event.row_id)
        return (str(result.get_kind_display()), result.text, "") if result else (_("进展"), "", "")
    if event.row_kind == "supporter":
        return _supporter(behind.supporters.get(event.row_id), behind)
    owner = behind.names.get(int(str(detail.get("owner") or 0)), "")
    reason = str(detail.get("reason", "") or detail.get("why", ""))
    told: dict[str, tuple[str, str]] = {
        "need:report": (_("听到了"), _("编号 %s。") % need.number),
        "need:accept": (pgettext("happened", "受理"), _("交给 %s。") % owner if owner else ""),
        "need:assign": (pgettext("happened", "换责任人"), _("交给 %s。") % owner if owner else ""),
        "need:settle": (pgettext("happened", "当场办结"), need.result_text),
        "need:finish": (
            pgettext("happened", "办结"),
            need.result_text if need.finished_at == event.at else "",
        ),
        "need:confirm": (pgettext("happened", "销号"), ""),
        "need:reopen": (pgettext("happened", "退回重办"), reason),
        "need:extend": (pgettext("happened", "延期"), _("延到 %s。") % detail.get("until", "")),
        "need:decline": (
            pgettext("happened", "不予受理"),
            need.reason if need.state == "declined" else "",
        ),
        "need:contest": (pgettext("happened", "请社区再看一次"), ""),
        "need:merge": (pgettext("happened", "并入"), _("并入 %s。") % detail.get("into", "")),
        "need:withdraw": (pgettext("happened", "撤回"), need.reason),
        "need:release": (_("公开的话"), _visibility(str(detail.get("visibility", "")))),
        "need:escalate": (pgettext("happened", "报街道"), reason),
        "need:return": (_("街道答复"), reason),
        "need:still-true": (_("问过，还要办"), ""),
        "need:sort": (_("改了题目或类别"), ""),
        "need:link": (_("给了说的人一条链接"), ""),
    }
    title, text = told.get(event.verb, (event.verb, ""))
    url = f"need:{detail['into']}" if event.verb == "need:merge" and "into" in detail else ""
    return title, text, url


def _visibility(value: str) -> str:
    return {
        "public": _("谁都看得到。"),
        "members": _("报到的党员和单位看得到。"),
        "staff": _("只在社区里看。"),
    }.get(value, "")


def _contact(contact: Contact | None) -> tuple[str, str, str]:
    if contact is None:
        return _("联系"), "", ""
    words = f"“{contact.words}”" if contact.words else ""
    text = f"{contact.get_channel_display()}，{contact.get_said_display()}。{words}"
    if contact.rating_result:
        text += _("结果 %(r)d 分，态度 %(a)d 分。") % {
            "r": contact.rating_result,
            "a": contact.rating_attitude or contact.rating_result,
        }
    return str(contact.get_purpose_display()), text, ""


def _supporter(supporter: Supporter | None, behind: _Behind) -> tuple[str, str, str]:
    if supporter is None:
        return _("我也要"), "", ""
    text = ngettext("又有 %d 位也要。", "又有 %d 位也要。", supporter.heads) % supporter.heads
    if supporter.via.startswith("need:") and supporter.via[5:].isdigit():
        number = behind.merged.get(int(supporter.via[5:]), "")
        return _("我也要"), text + _("从 %s 并来。") % number, f"need:{number}"
    return _("我也要"), text, ""


def _to_come(need: Need, at: datetime) -> list[Moment]:
    today = Moment(when=_("今天"), title=str(NEED.states[need.state].label), phase="today")
    if need.state in ("declined", "merged", "withdrawn"):
        return []
    due = wording.near_day(need.due_at) if need.due_at else ""
    checked = Moment(
        when=_("办结之后"),
        title=_("销号"),
        text=_("请说这件事的人来定，另一位同事核对。说没好，就退回重办，编号不变。"),
        state="closed",
        phase="next",
    )
    again = Moment(
        when=_("再过三十天"), title=_("回访"), text=_("再问一次：还好着吗？"), phase="next"
    )
    if need.state == "reported":
        answer = Moment(when=_("%s前") % due, title=_("答复"), state="open", phase="next")
        finish = Moment(when=_("受理之后"), title=_("办结"), state="done", phase="next")
        return [today, answer, finish, checked, again]
    if need.state == "open":
        finish = Moment(when=_("%s前") % due, title=_("办结"), state="done", phase="next")
        return [today, finish, checked, again]
    if need.state == "done":
        return [today, _when(checked, _("%s前") % due), _when(again, _ask_day(at))]
    return [_when(again, due)] if need.due_at else []


def _ask_day(at: datetime) -> str:
    return wording.near_day(ask_again(at))


def _when(moment: Moment, when: str) -> Moment:
    return Moment(when, moment.title, moment.text, moment.state, moment.phase)
