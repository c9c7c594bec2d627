"""投诉和建议: kept from whoever it is about, in hand with somebody else, answered by a code."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from linshuo.domain.needs import complaining, complaints
from linshuo.domain.needs.complained import Complaint
from linshuo.domain.needs.public.complaint import track
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Appointment
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import appoint
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.exchange import takeout
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from tests.cast import PASSWORD, Cast, make_cast, sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(cast: Cast, name: str) -> Client:
    client, account = Client(), sign_up(cast, name)
    client.post(reverse("account_login"), {"login": account.username, "password": PASSWORD})
    return client


def readers(cast: Cast, row: Complaint) -> set[str]:
    """Who of the whole cast may read it."""
    found = set()
    for name in cast.persons:
        try:
            complaints.get(cast.actor(name), row.pk)
        except NotYours:
            continue
        found.add(name)
    return found


@pytest.mark.parametrize(
    ("about", "words", "reads", "owner"),
    [
        ("system", "字太小了，看不清", {"张书记", "马监督"}, "张书记"),
        ("staff", "何秘书说来没有来", {"张书记", "马监督"}, "马监督"),
        ("head", "去了三次都没有人", {"马监督"}, "马监督"),
        ("supervisor", "账看也不看就签", {"张书记"}, "张书记"),
        ("staff", "说了也没用，张书记不管", {"马监督"}, "马监督"),
        ("system", "马监督教我按的，按不动", {"张书记"}, "张书记"),
    ],
)
def test_whoever_it_is_about_never_sees_it_and_never_answers(
    cast: Cast, about: str, words: str, reads: set[str], owner: str
) -> None:
    row = complaining.complain(by=cast.house, about=about, words=words)
    assert readers(cast, row) == reads and row.owner.name == owner
    for name in ("张书记", "马监督"):
        listed = [each.pk for each in complaints.listing(cast.actor(name))]
        assert (row.pk in listed) is (name in reads)
        assert complaints.waiting(cast.actor(name)) == len(listed)
        if name not in reads:
            with pytest.raises(NotYours):
                complaining.answer(row, by=cast.actor(name), words="没有的事", outcome="explained")
            with pytest.raises(NotYours):
                complaining.tell(row, by=cast.actor(name), words="在查")
    with pytest.raises(NotYours):
        complaints.get(make_cast("YY", "邻近社区").zhang, row.pk)


def test_where_nobody_could_answer_fairly_it_says_where_to_go(cast: Cast) -> None:
    Appointment.objects.within(cast.community.pk).filter(role="supervisor").update(
        ends=clock.today() - timedelta(days=1)
    )
    with pytest.raises(Refused) as refused:
        complaining.complain(by=cast.house, about="head", words="去了三次都没有人")
    assert refused.value.code == "nobody" and "12345" in str(refused.value.sentence)
    assert not Complaint.objects.within(cast.community.pk).exists()
    for field, given in (("about", {"about": "x"}), ("words", {"words": "不"})):
        with pytest.raises(Refused) as refused:
            complaining.complain(by=cast.house, **{"about": "system", "words": "字太小了", **given})
        assert refused.value.field == field


def test_into_other_hands_and_out_of_sight(cast: Cast) -> None:
    """It turns out to be about the secretary: from then on it is kept from them."""
    row = complaining.complain(by=cast.house, about="staff", words="有人收了礼")
    zhang, ma = cast.person("张书记"), cast.person("马监督")
    for wrong in (zhang.pk, cast.person("李网格").pk):
        with pytest.raises(Refused) as refused:
            complaining.hand_on(row, by=cast.ma, to=wrong, about=zhang)
        assert refused.value.code == "owner"
    assert readers(cast, row) == {"张书记", "马监督"}
    row = complaining.hand_on(row, by=cast.ma, to=ma.pk, about=zhang)
    assert readers(cast, row) == {"马监督"}
    deputy = know_person(name="周副书记", phone="13800009999", by=cast.house)
    appoint(deputy, Role.DEPUTY, place=cast.root, title="副书记", by=cast.house)
    done = complaining.answer(
        complaining.hand_on(row, by=cast.ma, to=deputy.pk),
        by=actor_of(deputy),
        words="查了，退回去了，谈过话。",
        outcome="changed",
    )
    assert complaints.look_of(done, clock.now())[0] == "green"
    with pytest.raises(Refused) as refused:
        complaining.tell(done, by=cast.ma, words="再看看")
    assert refused.value.code == "answered"
    seal_all()
    assert verify(cast.community.pk) == []


def test_what_is_kept_from_somebody_does_not_leave_with_the_community(
    cast: Cast, tmp_path: Path
) -> None:
    complaining.complain(by=cast.house, about="head", words="去了三次都没有人")
    complaining.complain(by=cast.house, about="system", words="字太小了，看不清")
    takeout.write(cast.community, tmp_path / "out", phones=False)
    told = (tmp_path / "out/tables/needs.Complaint.csv").read_text(encoding="utf-8-sig")
    assert "字太小了" in told and "三次都没有人" not in told


def test_the_clock_has_four_colours(cast: Cast) -> None:
    row = complaining.complain(by=cast.house, about="system", words="字太小了，看不清")
    looks = [
        complaints.look_of(row, at)[0]
        for at in (
            row.at,
            row.at + timedelta(days=8),
            row.due_at - timedelta(hours=1),
            row.due_at + timedelta(hours=1),
        )
    ]
    assert looks == ["empty", "yellow", "yellow", "red"]
    row.progress_at = row.due_at - timedelta(days=2)
    assert complaints.look_of(row, row.due_at - timedelta(hours=1))[0] == "blue"


def test_from_the_public_page_to_the_answer(cast: Cast) -> None:
    cache.clear()
    anybody = Client()
    assert "/c/JF/complain/" in anybody.get("/never/?c=JF").content.decode()
    said = {"about": "staff", "words": "何秘书说来没有来", "contact": "13900001111", "draft": "d1"}
    empty = anybody.post("/c/JF/complain/", {**said, "words": "", "draft": "d0"})
    assert empty.status_code == 422 and "13900001111" in empty.content.decode()
    where = anybody.post("/c/JF/complain/", said)["Location"]
    assert anybody.post("/c/JF/complain/", said)["Location"] == where  # pressed twice
    bot = anybody.post("/c/JF/complain/", {**said, "website": "x", "draft": "d2"})
    assert bot["Location"] == "/c/JF/complain/said/"
    row = Complaint.objects.within(cast.community.pk).get()
    assert "13900001111" not in row.contact_enc and row.number.startswith("JF-T-")
    page = anybody.get(where).content.decode()
    assert "收到了" in page and row.number in page and "马监督" not in page
    assert anybody.get("/c/JF/complain/said/?code=ZZZZZZZZZZZZ").status_code == 404
    other = make_cast("YY", "邻近社区")
    assert track(other.community.pk, row.code) is None

    desk = signed_in(cast, "马监督")
    assert row.number in desk.get("/desk/JF/complaints/").content.decode()
    here = f"/desk/JF/complaints/{row.pk}/"
    assert "13900001111" in desk.get(here).content.decode()
    assert desk.post(f"{here}tell/", {"progress": "问过何秘书了"}).status_code == 302
    assert "问过何秘书了" in anybody.get(where).content.decode()
    bad = desk.post(f"{here}answer/", {"outcome": "explained", "answer": "好"})
    assert bad.status_code == 422 and "查到了什么" in bad.content.decode()
    told = {"outcome": "explained", "answer": "那天他在医院，没有说一声，是我们不对。"}
    assert desk.post(f"{here}answer/", told).status_code == 302
    assert "那天他在医院" in anybody.get(where).content.decode()
    assert row.number in desk.get("/desk/JF/complaints/?tab=answered").content.decode()
    assert desk.get(f"{here}answer.pdf").content[:5] == b"%PDF-"

    typist = signed_in(cast, "李网格")
    form = {"via": "word", "about": "head", "words": "书记的门总是关着"}
    told = typist.post("/desk/JF/complaints/new/", form, follow=True).content.decode()
    typed = Complaint.objects.within(cast.community.pk).latest("pk")
    assert typed.number in told and typed.code[:4] in told
    assert typist.get(f"/desk/JF/complaints/{typed.pk}/").status_code == 404
    hand = f"/desk/JF/complaints/{typed.pk}/hand/"
    assert desk.post(hand, {"to": str(cast.person("张书记").pk)}).status_code == 422
