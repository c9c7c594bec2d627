"""What somebody was told, and what carries it out of the house."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Ask
from linshuo.domain.honours.models import Round
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Activity, Resolution, Turn
from linshuo.domain.service.rota_rows import RotaSwap
from linshuo.domain.trail.models import Event, Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, secret
from linshuo.notices.sayings_apart import TO_READERS, TO_SWAPPERS


class Robot(Trailed):
    """A robot in a group chat of 企业微信 or 钉钉. Its address is a key and is kept encrypted."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("企业微信")
        DINGTALK = "dingtalk", _("钉钉")

    trail_kind = "robot"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=40)
    address_enc = models.TextField()
    sign_enc = models.TextField(blank=True)
    """钉钉's signing key, where the robot was made with one."""
    urgent_only = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Robot"].as_manager()

    class Meta:
        verbose_name = _("群机器人")

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where its words are posted to, in the clear: only for posting."""
        return secret.unseal(self.address_enc)


class Letter(models.Model):
    """One mail, one SMS or one line in a group: its messages, and how far it has come.

    It keeps no words and no address: both are looked up at the moment of sending. A row is claimed
    before anything leaves the house, so that what was interrupted is known to have been: nobody
    can say then whether it arrived, so it is not sent again, it is told by telephone.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("邮件")
        SMS = "sms", _("短信")
        ROBOT = "robot", _("群消息")

    class State(models.TextChoices):
        WAITING = "waiting", _("等着发")
        SENDING = "sending", _("正在发")
        SENT = "sent", _("发出了")
        FAILED = "failed", _("没发出去")
        UNSURE = "unsure", _("不知道发没发出去")
        MOOT = "moot", _("不用发了")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=5, choices=Channel)
    person = CommunityKey(Person, null=True)
    robot = CommunityKey(Robot, null=True)
    urgent = models.BooleanField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """When it is sent, or tried again."""
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=80, blank=True)
    """What went wrong last, in the channel's terms; nothing of the words or the address."""

    objects = ScopedQuerySet["Letter"].as_manager()

    class Meta:
        verbose_name = _("寄出的")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, robot__isnull=True)
                | Q(person__isnull=True, robot__isnull=False),
                name="letter_to_exactly_one",
            )
        ]
        indexes = [
            models.Index(
                fields=["state", "due_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="letter_under_way",
            ),
            models.Index(fields=["community", "person", "-made_at"], name="letter_person"),
            models.Index(fields=["community", "robot", "-made_at"], name="letter_robot"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"


ABOUT_TURNS = frozenset({"free", "free-now", "free-fit", "free-post"})
"""Sentences about a turn at a post that came free. The turn is the one that the event is about."""


class Message(models.Model):
    """One thing told to one person, or said in one group, because of one event.

    It keeps which sentence it is and which matter it is about, not the sentence itself: that is
    put together when it is read, in the reader's language, so there is no second copy of anybody's
    words to erase. It is no part of the trail: losing one loses nothing that happened.

    Every message of a person stands in their inbox. `way` says what else becomes of it.
    """

    class Way(models.TextChoices):
        OPEN = "", _("还没定")
        LETTER = "letter", _("寄出")
        CALL = "call", _("打电话告诉")
        DESK = "desk", _("自己来看")
        MOOT = "moot", _("不用说了")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    event_id = models.BigIntegerField()
    person = CommunityKey(Person, null=True)
    robot = CommunityKey(Robot, null=True)
    saying = models.CharField(max_length=12)
    need = CommunityKey(Need, null=True)
    """None for a line of a post, an asset or what is offered."""
    pledge = CommunityKey(Pledge, null=True)
    ask = CommunityKey(Ask, null=True)
    """The line, where somebody is asked about it who has not signed."""
    activity = CommunityKey(Activity, null=True)
    """The activity that is told of; of a resolution its meeting."""
    resolution = CommunityKey(Resolution, null=True)
    honour = CommunityKey(Round, null=True)
    """The round of honours that is told of."""
    at = models.DateTimeField()
    """When the thing happened that is told about."""
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=6, choices=Way, default=Way.OPEN, blank=True)
    post_at = models.DateTimeField(default=clock.now)
    """From when on it may leave the house: at once, or with the day's digest."""
    letter = CommunityKey(Letter, null=True)
    call_at = models.DateTimeField(null=True)
    """Since when it has been on the call list."""
    told_at = models.DateTimeField(null=True)
    told_by = CommunityKey(Person, null=True)
    """Who told it by telephone or at the door."""

    objects = ScopedQuerySet["Message"].as_manager()

    class Meta:
        verbose_name = _("告诉")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, robot__isnull=True)
                | Q(person__isnull=True, robot__isnull=False),
                name="message_to_exactly_one",
            ),
            models.CheckConstraint(
                condition=Q(need__isnull=False)
                | Q(pledge__isnull=False)
                | Q(ask__isnull=False)
                | Q(activity__isnull=False)
                | Q(honour__isnull=False)
                | Q(saying__in=sorted(TO_SWAPPERS | TO_READERS)),
                name="message_about_something",
            ),
            models.UniqueConstraint(
                fields=["community", "event_id", "person", "saying"],
                condition=Q(person__isnull=False),
                name="message_once",
            ),
            models.UniqueConstraint(
                fields=["community", "event_id", "robot", "saying"],
                condition=Q(robot__isnull=False),
                name="message_once_in_group",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "person", "-id"],
                condition=Q(done_at__isnull=True),
                name="message_waiting",
            ),
            models.Index(fields=["post_at"], condition=Q(way=""), name="message_to_post"),
            models.Index(
                fields=["community", "call_at"],
                condition=Q(way="call", told_at__isnull=True),
                name="message_to_call",
            ),
            models.Index(
                fields=["letter"], condition=Q(letter__isnull=False), name="message_letter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.saying} {self.event_id}"

    @property
    def gathering(self) -> Activity | Resolution | Round | None:
        """The activity, resolution or round of honours that is told of, if it is one."""
        found: Activity | Resolution | Round | None
        found = self.resolution or self.activity or self.honour
        return found

    @property
    def of_turn(self) -> bool:
        """Whether it tells of a turn at a post."""
        return self.saying in ABOUT_TURNS

    @cached_property
    def turn(self) -> Turn | None:
        """That turn. `freed.with_turns` reads those of many messages at once."""
        if not self.of_turn:
            return None
        events = Event.objects.within(self.community_id).filter(pk=self.event_id, row_kind="turn")
        rows = Turn.objects.within(self.community_id).filter(pk__in=events.values("row_id"))
        return rows.select_related("post__place", "hours", "covers__post__place").first()

    swap: RotaSwap | None = None
    """The swap it tells of; `apart.with_apart` reads those of many messages at once."""
    over: bool = False
    """Whether what it asks for was done since; the same reads it."""

    @property
    def apart(self) -> bool:
        """Whether it tells of what it has no column for."""
        return self.saying in TO_SWAPPERS | TO_READERS

    @property
    def line(self) -> Ask | None:
        """The line of the board it is about, if it is about one."""
        if self.of_turn or self.apart:
            return None
        found: Ask | None = self.pledge.ask if self.pledge is not None else self.ask
        return found
