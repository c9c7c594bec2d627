"""The notebook as a page: fifteen seconds, nothing typed is lost, and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linshuo.acts import notebook as acts
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.people.models import Person
from linshuo.kit import clock
from tests.cast import T0, Cast, draft, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(hours=3)
WRITE = "/desk/JF/notebook/write/"
WORDS = "三楼拐角那盏灯又不亮了，晚上倒垃圾都摸着墙走。"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def li(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "李网格"))


def send(client: Client, cast: Cast, url: str = WRITE, *, follow: bool = True, **over: Any) -> Any:
    """What the form on a phone sends when only words were typed."""
    typed = {
        "draft_id": draft(),
        "words": WORDS,
        "place": str(cast.building.pk),
        "source": "visit",
        "urgency": "general",
        "become": "open",
    }
    headers = over.pop("headers", {})
    with clock.standing_at(NOW):
        return client.post(url, {**typed, **over}, follow=follow, headers=headers)


def get(client: Client, url: str) -> Any:
    with clock.standing_at(NOW):
        return client.get(url)


def notes(cast: Cast) -> list[Note]:
    return list(Note.objects.within(cast.community.pk).order_by("pk"))


def write(cast: Cast, by: str = "李网格", **over: Any) -> Note:
    with clock.standing_at(NOW - timedelta(hours=1)):
        written = acts.write_down(
            by=cast.actor(by),
            **{
                "draft_id": draft(),
                "place": cast.building,
                "words": WORDS,
                "source": "visit",
                "at": NOW - timedelta(hours=1),
                **over,
            },
        )
    return written.note


def test_words_and_one_button_are_enough(cast: Cast, li: Client) -> None:
    page = get(li, "/desk/JF/notebook/").content.decode()
    form = page[page.index('<form class="capture') :].partition("</form>")[0]
    sent = dict(re.findall(r'type="radio" name="(\w+)" value="([\w]+)" checked', form))
    assert sent == {
        "place": str(cast.root.pk),
        "source": "visit",
        "urgency": "general",
        "become": "open",
    }
    draft_id = re.search(r'name="draft_id" value="([0-9a-f-]{36})"', form)
    assert draft_id
    answer = send(li, cast, **sent, draft_id=draft_id[1])
    assert answer.redirect_chain == [(f"/desk/JF/notebook/?saved={draft_id[1]}", 302)]
    assert "记下了。" in answer.content.decode()
    assert f'data-saved="{draft_id[1]}"' in answer.content.decode()
    assert [n.words for n in notes(cast)] == [WORDS]


def test_the_last_place_is_chosen_the_next_time(cast: Cast, li: Client) -> None:
    send(li, cast, place=str(cast.other_estate.pk))
    page = get(li, "/desk/JF/notebook/").content.decode()
    assert f'name="place" value="{cast.other_estate.pk}" checked' in page
    assert f'<option value="{cast.other_estate.pk}" selected>嘉福花园</option>' in page


def test_elsewhere_is_chosen_from_the_whole_tree(cast: Cast, li: Client) -> None:
    send(li, cast, place="other", place_other=str(cast.estate.pk))
    assert notes(cast)[0].place == cast.estate
    answer = send(li, cast, place="other", place_other="", follow=False)
    assert answer.status_code == 422
    assert "在别处，是哪里？" in answer.content.decode()


def test_sending_again_is_one_note(cast: Cast, li: Client) -> None:
    one = draft()
    for _ in range(2):
        assert send(li, cast, draft_id=one).status_code == 200
    assert len(notes(cast)) == 1


def test_words_changed_after_the_draft_had_arrived_are_not_lost(cast: Cast, li: Client) -> None:
    one = draft()
    send(li, cast, draft_id=one)
    answer = send(li, cast, draft_id=one, words="后来改过的话。", follow=False)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "先前写的那一条已经收下了。" in page
    assert "后来改过的话。" in page
    fresh = re.search(r'name="draft_id" value="([0-9a-f-]{36})"', page)
    assert fresh
    assert fresh[1] != one
    send(li, cast, draft_id=fresh[1], words="后来改过的话。")
    assert [n.words for n in notes(cast)] == [WORDS, "后来改过的话。"]


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"words": ""}, "写一句人家怎么说的。"),
        ({"words": " \n "}, "写一句人家怎么说的。"),
        ({"words": "字" * 100_000}, "最多 20000 个字，现在 100000 个。"),
        ({"place": ""}, "选一个地方"),
        ({"place": "盐业"}, "重新选一下。"),
        ({"place": "9" * 400}, "重新选一下。"),
        ({"place": "-1"}, "重新选一下。"),
        ({"source": "web"}, "重新选一下。"),
        ({"urgency": "x" * 5000}, "重新选一下。"),
        ({"become": "joined"}, "重新选一下。"),
        ({"become": "settled"}, "请先写明办理结果。"),
        ({"speaker_phone": "13900001111"}, "也写个称呼"),
        ({"speaker_name": "吴阿婆", "speaker_phone": "139"}, "少了 8 位。"),
        ({"speaker_name": "吴" * 5000}, "称呼最多 40 个字。"),
        ({"slip": "NO\0SUCH"}, "没有这个码。"),
    ],
)
def test_what_will_not_do_comes_back_with_everything_typed(
    cast: Cast, li: Client, over: dict[str, str], sentence: str
) -> None:
    people = Person.objects.within(cast.community.pk).count()
    typed = {"words": "窗外的猫叫。", "speaker_name": "林大姐", **over}
    if "speaker_phone" in over:
        typed["speaker_name"] = over.get("speaker_name", "")
    answer = send(li, cast, follow=False, **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert typed["words"].strip()[:50] in page
    assert typed["speaker_name"][:50] in page
    assert notes(cast) == []
    assert Person.objects.within(cast.community.pk).count() == people


@pytest.mark.parametrize("words", ["灯\0坏\x1b了。", "灯坏了\u202e。", "<script>alert(1)</script>"])
def test_odd_characters_are_written_and_shown_as_words(cast: Cast, li: Client, words: str) -> None:
    page = send(li, cast, words=words).content.decode()
    assert len(notes(cast)) == 1
    assert "\0" not in notes(cast)[0].words
    assert "<script>alert" not in page


@pytest.mark.parametrize("draft_id", ["", "x", "\0", "9" * 5000])
def test_a_draft_without_a_proper_id_gets_one(cast: Cast, li: Client, draft_id: str) -> None:
    send(li, cast, draft_id=draft_id)
    assert len(notes(cast)[0].draft_id) == 36


@pytest.mark.parametrize(
    ("at", "hour"),
    [
        ("2019-11-04T02:30:00.000Z", 10),
        ("2019-10-01T02:30:00.000Z", 12),
        ("2019-11-09T02:30:00.000Z", 12),
        ("2019-11-04T02:30:00", 12),
        ("昨天", 12),
        ("0001-01-01T00:00:00+14:00", 12),
        ("9" * 9999, 12),
    ],
)
def test_a_note_from_a_phone_keeps_its_own_time_within_reason(
    cast: Cast, li: Client, at: str, hour: int
) -> None:
    send(li, cast, at=at)
    assert clock.local(notes(cast)[0].at).hour == hour


def test_a_phone_that_sends_what_it_kept_gets_a_short_answer(cast: Cast, li: Client) -> None:
    told = {"accept": "application/json"}
    answer = send(li, cast, headers=told, follow=False)
    assert answer.json() == {"saved": notes(cast)[0].pk}
    refused = send(li, cast, headers=told, follow=False, words="")
    assert refused.status_code == 422
    assert refused.json() == {"refused": ["写一句人家怎么说的。"]}


def test_one_tap_makes_a_matter_of_it(cast: Cast, li: Client) -> None:
    one = write(cast)
    answer = send(li, cast, f"/desk/JF/notes/{one.pk}/become/", become="problem")
    assert answer.redirect_chain == [(f"/desk/JF/notebook/#note-{one.pk}", 302)]
    need = Need.objects.within(cast.community.pk).get()
    assert f'href="/desk/JF/needs/{need.number}/"' in answer.content.decode()


@pytest.mark.parametrize("become", ["", "open", "joined", "x\0", "9" * 9999])
def test_a_tap_that_is_none_says_which_there_are(cast: Cast, li: Client, become: str) -> None:
    one = write(cast)
    answer = send(li, cast, f"/desk/JF/notes/{one.pk}/become/", follow=False, become=become)
    assert answer.status_code == 422
    assert "选一样：" in answer.content.decode()


def test_settled_without_a_result_comes_back_open(cast: Cast, li: Client) -> None:
    one = write(cast)
    url = f"/desk/JF/notes/{one.pk}/become/"
    answer = send(li, cast, url, follow=False, become="settled", result_text="拧")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请先写明办理结果。" in page
    assert ">拧</textarea>" in page
    assert '<details class="opens" open>' in page
    send(li, cast, url, become="settled", result_text="拧紧了。")
    assert Need.objects.within(cast.community.pk).get().state == "done"


def test_a_likely_matter_is_offered_and_joined(cast: Cast, li: Client) -> None:
    with clock.standing_at(T0):
        need = make_need(cast, words="北门早晚占道，救护车进不来。")
    one = write(cast, words="北门早晚占道，救护车怕进不来。")
    page = get(li, "/desk/JF/notebook/").content.decode()
    assert f'name="need" value="{need.number}"' in page
    answer = send(li, cast, f"/desk/JF/notes/{one.pk}/join/", need=need.number)
    assert f"并入 {need.number}" in answer.content.decode()
    need.refresh_from_db()
    assert need.supporters == 1


@pytest.mark.parametrize("number", ["", "JF-2019-9999", "XM-2019-0001", "\0", "9" * 9999])
def test_nothing_is_joined_to_what_is_not_there(cast: Cast, li: Client, number: str) -> None:
    make_need(make_cast("XM", "隔壁社区"))
    one = write(cast)
    answer = send(li, cast, f"/desk/JF/notes/{one.pk}/join/", follow=False, need=number)
    assert answer.status_code == 404
    assert notes(cast)[0].disposition == "open"


def test_the_head_leafs_through_and_may_decide_but_does_not_write_there(cast: Cast) -> None:
    one = write(cast)
    head = signed_in(sign_up(cast, "张书记"))
    shelf = get(head, "/desk/JF/notebook/all/").content.decode()
    url = f"/desk/JF/notebook/{one.author_id}/2019-11-04/"
    assert f'href="{url}"' in shelf
    page = get(head, url).content.decode()
    assert WORDS in page
    assert f'action="/desk/JF/notes/{one.pk}/become/"' in page
    assert f'action="{WRITE}"' not in page
    answer = send(head, cast, f"/desk/JF/notes/{one.pk}/become/", become="noted")
    assert answer.redirect_chain == [(f"{url}#note-{one.pk}", 302)]


def test_a_colleague_opens_nobody_elses_notebook(cast: Cast) -> None:
    one = write(cast)
    he = signed_in(sign_up(cast, "何秘书"))
    day = f"/desk/JF/notebook/{one.author_id}/2019-11-04/"
    for url in (day, f"{day}print/", "/desk/JF/notebook/all/"):
        assert get(he, url).status_code == 404
    for verb in ("become", "join"):
        url = f"/desk/JF/notes/{one.pk}/{verb}/"
        assert send(he, cast, url, follow=False, become="noted").status_code == 404


def test_forged_ids_of_another_community_are_not_there(cast: Cast, li: Client) -> None:
    other = make_cast("XM", "隔壁社区")
    theirs = write(other)
    assert send(li, cast, follow=False, place=str(other.building.pk)).status_code == 404
    url = f"/desk/JF/notes/{theirs.pk}/become/"
    assert send(li, cast, url, follow=False, become="noted").status_code == 404
    day = f"/desk/JF/notebook/{theirs.author_id}/2019-11-04/"
    assert get(signed_in(sign_up(cast, "张书记")), day).status_code == 404
    assert get(li, "/desk/XM/notebook/").status_code == 404


@pytest.mark.parametrize(
    "day",
    ["0000-00-00", "9999999", "2019-02-30", "昨天", "2019-11-05", "0001-01-01", "%00", "1" * 999],
)
def test_a_day_that_is_none_is_not_there(cast: Cast, li: Client, day: str) -> None:
    me = cast.li.person_id
    for url in (f"/desk/JF/notebook/{me}/{day}/", f"/desk/JF/notebook/{me}/{day}/print/"):
        assert get(li, url).status_code == 404
    assert get(li, f"/desk/JF/notebook/{'9' * 30}/2019-11-04/").status_code == 404


def test_what_the_address_says_beside_the_page_does_no_harm(cast: Cast, li: Client) -> None:
    for query in ("saved=%00", "saved=" + "x" * 9999, 'saved="><script>'):
        answer = get(li, f"/desk/JF/notebook/?{query}")
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode()


def test_the_page_on_paper_has_rules_to_write_on_and_no_phone(cast: Cast, li: Client) -> None:
    write(cast, speaker_name="吴阿婆", speaker_phone="13900001111")
    me = cast.li.person_id
    page = get(li, f"/desk/JF/notebook/{me}/2019-11-04/print/").content.decode()
    assert "吴**" in page
    assert "吴阿婆" not in page
    assert "13900001111" not in page
    assert "□ 转问题" in page


def test_what_a_phone_keeps_says_nothing_of_anybody(cast: Cast, li: Client) -> None:
    write(cast, speaker_name="吴阿婆")
    shell = get(li, "/desk/JF/notebook/offline/")
    assert shell["X-Linshuo-Shell"] == "1"
    page = shell.content.decode()
    assert "盐业小区" in page
    for private in (WORDS, "吴", "李网格"):
        assert private not in page
    worker = get(li, "/desk/JF/notebook/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert 'const SHELL = "/desk/JF/notebook/offline/";' in worker.content.decode()


def test_the_page_costs_the_same_for_one_note_and_for_many(cast: Cast, li: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert get(li, "/desk/JF/notebook/").status_code == 200
        return len(caught)

    for n in range(3):
        write(cast, words=f"第 {n} 件，说给网格听。", become="open")
    write(cast, become="problem")
    few = cost()
    for n in range(30):
        write(cast, words=f"还有第 {n} 件要记。", become=("problem", "open", "noted")[n % 3])
    assert cost() <= few
