"""Whoever speaks for a unit writes a sum on what it signed for, and lets go of what is to come."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.kit import clock
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_money_instalments import NOW, WAN, Promised, ask_of, started

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_monday() -> Iterator[None]:
    cache.clear()
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def chen(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "陈老板"))


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("协议.pdf", b"%PDF-1.7 agreed", content_type="application/pdf")


def test_a_liaison_signs_writes_a_sum_and_lets_go_of_the_rest(cast: Cast, chen: Client) -> None:
    project = started(cast)
    line = f"/my/sign/JF/{ask_of(project).pk}/"
    page = words(chen.get(line))
    assert "多少都行，不认也行。" in page and "500" not in page and "认几" not in page
    answer = chen.post(line, {"name": str(cast.partnership.pk)}, follow=True)
    pledge = Pledge.objects.within(cast.community.pk).get()
    url = f"/my/pledges/{pledge.pk}/sum/"
    assert url in words(answer)

    good = {"amount": "３0万", "day1": "2019-12-10", "part1": "200000", "day2": "2020-03-01",
            "part2": "10万"}  # fmt: skip
    for over, told in (
        ({"agreement": None}, "先放上认捐协议。"),
        ({"part2": "9万"}, "各笔加起来是 ¥290,000.00，协议上是 ¥300,000.00，对不上。"),
        ({"part2": ""}, "这一期给多少？"),
        ({"day2": ""}, "这一期哪天给？"),
        ({"amount": "-3"}, "金额要大于零"),
        ({"agreement": SimpleUploadedFile("a.gif", b"GIF89a")}, "要一个 PDF，或者一张照片。"),
    ):
        sent = {**good, "agreement": pdf(), **over}
        answer = chen.post(url, {k: v for k, v in sent.items() if v is not None})
        assert answer.status_code == 422 and told in words(answer), told
        assert 'value="2019-12-10"' in words(answer), "what was typed is kept"
    page = words(chen.post(url, {**good, "agreement": pdf()}, follow=True))
    assert "¥300,000.00" in page and page.count("待付") == 2
    assert "交接" not in page and "约个日子" not in page
    assert chen.get(url).status_code == 404, "once"

    rows = Instalment.objects.within(cast.community.pk).order_by("no")
    Promised(cast, project, pledge, list(rows)).receive(0, 5 * WAN)
    page = words(chen.post(f"/my/pledges/{pledge.pk}/release/", follow=True))
    assert "没到的部分放下了" in page and "付了一部分" in page and "不再付了" in page
    assert "逾期" not in page and "欠" not in page
    desk = signed_in(sign_up(cast, "张书记"))
    page = words(desk.get(f"/desk/JF/pledges/{pledge.pk}/"))
    assert "¥50,000.00" in page and "约一班" not in page and "做到了" in page
    page = words(desk.get(f"/desk/JF/people/units/{cast.partnership.pk}/"))
    assert "认捐的款" in page
