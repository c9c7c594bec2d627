"""The table of seals: what each state of a matter looks like and says.

Source: the visual language, §1 “a frame that closes”. Two corners are speech, four a promise,
an outline is work done, a solid square is settled; the rest left the road and have no frame.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Look:
    """One seal: the character in it, its frame (`two four outline solid none`), its words."""

    glyph: str
    frame: str
    words: str | Promise


SEALS: dict[str, Look] = {
    "reported": Look("听", "two", _("听到了")),
    "open": Look("需", "two", _("等人认")),
    "taken": Look("认", "four", _("有人认了")),
    "done": Look("办", "outline", _("办结，等您点头")),
    "closed": Look("销", "solid", _("已销号")),
    "merged": Look("并", "none", _("已并入另一件")),
    "escalated": Look("报", "none", _("报街道协调")),
    "withdrawn": Look("撤", "none", _("已撤回")),
    "declined": Look("拒", "none", _("不予受理")),
}
