"""Activities, turns and service records."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Ask, Post, PostHours, Risk
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community, Place
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet


class Via(models.TextChoices):
    PERSON = "person", _("受助的人说的")
    SLIP = "slip", _("便民条")
    CALL = "call", _("社区打电话问的")
    COLLEAGUE = "colleague", _("在场的同事说的")


class ActivityKind(models.TextChoices):
    """What people come together for, in the words it is announced in."""

    PARTY_DAY = "party_day", _("主题党日")
    GIVING_DAY = "giving_day", _("一日捐")
    FAIR = "fair", _("爱心集市")
    VOLUNTEER_DAY = "volunteer_day", _("志愿者日")
    LISTENING = "listening", _("听民声")
    PATROL = "patrol", _("一起巡")
    MEETING = "meeting", _("联席会议")
    OTHER = "other", _("别的活动")


class HereVia(models.TextChoices):
    """How it was noted that somebody came to an activity."""

    CODE = "code", _("自己用暗号")
    LIST = "list", _("现场点名")
    PAPER = "paper", _("签到的纸")


class Activity(Trailed):
    """Something with a day and a place that people sign up for; a meeting is one too. `taken` moves
    only by one conditional update."""

    trail_kind = "activity"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=13, choices=ActivityKind)
    title = models.CharField(max_length=60)
    about = models.TextField(blank=True)
    """What it is about, for everyone."""
    place = CommunityKey(Place)
    where = models.CharField(max_length=60, blank=True)
    """The room or corner, where the place alone does not say it."""
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    places = models.PositiveIntegerField(null=True)
    """How many can come; empty for as many as like."""
    taken = models.PositiveIntegerField(default=0)
    owner = CommunityKey(Person, null=True)
    risk = models.CharField(max_length=8, choices=Risk, blank=True)
    insurance = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=8, blank=True)
    """Said or shown on the spot: with it one notes down that one came."""
    outcome = models.TextField(blank=True)
    """What came of it, in residents' terms; for a meeting the minutes."""
    reminded_at = models.DateTimeField(null=True)
    """When those who signed up were reminded that it is tomorrow."""
    ended_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=120, blank=True)

    objects = ScopedQuerySet["Activity"].as_manager()

    class Meta:
        verbose_name = _("活动")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="activity_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(taken__lte=F("places")),
                name="activity_never_overfull",
            ),
            models.CheckConstraint(
                condition=Q(risk="") | ~Q(insurance=""), name="activity_risky_is_insured"
            ),
        ]
        indexes = [models.Index(fields=["community", "starts", "id"], name="activity_starts")]

    def __str__(self) -> str:
        return self.title


class ActivityHost(Trailed):
    """A unit that holds an activity."""

    trail_kind = "activityhost"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    activity = CommunityKey(Activity)
    partnership = CommunityKey(Partnership)
    ended_at = models.DateTimeField(null=True)
    """When it was taken off as a host."""

    objects = ScopedQuerySet["ActivityHost"].as_manager()

    class Meta:
        verbose_name = _("活动的主办")
        constraints = [
            models.UniqueConstraint(fields=["activity", "partnership"], name="activityhost_once")
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id}"


class ActivityNeed(Trailed):
    """A need that an activity is about; on a meeting's agenda a need or a line of the board that
    nobody took, and what was said."""

    trail_kind = "activityneed"

    class Why(models.TextChoices):
        CHOSEN = "chosen", _("办的人列上的")
        UNMET = "unmet", _("一直没人认")
        TWICE = "twice", _("退回过两次")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    activity = CommunityKey(Activity)
    need = CommunityKey(Need, null=True)
    ask = CommunityKey(Ask, null=True)
    """The line that nobody took; with its need, if it is for one."""
    why = models.CharField(max_length=6, choices=Why, default=Why.CHOSEN)
    said = models.TextField(blank=True)
    struck_at = models.DateTimeField(null=True)
    """Taken off; it stays, so that it is not put on again by itself."""

    objects = ScopedQuerySet["ActivityNeed"].as_manager()

    class Meta:
        verbose_name = _("活动连着的事")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "need"],
                condition=Q(ask__isnull=True),
                name="activityneed_once",
            ),
            models.UniqueConstraint(
                fields=["activity", "ask"],
                condition=Q(ask__isnull=False),
                name="activityneed_line_once",
            ),
            models.CheckConstraint(
                condition=Q(need__isnull=False) | Q(ask__isnull=False),
                name="activityneed_is_about_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id or self.ask_id}"


class Resolution(Trailed):
    """决议: what a meeting resolved, who sees to it, by when."""

    trail_kind = "resolution"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    activity = CommunityKey(Activity)
    need = CommunityKey(Need, null=True)
    text = models.CharField(max_length=200)
    owner = CommunityKey(Person)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_text = models.CharField(max_length=200, blank=True)
    late_at = models.DateTimeField(null=True)
    """When it was told that the day had passed."""

    objects = ScopedQuerySet["Resolution"].as_manager()

    class Meta:
        verbose_name = _("决议")
        indexes = [models.Index(fields=["community", "done_at", "due_on"], name="resolution_due")]

    def __str__(self) -> str:
        return self.text


TURN_OF = ("pledge", "post", "activity")


class Turn(Trailed):
    """Someone planned to come, from when to when: for a pledge, at a post, to an activity."""

    trail_kind = "turn"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    pledge = CommunityKey(Pledge, null=True)
    post = CommunityKey(Post, null=True)
    activity = CommunityKey(Activity, null=True)
    hours = CommunityKey(PostHours, null=True)
    """The stretch of the post's week it was made of, if it was."""
    rota = CommunityKey("Rota", null=True)
    """The rota it is a turn of, if it is; and the first day of the round it belongs to."""
    round_on = models.DateField(null=True)
    person = CommunityKey(Person, null=True)
    partnership = CommunityKey(Partnership, null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    covers = CommunityKey("self", null=True)
    """The turn this one stands in for, all of it or part."""
    away_at = models.DateTimeField(null=True)
    """When it was said that they cannot come; the turn is free to be covered from then on."""
    missed_at = models.DateTimeField(null=True, blank=True)
    """Said not to have come; a fact, shown to nobody but the two sides."""
    here_at = models.DateTimeField(null=True)
    """Noted to have come to an activity. No hours are in it: those take another's word."""
    here_via = models.CharField(max_length=5, choices=HereVia, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    """How often a wrong code was typed for it."""
    handover = models.CharField(max_length=300, blank=True)
    """交接: what the next one should know."""

    objects = ScopedQuerySet["Turn"].as_manager()

    class Meta:
        verbose_name = _("一班")
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="turn_ends_after_start"),
            models.CheckConstraint(condition=exactly_one(*TURN_OF), name="turn_of_exactly_one"),
            models.CheckConstraint(
                condition=exactly_one("person", "partnership"),
                name="turn_by_exactly_one",
            ),
            models.UniqueConstraint(
                fields=["hours", "starts"],
                condition=Q(hours__isnull=False),
                name="turn_once_an_hour_of_the_week",
            ),
            models.UniqueConstraint(
                fields=["activity", "person"],
                condition=Q(activity__isnull=False, person__isnull=False, away_at__isnull=True),
                name="turn_once_at_an_activity",
            ),
            models.CheckConstraint(
                condition=Q(rota__isnull=True, round_on__isnull=True)
                | Q(rota__isnull=False, round_on__isnull=False, post__isnull=False),
                name="turn_of_a_rota_has_its_round",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "person", "starts"], name="turn_person"),
            models.Index(fields=["community", "partnership", "starts"], name="turn_unit"),
            models.Index(fields=["community", "post", "starts"], name="turn_post"),
            models.Index(fields=["community", "activity"], name="turn_activity"),
            models.Index(fields=["community", "rota", "round_on"], name="turn_rota"),
        ]

    def __str__(self) -> str:
        return f"{self.starts:%F %H:%M}"


class ServiceRecord(Trailed):
    """Minutes served in a turn, in another's word."""

    trail_kind = "service"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    turn = CommunityKey(Turn)
    person = CommunityKey(Person)
    starts = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    confirmed_by = CommunityKey(Person, null=True)
    """None when the holder of a slip confirmed who never gave a name."""
    via = models.CharField(max_length=10, choices=Via)
    confirmed_at = models.DateTimeField()
    corrects = CommunityKey("self", null=True)
    why = models.CharField(max_length=200, blank=True)
    """Why it takes the place of the one it corrects."""

    objects = ScopedQuerySet["ServiceRecord"].as_manager()

    class Meta:
        verbose_name = _("服务记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("person")),
                name="service_confirmed_by_another",
            ),
            models.UniqueConstraint(
                fields=["turn", "person"],
                condition=Q(corrects__isnull=True),
                name="service_once_a_turn",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(corrects__isnull=False),
                name="service_corrected_once",
            ),
        ]
        indexes = [models.Index(fields=["community", "person", "starts"], name="service_person")]

    def __str__(self) -> str:
        return f"{self.minutes}"
