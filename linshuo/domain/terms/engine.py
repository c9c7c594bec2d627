"""The two engines: how each keeps its index, and how each is asked.

SQLite: an FTS5 table beside `Entry` that takes its content from there. It is told of every change
by hand, old terms included (3.40 has no other way to delete), without triggers: a trigger would be
lost, unnoticed, when a later migration rebuilds the table.
PostgreSQL: a GIN index over the terms as a `tsvector`. It keeps itself.
"""

# ruff: noqa: S608 - statements are put together from constants of this module; values are parameters

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from linshuo.domain.terms.models import Entry
from linshuo.domain.terms.words import Asked

FTS = "terms_words"
VECTOR = "array_to_tsvector(string_to_array(terms, ' '))"
"""Exactly the expression of the GIN index, which only then is used."""
CAP = 10_000
"""On PostgreSQL, hits that are sorted; a word with more is found by walking from the newest row,
which then meets enough of them soon."""


def is_sqlite() -> bool:
    """Whether the index is one that must be told."""
    return connection.vendor == "sqlite"


def tell(gone: Iterable[Entry], come: Iterable[Entry]) -> None:
    """Take entries, with the terms they had, out of SQLite's index, and put entries in."""
    if not is_sqlite():
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {FTS} ({FTS}, rowid, terms) VALUES ('delete', %s, %s)",
            [(entry.id, entry.terms) for entry in gone],
        )
        cursor.executemany(
            f"INSERT INTO {FTS} (rowid, terms) VALUES (%s, %s)",
            [(entry.id, entry.terms) for entry in come],
        )


def renew() -> None:
    """Make the engine's index again from the entries: after rows came in by another way."""
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute(f"INSERT INTO {FTS} ({FTS}) VALUES ('rebuild')")
        else:
            cursor.execute("REINDEX INDEX terms_words")


def merge() -> None:
    """Write SQLite's index anew in one piece: terms that were taken out are nowhere in it."""
    if is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {FTS} ({FTS}) VALUES ('optimize')")


def agrees() -> bool:
    """Whether SQLite's index and the entries say the same; PostgreSQL's always does."""
    if not is_sqlite():
        return True
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"INSERT INTO {FTS} ({FTS}, rank) VALUES ('integrity-check', 1)")
        except Exception as error:
            if "malformed" in str(error):
                return False
            raise
    return True


def matching_sql(asked: Asked, before: int | None = None) -> tuple[str, list[Any]]:
    """A SELECT of row ids in no order, uncapped, and its parameters."""
    if not asked:
        return "SELECT 0 AS ref_id WHERE 1 = 0", []
    if is_sqlite():
        below, more = ("", []) if before is None else (" AND rowid < %s", [before * 8])
        sql = f"SELECT rowid >> 3 AS ref_id FROM {FTS} WHERE {FTS} MATCH %s{below}"
        return sql, [asked.as_fts5(), *more]
    # The sum keeps the planner from taking the condition for a reason to use another index.
    below, more = ("", []) if before is None else (" AND ref_id + 0 < %s", [before])
    sql = f"SELECT ref_id FROM terms_entry WHERE {VECTOR} @@ %s::tsquery{below}"
    return sql, [asked.as_tsquery(), *more]


def subquery_sql(asked: Asked) -> tuple[str, list[Any]]:
    """For `ref_id IN (…)`. On PostgreSQL materialised, else the planner walks the outer table."""
    sql, params = matching_sql(asked)
    if is_sqlite():
        return sql, params
    return f"WITH m AS MATERIALIZED ({sql}) SELECT ref_id FROM m", params


def newest(asked: Asked, community_id: int, kind: str, most: int, before: int | None) -> list[int]:
    """Ids of the newest `most` rows that match, newest first, all below `before`."""
    if not asked or most <= 0:
        return []
    sql, params = matching_sql(asked, before)
    if is_sqlite():
        return [row[0] for row in _all(f"{sql} ORDER BY rowid DESC LIMIT %s", [*params, most])]
    rows = _all(
        f"WITH m AS MATERIALIZED ({sql} LIMIT {CAP + 1})"
        " SELECT ref_id, count(*) OVER () FROM m ORDER BY ref_id DESC LIMIT %s",
        [*params, most],
    )
    if rows and rows[0][1] > CAP:
        return _walk(asked, community_id, kind, most, before)
    return [row[0] for row in rows]


def _walk(asked: Asked, community_id: int, kind: str, most: int, before: int | None) -> list[int]:
    """Down from the newest entry of the scope, looking into each."""
    where = "community_id = %s AND kind = %s AND string_to_array(terms, ' ') @> %s::text[]"
    params: list[Any] = [community_id, kind, list(asked.every)]
    if asked.some is not None:
        where += " AND string_to_array(terms, ' ') && %s::text[]"
        params.append(list(asked.some))
    if before is not None:
        where += " AND ref_id < %s"
        params.append(before)
    sql = f"SELECT ref_id FROM terms_entry WHERE {where} ORDER BY ref_id DESC LIMIT %s"
    return [row[0] for row in _all(sql, [*params, most])]


def count(asked: Asked, cap: int) -> int:
    """How many rows match, at most `cap`."""
    if not asked:
        return 0
    sql, params = matching_sql(asked)
    found: int = _all(f"SELECT count(*) FROM ({sql} LIMIT %s) AS m", [*params, cap])[0][0]
    return found


def frequencies(terms: Sequence[str], cap: int) -> list[int]:
    """How many entries have each spelled term, at most `cap`; one statement for all of them."""
    if not terms:
        return []
    if is_sqlite():
        each = f"(SELECT count(*) FROM (SELECT 1 FROM {FTS} WHERE {FTS} MATCH %s LIMIT {cap}))"
        return list(_all(f"SELECT {', '.join([each] * len(terms))}", [f'"{t}"' for t in terms])[0])
    rows = _all(
        f"SELECT (SELECT count(*) FROM (SELECT 1 FROM terms_entry"
        f" WHERE {VECTOR} @@ quote_literal(term)::tsquery LIMIT {cap}) AS m)"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS t (term, n) ORDER BY n",
        [list(terms)],
    )
    return [row[0] for row in rows]


def holders(terms: Sequence[str], most: int) -> dict[str, list[int]]:
    """For each spelled term, ids of rows that have it, at most `most` of them."""
    found: dict[str, list[int]] = {}
    for term in terms:
        sql, params = matching_sql(Asked((term,), None))
        order = " ORDER BY rowid DESC" if is_sqlite() else ""
        found[term] = [row[0] for row in _all(f"{sql}{order} LIMIT %s", [*params, most])]
    return found


def _all(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
