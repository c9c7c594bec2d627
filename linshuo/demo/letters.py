"""The letters of the demo: the third quarter's, looked at by members and handed to some units; the
fourth's, drafted, with a part that waits; and one word of thanks. Not one line of them is typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from linshuo.demo import people
from linshuo.demo.stories import Telling
from linshuo.demo.world import World
from linshuo.domain.people.actions import give_consent
from linshuo.domain.people.models import Person, Purpose
from linshuo.domain.people.queries import actor_of
from linshuo.insight import letters
from linshuo.insight.letter_own import own_part
from linshuo.insight.letter_thanks import to_thank
from linshuo.insight.models import Missive, MissivePart
from linshuo.kit import clock

THIRD, FOURTH = date(2019, 7, 1), date(2019, 10, 1)
DRAFTED = clock.at_local(2019, 10, 9, 9, 20)
LOOKED = clock.at_local(2019, 10, 11, 19, 40)
CALLED = clock.at_local(2019, 10, 14, 15, 10)
SENT = clock.at_local(2019, 10, 18, 10, 30)
THANKED = clock.at_local(2019, 11, 27, 9, 50)
AGAIN = clock.at_local(2019, 11, 28, 16, 40)
HANDED = 12
"""How many units have had theirs; the others' wait for a press."""
SAID: tuple[tuple[str, str], ...] = (
    ("yes", "下回缺人手，提前两天说一声就行。"),
    ("yes", ""),
    ("no", ""),
    ("yes", "老人家比我们想的会用手机。"),
    ("yes", ""),
)
"""What members said who looked by themselves, one after the other."""


def write_all(world: World) -> Iterator[Telling]:
    """Two stories: the quarters' letters, and thanks."""
    yield _quarters(world)
    yield _thanks(world)


def _parts(world: World, since: date) -> list[MissivePart]:
    rows = MissivePart.objects.within(world.community.pk).filter(missive__since=since)
    return list(rows.select_related("person", "missive").order_by("pk"))


def _looks(part: MissivePart, said: str, words: str) -> None:
    actor, preview = own_part([actor_of(part.person)], part.pk)
    letters.answer(preview.part, by=actor, said=said, seen=preview.seen, words=words)


def _quarters(world: World) -> Telling:
    yield DRAFTED
    letters.draft_quarter(THIRD, by=world.head)
    yield LOOKED
    parts = _parts(world, THIRD)
    for part, (said, words) in zip(parts, SAID, strict=False):
        _looks(part, said, words)
    yield CALLED
    for part in parts[len(SAID) : len(SAID) + 1]:
        letters.answer(part, by=world.head, said="no", how="phone")
    yield SENT
    rows = Missive.objects.within(world.community.pk).filter(since=THIRD, kind="quarter")
    whole = rows.select_related("partnership__organisation").order_by("pk")
    first = sorted(whole, key=lambda letter: str(letter.partnership) != people.PARTNERS[0])
    for letter in first[:HANDED]:
        letters.send(letter, how="hand", by=world.head)
    yield AGAIN
    zhao = _zhao(world)
    give_consent(zhao, Purpose.SHARE_UNIT, by=actor_of(zhao))
    letters.draft_quarter(FOURTH, by=world.head)
    for part in [p for p in _parts(world, FOURTH) if p.person_id != zhao.pk][:2]:
        _looks(part, "yes", "")


def _thanks(world: World) -> Telling:
    yield THANKED
    kept = to_thank(world.head, "pledge").filter(person__isnull=False).order_by("-ended_at", "-pk")
    mine = kept.filter(person=_zhao(world)).first() or kept[0]
    letter = letters.thank("pledge", mine.pk, by=world.head)
    words = "邻居们都看在眼里，社区谢谢您。"
    letters.send(letters.write_opening(letter, words, by=world.head), how="page", by=world.head)


def _zhao(world: World) -> Person:
    return Person.objects.within(world.community.pk).get(name=people.MEMBERS[0])
