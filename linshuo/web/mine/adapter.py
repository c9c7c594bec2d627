"""Where allauth asks what our house does: nobody signs up, second-factor secrets are sealed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from linshuo.domain.people.models import Account
from linshuo.domain.people.staffing import reset_pin_failures
from linshuo.kit import secret
from linshuo.web.doors import home_of
from linshuo.web.qr import qr_svg

_QUIET = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})


class AccountAdapter(DefaultAccountAdapter):
    """An account comes from the desk, with a printed card; there is no sign-up page."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("登录名或密码不对。忘了密码，请社区再印一张登录卡。"),
        "too_many_login_attempts": _("试的次数多了，过五分钟再来。"),
        "enter_current_password": _("现在的密码不对。"),
        "incorrect_password": _("密码不对。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The desk for those who serve, one's own page for everyone else."""
        return home_of(request.user)  # type: ignore[arg-type]

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Signing in with the password makes the four digits count afresh."""
        reset_pin_failures(user)
        return super().post_login(request, user, **kwargs)

    def add_message(self, request: HttpRequest, level: int, message_template: Any = None,
                    *args: Any, **kwargs: Any) -> None:  # fmt: skip
        """Being in is seen without being told."""
        if message_template not in _QUIET:
            super().add_message(request, level, message_template, *args, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:  # type: ignore[override]
        """An account that was closed is told to ask at the desk."""
        return HttpResponseRedirect("/accounts/inactive/")


class MfaAdapter(DefaultMFAAdapter):
    """The secret behind the second factor is kept encrypted, like a telephone number."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("这个验证码不对。看一眼手机的时间准不准，换下一个码再试。"),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt with LINSHUO_FIELD_KEY."""
        return secret.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt; under another key the second factor no longer fits and has to be set again."""
        return secret.unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The QR code for the authenticator app."""
        return qr_svg(url)
