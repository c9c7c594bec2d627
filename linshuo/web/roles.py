"""What a role is called, where an appointment has no name of its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linshuo.kit.can import Role

ROLE_WORDS = {
    Role.SECRETARY: _("书记"),
    Role.DEPUTY: _("副书记、主任"),
    Role.DISTRICT_SECRETARY: _("片区秘书"),
    Role.ESTATE_SECRETARY: _("小区秘书"),
    Role.FIELD_STAFF: _("外勤员"),
    Role.CASHIER: _("出纳"),
    Role.SUPERVISOR: _("监督"),
    Role.SUB_DISTRICT: _("街道"),
    Role.LIAISON: _("联络员"),
    Role.MEMBER: _("报到党员"),
    Role.RESIDENT: _("居民"),
}


def post_words(title: str, role: str) -> str:
    """What an appointment is called here, or what its role is called everywhere."""
    return title or str(ROLE_WORDS[Role(role)])
