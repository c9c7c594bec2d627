"""Accounts, persons, organisations, partnerships, appointments, sign-in cards, consents."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.papers.models import File, Paper
from linshuo.domain.people.lifecycle import CHECK_IN, LIVE
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community, Place
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, secret
from linshuo.kit.can import Role


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; there is no self sign-up."""

    def create_user(self, username: str, password: str | None = None, **extra: Any) -> Account:
        account = self.model(username=self.model.normalize_username(username), **extra)
        account.set_password(password)
        account.save(using=self._db, force_insert=True)
        return account


class Account(AbstractBaseUser):
    """A way to sign in, on this install. Who one is in a community is a `Person`."""

    username = models.CharField(max_length=40, unique=True)
    pin = models.CharField(max_length=128, blank=True)
    """Hash of the four digits that open a locked screen again."""
    pin_failures = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        verbose_name = _("账号")

    @property
    def is_staff(self) -> bool:
        """Nobody enters a back office by being an account; appointments open doors."""
        return False


class Organisation(Trailed):
    """A unit or its party branch, known once on the whole install."""

    trail_kind = "organisation"

    name = models.CharField(max_length=80, unique=True)
    uscc = models.CharField(max_length=18, blank=True)
    """统一社会信用代码 (GB 32100), where supplied."""

    objects: models.Manager[Organisation] = models.Manager()

    class Meta:
        verbose_name = _("单位")
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"], condition=~Q(uscc=""), name="organisation_uscc_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Partnership(Trailed):
    """An organisation standing by one community: 共建单位."""

    trail_kind = "partnership"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    agreement = CommunityKey(File, null=True)
    wishes = models.CharField(max_length=200, blank=True)
    """What the unit would like from the community, in its own words."""
    unconfirmed = models.BooleanField(default=False)
    """While the name alone is known, read off a signed sheet."""

    objects = ScopedQuerySet["Partnership"].as_manager()

    class Meta:
        verbose_name = _("共建关系")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "organisation"], name="partnership_once_in_community"
            )
        ]

    def __str__(self) -> str:
        return self.organisation.name


class Person(Trailed):
    """Someone as one community knows them. The phone is kept encrypted."""

    trail_kind = "person"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=40)
    initials = models.CharField(max_length=20, blank=True)
    phone_enc = models.TextField(blank=True)
    phone_hmac = models.CharField(max_length=64, blank=True)
    place = CommunityKey(Place, null=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Person"].as_manager()

    class Meta:
        verbose_name = _("人")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "phone_hmac", "name"],
                condition=~Q(phone_hmac=""),
                name="person_phone_name_once",
            ),
            models.UniqueConstraint(
                fields=["community", "account"],
                condition=Q(account__isnull=False),
                name="person_account_once_in_community",
            ),
        ]
        indexes = [models.Index(fields=["community", "initials"], name="person_initials")]

    def __str__(self) -> str:
        return self.name

    @property
    def phone(self) -> str:
        """The number in the clear: only for `queries.reveal` and messages to the person."""
        return secret.unseal(self.phone_enc)


class Way(models.TextChoices):
    """How somebody wishes to be told of what concerns them."""

    ANY = "any", _("怎么方便怎么来")
    EMAIL = "email", _("邮件")
    SMS = "sms", _("短信")
    CALL = "call", _("打电话")
    LOOK = "look", _("不用，我自己来看")


class Telling(Trailed):
    """How one person wishes to be told, and their e-mail address, kept as the phone is.

    A row of its own: what stands on `Person` is part of a digest already taken.
    """

    trail_kind = "telling"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    person = CommunityKey(Person)
    way = models.CharField(max_length=5, choices=Way, default=Way.ANY)
    email_enc = models.TextField(blank=True)

    objects = ScopedQuerySet["Telling"].as_manager()

    class Meta:
        verbose_name = _("怎么告诉")
        constraints = [models.UniqueConstraint(fields=["person"], name="telling_once_a_person")]

    def __str__(self) -> str:
        return self.way

    @property
    def email(self) -> str:
        """The address in the clear: only for messages to the person, and their own page."""
        return secret.unseal(self.email_enc)


class Appointment(Trailed):
    """A role, over a place or over a partnership, for a period."""

    trail_kind = "appointment"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    person = CommunityKey(Person)
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in Role])
    title = models.CharField(max_length=40, blank=True)
    """What it is called here: 盐业片区秘书."""
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    partnership = CommunityKey(Partnership, null=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    objects = ScopedQuerySet["Appointment"].as_manager()

    class Meta:
        verbose_name = _("任职")
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=False, partnership__isnull=True)
                | Q(place__isnull=True, partnership__isnull=False),
                name="appointment_over_exactly_one",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=models.F("starts")),
                name="appointment_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.role


class Card(Trailed):
    """A sign-in card: a printed paper that lets one person make or mend their account once."""

    trail_kind = "card"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    person = CommunityKey(Person)
    paper = CommunityKey(Paper)
    expires_at = models.DateTimeField()

    objects = ScopedQuerySet["Card"].as_manager()

    class Meta:
        verbose_name = _("登录卡")
        constraints = [models.UniqueConstraint(fields=["paper"], name="card_paper_once")]

    def __str__(self) -> str:
        return f"{self.person_id}"


class Purpose(models.TextChoices):
    """What a person may agree to, each by itself (个人信息保护法 §23, §25, §29)."""

    CONTACT = "contact", _("社区为这件事联系我")
    SHARE_HELPER = "share_helper", _("把我的称呼和电话告诉来帮忙的人")
    SHARE_UNIT = "share_unit", _("把我参加服务的情况告诉我的单位")
    NAME_PUBLIC = "name_public", _("在公示和展板上写我的全名")
    WORDS_PUBLIC = "words_public", _("不写名字，公开我说的话")


class Consent(Trailed):
    """One agreement to one purpose, in the version that was read; withdrawing is a date."""

    trail_kind = "consent"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    person = CommunityKey(Person)
    purpose = models.CharField(max_length=20, choices=Purpose)
    version = models.PositiveSmallIntegerField(default=1)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    paper = CommunityKey(Paper, null=True)
    guardian = models.CharField(max_length=40, blank=True)

    objects = ScopedQuerySet["Consent"].as_manager()

    class Meta:
        verbose_name = _("同意")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "version"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_once_while_given",
            )
        ]

    def __str__(self) -> str:
        return self.purpose


class AgeBand(models.TextChoices):
    """No birthday is asked: only whether somebody is a minor, and needs a guardian."""

    ADULT = "", _("成年")
    TEEN = "teen", _("十四到十七岁")
    CHILD = "child", _("不满十四岁")


class CheckIn(Trailed):
    """报到: what somebody would do here, in their own words. No door, no identity number."""

    trail_kind = "checkin"

    class Via(models.TextChoices):
        WEB = "web", _("网上")
        DESK = "desk", _("报到处")
        PAPER = "paper", _("纸表")
        ROSTER = "roster", _("名册")
        BOARD = "board", _("展板上签的名")

    class Because(models.TextChoices):
        WISH = "wish", _("本人不来了")
        MOVED = "moved", _("转到别的社区")
        LEFT = "left", _("离开了单位")
        TWICE = "twice", _("重复了")
        ERASE = "erase", _("本人要求删除")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    person = CommunityKey(Person)
    partnership = CommunityKey(Partnership, null=True)
    unit_text = models.CharField(max_length=80, blank=True)
    """The unit or branch as it was said, while no partnership of that name is known."""
    place = CommunityKey(Place, null=True)
    """The estate they live in or would help in; never a building."""
    receipt_no = models.CharField(max_length=20, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s.name, s.label) for s in CHECK_IN.states.values()]
    )
    due_at = models.DateTimeField(null=True)
    due_for = models.CharField(max_length=14, blank=True)
    skills = models.CharField(max_length=120, blank=True)
    times = models.CharField(max_length=80, blank=True)
    interests = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=120, blank=True)
    age_band = models.CharField(max_length=5, choices=AgeBand, blank=True)
    guardian = models.CharField(max_length=40, blank=True)
    licence = models.CharField(max_length=60, blank=True)
    """The licence behind a skill: 医师资格证, 电工证."""
    licence_until = models.DateField(null=True)
    via = models.CharField(max_length=6, choices=Via)
    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    paused_until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=5, choices=Because, blank=True)

    objects = ScopedQuerySet["CheckIn"].as_manager()

    class Meta:
        verbose_name = _("报到")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "receipt_no"],
                condition=~Q(receipt_no=""),
                name="checkin_receipt_once",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=LIVE), name="checkin_once_while_live"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE) | Q(due_at__isnull=False), name="checkin_live_is_due"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("accepted", "paused")) | ~Q(receipt_no=""),
                name="checkin_accepted_has_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "due_at"], name="checkin_due"),
            models.Index(fields=["community", "partnership", "state"], name="checkin_unit"),
            models.Index(fields=["community", "-submitted_at", "-id"], name="checkin_newest"),
        ]

    def __str__(self) -> str:
        return self.receipt_no or f"{self.person_id}"


class Erasure(Trailed):
    """Somebody asks that what is known of them be deleted (个人信息保护法 §47): it waits some
    days, in which it can be taken back, and is then carried out."""

    trail_kind = "erasure"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    person = CommunityKey(Person)
    words = models.CharField(max_length=200, blank=True)
    """How they said it, where the office wrote it down for them."""
    asked_at = models.DateTimeField()
    asked_by = CommunityKey(Person, null=True)
    """Who wrote it down: the person themself, or the office on their word."""
    due_on = models.DateField()
    taken_back_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    redacted = models.PositiveIntegerField(default=0)
    """How many events of the trail were blanked."""

    objects = ScopedQuerySet["Erasure"].as_manager()

    class Meta:
        verbose_name = _("要求删除")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(taken_back_at__isnull=True),
                name="erasure_once_a_person",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(done_at__isnull=True),
                name="erasure_done_or_taken_back",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(taken_back_at__isnull=True, done_at__isnull=True),
                name="erasure_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.due_on}"
