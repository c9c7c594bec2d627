"""Fields and constraints of the room; nothing here writes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.lifecycle import LIVE, NEED
from linshuo.domain.papers.models import File, Paper
from linshuo.domain.people.models import Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community, Place
from linshuo.domain.trail.models import Trailed
from linshuo.domain.trail.scoping import ScopedQuerySet

MOST_WORDS = 20_000
MOST_TITLE = 60


class Source(models.TextChoices):
    VISIT = "visit", _("走访")
    CALL = "call", _("来电")
    WECHAT = "wechat", _("微信")
    LISTENING = "listening", _("书记听民声")
    PROXY = "proxy", _("代报")
    WEB = "web", _("网上说")
    IMPORT = "import", _("旧台账")


class Urgency(models.TextChoices):
    GENERAL = "general", _("不急")
    UTILITY = "utility", _("停水停电")
    DANGER = "danger", _("有危险")


class Disposition(models.TextChoices):
    """What became of a note, by one tap."""

    OPEN = "open", _("还没定")
    WISH = "wish", _("转需求")
    PROBLEM = "problem", _("转问题")
    SETTLED = "settled", _("当场办结")
    JOINED = "joined", _("并入")
    NOTED = "noted", _("仅记录")


class Kind(models.TextChoices):
    WISH = "wish", _("需求")
    PROBLEM = "problem", _("问题")
    SMALL_WISH = "small_wish", _("微心愿")


class Visibility(models.TextChoices):
    STAFF = "staff", _("只在社区里看")
    MEMBERS = "members", _("报到的党员和单位看得到")
    PUBLIC = "public", _("公开")


class Outcome(models.TextChoices):
    SOLVED = "solved", _("办成了")
    PARTLY = "partly", _("办成一部分")
    BEYOND = "beyond", _("社区办不了")
    UNWANTED = "unwanted", _("不用办了")


class Tag(models.TextChoices):
    HARD = "hard", _("难点")
    PAIN = "pain", _("痛点")
    BLOCK = "block", _("堵点")


class Category(Trailed):
    """What kind of matter it is; says how long an answer and the work may take by default."""

    trail_kind = "category"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    parent = CommunityKey("self", null=True)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    done_days = models.PositiveSmallIntegerField(default=15)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Category"].as_manager()

    class Meta:
        verbose_name = _("类别")
        constraints = [
            models.UniqueConstraint(fields=["community", "code"], name="category_code_once")
        ]

    def __str__(self) -> str:
        return self.name


class Note(Trailed):
    """One matter in one staff member's notebook: 一事一记."""

    trail_kind = "note"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    author = CommunityKey(Person)
    draft_id = models.CharField(max_length=36)
    at = models.DateTimeField()
    day = models.DateField()
    """The calendar day in China: a day is a page."""
    place = CommunityKey(Place)
    words = models.TextField()
    source = models.CharField(max_length=10, choices=Source)
    urgency = models.CharField(max_length=8, choices=Urgency)
    speaker = CommunityKey(Person, null=True)
    paper = CommunityKey(Paper, null=True)
    disposition = models.CharField(max_length=8, choices=Disposition, default=Disposition.OPEN)

    objects = ScopedQuerySet["Note"].as_manager()

    class Meta:
        verbose_name = _("民情笔记")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "author", "draft_id"], name="note_draft_once"
            )
        ]
        indexes = [models.Index(fields=["community", "author", "day", "at"], name="note_page")]

    def __str__(self) -> str:
        return self.words[:20]


class Need(Trailed):
    """A matter the community has heard and answers for."""

    trail_kind = "need"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    old_number = models.CharField(max_length=40, blank=True)
    """Its number in the ledger or system it was imported from."""
    origin = models.CharField(max_length=40, blank=True)
    note = CommunityKey(Note, null=True)
    kind = models.CharField(max_length=12, choices=Kind)
    category = CommunityKey(Category, null=True)
    place = CommunityKey(Place)
    title = models.CharField(max_length=MOST_TITLE)
    words = models.TextField()
    source = models.CharField(max_length=10, choices=Source)
    urgency = models.CharField(max_length=8, choices=Urgency)
    tags = models.CharField(max_length=40, blank=True)
    """难点 痛点 堵点, joined by commas: none of the three words is part of another."""
    requester = CommunityKey(Person, null=True)
    proxy = CommunityKey(Person, null=True)
    paper = CommunityKey(Paper, null=True)
    photo = CommunityKey(File, null=True)
    owner = CommunityKey(Person, null=True)

    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.STAFF)
    public_title = models.CharField(max_length=MOST_TITLE, blank=True)
    public_text = models.TextField(blank=True)

    state = models.CharField(
        max_length=10, choices=[(s.name, s.label) for s in NEED.states.values()]
    )
    due_at = models.DateTimeField(null=True)
    due_for = models.CharField(max_length=12, blank=True)

    reported_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    finished_by = CommunityKey(Person, null=True)
    closed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """When it was declined, merged or withdrawn."""

    progress = models.CharField(max_length=200, blank=True)
    progress_at = models.DateTimeField()
    """The last sign of life; silence is counted from here."""
    still_true_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    result_text = models.TextField(blank=True)
    no_results_because = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    who_can_help = models.CharField(max_length=200, blank=True)

    survivor = CommunityKey("self", null=True)
    contested = models.BooleanField(default=False)
    reopened = models.PositiveSmallIntegerField(default=0)
    extended = models.PositiveSmallIntegerField(default=0)
    for_meeting = models.BooleanField(default=False)
    escalated_at = models.DateTimeField(null=True)
    escalated_why = models.CharField(max_length=200, blank=True)
    returned_at = models.DateTimeField(null=True)
    returned_why = models.CharField(max_length=200, blank=True)
    supporters = models.PositiveIntegerField(default=0)
    """How many others said 我也要; the rows are `Supporter`."""

    objects = ScopedQuerySet["Need"].as_manager()

    class Meta:
        verbose_name = _("需求和问题")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="need_number_once"),
            models.UniqueConstraint(
                fields=["community", "origin", "old_number"],
                condition=~Q(old_number=""),
                name="need_old_number_once",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", survivor__isnull=False)
                | (~Q(state="merged") & Q(survivor__isnull=True)),
                name="need_merged_has_survivor",
            ),
            models.CheckConstraint(
                condition=Q(visibility=Visibility.STAFF) | ~Q(public_text=""),
                name="need_seen_outside_has_text",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE) | Q(due_at__isnull=False),
                name="need_live_is_due",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "due_at", "id"], name="need_ledger"),
            models.Index(fields=["community", "owner", "state", "due_at"], name="need_owner"),
            models.Index(fields=["community", "-reported_at", "-id"], name="need_newest"),
            models.Index(fields=["community", "-closed_at", "-id"], name="need_closed"),
            models.Index(fields=["community", "requester"], name="need_requester"),
            models.Index(fields=["community", "survivor"], name="need_survivor"),
            models.Index(fields=["community", "note"], name="need_note"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def tag_list(self) -> list[str]:
        """The tags one by one."""
        return [t for t in self.tags.split(",") if t]

    @property
    def short_number(self) -> str:
        """The serial alone, as people say it: 0042."""
        return self.number.rsplit("-", 1)[-1]


class Supporter(Trailed):
    """Someone else who wants the same: 我也要. An imported count has no names behind it."""

    trail_kind = "supporter"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    need = CommunityKey(Need)
    person = CommunityKey(Person, null=True)
    contact_hmac = models.CharField(max_length=64, blank=True)
    note = CommunityKey(Note, null=True)
    heads = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    via = models.CharField(max_length=40, blank=True)

    objects = ScopedQuerySet["Supporter"].as_manager()

    class Meta:
        verbose_name = _("也要的人")
        constraints = [
            models.UniqueConstraint(
                fields=["need", "person"],
                condition=Q(person__isnull=False),
                name="supporter_person_once",
            ),
            models.UniqueConstraint(
                fields=["need", "contact_hmac"],
                condition=~Q(contact_hmac=""),
                name="supporter_contact_once",
            ),
        ]
        indexes = [models.Index(fields=["community", "need"], name="supporter_need")]

    def __str__(self) -> str:
        return str(self.heads)


class Contact(Trailed):
    """One time somebody was spoken to, or could not be reached, about a need."""

    trail_kind = "contact"

    class Purpose(models.TextChoices):
        ANSWER = "answer", _("答复")
        CONFIRM = "confirm", _("问好没好")
        FOLLOW_UP = "follow_up", _("三十天回访")
        INSPECT = "inspect", _("到现场看")

    class Channel(models.TextChoices):
        PHONE = "phone", _("电话")
        VISIT = "visit", _("上门")
        WECHAT = "wechat", _("微信")
        COUNTER = "counter", _("来社区")
        SLIP = "slip", _("便民条")

    class Said(models.TextChoices):
        SETTLED = "settled", _("居民说好了")
        NOT_SETTLED = "not_settled", _("居民说没好")
        NO_ANSWER = "no_answer", _("没联系上")
        TOLD = "told", _("已经告诉")
        SEEN_FINE = "seen_fine", _("看过，好了")
        SEEN_NOT = "seen_not", _("看过，没好")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    need = CommunityKey(Need)
    purpose = models.CharField(max_length=10, choices=Purpose)
    channel = models.CharField(max_length=8, choices=Channel)
    at = models.DateTimeField()
    by = CommunityKey(Person, null=True)
    said = models.CharField(max_length=12, choices=Said)
    words = models.CharField(max_length=300, blank=True)
    words_ok = models.BooleanField(default=False)
    """Whoever said it agreed that it may be shown without their name."""
    shown = models.CharField(max_length=300, blank=True)
    """The words as a person released them, for everyone."""
    shown_at = models.DateTimeField(null=True)
    rating_attitude = models.PositiveSmallIntegerField(null=True)
    rating_result = models.PositiveSmallIntegerField(null=True)

    objects = ScopedQuerySet["Contact"].as_manager()

    class Meta:
        verbose_name = _("联系记录")
        indexes = [models.Index(fields=["community", "need", "at"], name="contact_need")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(rating_attitude__isnull=True) | Q(rating_attitude__range=(1, 5)))
                & (Q(rating_result__isnull=True) | Q(rating_result__range=(1, 5))),
                name="contact_rating_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(shown="") | Q(words_ok=True), name="contact_shown_is_agreed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.said}"


class Result(Trailed):
    """Something done for a need: progress, an official reply, work; evidence handed down."""

    trail_kind = "result"

    class Sort(models.TextChoices):
        PROGRESS = "progress", _("进展")
        REPLY = "reply", _("答复")
        WORK = "work", _("做了什么")
        SERVICE = "service", _("有人来过")
        PROJECT = "project", _("项目交付")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    need = CommunityKey(Need)
    kind = models.CharField(max_length=12, choices=Sort)
    ref_id = models.BigIntegerField(null=True)
    """The row in a room above that proves it; a bare id, since this room knows none above it."""
    text = models.TextField()
    at = models.DateTimeField()
    by = CommunityKey(Person, null=True)
    file = CommunityKey(File, null=True)

    objects = ScopedQuerySet["Result"].as_manager()

    class Meta:
        verbose_name = _("办理记录")
        indexes = [models.Index(fields=["community", "need", "at"], name="result_need")]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "kind", "ref_id"],
                condition=Q(ref_id__isnull=False),
                name="result_evidence_once",
            )
        ]

    def __str__(self) -> str:
        return self.text[:20]
