"""What is held on one person as one file, and everything a community has with a manifest."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from linshuo.config import cli
from linshuo.domain.people.actions import reveal
from linshuo.domain.people.queries import actor_of
from linshuo.domain.trail.models import Event
from linshuo.exchange import own_data, takeout, takeout_jobs
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need, sign_up
from tests.signing import signed_in
from tests.test_erasure import NAME, PHONE, a_full_life

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday(settings: Any, tmp_path: Path) -> Any:
    settings.DATA = tmp_path
    with clock.standing_at(T0 + timedelta(days=1)):
        yield


def test_ones_own_data_is_whole_readable_and_ones_own_alone(cast: Cast) -> None:
    person = a_full_life(cast)
    reveal(person, by=cast.li, reason="约时间")
    with pytest.raises(NotYours):
        own_data.export(person, by=cast.zhang)
    with zipfile.ZipFile(io.BytesIO(own_data.export(person, by=actor_of(person)))) as packed:
        told = json.loads(packed.read("data.json"))
        page = packed.read("index.html").decode()
        photos = [n for n in packed.namelist() if n.startswith("files/")]
    held = told["held"]
    assert held["称呼和电话"][0]["phone"] == PHONE and len(held["认的"]) == 6
    assert held["给的钱"][0]["amount"] == "¥123.00" and held["报到"][0]["guardian"] == "欧阳父亲"
    assert [look[1:] for look in told["who_looked"]] == [["李网格", "约时间"]]
    assert NAME in page and "约时间" in page and photos == [f"files/{_photo(held)}"]
    assert "_hmac" not in json.dumps(told) and "王阿姨" not in json.dumps(told, ensure_ascii=False)
    assert dict(own_data.counted(person))["认的"] == 6


def _photo(held: dict[str, Any]) -> str:
    from linshuo.domain.needs.models import Need

    need = Need.objects.everywhere().get(number=held["说过的事"][0]["number"])
    return f"{need.photo_id}.jpeg"


def test_a_community_goes_out_whole_and_its_manifest_adds_up(cast: Cast, tmp_path: Path) -> None:
    stranger = make_cast("XX", "外社区")
    a_full_life(cast)
    make_need(cast, words="=1+1", requester=None)
    make_need(stranger, words="别家的事")
    to = tmp_path / "out"
    told = takeout.write(cast.community, to, phones=False)
    assert json.loads((to / "manifest.json").read_text("utf-8")) == told
    on_disk = {p.relative_to(to).as_posix() for p in to.rglob("*") if p.is_file()}
    assert on_disk - {"manifest.json"} == set(told["sha256"])
    for name, sha in told["sha256"].items():
        assert hashlib.sha256((to / name).read_bytes()).hexdigest() == sha
    rows = list(csv.DictReader(io.StringIO((to / "tables/needs.Need.csv").read_text("utf-8-sig"))))
    assert len(rows) == told["rows"]["needs.Need"] and "'=1+1" in {r["words"] for r in rows}
    sheet = load_workbook(to / "all.xlsx")["needs.Need"]
    assert sheet.max_row == len(rows) + 1
    whole = b"".join((to / name).read_bytes() for name in on_disk if name.startswith("tables"))
    assert "别家的事".encode() not in whole and NAME.encode() in whole
    persons = (to / "tables/people.Person.csv").read_text("utf-8-sig")
    assert PHONE not in persons and "hmac" not in persons and "gAAAA" not in persons
    with pytest.raises(Refused):
        takeout.write(cast.community, to, phones=True)

    assert cli.main(["takeout", "JF", "--to", str(tmp_path / "two"), "--phones"]) == 0
    assert PHONE in (tmp_path / "two/tables/people.Person.csv").read_text("utf-8-sig")
    logged = Event.objects.of(cast.zhang).get(verb="community:take-out")
    assert logged.detail["phones"] is True


def test_the_head_asks_the_worker_writes_and_a_week_later_it_is_gone(cast: Cast) -> None:
    with pytest.raises(NotYours):
        takeout_jobs.begin(cast.he, phones=False, why="看看")
    with pytest.raises(Refused) as refused:
        takeout_jobs.begin(cast.zhang, phones=False, why=" ")
    assert refused.value.field == "why"
    takeout_jobs.begin(cast.zhang, phones=True, why="换系统")
    found = takeout_jobs.standing(cast.community.pk)
    assert found is not None and found.state == "done" and not found.under_way
    path = takeout_jobs.package(cast.community.pk)
    assert (path.stat().st_size, takeout.sha256_of(path)) == (found.size, found.sha256)
    with zipfile.ZipFile(path) as packed:
        assert "JF/manifest.json" in packed.namelist()
    assert takeout_jobs.tick() == 0
    with clock.standing_at(T0 + timedelta(days=9)):
        assert takeout_jobs.tick() == 1
    assert not path.exists() and takeout_jobs.standing(cast.community.pk) is None


def test_the_pages(cast: Cast) -> None:
    client = signed_in(sign_up(cast, "王阿姨"))
    mine = reverse("mine:data")
    pk = cast.person("王阿姨").pk
    assert "我的资料" in client.get(mine).content.decode()
    answer = client.post(reverse("mine:data-file"), {"person": pk})
    assert answer["Content-Type"] == "application/zip"
    assert client.post(reverse("mine:data-file"), {"person": pk + 1}).status_code == 404
    assert client.post(mine, {"person": pk, "do": "ask"}).status_code == 422
    client.post(mine, {"person": pk, "do": "ask", "sure": "on"})
    assert "2019年11月12日 执行" in client.get(mine).content.decode()
    client.post(mine, {"person": pk, "do": "take-back"})
    assert "执行" not in client.get(mine).content.decode()

    head = signed_in(sign_up(cast, "张书记"), second=True)
    erase = reverse("desk:person-erase", args=["JF", pk])
    assert head.post(erase, {"do": "ask"}).status_code == 422
    head.post(erase, {"do": "ask", "words": "当面说的"})
    assert "当面说的" in head.get(erase).content.decode()
    assert head.post(erase, {"do": "now"}).status_code == 302
    assert head.get(erase).status_code == 404
    assert client.get(mine).status_code == 302  # the account is gone

    page = reverse("desk:takeout", args=["JF"])
    assert head.post(page, {"why": ""}).status_code == 422
    head.post(page, {"why": "换系统"})
    assert "下载" in head.get(page).content.decode()
    assert head.get(reverse("desk:takeout-progress", args=["JF"])).status_code == 200
    answer = head.get(reverse("desk:takeout-file", args=["JF"]))
    assert b"".join(answer.streaming_content)[:2] == b"PK"
