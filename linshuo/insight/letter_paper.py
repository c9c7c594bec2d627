"""A letter on its way to paper: the very same that stands on its page."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.places.models import Community
from linshuo.exchange.printed import letter as paper
from linshuo.insight.letter_reads import Reading


def letter_pdf(community: Community, told: Reading) -> bytes:
    """The letter as a PDF; a draft says that it is one. Raises `Refused` without a font."""
    page = paper.Page(
        title=told.title,
        under=told.under if told.facts else "",
        greeting=_("%s：") % told.to,
        words=[words for words in (told.line, told.opening) if words],
        facts=told.facts,
        parts=list(_parts(told)),
        closing=list(closing(told)),
        day=told.day,
        draft="" if told.sent else _("还没有寄，寄以前还会变。"),
    )
    return paper.letter(community, page)


def _parts(told: Reading) -> Iterator[paper.Part]:
    if told.rows:
        more = _("还有 %d 项没有列出来。")
        yield paper.Part(
            _("认下的"),
            lines=[ngettext(more, more, told.more) % told.more] if told.more else [],
            columns=[_("认的什么"), _("种类"), _("为哪件事"), _("哪天认的"), _("现在")],
            widths=(9, 3, 7, 5, 4),
            rows=told.rows,
        )
    for n, one in enumerate(told.sums):
        about = {"about": one["about"], "amount": one["amount"], "came": one["came"]}
        came = _("%(about)s：约好 %(amount)s，到了 %(came)s。")
        yield paper.Part(
            _("认捐的款") if not n else "",
            lines=[(came if one["came"] else _("%(about)s：约好 %(amount)s。")) % about],
            columns=[_("哪一期"), _("约在"), _("约好的"), _("付到的"), _("到哪一步")],
            widths=(4, 5, 6, 6, 5),
            rows=one["parts"],
        )
    if told.gifts:
        yield paper.Part(
            _("送来的"), columns=[_("哪天"), _("什么")], widths=(1, 4), rows=told.gifts
        )
    if told.people or told.named or told.held_back:
        yield paper.Part(_("来过的人"), lines=list(_people(told)))
    if told.said:
        yield paper.Part(_("居民说的") if told.facts else "", said=told.said)


def _people(told: Reading) -> Iterator[str]:
    if told.people:
        yield told.people
    if told.held_back:
        yield why_held_back()
    for each in told.named:
        yield _("%(name)s　%(lines)s") % {"name": each.name, "lines": _("；").join(each.lines)}
        if each.words:
            yield _("　　本人说：%s") % each.words


def why_held_back() -> str:
    """Why hours are not told where they could only be one person's."""
    return _("来过多久没有写：写了，就等于说了一个没有答应写名字的人。")


def closing(told: Reading) -> Iterator[str]:
    """The last lines of a letter."""
    if told.facts:
        yield _("只写记录里的事，不打分，不比较。写名字的，都是本人看过、答应的。")
        yield _("有写得不对的地方，请打电话，我们改。")
