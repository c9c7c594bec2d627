"""Reads: what a text finds, how often a term occurs. Who may see a row is the rows' own room's to
say; `audiences` are the terms by which that room lets it be found. None stands for everybody, for
a caller that filters the rows itself; an empty collection for nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import BigIntegerField, F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

from linshuo.domain.terms import engine
from linshuo.domain.terms.words import Scope, wanted

OFTEN = 60
"""A term of more rows than this says little about any of them."""


def find(
    community_id: int,
    kind: str,
    text: str,
    *,
    audiences: Collection[str] | None,
    most: int = 200,
    before: int | None = None,
) -> list[int]:
    """Ids of rows that have everything typed, newest first; below `before` for the next ones.

    Chinese words of any length, single characters, and beginnings of words of letters or digits
    are found. A word of more than two characters is found by its pairs: in a long text they may,
    seldom, stand apart.
    """
    asked = Scope(community_id, kind).ask(wanted(text), audiences)
    return engine.newest(asked, community_id, kind, most, before)


def count(
    community_id: int,
    kind: str,
    text: str,
    *,
    audiences: Collection[str] | None,
    cap: int = 1000,
) -> int:
    """How many rows `find` would find; `cap` stands for that many or more."""
    return engine.count(Scope(community_id, kind).ask(wanted(text), audiences), cap)


def matching(
    community_id: int, kind: str, text: str, *, audiences: Collection[str] | None
) -> RawSQL:
    """The ids as a subquery, for `filter(pk__in=…)` beside other filters and any order.

    Not capped: the other filters come after it, and a page must not lose the rows they leave.
    """
    sql, params = engine.subquery_sql(Scope(community_id, kind).ask(wanted(text), audiences))
    return RawSQL(sql, params, output_field=BigIntegerField())  # noqa: S611 - see engine.py


def having(community_id: int, kind: str, text: str, *, audiences: Collection[str] | None) -> Q:
    """`matching` as a condition on the rows' own key, for pages in an order of their own.

    The sum with 0 takes the key's index away from the planner. With it SQLite fetches every row of
    a common word, thousands, and sorts them (20 ms); without it, it walks the index of the page's
    order and stops when the page is full (1 ms). Where no index has that order, use `matching`.
    """
    ids = matching(community_id, kind, text, audiences=audiences)
    return Q(In(F("pk") + Value(0), ids))


def frequencies(community_id: int, terms: Iterable[str], *, kind: str = "need") -> dict[str, int]:
    """How many rows of the community have each term; beyond `OFTEN` it stays at one more.

    `terms` are as the kit's `bigrams` gives them.
    """
    scope, words = Scope(community_id, kind), list(dict.fromkeys(terms))
    counts = engine.frequencies([scope.term(word) for word in words], OFTEN + 1)
    return dict(zip(words, counts, strict=True))


def rarest(
    community_id: int, terms: Iterable[str], k: int, *, kind: str = "need", least: int = 1
) -> list[str]:
    """The `k` terms that the fewest rows of the community have, rarest first.

    Terms of fewer than `least` rows or of more than `OFTEN` are left out.
    """
    return rare_among(frequencies(community_id, terms, kind=kind), k, least=least)


def rare_among(counts: dict[str, int], k: int, *, least: int = 1) -> list[str]:
    """`rarest` of terms whose frequencies are known already."""
    known = [(n, i, term) for i, (term, n) in enumerate(counts.items()) if least <= n <= OFTEN]
    return [term for _n, _i, term in sorted(known)[:k]]


def sharing(
    community_id: int, terms: Collection[str], *, kind: str = "need", most: int = 50
) -> list[int]:
    """Ids of the `most` rows that have most of the terms, rows with rarer terms first.

    Made for `rarest` terms: of a term that very many rows have, only some rows are looked at.
    """
    scope, score = Scope(community_id, kind), defaultdict[int, float](float)
    for rows in engine.holders([scope.term(word) for word in terms], OFTEN).values():
        for ref_id in rows:
            score[ref_id] += 1 / len(rows)
    return [ref_id for ref_id, _s in sorted(score.items(), key=lambda x: (-x[1], -x[0]))[:most]]
