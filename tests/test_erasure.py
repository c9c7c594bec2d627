"""Somebody asks to be deleted: nothing of theirs is found afterwards, and everything still counts
(scenario 9)."""

from __future__ import annotations

import functools
import io
import json
import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, models

from linshuo.acts import checking_in, erasing
from linshuo.acts.notebook import write_down
from linshuo.acts.personal import TEXTS
from linshuo.acts.redacting import Needles
from linshuo.acts.signing import sign
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.papers.actions import keep_file, uploads
from linshuo.domain.papers.models import File
from linshuo.domain.people.actions import choose_telling, know_person
from linshuo.domain.people.models import Account, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.subscribing import open_link
from linshuo.domain.terms import engine
from linshuo.domain.terms.models import Entry
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import redacted, verify
from linshuo.insight.behind import behind
from linshuo.insight.figures import FIGURES
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from linshuo.notices.drain import drain
from tests.books import a_collection, booked
from tests.cast import T0, Cast, draft, make_cast, make_need, sign_up
from tests.test_board import make_ask, open_need

pytestmark = pytest.mark.django_db
NAME, PHONE, EMAIL = "欧阳志愿", "13912345678", "ouyang@example.com"
SOON = T0 + timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday() -> Any:
    with clock.standing_at(SOON):
        yield


VOUCHER_PAPER = b"%PDF-1.4 " + NAME.encode()
"""A paper of the books: kept for its term, whoever it names."""


@functools.cache  # the file says when it was made
def sheet_of(name: str, phone: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_row(0, 0, [name, phone])
    return out.getvalue()


def a_full_life(cast: Cast) -> Person:
    """A member with six pledges, who said things, gave money, and is named in others' words."""
    row = checking_in.check_in(
        by=cast.zhang, via="desk", name=NAME, phone=PHONE, consents=["contact", "words_public"],
        skills=["electric"], note=f"{NAME}周末有空", place=cast.estate, receipt=True,
        guardian="欧阳父亲",
    )  # fmt: skip
    person = cast.persons[NAME] = row.person
    sign_up(cast, NAME, username="ouyang1")
    choose_telling(person, by=cast.zhang, way="email", email=EMAIL)
    person.refresh_from_db()
    open_link(person, by=actor_of(person))
    need = open_need(cast)
    for n in range(6):
        sign(make_ask(cast, need=need, text=f"第{n}样").pk, by=cast.zhang, person=person)
    photo = keep_file(b"jpeg", kind="photo", mime="image/jpeg", name=f"{NAME}.jpg", by=cast.li)
    theirs = make_need(cast, requester=person, words=f"{NAME}家漏水，打{PHONE[:3]}-1234-5678。")
    Need.objects.of(cast.li).filter(pk=theirs.pk).update(photo=photo)
    theirs.refresh_from_db()
    record("need:photo", row=theirs, by=cast.li, detail={"why": f"{NAME}拍的"})
    write_down(
        by=cast.li, place=cast.building, words=f"碰到{NAME}，电话{PHONE}，说路灯的事。",
        source="visit", urgency="general", draft_id=draft(),
    )  # fmt: skip
    booked(cast, a_collection(cast), "gift", 12_300, giver=person, giver_name="", text=f"{NAME}捐")
    for name, content in (
        ("花名册.xlsx", sheet_of(NAME, PHONE)),
        ("别人.xlsx", sheet_of("甲", "乙")),
    ):
        keep_file(content, kind="import", mime="application/octet-stream", name=name, by=cast.li)
    keep_file(VOUCHER_PAPER, kind="paper", mime="application/pdf", name="收据.pdf", by=cast.li)
    session = SessionStore()
    session["_auth_user_id"] = str(person.account_id)
    session.save()
    drain()
    seal_all()
    return person


def dump() -> str:
    """Every cell of every table; what JSON escapes is spelled out."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [
                    bytes(c).decode("utf-8", "replace")
                    if isinstance(c, (bytes, memoryview))
                    else str(c)
                    for c in row
                ]
    text = "\n".join(found)
    return text.replace(json.dumps(NAME)[1:-1], NAME)


def counted(cast: Cast, as_of: datetime) -> dict[str, int]:
    """The figures of that moment that a member is counted in."""
    keys = ("checkins.members", "pledges.accepted")
    return {key: FIGURES[key].read(cast.community.pk, as_of).value for key in keys}


def times(where: str) -> int:
    return sum(where.count(each) for each in (NAME, PHONE, "139-1234-5678", EMAIL, "·欧阳"))


def test_every_text_column_of_the_house_is_spoken_of() -> None:
    kinds = (
        models.CharField,
        models.TextField,
        models.JSONField,
        models.BinaryField,
        models.FileField,
    )
    for model in apps.get_models():
        held = {f.name for f in model._meta.concrete_fields if isinstance(f, kinds)}
        fixed = {f.name for f in model._meta.concrete_fields if getattr(f, "choices", None)}
        texts = TEXTS.get(model._meta.label)
        assert texts is not None, f"{model._meta.label}: say what it can tell of a person"
        said = texts.columns()
        assert held - fixed == said, f"{model._meta.label}: {sorted((held - fixed) ^ said)}"
    assert set(TEXTS) == {m._meta.label for m in apps.get_models()}


def test_nothing_is_found_afterwards_and_everything_still_counts(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    person = a_full_life(cast)
    account = person.account_id
    before = clock.now()
    members = counted(cast, before)
    assert times(dump()) > 10 and members["checkins.members"] == 1
    assert verify() == []

    with clock.standing_at(SOON + timedelta(hours=1)):
        erasing.ask(person, by=actor_of(person))
    with clock.standing_at(SOON + timedelta(days=6)):
        assert erasing.tick() == 0
    with clock.standing_at(SOON + timedelta(days=8)):
        with django_capture_on_commit_callbacks(execute=True):
            assert erasing.tick() == 1
        assert erasing.tick() == 0
        drain()
        seal_all()
        engine.merge()

        assert times(dump()) == 0
        if connection.vendor == "sqlite":
            assert _in_the_file() == 0
        on_disk = b"".join(f.read_bytes() for f in uploads().rglob("*") if f.is_file())
        assert b"jpeg" not in on_disk and sheet_of("甲", "乙") in on_disk
        assert sheet_of(NAME, PHONE) not in on_disk and VOUCHER_PAPER in on_disk

        assert verify() == [] and redacted() > 20
        assert engine.agrees()
        assert counted(cast, before) == members
        assert counted(cast, clock.now())["checkins.members"] == members["checkins.members"]
        rows = behind(cast.zhang, "checkins.members", clock.now()).rows
        assert [(row.title, row.now) for row in rows] == [("已删除的人", "结束了：本人要求删除")]
        pledges = Pledge.objects.of(cast.zhang).filter(person=person)
        assert [p.state for p in pledges] == ["ended"] * 6
        assert not Account.objects.filter(pk=account).exists() and not Session.objects.exists()
        person.refresh_from_db()
        assert (person.name, person.phone, person.account_id) == ("已删除的人", "", None)
        assert "某某" in Note.objects.of(cast.li).get().words
        assert Entry.objects.within(cast.community.pk).filter(terms__contains="路灯").exists()


def _in_the_file() -> int:
    """How often they stand in the bytes of the database, written anew as the clock does."""
    raw: sqlite3.Connection = connection.connection
    copy = sqlite3.connect(":memory:")
    held = bytearray(raw.serialize())
    held[18:20] = b"\x01\x01"  # a copy in memory has no write-ahead log
    copy.deserialize(bytes(held))
    copy.execute("VACUUM")
    return times(copy.serialize().decode("utf-8", "replace"))


def test_who_may_ask_and_what_must_be_done_first(cast: Cast) -> None:
    wang = cast.person("王阿姨")
    with pytest.raises(NotYours):
        erasing.ask(wang, by=cast.li, words="电话里说的")
    with pytest.raises(Refused) as refused:
        erasing.ask(wang, by=cast.zhang)
    assert refused.value.field == "words"
    with pytest.raises(Refused, match="职务"):
        erasing.ask(cast.person("孙出纳"), by=cast.sun)
    with pytest.raises(Refused) as refused:
        erasing.erase(wang, by=cast.zhang)
    assert refused.value.code == "not-asked"

    asked = erasing.ask(wang, by=cast.wang)
    assert erasing.ask(wang, by=cast.zhang, words="又说了一次") == asked
    erasing.take_back(wang, by=cast.wang)
    assert erasing.pending(wang) is None
    with clock.standing_at(SOON + timedelta(days=30)):
        assert erasing.tick() == 0
    erasing.ask(wang, by=cast.zhang, words="到办公室来当面说的")
    with pytest.raises(NotYours):
        erasing.erase(wang, by=cast.wang)
    assert erasing.erase(wang, by=cast.zhang).events > 0
    with pytest.raises(NotYours):
        erasing.ask(wang, by=cast.zhang, words="再来")
    assert verify() == []


def test_a_name_that_somebody_else_has_too_stays_in_words(cast: Cast) -> None:
    twin = know_person(name="王阿姨", phone="13711112222", by=cast.house)
    need = make_need(cast, requester=None, words="王阿姨说灯不亮，打13711112222。")
    erasing.ask(twin, by=cast.zhang, words="当面")
    erasing.erase(twin, by=cast.zhang)
    need.refresh_from_db()
    assert need.words == "王阿姨说灯不亮，打某某。"
    assert Needles("李", "", "").out_of("李子树") == "李子树"
    assert Event.objects.of(cast.zhang).filter(verb="need:redact", row_id=need.pk).count() == 1
    assert File.objects.of(cast.zhang).count() == 0
