"""A browser with someone signed in, without typing a password each time."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client

from linshuo.domain.people.models import Account


def signed_in(account: Account, *, second: bool = False) -> Client:
    """A client signed in with the password just now, and with the second factor if `second`."""
    client = Client()
    client.force_login(account)
    session = client.session
    records = [{"method": "password", "at": time.time()}]
    if second:
        records.append({"method": "mfa", "at": time.time(), "type": "totp"})
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(account.pk)
    session.save()
    return client
