"""A need's whole life: its own timeline, with what its lines of the board, its pledges and the
project it stands in add.

Who signs is named as on the board (persons masked, units in full); who lets go is not named at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.lifecycle import PROJECT
from linshuo.domain.board.models import Ask, Project, ProjectNeed
from linshuo.domain.needs.history import Moment, timeline
from linshuo.domain.needs.models import Need
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import who_of
from linshuo.domain.trail.models import Event
from linshuo.kit import clock, wording

TOLD = (
    *("ask:put-up", "ask:take-down"),
    *("pledge:accept", "pledge:agree", "pledge:plan", "pledge:release"),
    *("pledge:hand_over", "pledge:fulfil"),
)


@dataclass(frozen=True, slots=True)
class _Beat:
    """One event with what it speaks of."""

    verb: str
    at: datetime
    ask: Ask
    pledge: Pledge | None

    @property
    def day(self) -> date:
        return clock.local(self.at).date()


def life(need: Need, at: datetime | None = None) -> list[Moment]:
    """The need's timeline with its pledges' and its project's moments in their places: four queries
    more, and another where it stands in a project."""
    own = timeline(need, at)
    beats = _beats(need)
    told = [_tell(verb, list(same)) for (verb, _day), same in _same(beats)]
    past = [m for m in own if m.at is not None]
    to_come = [m for m in own if m.at is None]
    built = _in_projects(need)
    # Stable: of one moment, the need's own event stands first; but first it is accepted, then done.
    accepted = [m for m in built if m.title == str(PROJECT.accept.label)]
    rest = [m for m in built if m not in accepted]
    merged = sorted([*accepted, *past, *told, *rest], key=lambda m: m.at or clock.now())
    return [*_one_seal(merged), *to_come]


def _beats(need: Need) -> list[_Beat]:
    inside = need.community_id
    asks = {a.pk: a for a in Ask.objects.within(inside).filter(need=need)}
    if not asks:
        return []
    rows = Pledge.objects.within(inside).filter(ask__in=asks)
    pledges = {p.pk: p for p in rows.select_related("person", "partnership__organisation")}
    events = (
        Event.objects.within(inside)
        .filter(
            Q(row_kind="ask", row_id__in=asks) | Q(row_kind="pledge", row_id__in=pledges),
            verb__in=TOLD,
        )
        .order_by("at", "id")
    )
    found = []
    for event in events:
        pledge = pledges.get(event.row_id) if event.row_kind == "pledge" else None
        ask = asks.get(pledge.ask_id if pledge else event.row_id)
        if ask is not None:
            found.append(_Beat(event.verb, event.at, ask, pledge))
    return found


OF_PROJECTS = ("approve", "fund", "build", "accept", "drop")
"""What of a project's way is told; that it was handed over the need's own result says."""


def _in_projects(need: Need) -> list[Moment]:
    """When it was put into a project, and each step the project took since."""
    links = ProjectNeed.objects.within(need.community_id).filter(need=need)
    joined = {row.pk: row.project for row in links.select_related("project")}
    if not joined:
        return []
    projects = {project.pk: project for project in joined.values()}
    events = Event.objects.within(need.community_id).filter(
        Q(row_kind="projectneed", row_id__in=joined)
        | Q(
            row_kind="project",
            row_id__in=projects,
            verb__in=[f"project:{verb}" for verb in OF_PROJECTS],
        )
    )
    found = []
    since: dict[int, datetime] = {}
    for event in events.order_by("at", "id"):
        if event.row_kind == "projectneed":
            since[joined[event.row_id].pk] = event.at
            found.append(_of_project(joined[event.row_id], _("放进项目"), event.at))
        elif event.row_id in since:
            label = PROJECT.moves[event.verb.partition(":")[2]].label
            found.append(_of_project(projects[event.row_id], str(label), event.at))
    return found


def _of_project(project: Project, title: str, at: datetime) -> Moment:
    return Moment(
        when=wording.near_day(at),
        hour=wording.hour(at),
        title=title,
        text=_("项目“%(name)s”（%(number)s）。") % {"name": project.name, "number": project.number},
        at=at,
    )


def _same(beats: list[_Beat]) -> list[tuple[tuple[str, date], list[_Beat]]]:
    """Several signatures of one day in a row are one moment."""
    grouped = groupby(beats, key=lambda b: (_alias(b.verb), b.day))
    return [(key, list(some)) for key, some in grouped]


def _alias(verb: str) -> str:
    return "pledge:accept" if verb == "pledge:agree" else verb


def _tell(verb: str, beats: list[_Beat]) -> Moment:
    title, text, state = _words(verb, beats)
    first = beats[0]
    return Moment(
        when=wording.near_day(first.at),
        hour=wording.hour(first.at),
        title=title,
        text=text,
        state=state,
        at=first.at,
    )


def _words(verb: str, beats: list[_Beat]) -> tuple[str, str, str]:
    lines = "、".join(dict.fromkeys(f"“{b.ask.text}”" for b in beats))
    names = "、".join(dict.fromkeys(who_of(b.pledge) for b in beats if b.pledge))
    if verb == "ask:put-up":
        return _("上榜"), _("请人来认：%s。") % lines, ""
    if verb == "ask:take-down":
        return _("收起一行"), _("不再招人：%s。") % lines, ""
    if verb == "pledge:accept":
        kinds = {b.ask.get_kind_display() for b in beats}
        title = str(kinds.pop()) if len(kinds) == 1 else _("认领认捐")
        return title, _("%s。") % "；".join(_signatures(beats)), "taken"
    if verb == "pledge:plan":
        days = "、".join(
            dict.fromkeys(
                wording.near_day(b.pledge.planned_on)
                for b in beats
                if b.pledge and b.pledge.planned_on
            )
        )
        return _("联系上了"), _("%(who)s 约在 %(day)s。") % {"who": names, "day": days}, ""
    if verb == "pledge:release":
        return _("空出来了"), _("有人不认了，空出来的先问排队的：%s。") % lines, ""
    if verb == "pledge:hand_over":
        return _("交接"), _("换了人接着做：%s。") % lines, ""
    return _("做到了"), _("%(who)s：%(lines)s。") % {"who": names, "lines": lines}, ""


def _signatures(beats: list[_Beat]) -> list[str]:
    """Line by line, who signed for it."""
    by_line: dict[int, list[_Beat]] = {}
    for beat in beats:
        by_line.setdefault(beat.ask.pk, []).append(beat)
    return [
        _("%(who)s 签名，“%(line)s”")
        % {
            "who": "、".join(who_of(b.pledge) for b in some if b.pledge),
            "line": some[0].ask.text,
        }
        for some in by_line.values()
    ]


def _one_seal(moments: list[Moment]) -> list[Moment]:
    """The frame closes once: later signatures are squares."""
    seen = False
    found = []
    for moment in moments:
        if moment.state == "taken" and seen:
            moment = replace(moment, state="")
        seen = seen or moment.state == "taken"
        found.append(moment)
    return found
