"""E-mail addresses as people write them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from linshuo.kit.refused import Refused
from linshuo.kit.text import fold

MOST_EMAIL = 254


def clean_email(typed: str, field: str = "email") -> str:
    """The address in half-width letters without spaces; empty when nothing was typed.

    Raises `Refused("email")` with what to do about it.
    """
    address = "".join(fold(typed).split())
    if not address:
        return ""
    try:
        if len(address) > MOST_EMAIL:
            raise ValidationError("long")
        validate_email(address)
    except ValidationError:
        sentence = _("这个邮箱认不出来，写成 name@example.com 这样。")
        raise Refused("email", sentence, field) from None
    return address
