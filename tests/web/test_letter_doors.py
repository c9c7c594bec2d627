"""Letters by way of the pages: a member looks and answers, the desk types in and sends, the liaison
reads and prints."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from linshuo.acts import checking_in
from linshuo.domain.service.models import ServiceRecord
from linshuo.insight.letters import draft_quarter
from linshuo.insight.models import Missive, MissivePart
from linshuo.kit import clock
from tests import test_doors as doors
from tests.cast import PASSWORD, PIN, T0, make_cast, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.page]
LATER = clock.at_local(2020, 1, 6, 9)


def as_(cast: doors.Cast, name: str, username: str) -> Client:
    sign_up(cast, name, username=username)
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    client.post("/my/unlock/", {"pin": PIN})
    return client


def test_a_letter_goes_from_the_desk_by_its_members_to_the_unit() -> None:
    with clock.standing_at(T0 + timedelta(days=1)):
        house = doors.open_house(make_cast())
        cast = house.cast
        for name in ("赵在职", "王阿姨"):
            row = checking_in.check_in(
                by=cast.zhang, via="desk", person=cast.person(name), name=name,
                unit_text=str(cast.partnership), consents=["contact", "share_unit"],
            )  # fmt: skip
            checking_in.accept(row, by=cast.zhang)
        doors.record_of(house)
        assert ServiceRecord.objects.of(cast.house).count() == 1
    with clock.standing_at(LATER):
        draft_quarter(date(2019, 10, 1), by=cast.zhang)
        part = MissivePart.objects.of(cast.house).get()
        zhao, head = as_(cast, "赵在职", "zhao1"), as_(cast, "张书记", "zhang1")
        chen, wang = as_(cast, "陈老板", "chen1"), as_(cast, "王阿姨", "wang1")
        assert "看写我的几行" in zhao.get("/my/letters/").content.decode()
        where = f"/my/letters/parts/{part.pk}/"
        shown = zhao.get(where).content.decode()
        assert "一个字不多" in shown and "赵在职" in shown
        stale = zhao.post(f"{where}say/", {"said": "yes", "seen": "0", "words": "下回还来"})
        assert stale.status_code == 422 and "再看一眼" in stale.content.decode()
        assert "下回还来" in stale.content.decode()
        for client in (chen, wang):
            assert client.get(where).status_code == 404
        desk = f"/desk/JF/letters/{part.missive_id}/"
        held = head.get(desk).content.decode()
        assert "来过多久没有写" in held and "还有 1 位没答" in held
        early = head.post(f"{desk}send/", {"how": "hand"})
        assert early.status_code == 422 and "都答了，随时可以寄" in early.content.decode()
        seen = shown.split('name="seen" value="')[1].split('"')[0]
        said = zhao.post(f"{where}say/", {"said": "yes", "seen": seen, "words": "下回还来"})
        assert said.status_code == 302
        unread = f"/my/letters/{part.missive_id}/"
        assert chen.get(unread).status_code == 404  # not before it is sent
        assert head.post(f"{desk}send/", {"how": "hand"}).status_code == 302
        for client, status in ((chen, 200), (zhao, 200), (wang, 404), (head, 404)):
            assert client.get(unread).status_code == status
        letter = chen.get(unread).content.decode()
        assert "赵在职" in letter and "下回还来" in letter and "2 小时" in letter
        assert unread in chen.get(f"/my/units/{cast.partnership.pk}/letters/").content.decode()
        assert chen.get(f"/my/letters/{part.missive_id}.pdf").content[:5] == b"%PDF-"
        assert zhao.get(where).status_code == 404
        assert head.post(f"{desk}drop/").status_code == 302
        assert Missive.objects.of(cast.house).get().dropped_at is None
