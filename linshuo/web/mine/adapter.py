"""Where allauth asks what our house does: nobody signs up, second-factor secrets are sealed."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from linshuo.kit import secret


class AccountAdapter(DefaultAccountAdapter):
    """An account comes from the desk, with a printed card; there is no sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class MfaAdapter(DefaultMFAAdapter):
    """The secret behind the second factor is kept encrypted, like a telephone number."""

    def encrypt(self, text: str) -> str:
        """Encrypt with LINSHUO_FIELD_KEY."""
        return secret.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt; under another key the second factor no longer fits and has to be set again."""
        return secret.unseal(encrypted_text)
