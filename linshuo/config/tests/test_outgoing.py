"""Addresses of mail server and gateway: read, or answered with a sentence that repeats nothing."""

from __future__ import annotations

import pytest

from linshuo.config.env import Environment
from linshuo.config.outgoing import check_site, check_sms_url, parse_email_url, site_of
from linshuo.config.tests.test_settings import KEY, start

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp://u:p%40ss@mail.example.org", 587, True, False),
        ("smtps://u:p%40ss@mail.example.org", 465, False, True),
        ("smtps://u:p%40ss@mail.example.org:4650", 4650, False, True),
    ],
)
def test_a_mail_server(url: str, port: int, tls: bool, ssl: bool) -> None:
    read = parse_email_url(url)
    assert read["EMAIL_HOST"] == "mail.example.org"
    assert (read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert read["EMAIL_HOST_PASSWORD"] == ("p@ss" if "u:" in url else "")


def test_mails_that_are_printed() -> None:
    assert parse_email_url("console:")["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://u:hush@h", "smtp://", "smtp://h:none", "smtp://[::1"]
)
def test_a_bad_mail_server_is_a_sentence_without_its_password(url: str) -> None:
    environment = Environment({"LINSHUO_EMAIL_URL": url})
    assert environment.address("LINSHUO_EMAIL_URL", parse_email_url, {}) == {}
    (problem,) = environment.problems
    assert problem.startswith("LINSHUO_EMAIL_URL ") and "hush" not in problem


def test_a_gateway_says_where_the_number_goes() -> None:
    check_sms_url("jsons://u:p@sms.example.org/send?:to={phone}&:message=text")
    for url in ("jsons://sms.example.org/send", "pigeon://{phone}"):
        with pytest.raises(ValueError):
            check_sms_url(url)


def test_the_site_s_address() -> None:
    assert check_site("https://a.example/") == "https://a.example"
    for url in ("a.example", "ftp://a.example", "https://a.example/?q=1"):
        with pytest.raises(ValueError):
            check_site(url)
    assert site_of(["a.example", "b.example"], True) == "https://a.example"
    assert site_of(["*"], True) == site_of([".a.example"], True) == site_of([], False) == ""


def test_start_up_names_all_that_is_wrong() -> None:
    ran = start(
        LINSHUO_SECRET_KEY=KEY,
        LINSHUO_HOSTS="a.example",
        LINSHUO_EMAIL_URL="smtp://u:hush@mail.example.org",
        LINSHUO_SMS_URL="pigeon://{phone}",
        LINSHUO_DIGEST_HOUR="25",
    )
    assert ran.returncode != 0
    for name in ("LINSHUO_EMAIL_FROM", "LINSHUO_SMS_URL", "LINSHUO_DIGEST_HOUR"):
        assert name in ran.stderr
    assert "hush" not in ran.stderr
