"""A line of the board and what it is for: posts with their hours, what is offered, and the works
that money is raised for."""

from linshuo.domain.board.models.lines import MOST_SLOTS, TARGETS, WHOLE, Ask, AskKind
from linshuo.domain.board.models.posts import (
    MOST_TEXT,
    Offer,
    Post,
    PostHours,
    PostKind,
    Risk,
)
from linshuo.domain.board.models.works import (
    Acceptor,
    BudgetLine,
    Collection,
    LegalBasis,
    Milestone,
    Project,
    ProjectNeed,
)

__all__ = [
    "MOST_SLOTS",
    "MOST_TEXT",
    "TARGETS",
    "WHOLE",
    "Acceptor",
    "Ask",
    "AskKind",
    "BudgetLine",
    "Collection",
    "LegalBasis",
    "Milestone",
    "Offer",
    "Post",
    "PostHours",
    "PostKind",
    "Project",
    "ProjectNeed",
    "Risk",
]
