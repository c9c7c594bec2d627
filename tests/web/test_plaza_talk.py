"""Strangers on the square: the board, speaking, tracking, joining in, and the last word."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.waiting import Incoming
from linshuo.domain.papers.actions import issue, path_of
from linshuo.domain.papers.models import File, PaperKind
from linshuo.kit import clock
from linshuo.web import limits
from linshuo.web.links import link_for
from tests.cast import T0, Cast, draft, make_cast, make_need
from tests.test_board import open_need

pytestmark = pytest.mark.django_db

PHONE = "13800137777"
SAID = f"三栋的灯坏了，打 {PHONE} 找我。"


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0 + timedelta(days=1)):
        yield made


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def words_of(**over: Any) -> dict[str, Any]:
    return {"draft": draft(), "words": "路灯不亮。", "urgency": "general", "place": "", **over}


def speak(client: Client, **over: Any) -> Any:
    return client.post("/c/JF/speak/", words_of(**over))


def kept(cast: Cast) -> Incoming:
    return Incoming.objects.within(cast.community.pk).get()


# --- the board ---------------------------------------------------------------------------------


def test_a_line_with_its_masked_names_and_its_units_in_full(cast: Cast) -> None:
    need = open_need(cast)
    line = put_up(need, by=cast.zhang, kind="claim", text="会电工的", slots=3, skill="electric")
    sign(line.pk, by=cast.zhao)
    sign(line.pk, by=cast.chen, partnership=cast.partnership)
    for url in ("/c/JF/", "/c/JF/board/", f"/c/JF/needs/{need.number}/"):
        page = text(Client().get(url))
        assert "会电工的" in page and "赵**" in page and "共建单位甲" in page, url
        assert "还差 1 位" in page and "等您签名" in page and "赵在职" not in page
    taken = text(Client().get("/c/JF/figures/taken/"))
    assert "赵**" in taken and ">2<" in taken


def test_filters_narrow_and_count(cast: Cast) -> None:
    need = open_need(cast)
    put_up(need, by=cast.zhang, kind="claim", text="会电工的", skill="electric")
    put_up(need, by=cast.zhang, kind="donate", text="灯泡十个")
    page = text(Client().get("/c/JF/board/?kind=donate"))
    assert "灯泡十个" in page and "会电工的" not in page
    assert "会电工的" in text(Client().get(f"/c/JF/board/?place={cast.estate.pk}&skill=electric"))
    elsewhere = text(Client().get(f"/c/JF/board/?place={cast.other_estate.pk}"))
    assert "会电工的" not in elsewhere and "这样的现在没有" in elsewhere
    assert "会电工的" in text(Client().get("/c/JF/board/?kind=nonsense&after=x&skill=y"))


def test_a_private_matters_lines_are_nowhere(cast: Cast) -> None:
    put_up(open_need(cast, "staff"), by=cast.zhang, kind="claim", text="谁也别看见")
    for url in ("/c/JF/", "/c/JF/board/", "/c/JF/wall/", "/c/JF/figures/taken/"):
        assert "谁也别看见" not in text(Client().get(url)), url
    assert 'class="count">1<' not in text(Client().get("/c/JF/board/"))


def test_the_timeline_says_that_someone_signed_and_not_who(cast: Cast) -> None:
    need = open_need(cast)
    sign(put_up(need, by=cast.zhang, kind="claim", text="换灯的").pk, by=cast.zhao)
    page = text(Client().get(f"/c/JF/needs/{need.number}/"))
    timeline = page[page.index("从听到到回访") :]
    assert "有人认了：换灯的" in timeline and "赵**" not in timeline


# --- speaking ----------------------------------------------------------------------------------


def test_danger_comes_before_any_form(cast: Cast) -> None:
    page = text(Client().get("/c/JF/speak/"))
    assert "<form" not in page
    for number in ("110", "119", "120", "05925550100"):
        assert f"tel:{number}" in page
    assert "<textarea" in text(Client().get("/c/JF/speak/?go=1"))


def test_said_kept_and_answered_with_a_code_and_a_date(cast: Cast) -> None:
    answer = speak(Client(), words=SAID, place=str(cast.estate.pk), phone=PHONE, name="林大姐")
    page = text(Client().get(answer["Location"]))
    row = kept(cast)
    assert "收到了" in page and row.code[:4] in page and row.code[4:] in page
    assert "明天上午九点前" in page or "明天" in page
    assert row.place_id == cast.estate.pk and row.phone == PHONE and not row.suspect


def test_a_phone_in_raw_words_is_on_no_public_page(cast: Cast) -> None:
    speak(Client(), words=SAID)
    code = kept(cast).code
    need = actions.accept(
        make_need(cast, words=SAID), by=cast.zhang, category=cast.category(),
        owner=cast.person("李网格"), visibility="public", public_title="灯", public_text="灯不亮。",
    )  # fmt: skip
    for url in (
        "/", "/c/JF/", "/c/JF/board/", "/c/JF/wall/", f"/c/JF/needs/{need.number}/",
        f"/c/JF/track/?number={need.number}", f"/c/JF/track/?code={code}",
        "/c/JF/figures/heard/", link_for(need), f"/c/JF/needs/{need.number}/too/",
    ):  # fmt: skip
        assert PHONE not in text(Client().get(url)), url


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"words": ""}, "写一句，什么事"),
        ({"words": "灯" * 100_000}, "最多 20000 个字"),
        ({"phone": "1380013"}, "少了"),
        ({"slip": "ABCD2345"}, "没有这个码"),
        ({"place": "999999"}, "重新选一下"),
        ({"photo": SimpleUploadedFile("a.zip", b"PK\x03\x04")}, "不是照片"),
    ],
)
def test_each_refusal_is_a_sentence_and_keeps_what_was_typed(
    cast: Cast, over: dict[str, Any], sentence: str
) -> None:
    page = text(speak(Client(), **{"name": "林大姐", **over}), status=422)
    assert sentence in page and 'value="林大姐"' in page
    assert over.get("words", "路灯不亮。") in page
    assert not Incoming.objects.within(cast.community.pk).exists()


def test_a_resend_is_one_and_a_machine_is_kept_apart(cast: Cast) -> None:
    same = draft()
    first, again = speak(Client(), draft=same), speak(Client(), draft=same)
    assert first.status_code == again.status_code == 302
    assert not kept(cast).suspect
    text(speak(Client(), website="x"), status=302)
    assert Incoming.objects.within(cast.community.pk).filter(suspect=True).count() == 1


def test_past_the_limit_it_is_still_kept_and_says_the_same(cast: Cast) -> None:
    for _n in range(limits.SPOKEN.size + 2):
        page = text(Client().get(speak(Client())["Location"]))
        assert "收到了" in page
    rows = Incoming.objects.within(cast.community.pk)
    assert rows.count() == limits.SPOKEN.size + 2 and rows.filter(suspect=True).exists()


def test_a_photo_is_kept_bare_private_and_through_a_refusal(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "CameraOfWang"
    Image.new("RGB", (30, 20)).save(out, "JPEG", exif=exif.tobytes())
    photo = SimpleUploadedFile("door-302.jpg", out.getvalue(), "image/jpeg")
    page = text(speak(Client(), phone="138", photo=photo), status=422)
    token = re.search(r'name="kept" value="([^"]+)"', page)
    assert token is not None
    text(speak(Client(), kept=token.group(1)), status=302)
    file = File.objects.within(cast.community.pk).get()
    assert kept(cast).photo_id == file.pk and file.private
    assert b"CameraOfWang" not in path_of(cast.community.pk, file.sha256).read_bytes()


def visible_fields(page: str) -> set[str]:
    """The names of what can be filled in on this screen."""
    form = page[
        page.index('<form class="form"') : page.index("</form>", page.index('class="form"'))
    ]
    named = re.findall(r"<(?:input|textarea|select)[^>]*>", form)
    shown = [tag for tag in named if 'type="hidden"' not in tag and 'name="website"' not in tag]
    return {name for tag in shown for name in re.findall(r' name="(\w+)"', tag)}


def test_the_elder_view_asks_one_thing_a_screen_and_forgets_nothing(cast: Cast) -> None:
    client = Client()
    client.get("/c/JF/speak/?view=elder")
    page = text(client.get("/c/JF/speak/?go=1"))
    assert "第 1 问，共 6 问" in page and "0592-5550100" in page
    answers = {
        "words": "路灯不亮。", "urgency": "utility", "place": str(cast.estate.pk),
        "phone": "13800138000", "name": "林大姐", "for_neighbour": "on",
    }  # fmt: skip
    asked: list[set[str]] = [visible_fields(page)]
    said = {"draft": draft(), "go": "next"}
    for step in ("words", "urgency", "place", "phone", "name"):
        said |= {name: answers[name] for name in asked[-1]}
        page = text(client.post("/c/JF/speak/", {**said, "step": step}))
        for name in said.keys() - {"draft", "go"}:
            assert f'name="{name}" value="{said[name]}"' in page, name
        asked.append(visible_fields(page))
    assert asked == [
        {"words"}, {"urgency"}, {"place"}, {"phone"}, {"name", "for_neighbour"}, {"photo", "slip"},
    ]  # fmt: skip
    back = text(client.post("/c/JF/speak/", {**said, "step": "urgency", "go": "back"}))
    assert "路灯不亮。</textarea>" in back.replace("\n", "")
    done = client.post("/c/JF/speak/", {**said, "step": "more"})
    assert done.status_code == 302
    row = kept(cast)
    assert (row.words, row.urgency, row.phone) == ("路灯不亮。", "utility", "13800138000")
    assert "写一句" in text(client.post("/c/JF/speak/", {**said, "words": ""}), status=422)


# --- tracking ----------------------------------------------------------------------------------


def by_slip(cast: Cast) -> tuple[str, Need]:
    slip = issue(PaperKind.SLIP, 1, by=cast.zhang)[0]
    answer = speak(Client(), slip=slip.code, words=SAID)
    need = Need.objects.within(cast.community.pk).get()
    assert need.short_number in text(Client().get(answer["Location"]))
    return slip.code, need


def test_a_slips_code_opens_the_details_and_is_kept_nowhere(cast: Cast) -> None:
    code, need = by_slip(cast)
    answer = Client().post("/c/JF/track/", {"code": f"{code[:4]}-{code[4:].lower()}"})
    page = text(answer)
    assert f">{need.short_number}<" in page and "no-store" in answer["Cache-Control"]
    slip = Client().get(f"/s/?code={code}")
    assert slip["Location"] == f"/c/JF/track/?code={code}"


def test_a_code_can_be_typed_where_the_qr_code_leads(cast: Cast) -> None:
    code, _need = by_slip(cast)
    client = Client()
    asked = client.get("/s/")
    assert asked.status_code == 200 and 'name="code"' in text(asked)
    wrong = client.get("/s/?code=ABCD-2345")
    page = wrong.content.decode()
    assert wrong.status_code == 404 and 'value="ABCD-2345"' in page and "没有查到" in page
    for _n in range(limits.SLIP_CODES.size * 2):
        client.get("/s/")
    assert client.get(f"/s/?code={code.lower()}")["Location"].endswith(f"?code={code}")
    for _n in range(limits.SLIP_CODES.size):
        client.get("/s/?code=ABCD2345")
    assert client.get(f"/s/?code={code}").status_code == 404


def test_wrong_codes_get_one_answer_and_run_out(cast: Cast) -> None:
    code, need = by_slip(cast)
    unused = issue(PaperKind.SLIP, 1, by=cast.zhang)[0].code
    bare = re.compile(r'value="[A-Za-z0-9]{64}"')
    wrong = {
        bare.sub("", text(Client().post("/c/JF/track/", {"code": c})))
        for c in (unused, "ABCD2345", "XXXX9999")
    }
    assert len(wrong) == 1 and "没有查到" in wrong.pop()
    for _n in range(limits.SLIP_CODES.size):
        Client().post("/c/JF/track/", {"code": "ABCD2345"})
    page = text(Client().post("/c/JF/track/", {"code": code}))
    assert need.number not in page and "没有查到" in page


def test_a_receipts_code_says_when_and_later_why_not(cast: Cast) -> None:
    from linshuo.domain.needs.doorway import turn_away

    speak(Client())
    code = kept(cast).code
    assert "社区给您回话" in text(Client().get(f"/c/JF/track/?code={code}"))
    turn_away(kept(cast), by=cast.zhang, reason="这是广告。")
    assert "这是广告。" in text(Client().get(f"/c/JF/track/?code={code}"))


# --- the last word -----------------------------------------------------------------------------


def test_yes_is_what_it_is_closed_on_and_the_link_opened_twice_says_so(cast: Cast) -> None:
    need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯。")
    url = link_for(need)
    assert "换了灯。" in text(Client().get(url))
    page = text(Client().post(url, {"settled": "yes", "result": "5", "attitude": "4"}))
    assert "您说好了" in page
    assert "现在不用答了" in text(Client().post(url, {"settled": "yes"}), status=409)
    assert "等另一位同事核对销号" in text(Client().get(url))
    need = actions.confirm(need, by=cast.he)
    assert need.state == "closed" and need.due_at is not None, "the follow-up is still to come"
    with clock.standing_at(clock.now() + timedelta(days=31)):
        assert "还好着吗" in text(Client().get(url))


def test_no_needs_a_word_and_sends_it_back(cast: Cast) -> None:
    need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯。")
    url = link_for(need)
    assert "哪里没好" in text(Client().post(url, {"settled": "no"}), status=422)
    assert "退回重办" in text(Client().post(url, {"settled": "no", "words": "还是不亮"}))
    need.refresh_from_db()
    assert need.state == "open"


def test_a_link_of_another_making_is_not_there(cast: Cast) -> None:
    make_cast("YY", "邻近社区")
    url = link_for(actions.settle(make_need(cast), by=cast.li, result_text="换了灯。"))
    assert Client().get(url.replace("/c/JF/", "/c/YY/")).status_code == 404
    assert Client().get(url[:-3] + "xx/").status_code == 404


# --- me too ------------------------------------------------------------------------------------


def test_me_too_counts_a_browser_once_and_a_telephone_once(cast: Cast) -> None:
    need = open_need(cast)
    url, browser = f"/c/JF/needs/{need.number}/too/", Client()
    assert "往前排" in text(browser.post(url))
    assert "算一次" in text(browser.post(url))
    assert "往前排" in text(Client().post(url, {"phone": PHONE}))
    assert "算一次" in text(Client().post(url, {"phone": PHONE}))
    assert "少了" in text(Client().post(url, {"phone": "138"}), status=422)
    need.refresh_from_db()
    assert need.supporters == 2
    assert Client().get(f"/c/JF/needs/{open_need(cast, 'staff').number}/too/").status_code == 404


# --- kept pages --------------------------------------------------------------------------------


@pytest.fixture
def pages(settings: Any) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "pages": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": draft(),
        },
    }


@pytest.mark.parametrize("url", ["/c/JF/", "/c/JF/board/", "/c/JF/wall/", "/"])
def test_a_hot_page_costs_two_queries_and_changes_when_something_happens(
    cast: Cast, pages: None, url: str, django_assert_max_num_queries: Any
) -> None:
    need = open_need(cast)
    put_up(need, by=cast.zhang, kind="claim", text="会电工的")
    first = Client().get(url)
    with django_assert_max_num_queries(2):
        again = Client().get(url)
    assert again.content == first.content and again["ETag"] == first["ETag"]
    with django_assert_max_num_queries(2):
        assert Client().get(url, headers={"if-none-match": first["ETag"]}).status_code == 304
    put_up(need, by=cast.zhang, kind="donate", text="新添的一行")
    assert Client().get(url, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_views_and_languages_are_kept_apart(cast: Cast, pages: None) -> None:
    elder = Client()
    elder.get("/c/JF/?view=elder")
    plain, large = text(Client().get("/c/JF/")), text(elder.get("/c/JF/"))
    assert 'data-view="elder"' in large and 'data-view="elder"' not in plain
    assert "csrfmiddlewaretoken" not in plain
