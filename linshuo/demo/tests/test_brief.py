"""The brief of the volunteers' day: on paper, and opened again when one matter was not fixed."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any

import pytest

from linshuo.acts.outside import resident_says
from linshuo.demo.tests.test_figures_by_sql import ARTICLE, VOLUNTEERS_DAY
from linshuo.demo.world import TODAY
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Appointment
from linshuo.domain.people.queries import actor_of
from linshuo.domain.places.models import Community
from linshuo.exchange.printed import engine
from linshuo.insight.brief_paper import brief_pdf
from linshuo.insight.figures import FIGURES
from linshuo.insight.models import Brief
from linshuo.insight.opened import changes, opened
from linshuo.kit import clock
from linshuo.kit.refused import Refused

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,  # the demo lives in SQLite, wherever the rest of the house does
]


@pytest.fixture(autouse=True)
def _told(jf: Community, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock(), clock.standing_at(TODAY):
        yield


def the_brief(jf: Community) -> Brief:
    return Brief.objects.within(jf.pk).get(kind="volunteers")


def text_of(*asked: str, content: bytes) -> str:
    """What a reader of PDF says."""
    if shutil.which(asked[0]) is None:
        pytest.skip(f"no {asked[0]} on this machine")
    done = subprocess.run(asked, input=content, capture_output=True, check=True)
    return done.stdout.decode()


def test_on_paper_it_says_each_figure_and_below_what_was_counted(jf: Community) -> None:
    try:
        engine.fonts()
    except Refused:
        pytest.skip("no Chinese font on this machine")
    told = opened(the_brief(jf))
    assert told.frozen and told.as_of == "2019年12月1日 21:00"
    words = "".join(p.words for each in told.paragraphs for p in each.pieces)
    assert "【" not in words and "小区医生每天 8:00–22:00" in words
    content = brief_pdf(jf, told)
    read = re.sub(r"\s", "", text_of("pdftotext", "-layout", "-", "-", content=content))
    # The page's foot stands between two pages' footnotes.
    notes = {n.key: n for n in told.notes}
    for key, (said, rows) in ARTICLE.items():
        note, figure = notes[key], FIGURES[key]
        assert (note.amount, note.rows) == (said, rows), key
        below = f"{figure.name}：{figure.counts}"
        if figure.leaves_out:
            below += f"不算：{figure.leaves_out}"
        below += f"算到2019年12月1日21:00，{rows}条记录。"
        assert re.sub(r"\s", "", below) in read, key
        # The value, then the number of its footnote; and the footnote begins with that number.
        assert re.search(rf"{re.escape(said.replace(' ', ''))}{note.no}(?!\d)", read), key
    assert "草稿" not in read and "小区医生每天8:00–22:00" in read
    faces = text_of("pdffonts", "-", content=content).splitlines()[2:]
    assert faces and all(re.search(r"yes +yes +yes +\d+ +\d+$", face) for face in faces)


def test_one_of_the_36_is_not_fixed_after_all(jf: Community) -> None:
    brief, hard = the_brief(jf), FIGURES["needs.hard-closed"]
    pk = hard.read(jf.pk, VOLUNTEERS_DAY).row_ids[-1]
    need = Need.objects.within(jf.pk).get(pk=pk)
    head = actor_of(Appointment.objects.within(jf.pk).get(role="secretary").person)
    with clock.standing_at(clock.at_local(2020, 1, 2, 9)):
        Need.objects.within(jf.pk).filter(pk=pk).update(due_at=clock.now())  # the follow-up
        back = resident_says(need, settled=False, words="又不行了")
        assert (back.number, back.state, back.reopened) == (need.number, "open", need.reopened + 1)
        told = {note.key: note.amount for note in opened(brief).notes}
        assert told["needs.hard-closed"] == "36 件"
        since = next(s for s in changes(head, brief) if s.note.key == "needs.hard-closed")
        assert (since.note.amount, since.now) == ("36 件", "35 件")
        assert [(c.row.number, c.how) for c in since.left] == [(need.number, "2020年1月2日退回")]
        assert hard.value(jf.pk, clock.now()) == 35
        assert hard.value(jf.pk, VOLUNTEERS_DAY) == 36
