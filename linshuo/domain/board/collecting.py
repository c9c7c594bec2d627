"""Writes about collections 募集: on which law one stands, what it has to show before it opens, what
it may not do, and its end. Money itself is the next room's.

Four things allow a community to take money, and each forbids something: among its own members
(慈善法 §122) never in public; by the residents' decision (居委会组织法 §16) with the resolution on
file; with a qualified charity (慈善法 §22, §24, §26) into that charity's account; from units by
written agreement (慈善法 §39), from units alone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_keep
from linshuo.domain.board.actions import put_up, take_down
from linshuo.domain.board.lifecycle import (
    COLLECTION,
    DISCLOSE_MONTHS,
    DRAFT_DAYS,
    FINAL_MONTHS,
    CollectionFacts,
)
from linshuo.domain.board.models import Ask, AskKind, Collection, LegalBasis
from linshuo.domain.needs.checks import one_of, ours, short
from linshuo.domain.needs.due import end_of
from linshuo.domain.needs.intake import prefix_of
from linshuo.domain.needs.models import Need
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.places.models import Place
from linshuo.domain.trail.actions import next_number, record
from linshuo.domain.trail.moves import happened, move
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.calendar import months_later
from linshuo.kit.moves import Move
from linshuo.kit.quotas import quota_in
from linshuo.kit.refused import NotYours, Refused

IN_PUBLIC = frozenset({LegalBasis.RESIDENTS, LegalBasis.JOINT, LegalBasis.AGREEMENT})
"""Bases whose collections have a page for everyone; among one's own there is none."""
FIXED = (
    *("name", "purpose", "legal_basis", "holder", "charity", "charity_certificate", "filing_no"),
    *("agreement", "resolution_file", "resolution_on", "opens", "need", "place"),
)
"""What stays as it is once people have given on the strength of it."""


def no_quota(text: str, field: str) -> str:
    """The text, if it sets no sum for one giver. Raises `Refused("quota")` (慈善法 §32)."""
    found = quota_in(text)
    if found:
        told = _("捐多少由各人自愿，不写“%s”这样的数（慈善法第三十二条，不得摊派）。")
        raise Refused("quota", told % found, field)
    return text


def must_keep(by: Actor, collection: Collection) -> None:
    """Raises `NotYours` unless the actor keeps collections here."""
    if collection.community_id != by.community_id or not may_keep(by, collection):
        raise NotYours("collection:keep", _("没有这个募集。"))


def lock_collection(collection: Collection, by: Actor) -> Collection:
    """The row as it is now, held until the transaction ends; for whoever keeps collections."""
    row = (
        Collection.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("place", "owner", "community")
        .filter(pk=collection.pk)
        .first()
    )
    if row is None:
        raise NotYours("collection", _("没有这个募集。"))
    must_keep(by, row)
    return row


def _checked(by: Actor, at: datetime, **told: Any) -> dict[str, Any]:
    """What is said of a collection, cleaned: as a draft it may still lack much."""
    ours(by, *(told[name] for name in ("place", "need", "owner", "agreement", "resolution_file")))
    if told["legal_basis"]:
        one_of(LegalBasis, told["legal_basis"], "legal_basis")
    clean = {
        name: no_quota(" ".join(short(told[name], most, name).split()), name)
        for name, most in (
            *(("name", 40), ("about", 200), ("purpose", 200), ("holder", 60), ("charity", 60)),
            *(("charity_certificate", 40), ("filing_no", 40)),
        )
    }
    for name, words in (("name", _("叫什么？写一句。")), ("purpose", _("钱用来做什么，要写明。"))):
        if len(clean[name]) < 2:
            raise Refused(name, words, name)
    if told["legal_basis"] == LegalBasis.JOINT:
        clean["holder"] = clean["holder"] or clean["charity"]
    holder = clean["holder"]
    if holder and Person.objects.of(by).filter(name=holder).exists():
        raise Refused("holder-person", _("钱不放在谁个人名下，写单位的账户。"), "holder")
    day = clock.local(at).date()
    resolved, opens, closes = told["resolution_on"], told["opens"], told["closes"]
    if resolved is not None and resolved > day:
        raise Refused("resolution-future", _("这次会还没开。"), "resolution_on")
    if resolved is not None and opens is not None and opens < resolved:
        raise Refused("opens", _("先有决议，再开始募集。"), "opens")
    if opens is not None and closes is not None and closes < opens:
        raise Refused("closes", _("结束的日子早于开始的日子。"), "closes")
    return {**told, **clean}


@transaction.atomic
def draft(
    *,
    by: Actor,
    name: str,
    purpose: str,
    place: Place,
    legal_basis: str = "",
    about: str = "",
    holder: str = "",
    charity: str = "",
    charity_certificate: str = "",
    filing_no: str = "",
    agreement: File | None = None,
    resolution_file: File | None = None,
    resolution_on: date | None = None,
    need: Need | None = None,
    owner: Person | None = None,
    opens: date | None = None,
    closes: date | None = None,
    at: datetime | None = None,
) -> Collection:
    """Write a collection down before it opens. Much may still be missing: `missing` says what.

    Raises `Refused` with the field that will not do, `NotYours` for whoever keeps none.
    """
    moment = happened(at)
    said = _checked(
        by,
        moment,
        name=name,
        purpose=purpose,
        place=place,
        legal_basis=legal_basis,
        about=about,
        holder=holder,
        charity=charity,
        charity_certificate=charity_certificate,
        filing_no=filing_no,
        agreement=agreement,
        resolution_file=resolution_file,
        resolution_on=resolution_on,
        need=need,
        owner=owner,
        opens=opens,
        closes=closes,
    )
    row = Collection(community_id=by.community_id, state=COLLECTION.draft.name, **said)
    must_keep(by, row)
    today = clock.local(moment).date()
    serial = next_number(by.community_id, f"collection:{today.year}")
    row.number = f"{prefix_of(by.community_id)}-C-{today.year}-{serial:02d}"
    row.due_at = end_of(today + timedelta(days=DRAFT_DAYS))
    row.due_for = COLLECTION.draft.due_for
    row.save(force_insert=True)
    record("collection:draft", row=row, by=by, at=moment)
    return row


@transaction.atomic
def change(
    collection: Collection, *, by: Actor, at: datetime | None = None, **told: Any
) -> Collection:
    """Change what is said of a collection. Once it is open only the words about it, its last day
    and who is in charge: people gave on the strength of the rest. Raises `Refused`."""
    row = lock_collection(collection, by)
    moment = happened(at)
    if row.state not in ("draft", "open"):
        raise Refused("ended", _("这个募集已经停了，不再改。"))
    before = {name: getattr(row, name) for name in (*FIXED, "about", "owner", "closes")}
    said = _checked(by, moment, **{**before, **told})
    changed = [name for name, value in said.items() if value != before[name]]
    if row.state != "draft" and (fixed := [name for name in changed if name in FIXED]):
        told_why = _("已经有人照着这个捐了，开始以后不改。要改用途，得一位一位问过捐的人。")
        raise Refused("fixed", told_why, fixed[0])
    if changed:
        for name in changed:
            setattr(row, name, said[name])
        row.save(update_fields=changed)
        record("collection:change", row=row, by=by, at=moment, detail={"changed": changed})
    return row


def look(row: Collection, **known: Any) -> CollectionFacts:
    """The facts the guards judge: the row's own, and what of the money the caller knows."""
    facts: dict[str, Any] = {
        "legal_basis": row.legal_basis,
        "holder": row.holder,
        "charity": row.charity,
        "charity_certificate": row.charity_certificate,
        "filing_no": row.filing_no,
        "has_agreement": row.agreement_id is not None,
        "has_resolution": row.resolution_on is not None and row.resolution_file_id is not None,
    }
    return CollectionFacts(**{**facts, **known})


def missing(collection: Collection) -> list[Refused]:
    """Everything a draft still lacks before it may open, each as a sentence with its field."""
    facts = look(collection)
    found: list[Refused] = []
    for guard in COLLECTION.open_.guards:
        try:
            guard(facts)
        except Refused as refused:
            found.append(refused)
    if facts.legal_basis == LegalBasis.JOINT:
        found += _of_a_campaign(collection)
    elif facts.charity or facts.charity_certificate or facts.filing_no:
        told = _("写了慈善组织，依据就选“与慈善组织合作公募”；不是的话，把这几项清空。")
        found.append(Refused("charity-other", told, "legal_basis"))
    return found


def _of_a_campaign(row: Collection) -> list[Refused]:
    """The money goes into the charity's account (慈善法 §26); the plan that was filed names who is
    in charge and how long it lasts (慈善法 §24)."""
    found = []
    if row.charity and row.holder != row.charity:
        told = _("合作公募的钱进慈善组织的账户（慈善法第二十六条），保管人就是%s。")
        found.append(Refused("holder-charity", told % row.charity, "holder"))
    if row.owner_id is None:
        told = _("募捐方案里要有负责人（慈善法第二十四条），写上是谁。")
        found.append(Refused("owner", told, "owner"))
    if row.closes is None:
        told = _("募捐方案里要有起止时间（慈善法第二十四条），写上收到哪一天。")
        found.append(Refused("closes", told, "closes"))
    return found


def _go(
    row: Collection,
    step: Move[CollectionFacts],
    *,
    by: Actor,
    at: datetime,
    due: date | None,
    changes: dict[str, Any] | None = None,
    **known: Any,
) -> Collection:
    changes = {"due_at": end_of(due) if due is not None else None, **(changes or {})}
    return move(row, step, by=by, at=at, look=lambda c: look(c, **known), changes=changes)


@transaction.atomic
def open_up(
    collection: Collection, *, by: Actor, text: str = "", hint: str = "", at: datetime | None = None
) -> Collection:
    """开始募集, and hang its line on the board; who may read the line follows from the basis.

    Raises `Refused` for the first thing that is missing.
    """
    row = lock_collection(collection, by)
    moment = happened(at)
    day = clock.local(moment).date()
    if row.opens is not None and row.opens > day:
        raise Refused("early", _("还没到开始的那一天。"), "opens")
    if row.closes is not None and row.closes < day:
        raise Refused("closes", _("结束的日子已经过了，先改一个。"), "closes")
    if row.state == "draft" and (lacks := missing(row)):
        raise lacks[0]
    opened = _go(
        row,
        COLLECTION.open_,
        by=by,
        at=moment,
        due=months_later(day, DISCLOSE_MONTHS),
        changes={"opens": row.opens or day},
    )
    if row.state == "draft":
        line = no_quota(text or row.name, "text")
        put_up(
            opened, by=by, kind=AskKind.DONATE, text=line, hint=no_quota(hint, "hint"), at=moment
        )
    return opened


@transaction.atomic
def disclosed(collection: Collection, *, by: Actor, at: datetime | None = None) -> Collection:
    """按期公开: what came in and went out was told; the next time is in three months."""
    row = lock_collection(collection, by)
    moment = happened(at)
    due = months_later(clock.local(moment).date(), DISCLOSE_MONTHS)
    return _go(row, COLLECTION.disclose, by=by, at=moment, due=due)


@transaction.atomic
def close(
    collection: Collection,
    *,
    by: Actor,
    boxes_open: int = 0,
    waiting: int = 0,
    at: datetime | None = None,
) -> Collection:
    """停止募集: nothing more is given; its line comes down. What became of it all is due in three
    months (慈善法 §79). How many boxes still stand and how much waits is `acts.collecting`'s to
    know. Raises `Refused`."""
    row = lock_collection(collection, by)
    moment = happened(at)
    day = clock.local(moment).date()
    closed = _go(
        row,
        COLLECTION.close,
        by=by,
        at=moment,
        due=months_later(day, FINAL_MONTHS),
        changes={"closes": day},
        boxes_open=boxes_open,
        waiting=waiting,
    )
    for ask in Ask.objects.of(by).filter(collection=closed, closed_at__isnull=True):
        take_down(ask, by=by, at=moment)
    return closed


@transaction.atomic
def settle(
    collection: Collection,
    *,
    by: Actor,
    left_fen: int,
    waiting: int,
    final_said: bool,
    at: datetime | None = None,
) -> Collection:
    """结清: everything is told, and what is left has its use. Raises `Refused`."""
    row = lock_collection(collection, by)
    return _go(
        row,
        COLLECTION.settle,
        by=by,
        at=happened(at),
        due=None,
        left_fen=left_fen,
        waiting=waiting,
        final_said=final_said,
    )


@transaction.atomic
def drop(
    collection: Collection, *, by: Actor, received: bool = False, at: datetime | None = None
) -> Collection:
    """不办了: a draft that nobody has given to. Raises `Refused`."""
    row = lock_collection(collection, by)
    return _go(row, COLLECTION.drop, by=by, at=happened(at), due=None, received=received)


@transaction.atomic
def repurpose(
    collection: Collection, *, by: Actor, purpose: str, at: datetime | None = None
) -> Collection:
    """Another purpose, agreed to by those who gave: only `funds.purposes` knows whether they did,
    and it alone calls this."""
    row = lock_collection(collection, by)
    row.purpose = no_quota(short(purpose, 200, "purpose"), "purpose")
    row.save(update_fields=["purpose"])
    record("collection:repurpose", row=row, by=by, at=happened(at))
    return row


def may_give(collection: Collection, *, unit: bool, in_public: bool = False) -> None:
    """Raises `Refused` for what the legal basis forbids: somebody who may not give here, or asking
    in public for what is raised among one's own."""
    if collection.state != "open":
        raise Refused("not-open", _("这个募集没有在收，钱物都不能再记进来。"))
    if collection.legal_basis == LegalBasis.AGREEMENT and not unit:
        raise Refused(
            "units-only", _("单位认捐协议只收签了协议的单位的，个人的请捐到别处。"), "unit"
        )
    if in_public and collection.legal_basis != LegalBasis.JOINT:
        raise Refused(
            "public-place",
            _(
                "在公共场所设募捐箱是公开募捐，只有与慈善组织合作公募的可以（慈善法第二十三条、第二十六条）。"
            ),
            "where",
        )
