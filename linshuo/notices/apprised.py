"""Group robots as apprise has them, and what it leaves out: the answer, and another address."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import apprise
import requests
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot

from linshuo.notices.models import Robot

__all__ = ["SPEAKERS", "apprise"]

PATIENCE = (4.0, 8.0)
"""Seconds to connect, and to wait for an answer."""


class _Answered:
    """What apprise's robots lack: an answer of 200 may still be a refusal, said in `errcode`; and
    an installation of one's own has its own address. A redirect is not followed."""

    trouble = ""

    def post(self, address: str, payload: dict[str, Any], params: dict[str, str]) -> bool:
        """Post, and read the answer."""
        try:
            answer = requests.post(
                address, json=payload, params=params, timeout=PATIENCE, allow_redirects=False
            )
            taken = answer.status_code == requests.codes.ok
            code = answer.json().get("errcode") if taken else None
        except (requests.RequestException, ValueError, AttributeError) as error:
            self.trouble = type(error).__name__
            return False
        if not taken:
            self.trouble = f"HTTP {answer.status_code}"
        elif code != 0:
            self.trouble = f"errcode {code}"
        return taken and code == 0


class _WeCom(_Answered, NotifyWeComBot):
    def __init__(self, address: str, sign: str) -> None:
        super().__init__("given")
        self.address = address

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:
        return self.post(self.address, {"msgtype": "text", "text": {"content": body}}, {})


class _DingTalk(_Answered, NotifyDingTalk):
    def __init__(self, address: str, sign: str) -> None:
        super().__init__("given", secret="given" if sign else None)
        self.address, self.secret = address, sign or None

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:
        params = {}
        if self.secret:
            params["timestamp"], signature = self.get_signature()
            params["sign"] = unquote(signature)
        return self.post(self.address, {"msgtype": "text", "text": {"content": body}}, params)


SPEAKERS: dict[str, Any] = {Robot.Kind.WECOM: _WeCom, Robot.Kind.DINGTALK: _DingTalk}
