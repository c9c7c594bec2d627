"""共建单位: a unit checks in, is confirmed, changes what was agreed, and leaves."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from linshuo.acts import partnering
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.people.models import Appointment, Partnership, Person
from linshuo.domain.people.partners import confirm_partner, end_partner
from linshuo.domain.people.queries import actor_of, partner_named, partnerships
from linshuo.domain.people.staffing import add_partner
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_board import open_need
from tests.test_checking_in import come

pytestmark = pytest.mark.django_db
UNITS = "/desk/JF/people/units/"
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0 + timedelta(days=30)):
        yield made


@pytest.fixture
def zhang(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "张书记"))


def text(answer: Any, status: int = 200) -> str:
    said = unescape(answer.content.decode())
    assert answer.status_code == status, said[:2000]
    return said


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


def joined(cast: Cast, name: str = "水文局") -> Partnership:
    rows = Partnership.objects.within(cast.community.pk)
    return rows.select_related("organisation", "agreement").get(organisation__name=name)


def test_a_unit_checks_in_with_everything_in_one_go(cast: Cast, zhang: Client) -> None:
    sent = SimpleUploadedFile("协议.pdf", PDF, content_type="text/html")
    answer = zhang.post(
        f"{UNITS}add/",
        {"name": "水文局", "since": "2019-11-20", "until": "2021-11-19", "wishes": "借一间活动室",
         "agreement": sent, "liaison_name": "陈工", "liaison_phone": "13900002222"},
    )  # fmt: skip
    row = joined(cast)
    assert answer["Location"] == f"{UNITS}{row.pk}/"
    assert (row.since, row.until, row.wishes) == (
        date(2019, 11, 20), date(2021, 11, 19), "借一间活动室",
    )  # fmt: skip
    come(cast, unit_text="水文局")
    page = text(zhang.get(f"{UNITS}{row.pk}/"))
    for part in ("陈工", "2019年11月20日起，到2021年11月19日", "借一间活动室", "看协议"):
        assert part in page, part
    kept = zhang.get(f"{UNITS}{row.pk}/agreement/")
    assert b"".join(kept.streaming_content) == PDF
    assert kept["Content-Type"] == "application/pdf"
    assert kept["Content-Disposition"].startswith("attachment")
    assert verify() == []


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"until": "2019-01-01"}, "结束的日子早于开始的日子"),
        ({"agreement": b"<html>"}, "一个 PDF，或者一张照片"),
        ({"liaison_name": "陈工", "liaison_phone": "12"}, "电话"),
        ({"liaison_phone": "13900002222"}, "这是谁的电话？"),
        ({"wishes": "长" * 201}, "最多 200 个字"),
        ({"name": ""}, "单位叫什么名字？"),
    ],
)
def test_nothing_is_left_half_added(
    cast: Cast, zhang: Client, over: dict[str, Any], sentence: str
) -> None:
    if isinstance(over.get("agreement"), bytes):
        over = {"agreement": SimpleUploadedFile("x.pdf", over["agreement"])}
    assert sentence in text(zhang.post(f"{UNITS}add/", {"name": "水文局", **over}), 422)
    assert (
        not Partnership.objects.within(cast.community.pk).exclude(pk=cast.partnership.pk).exists()
    )
    assert not Person.objects.within(cast.community.pk).filter(name="陈工").exists()


def test_a_photo_of_the_agreement_is_drawn_anew_and_shown(cast: Cast, zhang: Client) -> None:
    row = partnering.join_up(by=cast.zhang, name="水文局", agreement=(photo(), "协议.png"))
    shown = zhang.get(f"{UNITS}{row.pk}/agreement/")
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    assert shown["Content-Type"] == "image/jpeg" and shown["Content-Disposition"] == "inline"
    li = signed_in(sign_up(cast, "李网格"))
    assert li.get(f"{UNITS}{row.pk}/agreement/").status_code == 404
    assert "看协议" not in text(li.get(f"{UNITS}{row.pk}/"))


def test_a_unit_off_a_sheet_is_asked_and_confirmed_or_let_go(cast: Cast, zhang: Client) -> None:
    yes = add_partner(name="水文局", by=cast.house, confirmed=False)
    no = add_partner(name="看错的局", by=cast.house, confirmed=False)
    assert "还没问过的" in text(zhang.get(UNITS))
    zhang.post(f"{UNITS}{yes.pk}/confirm/")
    zhang.post(f"{UNITS}{no.pk}/end/")
    assert not joined(cast).unconfirmed
    page = text(zhang.get(UNITS))
    assert "还没问过的" not in page and "不再共建的" in page
    again = confirm_partner(yes, by=cast.zhang)
    assert again.pk == yes.pk and verify() == []
    with pytest.raises(NotYours):
        confirm_partner(yes, by=cast.li)
    with pytest.raises(NotYours):
        confirm_partner(yes, by=make_cast("YY", "邻近社区").zhang)


def test_when_a_unit_leaves_its_places_go_to_whoever_waits(cast: Cast, zhang: Client) -> None:
    line = put_up(open_need(cast), by=cast.li, kind="claim", text="出一位电工", slots=1)
    unit = cast.partnership
    held = sign(line.pk, by=cast.chen, partnership=unit)
    queued = sign(line.pk, by=cast.zhao)
    with clock.standing_at(clock.now() + timedelta(days=2)):
        with pytest.raises(Refused) as refused:
            end_partner(unit, by=cast.zhang, until=clock.today() + timedelta(days=1))
        assert refused.value.field == "until"
        partnering.part(unit, by=cast.zhang)
        assert Role.LIAISON not in actor_of(cast.person("陈老板")).roles
        assert unit.pk not in {each.pk for each in partnerships(cast.zhang)}
        assert partner_named(cast.community.pk, unit.organisation.name) is None
        states = {p.pk: p.state for p in Pledge.objects.within(cast.community.pk)}
        assert states == {held.pk: "ended", queued.pk: "asked"}
        back = partnering.join_up(by=cast.zhang, name=unit.organisation.name)
        assert (back.pk, back.until, back.since) == (unit.pk, None, clock.today())
    assert verify() == []


def test_whoever_may_not_appoint_adds_a_unit_without_a_liaison(cast: Cast) -> None:
    he = signed_in(sign_up(cast, "何秘书"))
    assert "liaison_name" not in text(he.get(f"{UNITS}add/"))
    he.post(f"{UNITS}add/", {"name": "水文局", "liaison_name": "陈工"})
    row = joined(cast)
    assert not Appointment.objects.within(cast.community.pk).filter(partnership=row).exists()
    assert he.post(f"{UNITS}{row.pk}/liaison/", {"name": "陈工"}).status_code == 404
    he.post(f"{UNITS}{row.pk}/settle/", {"since": "2019-11-01", "wishes": "一块场地"})
    assert joined(cast).wishes == "一块场地"
    assert he.post(f"{UNITS}{row.pk}/fly/").status_code == 404
