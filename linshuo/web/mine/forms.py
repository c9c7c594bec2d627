"""The forms of one's own door."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The eight characters on the card."""

    code = forms.CharField(
        label=_("卡上的码"),
        max_length=40,
        error_messages={
            "required": _("把卡上的 8 个字母和数字写在这里。"),
            "max_length": _("卡上的码只有 8 个字母和数字。"),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false",
                   "placeholder": "ABCD-2345"}
        ),
    )  # fmt: skip


def _digits(label: object, hint: object = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=4,
        error_messages={
            "required": _("四位数字，离开座位回来时用。"),
            "max_length": _("只要四位数字。"),
        },
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input--pin",
                   "maxlength": "4"}
        ),
    )  # fmt: skip


def _password(label: object, autocomplete: str, hint: object = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=200,
        strip=False,
        error_messages={
            "required": _("密码不能空着。"),
            "max_length": _("密码最多 200 个字。"),
        },
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class OpenForm(forms.Form):
    """What a person chooses when they open their card."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=40)
    username = forms.CharField(
        label=_("登录名"),
        help_text=_("每次登录都要写，自己记得住就行。字母、数字、汉字都可以。"),
        max_length=40,
        error_messages={
            "required": _("起一个登录名。"),
            "max_length": _("登录名最多 40 个字。"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = _password(_("密码"), "new-password", _("至少 8 个字，不要只有数字。一句话最好记。"))
    pin = _digits(_("四位数字"), _("屏幕五分钟没动会锁上，用这四位打开。不要 1234。"))

    def __init__(self, *args: object, has_account: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if has_account:
            del self.fields["username"]


class DigitsForm(forms.Form):
    """New unlocking digits, against the password."""

    password = _password(_("现在的密码"), "current-password")
    pin = _digits(_("新的四位数字"), _("不要 1234，也不要四个一样的。"))
