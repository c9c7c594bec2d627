"""Likely duplicates of what was just said: the rarest pairs of characters lead to some needs, and
those are read and compared. How the numbers below were chosen stands in `docs/measurements.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from rapidfuzz import fuzz

from linshuo.domain.needs.models import Need
from linshuo.domain.places.models import Place
from linshuo.domain.terms import queries as terms
from linshuo.insight.search import readable
from linshuo.kit.actor import Actor
from linshuo.kit.text import bigrams, first_sentence

LIKELY = 40
"""Out of 100. Below it most suggestions would be of another matter."""
READ = 96
"""Pairs of the new text that are looked up: what a matter is about is said at its beginning."""
RARE = 16
"""Of those, the rarest, by which other needs are found."""
CANDIDATES = 30
MOST_CHARACTERS = 2000
SAME_PLACE, OTHER_PLACE = 8, -15
"""Added to a score: the same lamp may be meant in one estate, hardly in two."""
HEAD = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A need that may be the same matter. `score` goes from `LIKELY` to 100."""

    need_id: int
    number: str
    title: str
    score: int
    supporters: int


def suggest(
    viewer: Actor,
    text: str,
    *,
    title: str = "",
    place: Place | None = None,
    exclude: int | None = None,
    most: int = 3,
) -> list[Suggestion]:
    """Needs the viewer may see that are likely the same matter, the likeliest first.

    Without a `title` the text's first clause stands for it. `exclude` is the need the text comes
    from. A merged need speaks for the one it was merged into; withdrawn ones are left out.
    """
    new = _Said(title or first_sentence(text, HEAD), text)
    counts = terms.frequencies(viewer.community_id, new.read)
    if exclude is not None:
        counts = {term: n - 1 for term, n in counts.items()}
    rare = terms.rare_among(counts, RARE)
    ids = terms.sharing(viewer.community_id, rare, most=CANDIDATES + 1)
    weights = {term: _weight(n) for term, n in counts.items()}
    scores: dict[int, float] = {}
    for need in _texts(viewer, [pk for pk in ids if pk != exclude]):
        score = new.likeness(_Said(need.title, need.words), weights)
        score += _nearness(place, need.place.path)
        stands_for = need.survivor_id or need.pk
        if score >= LIKELY and stands_for != exclude:
            scores[stands_for] = max(score, scores.get(stands_for, 0))
    return _suggestions(viewer, scores, most)


class _Said:
    """A title and a text as sets of pairs."""

    def __init__(self, title: str, text: str) -> None:
        self.title = _pairs(title)
        self.all = list(dict.fromkeys([*self.title, *_pairs(text[:MOST_CHARACTERS])]))
        self.read = self.all[:READ]

    def likeness(self, other: _Said, weights: dict[str, float]) -> float:
        """0 to 100: the mean of how much of the title is in the other's title, how much of the
        text in the other's text, rare pairs counting more, and how alike both are as they are."""
        title = _share(self.title, set(other.title), weights)
        text = _share(self.read, set(other.all), weights)
        alike = fuzz.token_set_ratio(" ".join(self.all), " ".join(other.all))
        return (100 * title + 100 * text + float(alike)) / 3


def _pairs(text: str) -> list[str]:
    return [term for term in bigrams(text) if len(term) > 1]


def _share(terms_: Iterable[str], there: set[str], weights: dict[str, float]) -> float:
    mine = [(term in there, weights.get(term, _COMMON)) for term in terms_]
    total = sum(weight for _there, weight in mine)
    return sum(weight for there_, weight in mine if there_) / total if total else 0.0


def _weight(n: int) -> float:
    """A pair in one need of many says much, one in every second need little, not nothing."""
    return log(300 / max(n, 1)) if n <= terms.OFTEN else _COMMON


_COMMON = log(300 / terms.OFTEN) / 3


def _nearness(place: Place | None, path: str) -> int:
    """Places inside one another may be the same; the community itself tells nothing."""
    if place is None or place.path.count("/") <= _ROOT or path.count("/") <= _ROOT:
        return 0
    inside = path.startswith(place.path) or place.path.startswith(path)
    return SAME_PLACE if inside else OTHER_PLACE


_ROOT = 3
"""Slashes in the path of a community: /street/community/."""


def _texts(viewer: Actor, ids: list[int]) -> Iterable[Need]:
    rows = Need.objects.of(viewer).filter(readable(viewer), pk__in=ids)
    columns = ("community_id", "title", "words", "survivor_id")
    return rows.select_related("place").only(*columns, "place__community_id", "place__path")


def _suggestions(viewer: Actor, scores: dict[int, float], most: int) -> list[Suggestion]:
    rows = (
        Need.objects.of(viewer)
        .filter(readable(viewer), pk__in=scores)
        .exclude(state__in=("merged", "withdrawn"))
        .values_list("pk", "number", "title", "supporters")
    )
    found = [
        Suggestion(pk, number, title, min(100, round(scores[pk])), supporters)
        for pk, number, title, supporters in rows
    ]
    return sorted(found, key=lambda s: (-s.score, -s.need_id))[:most]
