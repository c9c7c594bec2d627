"""What a start-up refuses, and what every answer carries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own and print some of them."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LINSHUO_")}
    script = (
        "from linshuo.config import settings as s;"
        "print(s.DEBUG, s.HTTPS, s.ALLOWED_HOSTS, s.PASSWORD_HASHERS[0].rpartition('.')[2],"
        " s.STORAGES['staticfiles']['BACKEND'].rpartition('.')[2], s.SECURE_HSTS_SECONDS > 0)"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_refuses_to_start_without_key_and_name() -> None:
    ran = start()
    assert ran.returncode != 0
    assert "LINSHUO_SECRET_KEY is not set" in ran.stderr
    assert "LINSHUO_HOSTS is not set" in ran.stderr


def test_production_refuses_the_key_that_is_in_the_source() -> None:
    from linshuo.config.env import DEVELOPMENT_KEY

    ran = start(LINSHUO_SECRET_KEY=DEVELOPMENT_KEY, LINSHUO_HOSTS="a.example")
    assert "LINSHUO_SECRET_KEY is not set" in ran.stderr


def test_production_is_strict() -> None:
    ran = start(LINSHUO_SECRET_KEY=KEY, LINSHUO_HOSTS="a.example")
    assert ran.stdout.strip() == (
        "False True ['a.example'] Argon2PasswordHasher CompressedManifestStaticFilesStorage True"
    )


def test_development_needs_nothing() -> None:
    ran = start(LINSHUO_DEBUG="yes")
    assert ran.stdout.startswith("True False ['localhost', '127.0.0.1', '[::1]']")


@pytest.mark.django_db
def test_every_answer_carries_a_strict_policy(client: Client) -> None:
    answer = client.get("/an/address/that/leads/nowhere")
    assert answer.status_code == 404
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_cookies_are_kept_from_scripts_and_other_sites() -> None:
    for cookie in ("SESSION", "CSRF", "LANGUAGE"):
        assert getattr(settings, f"{cookie}_COOKIE_HTTPONLY") is True
        assert getattr(settings, f"{cookie}_COOKIE_SAMESITE") == "Lax"
    assert settings.SESSION_COOKIE_AGE == 8 * 3600
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE is True


@pytest.mark.parametrize("length", [str(settings.BODY_LIMIT + 1), "-1", "many"])
def test_body_that_no_person_sends_is_not_read(client: Client, length: str) -> None:
    class Unread:
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("it was read")

        readline = read

    extra: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
    assert client.generic("POST", "/", **extra).status_code == 413


@pytest.mark.django_db
def test_sign_up_is_closed() -> None:
    from allauth.account.adapter import get_adapter

    assert get_adapter().is_open_for_signup(None) is False


@pytest.mark.django_db
def test_second_factor_secret_is_not_kept_in_the_clear() -> None:
    from allauth.mfa.adapter import get_adapter

    kept = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in kept
    assert get_adapter().decrypt(kept) == "JBSWY3DPEHPK3PXP"


def test_log_line_is_json_without_the_request(caplog: pytest.LogCaptureFixture) -> None:
    import json
    import logging

    from django.test import RequestFactory

    from linshuo.config.logs import JsonFormatter

    request = RequestFactory().post("/said", {"words": "路灯不亮"})
    try:
        raise ValueError("坏了")
    except ValueError:
        logging.getLogger("linshuo.test").exception(
            "could not %s", "save", extra={"request": request, "need": 7, "path_like": Path("x")}
        )
    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert (line["level"], line["message"], line["need"]) == ("ERROR", "could not save", 7)
    assert line["path"] == "/said"
    assert "坏了" in line["traceback"]
    assert "路灯" not in json.dumps(line, ensure_ascii=False)
