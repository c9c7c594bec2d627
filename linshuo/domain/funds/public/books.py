"""Collections and projects as everyone may see them: what was promised, received, spent, left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.board.models import BudgetLine, Collection, LegalBasis, Project, ProjectNeed
from linshuo.domain.funds.models import Pot
from linshuo.domain.funds.public.seen import clean, seen_book, seen_collection, seen_project
from linshuo.domain.funds.sums import summed
from linshuo.domain.needs.models import Tag, Visibility
from linshuo.domain.pledges.access import PROMISED
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import clock, wording
from linshuo.kit.money import spoken, yuan

PUBLIC_NEED = Q(need__visibility=Visibility.PUBLIC, need__state__in=("open", "done", "closed"))
_SEALS = {
    **{"open": "open", "closed": "taken", "settled": "closed"},
    **{"approved": "reported", "funding": "open", "building": "taken", "accepted": "done"},
    "handed_over": "closed",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What a book comes to, in 分."""

    promised: int = 0
    raised: int = 0
    direct: int = 0
    """Of what was raised and spent: what units paid to the contractor themselves."""
    spent: int = 0
    left: int = 0
    budget: int = 0
    givers: int = 0
    """How many promised something."""

    @property
    def missing(self) -> int:
        """What nobody has promised yet of what is to be paid."""
        return max(0, self.budget - max(self.promised, self.raised))

    @property
    def to_come(self) -> int:
        """What was promised and has not come yet."""
        return max(0, self.promised - self.raised)


@dataclass(frozen=True, slots=True)
class PublicBook:
    """One collection or project, formatted."""

    kind: str
    """collection or project."""
    pk: int
    number: str
    name: str
    about: str
    place: str
    state: str
    state_words: str
    seal: str
    sums: Sums
    purpose: str = ""
    basis: str = ""
    holder: str = ""
    charity: str = ""
    since: date | None = None
    until: date | None = None
    tags: str = ""
    """难点、痛点, from the matters it answers."""
    stood: str = ""
    """How long the oldest of them had stood, or has: 三年零两个月."""
    resolved: str = ""
    contractor: str = ""
    keeper: str = ""
    handed: str = ""

    @property
    def raising(self) -> bool:
        """Whether something can be given or promised now."""
        return self.state in ("open", "funding", "building") and (
            self.kind == "collection" or self.sums.missing > 0
        )

    @property
    def over(self) -> bool:
        """Whether nothing comes after it."""
        return self.state in ("settled", "handed_over")

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """Which rows, its name, and the amount to the 分: what stands large on a page."""
        s = self.sums
        told = [
            ("raised", _("收到"), yuan(s.raised)),
            ("spent", _("花掉"), yuan(s.spent)),
            ("left", _("还剩"), yuan(s.left)),
        ]
        return [("promised", _("答应给"), yuan(s.promised)), *told] if s.promised else told


def collections(community_id: int) -> list[PublicBook]:
    """Collections in the open, the newest first. Three queries."""
    rows = Collection.objects.within(community_id).filter(seen_collection())
    return told(rows.select_related("place").order_by("-opens", "-pk"))


def told(rows: Iterable[Collection]) -> list[PublicBook]:
    """Any collections of one community in the same words: who may see them, the caller has asked.
    Three queries."""
    found = list(rows)
    if not found:
        return []
    sums = _sums(found[0].community_id, "collection", [c.pk for c in found])
    return [_collection(c, sums[c.pk]) for c in found]


def projects(community_id: int) -> list[PublicBook]:
    """Projects in the open: what still lacks something first, then the newest. Five queries."""
    rows = Project.objects.within(community_id).filter(seen_project())
    found = list(rows.select_related("place").order_by("-resolution_on", "-pk"))
    if not found:
        return []
    keys = [p.pk for p in found]
    sums, hard = _sums(community_id, "project", keys), _hard(community_id, keys)
    books = [_project(p, sums[p.pk], *hard.get(p.pk, ("", None, None))) for p in found]
    return sorted(books, key=lambda book: not book.raising)


def find_collection(community_id: int, number: str) -> PublicBook | None:
    """The collection of that number, if everyone may see it."""
    rows = Collection.objects.within(community_id).filter(seen_collection(), number=number)
    return next(iter(told(rows.select_related("place"))), None)


def find_project(community_id: int, number: str) -> PublicBook | None:
    """The project of that number, if everyone may see it."""
    rows = Project.objects.within(community_id).filter(seen_project(), number=number)
    found = rows.select_related("place").first()
    if found is None:
        return None
    hard = _hard(community_id, [found.pk]).get(found.pk, ("", None, None))
    return _project(found, _sums(community_id, "project", [found.pk])[found.pk], *hard)


def answering(community_id: int, need: str) -> tuple[str, str, str] | None:
    """The project that answers a public matter: number, name, where it stands. One query."""
    rows = Project.objects.within(community_id).filter(
        seen_project(),
        pk__in=ProjectNeed.objects.within(community_id)
        .filter(PUBLIC_NEED, need__number=need)
        .values("project"),
    )
    found = rows.order_by("-pk").values_list("number", "name", "state").first()
    return (found[0], found[1], project_words(found[2])) if found else None


def account(community_id: int) -> Sums:
    """All of it together, for a line on the front page. Two queries."""
    pots = Pot.objects.within(community_id).filter(seen_book()).order_by()
    kinds = dict(pots.values_list("kind").annotate(Sum("balance_fen")))
    promised = Pledge.objects.within(community_id).filter(PROMISED, seen_book("ask__"))
    return _of_pots(kinds, promised.aggregate(n=Sum("amount_fen"))["n"] or 0)


def _of_pots(kinds: dict[str, int], promised: int, budget: int = 0, givers: int = 0) -> Sums:
    known = summed(kinds, promised)
    return Sums(
        promised=promised,
        raised=known.raised,
        direct=known.direct,
        spent=known.spent,
        left=known.left,
        budget=budget,
        givers=givers,
    )


def _sums(community_id: int, kind: str, keys: list[int]) -> dict[int, Sums]:
    pots: dict[int, dict[str, int]] = {}
    rows = Pot.objects.within(community_id).filter(**{f"{kind}__in": keys})
    for key, pot, balance in rows.values_list(f"{kind}_id", "kind", "balance_fen"):
        pots.setdefault(key, {})[pot] = balance
    promised: dict[int, tuple[int, set[tuple[int | None, int | None]]]] = {}
    pledged = Pledge.objects.within(community_id).filter(PROMISED, **{f"ask__{kind}__in": keys})
    for key, amount, unit, person in pledged.values_list(
        f"ask__{kind}_id", "amount_fen", "partnership_id", "person_id"
    ):
        total, who = promised.get(key, (0, set()))
        promised[key] = (total + amount, who | {(unit, person)})
    budget = _budgets(community_id, keys) if kind == "project" else {}
    return {
        key: _of_pots(
            pots.get(key, {}),
            promised.get(key, (0, set()))[0],
            budget.get(key, 0),
            len(promised.get(key, (0, set()))[1]),
        )
        for key in keys
    }


def _budgets(community_id: int, keys: list[int]) -> dict[int, int]:
    rows = BudgetLine.objects.within(community_id).filter(project__in=keys).order_by()
    return dict(rows.values_list("project_id").annotate(Sum("amount_fen")))


def _hard(community_id: int, keys: list[int]) -> dict[int, tuple[str, date | None, date | None]]:
    """For each project: the hard tags of its public matters, since when the oldest had stood, and
    until when the last of them did (None while one still does)."""
    rows = ProjectNeed.objects.within(community_id).filter(PUBLIC_NEED, project__in=keys)
    found: dict[int, tuple[list[str], date, date | None]] = {}
    for key, tags, reported, finished in rows.order_by("pk").values_list(
        "project_id", "need__tags", "need__reported_at", "need__finished_at"
    ):
        told, since, until = found.get(key, ([], date.max, date.min))
        ends = clock.local(finished).date() if finished else None
        found[key] = (
            [*told, *(t for t in tags.split(",") if t and t not in told)],
            min(since, clock.local(reported).date()),
            max(until, ends) if until is not None and ends is not None else None,
        )
    return {
        key: (_("、").join(str(Tag(t).label) for t in tags if t in Tag.values), since, until)
        for key, (tags, since, until) in found.items()
    }


def _collection(c: Collection, sums: Sums) -> PublicBook:
    words = {
        "open": _("正在收"),
        "closed": _("不再收了，账还在公开"),
        "settled": _("用完了，账公开完了"),
    }
    return PublicBook(
        kind="collection",
        pk=c.pk,
        number=c.number,
        name=c.name,
        about=clean(c.about),
        place=c.place.full_name,
        state=c.state,
        state_words=words[c.state],
        seal=_SEALS[c.state],
        sums=sums,
        purpose=clean(c.purpose),
        basis=str(LegalBasis(c.legal_basis).label),
        holder=c.holder,
        charity=_charity(c),
        since=c.opens,
        until=c.closes,
        resolved=wording.day(c.resolution_on) if c.resolution_on else "",
    )


def _charity(c: Collection) -> str:
    if c.legal_basis != LegalBasis.JOINT:
        return ""
    return _("%(charity)s，公开募捐资格证书 %(certificate)s，备案号 %(filing)s") % {
        "charity": c.charity,
        "certificate": c.charity_certificate,
        "filing": c.filing_no,
    }


def project_words(state: str) -> str:
    """Where a project stands, as a neighbour would say it."""
    return {
        "approved": _("定下来要做"),
        "funding": _("正在筹钱"),
        "building": _("正在做"),
        "accepted": _("做好了，验收过"),
        "handed_over": _("做好了，有人管"),
    }[state]


def _project(
    p: Project, sums: Sums, tags: str, since: date | None, until: date | None
) -> PublicBook:
    return PublicBook(
        kind="project",
        pk=p.pk,
        number=p.number,
        name=p.name,
        about=clean(p.about),
        place=p.place.full_name,
        state=p.state,
        state_words=project_words(p.state),
        seal=_SEALS[p.state],
        sums=sums,
        since=p.resolution_on,
        until=p.handed_on,
        tags=tags,
        stood=wording.stood(since, until or p.handed_on or clock.today()) if since else "",
        resolved=p.resolution,
        contractor=p.contractor,
        keeper=p.keeper,
        handed=wording.day(p.handed_on) if p.handed_on else "",
    )


def in_words(book: PublicBook) -> list[str]:
    """Five sentences that a neighbour would say: why, how much it takes, what came, what went,
    what is left. The same on the page and on the printed board."""
    told = _of_project(book) if book.kind == "project" else _of_collection(book)
    return [sentence for sentence in told if sentence]


def _of_project(book: PublicBook) -> Iterable[str]:
    s = book.sums
    yield _why(book)
    if s.budget and s.promised:
        n = s.givers
        yield ngettext(
            "要花 %(budget)s，%(n)d 家答应一共给 %(promised)s。",
            "要花 %(budget)s，%(n)d 家答应一共给 %(promised)s。",
            n,
        ) % {"budget": spoken(s.budget), "n": n, "promised": spoken(s.promised)}
    elif s.budget:
        yield _("要花 %s。") % spoken(s.budget)
    if s.direct:
        yield _("已经收到 %(raised)s，其中 %(direct)s 是单位直接付给施工的。") % {
            "raised": spoken(s.raised),
            "direct": spoken(s.direct),
        }
    else:
        yield _("已经收到 %s。") % spoken(s.raised) if s.raised else _("钱还没有到。")
    yield _("已经花掉 %s。") % spoken(s.spent) if s.spent else _("还没有花过钱。")
    yield _("现在还剩 %s。") % spoken(s.left) + _still(book)


def _why(book: PublicBook) -> str:
    if not book.stood:
        return book.about
    tags = book.tags or _("老问题")
    words = (
        _("这是大家的%(tags)s，等了%(long)s，办好了。")
        if book.state in ("accepted", "handed_over")
        else _("这是大家的%(tags)s，已经等了%(long)s。")
    )
    return words % {"tags": tags, "long": book.stood}


def _still(book: PublicBook) -> str:
    s = book.sums
    if book.over:
        return _("交给%s管护。") % book.keeper if book.keeper else ""
    if s.missing:
        return _("还缺 %s，等人认捐。") % spoken(s.missing)
    return _("答应了还没到的有 %s。") % spoken(s.to_come) if s.to_come else ""


def _of_collection(book: PublicBook) -> Iterable[str]:
    s = book.sums
    yield _("收来做什么：%s") % _ended(book.purpose or book.about)
    if s.promised:
        yield _("答应要给的一共 %s。") % spoken(s.promised)
    yield (
        _("已经收到 %s，钱和东西都算在里面。") % spoken(s.raised) if s.raised else _("还没有收到。")
    )
    yield _("已经花掉 %s。") % spoken(s.spent) if s.spent else _("还没有花过。")
    yield _("现在还剩 %(left)s，由%(holder)s保管。") % {
        "left": spoken(s.left),
        "holder": book.holder,
    }
    if book.state == "open":
        yield _("给不给、给多少，都随您，不设数额。")


def _ended(text: str) -> str:
    return text if text.endswith(("。", ".")) else text + "。"
