"""One need's page: what else is likely the same matter, and the address for whoever asked."""

from __future__ import annotations

import pytest
from django.test import Client

from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.web.qr import qr_svg
from tests.cast import Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_the_same_matter_is_shown_and_the_same_trouble_of_another_estate_is_less_alike(
    cast: Cast,
) -> None:
    need = make_need(cast, words="楼道的灯坏了，老人晚上不敢下楼。")
    again = make_need(cast, words="三栋楼道灯坏了好久，晚上看不见。")
    far = make_need(cast, words="三栋楼道灯坏了好久，晚上看不见。", place=cast.other_estate)
    page = signed_in(sign_up(cast, "张书记")).get(f"/desk/JF/needs/{need.number}/")
    scores = {s.number: s.score for s in page.context["alike"]}
    assert again.number in scores
    assert scores.get(far.number, 0) < scores[again.number]
    assert need.number not in scores
    assert again.number in page.content.decode().split("像是一件事")[1]


def test_the_link_for_whoever_asked_opens_and_its_giver_stands_in_the_matters_life(
    cast: Cast,
) -> None:
    need = make_need(cast)
    client = signed_in(sign_up(cast, "李网格"))
    url = f"/desk/JF/needs/{need.number}/"
    before = client.get(url)
    assert before.context["link"] == "" and "给说的人一条链接" in before.content.decode()
    given = client.post(f"{url}link/")
    link = given.context["link"]
    assert link.startswith("http://testserver/c/JF/say/")
    assert f'<l-copy text="{link}"' in given.content.decode()
    assert qr_svg(link) in given.content.decode()
    told = Client().get(link)
    assert told.status_code == 200 and need.number in told.content.decode()
    moments = {m.title: m.by for m in client.get(url).context["moments"]}
    assert moments["给了说的人一条链接"] == "李网格"
    assert link not in client.get(url).content.decode()
    assert verify() == []


def test_a_supervisor_reads_the_matter_and_takes_out_no_link(cast: Cast) -> None:
    need = make_need(cast)
    watching = signed_in(sign_up(cast, "马监督"))
    page = watching.get(f"/desk/JF/needs/{need.number}/")
    assert page.status_code == 200 and "给说的人一条链接" not in page.content.decode()
    assert watching.post(f"/desk/JF/needs/{need.number}/link/").status_code == 404
    assert not Event.objects.within(cast.community.pk).filter(verb="need:link").exists()
