"""留多久: what is over is taken away by the clock, once, and told before; the rest stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from linshuo.acts import checking_in
from linshuo.acts.outside import say
from linshuo.domain.needs.doorway import turn_away
from linshuo.domain.needs.waiting import Incoming
from linshuo.domain.papers import actions as papers
from linshuo.domain.people.models import CheckIn
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import redacted, verify
from linshuo.exchange import jobs, keeping
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_checking_in import come

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_what_is_over_goes_once_and_is_told_before(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    inside = cast.community.pk
    with clock.standing_at(T0):
        job = jobs.begin("编号,内容,时间\n1,灯不亮,2019-01-02\n".encode(), "旧.csv", by=cast.zhang)
        row = checking_in.accept(come(cast), by=cast.zhang)
        checking_in.end(row, by=cast.zhang)
        stays = come(cast, "何志愿")
        said = a_stranger(cast)
        turn_away(said, by=cast.zhang, reason="说的不是这里")
    sheet = papers.path_of(inside, job.file.sha256)
    nothing = {"sheets": 0, "strangers": 0, "check-ins": 0}

    with clock.standing_at(T0 + 60 * DAY):
        assert keeping.carry_out(inside) == nothing
        client = signed_in(sign_up(cast, "张书记"))
        page = client.get(reverse("desk:kept", args=["JF"])).content.decode()
        assert "现在到期 0，30 天内 0" in page
    with clock.standing_at(T0 + 89 * DAY):
        assert len(keeping.PERIODS[0].due(inside, clock.now() + 2 * DAY)) == 1
    for days, gone in ((91, "sheets"), (181, "strangers"), (1096, "check-ins")):
        with clock.standing_at(T0 + days * DAY), django_capture_on_commit_callbacks(execute=True):
            assert keeping.carry_out(inside) == {**nothing, gone: 1}
        with clock.standing_at(T0 + days * DAY):
            assert keeping.tick() == 0

    assert not sheet.exists()
    said.refresh_from_db()
    assert (said.name_enc, said.phone_enc, said.words) == ("", "", "（过了保存期）")
    row.refresh_from_db()
    stays.refresh_from_db()
    assert (row.skills, row.state, row.receipt_no) == ("", "ended", "JF-B-2019-0001")
    assert stays.skills == "electric" and CheckIn.objects.within(inside).count() == 2
    assert verify() == [] and redacted() > 3
    verbs = Event.objects.within(inside).filter(verb__endswith=":redact")
    assert sorted(verbs.values_list("verb", flat=True)) == ["checkin:redact", "incoming:redact"]


def a_stranger(cast: Cast) -> Incoming:
    """Something said on the public page, with name and telephone."""
    say(
        draft_id="11111111-1111-4111-8111-111111111111", place=cast.estate,
        words="灯不亮", urgency="general", name="路人", phone="13812340000",
    )  # fmt: skip
    return Incoming.objects.within(cast.community.pk).get()
