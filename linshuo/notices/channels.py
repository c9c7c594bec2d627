"""The three ways out of the house: mail, an SMS gateway, a robot in a group chat.

Each sends one thing or raises `Unsent`; trying again is `post`'s. Apprise is loaded by whoever
sends: it is as large as half of the house, and a web process has no use for it.
"""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage

from linshuo.kit import secret
from linshuo.notices.models import Robot
from linshuo.notices.words import Words

PHONE = "{phone}"


class Unsent(Exception):
    """It did not leave the house. `whole` says that the channel itself is at fault, not one
    address: whatever else would go the same way can wait for the next round."""

    def __init__(self, trouble: str, *, whole: bool = True) -> None:
        super().__init__(trouble)
        self.trouble = trouble[:80]
        self.whole = whole


def send_mail(address: str, words: Words, mark: str) -> None:
    """One mail. `mark` makes its Message-ID, the same each time it is tried."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
    message = EmailMessage(
        words.subject,
        words.body,
        to=[address],
        headers={"Message-ID": f"<{mark}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except SMTPRecipientsRefused:
        raise Unsent("the mail server refuses the address", whole=False) from None
    except (SMTPException, OSError) as error:
        raise Unsent(type(error).__name__) from None


def send_sms(phone: str, words: Words) -> None:
    """One text message, through the gateway that the server's settings name."""
    from linshuo.notices.apprised import apprise

    gateway = apprise.Apprise.instantiate(settings.SMS_URL.replace(PHONE, phone))
    if gateway is None:
        raise Unsent("the gateway's address is wrong")
    if not gateway.notify(body=words.body):
        raise Unsent("the gateway did not take it")


def send_to_robot(robot: Robot, words: Words) -> None:
    """One line in a group chat."""
    from linshuo.notices.apprised import SPEAKERS

    address = robot.address
    if not address:
        raise Unsent("the robot's address cannot be read")
    speaker = SPEAKERS[robot.kind](address, secret.unseal(robot.sign_enc))
    if not speaker.notify(body=words.body):
        raise Unsent(speaker.trouble or "no answer")
