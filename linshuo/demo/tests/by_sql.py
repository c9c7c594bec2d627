"""Every figure once more, as a statement of plain SQL over the tables.

Each is written from the figure's written definition and the tables alone; it shares no line with
the figure's own query. Where something can be told in two ways (a column with a date, an event, the
transfers behind a voucher) it goes the way that the figure does not.

`%(here)s` is the community, `%(until)s` the moment as of which is asked and `%(day)s` its day,
`%(since)s` the beginning of a period. A statement finds `id`, and what a row is `worth` if
the figure measures.
"""

from __future__ import annotations

EVENTS = "SELECT row_id FROM trail_event WHERE community_id = %(here)s AND at <= %(until)s"
"""Rows to which something had happened by then; the verb is added."""
IN_PERIOD = f"{EVENTS} AND at > %(since)s"

_NEEDS = """
    SELECT row_id AS id FROM (
        SELECT row_id, verb, ROW_NUMBER() OVER (PARTITION BY row_id ORDER BY id DESC) AS back
        FROM trail_event
        WHERE community_id = %(here)s AND at <= %(until)s AND verb IN (
            'need:report', 'need:accept', 'need:settle', 'need:decline', 'need:contest',
            'need:merge', 'need:finish', 'need:confirm', 'need:reopen', 'need:withdraw')
    ) AS moves WHERE back = 1 AND verb IN """
"""Needs by the move that was their last by then."""
_WAITING = "'need:report', 'need:contest'"
_OPEN = "'need:accept', 'need:reopen'"
_DONE = "'need:finish', 'need:settle'"
_CLOSED = f"{_NEEDS} ('need:confirm')"

_TAKEN_ON = f"""
    SELECT p.id, p.person_id, p.partnership_id, p.ask_id, p.slots
    FROM pledges_pledge p JOIN board_ask a ON a.id = p.ask_id
    WHERE p.community_id = %(here)s AND a.offer_id IS NULL
      AND p.id IN ({EVENTS} AND verb IN ('pledge:accept', 'pledge:agree'))
      AND (p.ended_at IS NULL OR p.ended_at > %(until)s OR p.ended_as = 'fulfilled')"""
"""Taken on by then, and by then not given up, handed over or run out."""
_NOT_AN_OFFER = """id IN (
    SELECT p.id FROM pledges_pledge p JOIN board_ask a ON a.id = p.ask_id
    WHERE p.community_id = %(here)s AND a.offer_id IS NULL)"""

_CAME = """
    SELECT r.id, r.minutes AS worth, r.starts, t.post_id
    FROM service_servicerecord r JOIN service_turn t ON t.id = r.turn_id
    LEFT JOIN service_servicerecord c ON c.corrects_id = r.id AND c.confirmed_at <= %(until)s
    WHERE r.community_id = %(here)s AND r.confirmed_at <= %(until)s
      AND c.id IS NULL AND r.minutes > 0"""

_HANGING = f"""
    SELECT a.id,
      COALESCE((SELECT CAST(e.detail ->> 'from' AS integer) FROM trail_event e
                WHERE e.verb = 'ask:change' AND e.row_id = a.id AND e.at > %(until)s
                ORDER BY e.id LIMIT 1), a.slots) AS places,
      COALESCE((SELECT SUM(t.slots) FROM ({_TAKEN_ON}) AS t WHERE t.ask_id = a.id), 0) AS held
    FROM board_ask a
    WHERE a.community_id = %(here)s AND a.opened_at <= %(until)s
      AND (a.closed_at IS NULL OR a.closed_at > %(until)s)
      AND a.offer_id IS NULL AND a.project_id IS NULL AND a.collection_id IS NULL
      AND (a.need_id IS NULL OR a.need_id IN ({_NEEDS} ({_OPEN})))
      AND (a.asset_id IS NULL OR a.asset_id IN (
           SELECT id FROM places_asset WHERE closed_at IS NULL OR closed_at > %(until)s))"""
"""Lines on the board at that moment, with the places they had then and those that were taken."""

_SERVING = """
    SELECT id FROM people_appointment
    WHERE community_id = %(here)s AND starts <= %(day)s AND (ends IS NULL OR ends >= %(day)s)
      AND role = """


def _moved(book: str, into: str) -> str:
    """What left one kind of pots for another, less what came back: transfers, not vouchers."""
    return f"""
    SELECT t.voucher_id AS id,
      CASE WHEN {into.replace("POT", "b")} AND NOT {into.replace("POT", "a")} THEN t.amount_fen
           ELSE -t.amount_fen END AS worth
    FROM funds_transfer t
    JOIN funds_pot a ON a.id = t.from_pot_id JOIN funds_pot b ON b.id = t.to_pot_id
    WHERE t.community_id = %(here)s AND t.happened_on <= %(day)s AND {book}
      AND ({into.replace("POT", "a")}) <> ({into.replace("POT", "b")})"""


_INSIDE = "(POT.kind <> 'donors')"
_GONE = "(POT.kind IN ('spent', 'direct'))"
_DIRECT = "(POT.kind = 'direct')"


def _taking(verbs: str, which: str, where: str) -> str:
    """Seconds from when a matter was said to an event of it."""
    return f"""
    SELECT n.id, ROUND((julianday(e.at) - julianday(n.reported_at)) * 86400, 3) AS worth
    FROM needs_need n JOIN (
        SELECT row_id, {which}(at) AS at FROM trail_event
        WHERE community_id = %(here)s AND at <= %(until)s AND verb IN ({verbs}) {where}
        GROUP BY row_id
    ) AS e ON e.row_id = n.id
    WHERE n.community_id = %(here)s AND e.at > %(since)s"""


def _marks(column: str, leave_out: str = "") -> str:
    """The last mark that a matter was given in the period."""
    return f"""
    SELECT need_id AS id, {column} AS worth FROM (
        SELECT need_id, {column}, at,
               ROW_NUMBER() OVER (PARTITION BY need_id ORDER BY at DESC, id DESC) AS back
        FROM needs_contact
        WHERE community_id = %(here)s AND {column} IS NOT NULL
          AND at <= %(until)s AND at > %(since)s
    ) AS given JOIN needs_need n ON n.id = given.need_id WHERE back = 1 {leave_out}"""


def _happened(*verbs: str, more: str = "") -> str:
    told = ", ".join(f"'{verb}'" for verb in verbs)
    return f"SELECT DISTINCT row_id AS id FROM ({IN_PERIOD} AND verb IN ({told})) AS e {more}"


def _awarded(who: str) -> str:
    return f"""
    SELECT DISTINCT {who} AS id FROM honours_candidate
    WHERE {who} IS NOT NULL AND id IN ({EVENTS} AND verb = 'candidate:award')
      AND id NOT IN ({EVENTS} AND verb = 'candidate:revoke')"""


ROWS: dict[str, str] = {
    "flow.heard": """
        SELECT id FROM needs_need WHERE community_id = %(here)s
          AND reported_at > %(since)s AND reported_at <= %(until)s""",
    "flow.accepted": _happened("need:accept", "need:settle"),
    "flow.declined": _happened("need:decline"),
    "flow.settled": _happened("need:finish", "need:settle"),
    "flow.confirmed": _happened("need:confirm"),
    "flow.reopened": _happened("need:reopen"),
    "flow.asked-again": """
        SELECT DISTINCT need_id AS id FROM needs_contact
        WHERE community_id = %(here)s AND purpose = 'follow_up'
          AND said IN ('settled', 'not_settled') AND at > %(since)s AND at <= %(until)s""",
    "flow.pledges-made": _happened(
        "pledge:accept", "pledge:agree", more=f"WHERE row_{_NOT_AN_OFFER}"
    ),
    "flow.pledges-kept": f"""
        SELECT id FROM pledges_pledge WHERE community_id = %(here)s AND ended_as = 'fulfilled'
          AND ended_at > %(since)s AND ended_at <= %(until)s AND {_NOT_AN_OFFER}""",
    "flow.pledges-released": f"""
        SELECT id FROM pledges_pledge WHERE community_id = %(here)s AND ended_as = 'released'
          AND ended_at > %(since)s AND ended_at <= %(until)s AND {_NOT_AN_OFFER}
          AND id IN ({EVENTS} AND verb IN ('pledge:accept', 'pledge:agree'))""",
    "flow.check-ins": """
        SELECT id FROM people_checkin WHERE community_id = %(here)s
          AND accepted_at > %(since)s AND accepted_at <= %(until)s""",
    "flow.hours": f"{_CAME} AND r.starts > %(since)s AND r.starts <= %(until)s",
    "flow.posts-kept": f"""
        {_CAME} AND r.starts > %(since)s AND r.starts <= %(until)s AND t.post_id IS NOT NULL""",
    "days.to-answer": _taking("'need:accept', 'need:settle', 'need:decline'", "MIN", ""),
    "days.to-close": _taking("'need:confirm'", "MAX", "AND at > %(since)s"),
    "days.to-contact": f"""
        SELECT id, ROUND((julianday(first_contact_at) - julianday(signed_at)) * 86400, 3) AS worth
        FROM pledges_pledge WHERE community_id = %(here)s AND first_contact_at >= signed_at
          AND first_contact_at > %(since)s AND first_contact_at <= %(until)s AND {_NOT_AN_OFFER}""",
    "rated.result": _marks(
        "rating_result",
        f"""AND COALESCE((
            SELECT e.detail ->> 'outcome' FROM trail_event e
            WHERE e.row_id = need_id AND e.verb IN ({_DONE}) AND e.at <= given.at
            ORDER BY e.id DESC LIMIT 1), n.outcome) <> 'beyond'""",
    ),
    "rated.attitude": _marks("rating_attitude"),
    "needs.heard": f"{_NEEDS} ({_WAITING}, {_OPEN}, {_DONE}, 'need:confirm', 'need:decline')",
    "needs.waiting": f"{_NEEDS} ({_WAITING})",
    "needs.open": f"{_NEEDS} ({_OPEN})",
    "needs.done": f"{_NEEDS} ({_DONE})",
    "needs.settled": f"{_NEEDS} ({_DONE}, 'need:confirm')",
    "needs.closed": _CLOSED,
    "needs.closed-by-word": f"""
        SELECT id FROM ({_CLOSED}) AS closed WHERE EXISTS (
            SELECT 1 FROM needs_contact c
            WHERE c.need_id = closed.id AND c.said = 'settled' AND c.at <= %(until)s
              AND c.at >= (SELECT MAX(e.at) FROM trail_event e WHERE e.row_id = closed.id
                           AND e.verb IN ({_DONE}) AND e.at <= %(until)s))""",
    "needs.hard-closed": f"""
        SELECT n.id FROM needs_need n JOIN ({_CLOSED}) AS closed ON closed.id = n.id
        WHERE COALESCE((SELECT e.detail ->> 'tags_were' FROM trail_event e
                        WHERE e.verb = 'need:sort' AND e.row_id = n.id AND e.at > %(until)s
                          AND e.detail ->> 'tags_were' IS NOT NULL
                        ORDER BY e.id LIMIT 1), n.tags) <> ''""",
    "needs.reopened": f"SELECT DISTINCT row_id AS id FROM ({EVENTS} AND verb = 'need:reopen') AS e",
    "asks.unmet": f"SELECT id FROM ({_HANGING}) AS a WHERE held < places",
    "asks.nobody": f"SELECT id FROM ({_HANGING}) AS a WHERE held = 0",
    "pledges.accepted": f"SELECT id FROM ({_TAKEN_ON}) AS t",
    "pledges.units": f"""
        SELECT DISTINCT partnership_id AS id FROM ({_TAKEN_ON}) AS t
        WHERE partnership_id IS NOT NULL""",
    "pledges.members": f"""
        SELECT DISTINCT person_id AS id FROM ({_TAKEN_ON}) AS t WHERE person_id IS NOT NULL""",
    "pledges.kept": f"""
        SELECT id FROM pledges_pledge WHERE community_id = %(here)s AND ended_as = 'fulfilled'
          AND ended_at <= %(until)s AND {_NOT_AN_OFFER}""",
    "service.records": _CAME,
    "checkins.members": """
        SELECT id FROM people_checkin WHERE community_id = %(here)s
          AND accepted_at <= %(until)s
          AND (ended_at IS NULL OR ended_at > %(until)s OR ended_because = 'erase')""",
    "units.partners": """
        SELECT id FROM people_partnership WHERE community_id = %(here)s AND NOT unconfirmed
          AND since <= %(day)s AND (until IS NULL OR until >= %(day)s)
          AND id NOT IN (SELECT row_id FROM trail_event
                         WHERE verb = 'partnership:confirm' AND at > %(until)s)""",
    "money.collected": _moved("a.collection_id IS NOT NULL", _INSIDE),
    "money.raised": _moved("a.project_id IS NOT NULL", _INSIDE),
    "money.paid-directly": _moved("a.project_id IS NOT NULL", _DIRECT),
    "money.spent": _moved("1 = 1", _GONE),
    "money.promised": f"""
        SELECT p.id, COALESCE((
            SELECT CAST(e.detail ->> 'from' AS bigint) FROM trail_event e
            WHERE e.verb = 'pledge:cut' AND e.row_id = p.id AND e.at > %(until)s
            ORDER BY e.id LIMIT 1), p.amount_fen) AS worth
        FROM pledges_pledge p JOIN ({_TAKEN_ON}) AS t ON t.id = p.id
        WHERE p.id IN ({EVENTS} AND verb = 'pledge:promise')""",
    "projects.handed-over": f"""
        SELECT id FROM board_project
        WHERE state = 'handed_over' AND id IN ({EVENTS} AND verb = 'project:hand_over')""",
    "assets.sheds": f"""
        SELECT id FROM places_asset WHERE community_id = %(here)s AND kind = '车棚'
          AND id IN ({EVENTS} AND verb = 'asset:add')
          AND (closed_at IS NULL OR closed_at > %(until)s)""",
    "honours.units": _awarded("partnership_id"),
    "honours.volunteers": _awarded("person_id"),
    "staff.estate-secretaries": f"{_SERVING} 'estate_secretary'",
    "staff.field": f"{_SERVING} 'field_staff'",
    "staff.district-secretaries": f"{_SERVING} 'district_secretary'",
    "notes.written": f"SELECT row_id AS id FROM ({EVENTS} AND verb = 'note:write') AS e",
}

COUNT = "SELECT COUNT(*) FROM ({rows}) AS r"
SUM = "SELECT COALESCE(SUM(worth), 0) FROM ({rows}) AS r"
MEAN = "SELECT COALESCE(AVG(100.0 * worth), 0) FROM ({rows}) AS r"
MIDDLE = """
    SELECT COALESCE(AVG(worth) / 60, 0) FROM (
        SELECT worth, ROW_NUMBER() OVER (ORDER BY worth) AS nth, COUNT(*) OVER () AS n
        FROM ({rows}) AS r
    ) AS sorted WHERE nth IN ((n + 1) / 2, (n + 2) / 2)"""
WORTH: dict[str, str] = {
    "flow.hours": SUM,
    "days.to-answer": MIDDLE,
    "days.to-close": MIDDLE,
    "days.to-contact": MIDDLE,
    "rated.result": MEAN,
    "rated.attitude": MEAN,
    "money.collected": SUM,
    "money.raised": SUM,
    "money.paid-directly": SUM,
    "money.spent": SUM,
    "money.promised": SUM,
}
"""What the rows come to where they are not counted."""
