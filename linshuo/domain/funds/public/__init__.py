"""What everyone may see of money: collections and projects in the open, each figure with its rows.

What a community raises among its own (互助互济, 慈善法 §122) is nowhere here: no page, no row, not
even as part of a sum. A name and an amount stand together only where whoever gave agreed to it
(慈善法 §82); there is no telephone number and no door in anything that comes out of here.
"""

from linshuo.domain.funds.public.along import Course, Point, course
from linshuo.domain.funds.public.books import (
    PublicBook,
    Sums,
    account,
    answering,
    collections,
    find_collection,
    find_project,
    in_words,
    projects,
)
from linshuo.domain.funds.public.moved import WHICH, PublicRow, RowsPage, every, rows
from linshuo.domain.funds.public.papers import PublicPaper, paper
from linshuo.domain.funds.public.parts import (
    Funder,
    Givers,
    PublicAcceptor,
    PublicGoods,
    PublicLine,
    PublicNeed,
    PublicSaid,
    PublicStep,
    acceptors,
    disclosures,
    funders,
    goods,
    lines,
    needs,
    papers_of,
    steps,
)
from linshuo.domain.funds.public.seen import Head, clean, head, is_seen, payee_of

__all__ = [
    "WHICH",
    "Course",
    "Funder",
    "Givers",
    "Head",
    "Point",
    "PublicAcceptor",
    "PublicBook",
    "PublicGoods",
    "PublicLine",
    "PublicNeed",
    "PublicPaper",
    "PublicRow",
    "PublicSaid",
    "PublicStep",
    "RowsPage",
    "Sums",
    "acceptors",
    "account",
    "answering",
    "clean",
    "collections",
    "course",
    "disclosures",
    "every",
    "find_collection",
    "find_project",
    "funders",
    "goods",
    "head",
    "in_words",
    "is_seen",
    "lines",
    "needs",
    "paper",
    "papers_of",
    "payee_of",
    "projects",
    "rows",
    "steps",
]
