"""钱款公开: every collection and project in the open, and each figure opened to its rows.

Sentences first, figures after: whoever reads only the large words knows what came in, what it was
spent on, and what is left.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linshuo.domain.board import public as asks
from linshuo.domain.funds import public as funds
from linshuo.domain.funds.public import Course, PublicBook, PublicPaper, PublicStep
from linshuo.domain.places.public import PublicCommunity
from linshuo.kit import wording
from linshuo.kit.money import spoken, yuan
from linshuo.web.plaza.frame import known, public, show
from linshuo.web.plaza.hot import hot
from linshuo.web.plaza.views import rows_of
from linshuo.web.ui.charts import Line, bar, steps
from linshuo.web.ui.templatetags.ui import month

SUFFIX = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One collection or project in a list."""

    url: str
    name: str
    place: str
    state_words: str
    seal: str
    says: str
    bar: SafeString


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo, with where it can be had."""

    url: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a project as its page shows it."""

    when: str
    text: str
    note: str
    done: bool
    shots: list[tuple[str, Shot]]
    """What the place looked like before, and what it looks like now."""


def url_of(here: PublicCommunity, book: PublicBook, *more: str) -> str:
    """The page of a book, or of the rows behind one of its figures."""
    name = f"plaza:{book.kind}-rows" if more else f"plaza:{book.kind}"
    return reverse(name, args=[here.prefix, book.number, *more])


def entry_of(here: PublicCommunity, book: PublicBook) -> Entry:
    """A book as a line of a list."""
    s = book.sums
    whole = s.budget or s.promised
    return Entry(
        url=url_of(here, book),
        name=book.name,
        place=book.place,
        state_words=book.state_words,
        seal=book.seal,
        says=_says(book),
        bar=bar(
            [s.raised, s.spent],
            whole,
            title=_("要 %(whole)s，收到 %(raised)s，花掉 %(spent)s")
            % {"whole": spoken(whole), "raised": spoken(s.raised), "spent": spoken(s.spent)},
        )
        if whole
        else SafeString(),
    )


def _says(book: PublicBook) -> str:
    s = book.sums
    if book.kind == "project" and s.missing and book.raising:
        return _("还缺 %(missing)s；已经收到 %(raised)s。") % {
            "missing": spoken(s.missing),
            "raised": spoken(s.raised),
        }
    return _("收到 %(raised)s，花掉 %(spent)s，还剩 %(left)s。") % {
        "raised": spoken(s.raised),
        "spent": spoken(s.spent),
        "left": spoken(s.left),
    }


@public
@hot
def money(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    """Everything that is raised and spent in the open."""
    projects, collections = funds.projects(here.pk), funds.collections(here.pk)
    raising = [book for book in projects if book.raising]
    context = {
        "says": said(funds.account(here.pk)),
        "raising": [entry_of(here, book) for book in raising],
        "collections": [entry_of(here, book) for book in collections],
        "projects": [entry_of(here, book) for book in projects if book not in raising],
        "head": funds.head(here.pk),
    }
    return show(request, "plaza/money.html", here, context)


def said(s: funds.Sums) -> list[str]:
    """All of the community's money in three sentences."""
    if not (s.raised or s.promised):
        return []
    came = _("一共收到 %s。") % spoken(s.raised)
    if s.promised:
        came = _("大家和单位答应给 %(promised)s，一共收到 %(raised)s。") % {
            "promised": spoken(s.promised),
            "raised": spoken(s.raised),
        }
    return [
        came,
        _("花掉 %s，花在哪里，下面一件一件都有。") % spoken(s.spent),
        _("还剩 %s，谁在保管，也写着。") % spoken(s.left),
    ]


@public
@hot
def collection(request: HttpRequest, here: PublicCommunity, number: str) -> HttpResponse:
    """One collection."""
    book = _found(funds.find_collection(here.pk, number))
    context = {
        **_common(here, book),
        "goods": funds.goods(here.pk, book),
        "facts": _facts_of_collection(book),
    }
    return show(request, "plaza/collection.html", here, context)


@public
@hot
def project(request: HttpRequest, here: PublicCommunity, number: str) -> HttpResponse:
    """One project."""
    book = _found(funds.find_project(here.pk, number))
    context = {
        **_common(here, book),
        "lines": funds.lines(here.pk, book),
        "steps": [_step(here, step) for step in funds.steps(here.pk, book)],
        "acceptors": funds.acceptors(here.pk, book),
        "needs": funds.needs(here.pk, book),
        "goods": funds.goods(here.pk, book),
        "facts": _facts_of_project(book),
    }
    return show(request, "plaza/project.html", here, context)


def _found(book: PublicBook | None) -> PublicBook:
    if book is None:
        raise Http404(_("这个编号没有公开的内容。"))
    return book


def _common(here: PublicCommunity, book: PublicBook) -> dict[str, object]:
    course = funds.course(here.pk, book)
    return {
        "book": book,
        "says": funds.in_words(book),
        "figures": [
            (which, name, amount, url_of(here, book, which)) for which, name, amount in book.figures
        ],
        "chart": chart(book, course),
        "course": [
            (wording.day(p.day), yuan(p.promised), yuan(p.raised), yuan(p.spent))
            for p in course.months
        ],
        "promises": bool(book.sums.promised),
        "rows": rows_of(here, asks.of_raised(here.pk, book.kind, book.pk)),
        "givers": funds.funders(here.pk, book),
        "papers": [_paper(here, p) for p in funds.papers_of(here.pk, book)],
        "said": funds.disclosures(here.pk, book),
        "head": funds.head(here.pk),
    }


def _facts_of_collection(book: PublicBook) -> list[tuple[str, str]]:
    told = [
        (_("依据"), book.basis),
        (_("居民会议"), book.resolved),
        (_("谁保管"), book.holder),
        (_("慈善组织"), book.charity),
        (_("从哪天起"), wording.day(book.since) if book.since else ""),
        (_("到哪天止"), wording.day(book.until) if book.until else ""),
    ]
    return [(term, words) for term, words in told if words]


def _facts_of_project(book: PublicBook) -> list[tuple[str, str]]:
    told = [
        (_("谁定的"), book.resolved),
        (_("谁来做"), book.contractor),
        (_("哪天交付"), book.handed),
        (_("谁管护"), book.keeper),
    ]
    return [(term, words) for term, words in told if words]


def _step(here: PublicCommunity, step: PublicStep) -> Step:
    sides = ((_("以前"), step.before), (_("现在"), step.after))
    shots = [(words, _paper(here, p)) for words, p in sides if p is not None and p.picture]
    return Step(step.when, step.text, step.note, step.done, shots)


def _paper(here: PublicCommunity, paper: PublicPaper) -> Shot:
    return Shot(reverse("plaza:money-paper", args=[here.prefix, paper.pk]), paper.name)


def chart(book: PublicBook, course: Course) -> SafeString:
    """What was promised, received and spent, over the time it took."""
    if not course.points:
        return SafeString()
    first = course.points[0].day
    days = max(30, (course.until - first).days)

    def share(n: int) -> float:
        return n / days

    def line(words: str, look: str, amounts: Iterable[int], last: int) -> Line:
        points = [
            (share((p.day - first).days), amount)
            for p, amount in zip(course.points, amounts, strict=True)
        ]
        return Line(f"{words} {spoken(last)}", look, points)  # type: ignore[arg-type]

    end = course.points[-1]
    lines = [
        line(_("收到"), "heavy", (p.raised for p in course.points), end.raised),
        line(_("花掉"), "filled", (p.spent for p in course.points), end.spent),
    ]
    if end.promised:
        promised = (p.promised for p in course.points)
        lines.insert(0, line(_("答应"), "dotted", promised, end.promised))
    until = share((course.until - first).days)
    along = [(0.0, month(first)), (until, month(course.until))][: 1 + (until > 0.4)]
    title = _("%(name)s：收到 %(raised)s，花掉 %(spent)s") % {
        "name": book.name,
        "raised": spoken(end.raised),
        "spent": spoken(end.spent),
    }
    return steps(lines, title=title, along=along, say=spoken, until=until)


@public
@hot
def collection_rows(
    request: HttpRequest, here: PublicCommunity, number: str, which: str
) -> HttpResponse:
    """The rows behind one figure of a collection."""
    return _rows(request, here, _found(funds.find_collection(here.pk, number)), which)


@public
@hot
def project_rows(
    request: HttpRequest, here: PublicCommunity, number: str, which: str
) -> HttpResponse:
    """The rows behind one figure of a project."""
    return _rows(request, here, _found(funds.find_project(here.pk, number)), which)


def _rows(
    request: HttpRequest, here: PublicCommunity, book: PublicBook, which: str
) -> HttpResponse:
    if which not in funds.WHICH:
        raise Http404
    names = {
        "promised": _("答应给"),
        "raised": _("收到"),
        "spent": _("花掉"),
        "left": _("还剩"),
    }
    counts = {
        "promised": _("签了协议的认捐，放下了的不算。谁答应多少，本人同意才写在一起。"),
        "raised": _("捐来的钱、箱里点出来的、实物折的钱，还有单位直接付给施工的；退了的减去。"),
        "spent": _("付出去的每一笔，单位直接付的也在里面；冲销的减去。"),
        "left": _(
            "箱里、账户里、备用金里和还没用的实物，加在一起。每一行后面是那一笔以后还剩多少。"
        ),
    }
    found = funds.rows(here.pk, book, which, request.GET.get("after", "")[:40])
    context = {
        "book": book,
        "book_url": url_of(here, book),
        "which": which,
        "name": names[which],
        "counts": counts[which],
        "total": yuan(found.total),
        "page": found,
        "file_url": reverse(f"plaza:{book.kind}-file", args=[here.prefix, book.number]),
        "rows": [
            (row, _paper(here, row.paper).url if row.paper is not None else "")
            for row in found.rows
        ],
        "tabs": [
            {"url": url_of(here, book, key), "label": label, "count": "", "current": key == which,
             "clock": ""}
            for key, label, _amount in book.figures
        ],
        "head": funds.head(here.pk),
    }  # fmt: skip
    return show(request, "plaza/money_rows.html", here, context)


@public
def collection_file(request: HttpRequest, prefix: str, number: str) -> HttpResponse:
    """All rows of a collection as a sheet."""
    here = known(prefix)
    return _file(here, _found(funds.find_collection(here.pk, number)))


@public
def project_file(request: HttpRequest, prefix: str, number: str) -> HttpResponse:
    """All rows of a project as a sheet."""
    here = known(prefix)
    return _file(here, _found(funds.find_project(here.pk, number)))


def _file(here: PublicCommunity, book: PublicBook) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{book.number}.csv"'
    answer.write("\ufeff")  # for the spreadsheet that takes anything else for GBK
    out = csv.writer(answer)
    out.writerow(
        [_("日期"), _("收据号"), _("做什么"), _("谁"), _("收到"), _("花掉"), _("还剩"), _("说明")]
    )
    for row in funds.every(here.pk, book):
        sums = (s.replace("¥", "").replace(",", "") for s in (row.came, row.went, row.left))
        out.writerow([row.day, row.no, _text(row.what), _text(row.who), *sums, _text(row.note)])
    return answer


def _text(words: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words


@public
def paper(request: HttpRequest, prefix: str, pk: int) -> HttpResponse:
    """A paper or photo that a person released."""
    found = funds.paper(known(prefix).pk, pk)
    if found is None or not Path(found[1]).exists():
        raise Http404(_("没有这份文件，或者它不公开。"))
    shown, path = found
    answer = HttpResponse(path.read_bytes(), content_type=shown.mime)
    name = f"paper-{pk}.{SUFFIX.get(shown.mime, 'bin')}"
    # A photo was drawn anew; a PDF is as somebody handed it in, and opens outside of this site.
    how = "inline" if shown.picture else "attachment"
    answer["Content-Disposition"] = f'{how}; filename="{name}"'
    answer["Cache-Control"] = "no-cache"
    return answer
