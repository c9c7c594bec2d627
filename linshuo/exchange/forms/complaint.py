"""The answer to a complaint, and the note with its number and code, on paper."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linshuo.domain.needs.complained import Complaint
from linshuo.exchange.forms.shapes import Part, Single
from linshuo.kit import wording
from linshuo.kit.codes import spaced


def answer_sheet(row: Complaint, *, address: str) -> Single:
    """For whoever said it: what was said, by when it is answered, or the answer. No name of those
    it is about, and none of those who have it in hand but the one who answered."""
    done = row.answered_at is not None
    said = [row.answer] if done else [_("还在办。%s以前答复。") % wording.day(row.due_at)]
    if row.progress and not done:
        said.insert(0, row.progress)
    return Single(
        inside=False,
        title=_("投诉和建议的答复") if done else _("投诉和建议收到了"),
        under="",
        number=row.number,
        facts=[
            (_("编号"), row.number),
            (_("看答复的码"), spaced(row.code)),
            (_("哪天说的"), wording.day(row.at)),
            (_("怎么来的"), str(row.get_via_display())),
            (_("哪天以前答复"), wording.day(row.due_at)),
            (_("答复"), wording.day(row.answered_at) if row.answered_at else ""),
            (_("结果"), str(row.get_outcome_display()) if row.outcome else ""),
        ],
        parts=[Part(_("您说的"), [row.words]), Part(_("答复"), said)],
        signs=[_("答复的人"), _("社区（盖章）")],
        notes=[_("凭码在这里看：%s。还不服，找街道，或者打 12345。") % address],
    )
