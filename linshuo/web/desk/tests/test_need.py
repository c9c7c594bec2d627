"""One need's page: what else is likely the same matter."""

from __future__ import annotations

import pytest

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
