"""A disclosure in a list, and the forms by which one is drafted and published."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linshuo.domain.funds.models import Disclosure
from linshuo.kit import wording
from linshuo.web.desk.money_forms import lines
from linshuo.web.desk.verbs import VerbForm
from linshuo.web.doors import DoorRequest


class DraftForm(VerbForm):
    """Which disclosure."""

    kind = forms.ChoiceField(
        label=_("哪一种"),
        choices=Disclosure.Kind.choices,
        widget=forms.RadioSelect,
        initial="quarter",
    )


class PublishForm(VerbForm):
    """A disclosure is published as it was read."""

    words = lines(_("对大家说的话"), 4, hint=_("用了什么、还要做什么。不写谁的名字。"))
    leftover = lines(_("剩下的用到哪里"), 2, hint=_("最后一次公开、还有剩的，要写。"))


def disclosure_row(request: DoorRequest, row: Disclosure) -> dict[str, str]:
    """A disclosure in a list."""
    url = reverse("desk:money-disclosure", args=[request.community.prefix, row.pk])
    span = {"since": wording.near_day(row.since), "until": wording.near_day(row.until)}
    published = row.published_at
    return {
        "url": url,
        "kind": str(row.get_kind_display()),
        "span": _t("%(since)s到%(until)s") % span,
        "state": _t("%s公开") % wording.near_day(published) if published else _t("等人看过再公开"),
        "corrects": _t("更正") if row.corrects_id else "",
    }
