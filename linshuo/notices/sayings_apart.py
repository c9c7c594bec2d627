"""Sentences about what a message has no column for: a swap of two rounds, a letter, a part of one.

Which it is, the event says (`apart`). Outside the house they hold no name, no unit and no fact.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.models import Need
from linshuo.domain.service.rota_rows import RotaSwap
from linshuo.kit import clock
from linshuo.notices.saying import Saying

ANSWER = RotaSwap.Answer


def _any(need: Need, person: int) -> bool:
    return True


def _to_come(swap: RotaSwap) -> bool:
    """Whether neither round has begun: what is past need not be told."""
    return min(swap.gives_on, swap.takes_on) > clock.today()


APART: dict[str, Saying] = {
    "swap-ask": Saying(
        _("有一家想和您换一轮：%(title)s。行还是不便，您说一声，不便不用说原因。"),
        _("轮值里有一家想和您换一轮，等您一句话"),
        _any,
        swaps=lambda s: s.answer == ANSWER.WAITING and _to_come(s),
    ),
    "swap-yes": Saying(
        _("您想换的一轮换好了：%(title)s。"),
        _("您想换的一轮轮值换好了"),
        _any,
        swaps=lambda s: s.answer == ANSWER.YES and max(s.gives_on, s.takes_on) >= clock.today(),
    ),
    "swap-no": Saying(
        _("您想换的一轮，对方不便：%(title)s。这一轮还是您的，可以再问别家。"),
        _("您想换的一轮轮值，对方不便，这一轮还是您的"),
        _any,
        swaps=lambda s: s.answer == ANSWER.NO and s.gives_on > clock.today(),
    ),
    "swap-back": Saying(
        _("您想换的一轮，已经换不成了：%(title)s。这两轮里有一轮换给了别家。"),
        _("您想换的一轮轮值，已经换不成了"),
        _any,
        swaps=lambda s: s.answer == ANSWER.BACK and s.gives_on > clock.today(),
    ),
    "letter-look": Saying(
        _("社区要给您的单位写信，写您的几行等您看一眼。可以写，也可以别写，不用说原因。"),
        _("有几行话等您看一眼，看过才寄"),
        _any,
    ),
    "letter-sent": Saying(
        _("社区给您单位的信寄了，可以看，也可以印。"), _("社区给您单位的一封信寄了"), _any
    ),
    "letter-hand": Saying(
        _("社区给您单位的信交到您单位了，这里也能看，能印。"),
        _("社区给您单位的一封信寄了"),
        _any,
        calls=False,  # it comes to their hands
    ),
    "thanks-sent": Saying(_("社区写了一封信谢谢您。"), _("社区给您写了一封信"), _any),
    "thanks-hand": Saying(
        _("社区写了一封信谢谢您，这里也可以看。"), _("社区给您写了一封信"), _any, calls=False
    ),
}

TO_SWAPPERS = frozenset({"swap-ask", "swap-yes", "swap-no", "swap-back"})
"""Sentences for either side of a swap, who read on at their own turns."""
TO_READERS = frozenset({"letter-look", "letter-sent", "letter-hand", "thanks-sent", "thanks-hand"})
"""Sentences for whoever is written to, or of."""
