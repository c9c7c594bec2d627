"""What may be done, and by whom: the whole of it on one screen."""

from __future__ import annotations

from enum import StrEnum


class Can(StrEnum):
    """A capability, named thing:verb. Every door and every action asks for one of these."""

    NOTE_WRITE = "note:write"
    NOTE_READ = "note:read"  # other people's notebooks
    NEED_READ = "need:read"
    NEED_REPORT = "need:report"
    NEED_ACCEPT = "need:accept"
    NEED_RELEASE = "need:release"  # let a text be seen outside the office
    NEED_WORK = "need:work"  # progress, results, contacts, finish, extend
    NEED_CONFIRM = "need:confirm"
    NEED_DECIDE = "need:decide"  # what comes back twice, escalation, another's matter
    NEED_EXPORT = "need:export"
    NEED_IMPORT = "need:import"
    PERSON_READ = "person:read"
    PERSON_REVEAL = "person:reveal"
    PERSON_WRITE = "person:write"
    STAFF_APPOINT = "staff:appoint"
    PLACE_WRITE = "place:write"
    PAPER_ISSUE = "paper:issue"
    POST_KEEP = "post:keep"  # posts and their hours, rotas, activities, meetings
    HOURS_CHECK = "hours:check"  # call back on hours that could be made up
    HONOUR_KEEP = "honour:keep"  # rounds of honours: criteria, choice, notice, certificates
    HONOUR_ANSWER = "honour:answer"  # what is objected while a list hangs out
    COLLECTION_KEEP = "collection:keep"  # open and close what money is raised for
    PROJECT_KEEP = "project:keep"  # projects, their lines and steps
    MONEY_READ = "money:read"
    MONEY_RECORD = "money:record"
    MONEY_CHECK = "money:check"  # never one's own
    FIGURE_READ = "figure:read"
    BRIEF_KEEP = "brief:keep"  # write and freeze briefs, save figures, fill the forms of others
    LETTER_KEEP = "letter:keep"  # letters to units, thanks: drafted, previewed, sent
    COMPLAINT_ANSWER = (
        "complaint:answer"  # about the system and those who serve; never about oneself
    )
    COMMUNITY_OPEN = "community:open"  # a further community on the same install


class Role(StrEnum):
    """An appointment gives one of these over a place or a partnership, for a period."""

    SECRETARY = "secretary"
    DEPUTY = "deputy"
    DISTRICT_SECRETARY = "district_secretary"
    ESTATE_SECRETARY = "estate_secretary"
    FIELD_STAFF = "field_staff"
    CASHIER = "cashier"
    SUPERVISOR = "supervisor"
    SUB_DISTRICT = "sub_district"
    LIAISON = "liaison"
    MEMBER = "member"
    RESIDENT = "resident"


_NOTHING: frozenset[Can] = frozenset()
"""One's own record needs no capability: the scope lets everyone see it."""
_STAFF = frozenset(
    {
        Can.NOTE_WRITE,
        Can.NEED_READ,
        Can.NEED_REPORT,
        Can.NEED_WORK,
        Can.NEED_CONFIRM,
        Can.PERSON_READ,
        Can.PERSON_REVEAL,
        Can.MONEY_READ,
        Can.FIGURE_READ,
    }
)
_CHARGE = _STAFF | {
    Can.NEED_ACCEPT,
    Can.NEED_RELEASE,
    Can.PERSON_WRITE,
    Can.PAPER_ISSUE,
    Can.POST_KEEP,
    Can.PROJECT_KEEP,
    Can.BRIEF_KEEP,
}
_HEAD = _CHARGE | {
    Can.NOTE_READ,
    Can.NEED_DECIDE,
    Can.NEED_EXPORT,
    Can.NEED_IMPORT,
    Can.STAFF_APPOINT,
    Can.PLACE_WRITE,
    Can.HOURS_CHECK,
    Can.HONOUR_KEEP,
    Can.HONOUR_ANSWER,
    Can.LETTER_KEEP,
    Can.COMPLAINT_ANSWER,
    Can.COLLECTION_KEEP,
    Can.MONEY_RECORD,
    Can.MONEY_CHECK,
}

GRANTS: dict[Role, frozenset[Can]] = {
    Role.SECRETARY: _HEAD | {Can.COMMUNITY_OPEN},
    Role.DEPUTY: _HEAD,
    Role.DISTRICT_SECRETARY: _CHARGE,
    Role.ESTATE_SECRETARY: _CHARGE,
    Role.FIELD_STAFF: _STAFF,
    Role.CASHIER: frozenset({Can.MONEY_READ, Can.MONEY_RECORD, Can.FIGURE_READ}),
    Role.SUPERVISOR: frozenset(
        {
            Can.NEED_READ,
            Can.MONEY_READ,
            Can.MONEY_CHECK,
            Can.FIGURE_READ,
            Can.HOURS_CHECK,
            Can.HONOUR_ANSWER,
            Can.COMPLAINT_ANSWER,
        }
    ),
    Role.SUB_DISTRICT: frozenset({Can.FIGURE_READ, Can.COMMUNITY_OPEN}),
    Role.LIAISON: _NOTHING,
    Role.MEMBER: _NOTHING,
    Role.RESIDENT: _NOTHING,
}

STAFF_ROLES: frozenset[Role] = frozenset(
    {
        Role.SECRETARY,
        Role.DEPUTY,
        Role.DISTRICT_SECRETARY,
        Role.ESTATE_SECRETARY,
        Role.FIELD_STAFF,
    }
)
"""Roles that keep a notebook and can own a need."""
