"""The square: what stands on each page, for whom, in which view, and what never does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Category, Need
from linshuo.domain.places.actions import change_community
from linshuo.domain.places.public import standing
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.web.plaza.never import NEVER
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db

SECRET = "住三栋的王阿姨说她一个人怕黑"


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0):
        change_community(
            made.community, by=made.zhang, emergency_phone="110", address="居民之家一楼"
        )
        yield made


@pytest.fixture
def need(cast: Cast) -> Need:
    category = Category.objects.within(cast.community.pk).get(code="light")
    return actions.accept(
        make_need(cast, words=SECRET), by=cast.he, category=category,
        owner=cast.person("李网格"), visibility="public", public_title="楼道灯不亮",
        public_text="三单元楼道的灯不亮，等人来修。",
    )  # fmt: skip


def text(path: str, client: Client | None = None, status: int = 200) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_with_one_community_the_first_page_is_its_own(cast: Cast, need: Need) -> None:
    page = text("/")
    assert "您说的，我们有听。" in page and "嘉福社区" in page
    assert page.index("110") < page.index("tel:05925550100"), "in danger, that number first"
    assert "楼道灯不亮" in page and f"/c/JF/needs/{need.number}/" in page
    assert "居民之家一楼" in page and "8:00–22:00" in page


def test_with_several_one_chooses_and_with_none_it_says_how_to_begin(cast: Cast) -> None:
    make_cast("YY", "邻近社区")
    page = text("/")
    assert "/c/JF/" in page and "/c/YY/" in page and "邻近社区" in page
    assert "邻近社区" not in text("/c/JF/")


def test_before_there_is_any_community() -> None:
    page = text("/")
    assert "这里还没有社区" in page and "linshuo demo" in page and "/desk/open/" in page


def test_nothing_of_a_person_stands_on_any_page(cast: Cast, need: Need) -> None:
    hidden = make_need(cast, words="谁也别告诉，我家漏水了。")
    for path in (
        "/", "/c/JF/", "/never/", f"/c/JF/needs/{need.number}/", "/c/JF/figures/heard/",
        f"/c/JF/track/?number={need.number}", f"/c/JF/track/?number={hidden.number}",
    ):  # fmt: skip
        page = text(path)
        for word in (SECRET, "王阿姨", "王**", "李网格", "何秘书", "3 栋", "漏水", "13800131234"):
            assert word not in page, (path, word)


def test_track_answers_alike_for_what_is_hidden_and_what_never_was(cast: Cast, need: Need) -> None:
    hidden = make_need(cast)
    answers = []
    for number in (hidden.number, "JF-2019-9999"):
        page = text(f"/c/JF/track/?number={number}")
        page = re.sub(r'(?<=csrfmiddlewaretoken" value=")\w+', "", page)
        answers.append(page.replace(number, "…"))
    assert answers[0] == answers[1]
    assert "没有公开的内容" in answers[0]
    assert "楼道灯不亮" in text(f"/c/JF/track/?number={need.short_number}")
    assert "没有公开的内容" not in text("/c/JF/track/"), "nothing was asked yet"


def test_a_hidden_matters_page_is_the_404_of_one_that_never_was(cast: Cast) -> None:
    hidden = make_need(cast)
    there = text(f"/c/JF/needs/{hidden.number}/", status=404)
    nowhere = text("/c/JF/needs/JF-2019-9999/", status=404)
    assert there == nowhere
    text(f"/c/JF/needs/{hidden.short_number}/", status=404)


@pytest.mark.parametrize(
    "typed", ["", "x" * 5000, "%00", "'; DROP TABLE", "２０１９", "<script>", "٤٢", "-1", "1_1"]
)
def test_whatever_is_typed_is_answered(cast: Cast, typed: str) -> None:
    client = Client()
    for url in ("/c/JF/track/", "/c/JF/figures/heard/", "/", "/never/"):
        data = {"number": typed, "after": typed, "c": typed}
        answer = client.get(url, data)
        assert answer.status_code == 200, (url, typed)
        assert "<script>" not in answer.content.decode().replace("<script ", "")


def test_a_figure_opens_with_what_it_counts_and_only_public_rows(cast: Cast, need: Need) -> None:
    make_need(cast)
    page = text("/c/JF/figures/heard/")
    assert "数的是" in page and "只数已经公开的" in page
    assert page.count('class="board__item"') == 1
    for key in ("open", "done", "closed", "lately"):
        text(f"/c/JF/figures/{key}/")
    text("/c/JF/figures/needs.heard/", status=404)


def test_the_elder_view_and_the_language_are_remembered_without_a_session(cast: Cast) -> None:
    client = Client()
    assert 'data-view="elder"' not in text("/c/JF/", client)
    answer = client.get("/c/JF/track/?number=0042&view=elder")
    assert (answer.status_code, answer["Location"]) == (302, "/c/JF/track/?number=0042")
    page = text("/c/JF/", client)
    assert 'data-view="elder"' in page and "view=plain" in page
    client.get("/c/JF/?view=plain")
    assert 'data-view="elder"' not in text("/c/JF/", client)
    client.get("/c/JF/?lang=en")
    assert '<html lang="en' in text("/c/JF/", client)
    client.get("/c/JF/?lang=xx&view=%3Cb%3E")
    assert set(client.cookies) <= {"linshuo_view", "linshuo_language"}, "no session was begun"


def test_looking_again_costs_no_page(cast: Cast, need: Need) -> None:
    first = Client().get("/c/JF/")
    assert first["ETag"] and first["Cache-Control"] == "no-cache"
    assert "Cookie" in first["Vary"]
    again = Client().get("/c/JF/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("path", "most"), [("/c/JF/", 13), ("/c/JF/board/", 5)])
def test_as_many_queries_whatever_there_is(cast: Cast, need: Need, path: str, most: int) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(path, client)
        return len(seen)

    client = Client()
    put_up(need, by=cast.zhang, kind="claim", text="修灯", slots=2)
    text(path, client)
    few = queries()
    assert few <= most
    category = Category.objects.within(cast.community.pk).get(code="light")
    for n in range(8):
        found = actions.accept(
            make_need(cast), by=cast.he, category=category, owner=cast.person("李网格"),
            visibility="public", public_title=f"灯 {n}", public_text=f"第 {n} 盏灯不亮。",
        )  # fmt: skip
        line = put_up(found, by=cast.zhang, kind="claim", text=f"修第 {n} 盏灯", slots=2)
        sign(line.pk, by=cast.zhao)
    assert queries() == few


def test_it_can_only_be_looked_at(cast: Cast) -> None:
    for url in ("/", "/never/", "/c/JF/", "/c/JF/board/", "/c/JF/wall/"):
        assert Client().post(url).status_code == 405
        assert Client().head(url).status_code == 200
    text("/c/ZZ/", status=404)
    text("/c/" + "Z" * 300 + "/", status=404)


def test_what_we_never_do_is_said_in_public() -> None:
    page = text("/never/")
    assert len(NEVER) == 8
    assert all(str(what) in page and str(why) in page for what, why in NEVER)


def test_the_templates_need_no_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.fixture
def pages(settings: Any) -> Iterator[None]:
    """The cache of pages as it is in service."""
    kept = {**settings.CACHES}
    kept["pages"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "t"}
    settings.CACHES = kept
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.mark.usefixtures("pages")
def test_a_kept_page_costs_one_query_and_is_the_same_to_the_byte(
    cast: Cast, need: Need, django_assert_num_queries: Any
) -> None:
    first = Client().get("/c/JF/board/")
    with django_assert_num_queries(1):
        again = Client().get("/c/JF/board/")
    assert again.content == first.content and again["ETag"] == first["ETag"]
    wanted = set(first.headers) - {"Content-Length"}
    assert {h: again[h] for h in wanted} == {h: first[h] for h in wanted}
    assert "Set-Cookie" not in again and "Content-Security-Policy" in again


@pytest.mark.usefixtures("pages")
def test_a_kept_page_is_gone_with_the_next_thing_that_happens(cast: Cast, need: Need) -> None:
    before = Client().get("/c/JF/board/").content.decode()
    put_up(need, by=cast.zhang, kind="claim", text="扶一把梯子", slots=2)
    after = Client().get("/c/JF/board/").content.decode()
    assert "扶一把梯子" not in before and "扶一把梯子" in after


@pytest.mark.usefixtures("pages")
def test_a_signature_is_on_the_page_at_once_and_whoever_kept_it_is_told(
    cast: Cast, need: Need
) -> None:
    line = put_up(need, by=cast.zhang, kind="claim", text="扶一把梯子", slots=2)
    first = Client().get("/c/JF/board/?kind=claim")
    known = {"If-None-Match": first["ETag"]}
    assert Client().get("/c/JF/board/?kind=claim", headers=known).status_code == 304
    sign(line.pk, by=cast.zhao)
    again = Client().get("/c/JF/board/?kind=claim", headers=known)
    assert again.status_code == 200
    assert "赵**" in again.content.decode() and "赵**" not in first.content.decode()


def test_an_event_that_is_committed_late_is_a_new_revision(cast: Cast) -> None:
    event = Event.objects.within(cast.community.pk).latest("pk")

    def revision() -> int:
        found = standing("JF")
        assert found is not None
        return found[1]

    def happens(pk: int) -> None:
        values = {f.attname: getattr(event, f.attname) for f in Event._meta.concrete_fields}
        Event.objects.create(**(values | {"id": pk}))

    happens(event.pk + 2)
    before = revision()
    happens(event.pk + 1)
    assert revision() > before


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a file does not go away")
@pytest.mark.usefixtures("pages")
def test_when_the_database_has_gone_and_come_back_the_page_is_there() -> None:
    make_cast()
    assert Client().get("/c/JF/board/").status_code == 200
    connection.connection.pgconn.finish()
    assert Client().get("/c/JF/board/").status_code == 200


@pytest.mark.usefixtures("pages")
def test_each_language_and_view_has_its_own_copy(cast: Cast, need: Need) -> None:
    plain = Client().get("/c/JF/").content
    english = Client(headers={"Accept-Language": "en"}).get("/c/JF/").content
    elder = Client()
    elder.cookies["linshuo_view"] = "elder"
    assert len({plain, english, elder.get("/c/JF/").content}) == 3
    assert Client().get("/c/JF/").content == plain


@pytest.mark.usefixtures("pages")
def test_what_is_somebodys_own_or_missing_is_never_kept(cast: Cast, need: Need) -> None:
    for path in ("/c/JF/speak/", "/c/JF/track/", "/c/JF/needs/JF-2019-9999/", "/c/XX/"):
        answer = Client().get(path)
        assert not answer.get("ETag", "").startswith("W/"), path
        assert "X-Linshuo-Hot" not in answer, path


def test_a_full_line_is_drawn_as_a_list_too(cast: Cast, need: Need) -> None:
    ask = put_up(need, by=cast.zhang, kind="claim", text="扶一把梯子", slots=1)
    sign(ask.pk, by=cast.zhao)
    page = text("/c/JF/board/")
    assert "赵**" in page and "认满了" in page and "&lt;li" not in page
