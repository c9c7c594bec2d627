"""轮值: who takes part in a rota, when they cannot, and the plan that came of it. The rounds it was
published as are turns (`models.Turn.rota`). Nothing here writes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Post
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet


class Per(models.TextChoices):
    """What a round of a rota is."""

    WEEK = "week", _("一周一轮")
    MONTH = "month", _("一个月一轮")


class Holidays(models.TextChoices):
    """What becomes of rounds in which every day is a day off."""

    SKIP = "skip", _("整轮都放假的，不排")
    NAMED = "named", _("整轮都放假的，由指定的一家值")
    USUAL = "usual", _("放假也照常轮")


class RotaStage(models.TextChoices):
    DRAFT = "draft", _("还没排")
    MAKING = "making", _("正在排")
    MADE = "made", _("排好了，还没公布")
    FAILED = "failed", _("排不出来")
    PUBLISHED = "published", _("公布了")
    GONE = "gone", _("不用了")


class Rota(Trailed):
    """轮值表: a post's period, cut into rounds that units or persons take in turn.

    One that `replaces` another is that one made anew: what is past stays, and of what is to come as
    much as can.
    """

    trail_kind = "rota"
    trail_skip = frozenset({"step", "beat_at"})
    """How far the solver has come: a sign of life, and no fact about anybody."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    post = CommunityKey(Post)
    first = models.DateField()
    last = models.DateField()
    per = models.CharField(max_length=5, choices=Per)
    gap = models.PositiveSmallIntegerField(default=0)
    """Whole weeks or months that lie free between two rounds of the same one."""
    holidays = models.CharField(max_length=5, choices=Holidays, default=Holidays.SKIP)
    holiday_unit = CommunityKey(Partnership, null=True)
    """Whose the rounds of days off are, where they are somebody's."""
    basis = models.CharField(max_length=120)
    """How those who take part came to agree: 1月联席会议上各家答应的."""
    replaces = CommunityKey("self", null=True)
    root = CommunityKey("self", null=True)
    """The first of those that replaced one another: the turns of all of them are kept under it."""
    stage = models.CharField(max_length=9, choices=RotaStage, default=RotaStage.DRAFT)
    plan = models.JSONField(null=True)
    """What the solver said: `rota_solving.Told`, as plain values."""
    made_by = CommunityKey(Person, null=True)
    """Who had it made; nobody is the house."""
    made_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=10, blank=True)
    beat_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["Rota"].as_manager()

    class Meta:
        verbose_name = _("轮值表")
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="rota_ends_later"),
            models.CheckConstraint(
                condition=Q(holidays=Holidays.NAMED, holiday_unit__isnull=False)
                | (~Q(holidays=Holidays.NAMED) & Q(holiday_unit__isnull=True)),
                name="rota_names_who_has_holidays",
            ),
            models.CheckConstraint(
                condition=~Q(stage=RotaStage.PUBLISHED) | Q(published_at__isnull=False),
                name="rota_published_when",
            ),
        ]
        indexes = [models.Index(fields=["community", "post", "first"], name="rota_post")]

    def __str__(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def key_id(self) -> int:
        """Under which its turns are kept."""
        return self.root_id or self.pk


class RotaMember(Trailed):
    """Somebody who takes part in a rota: a unit, or a person who signed for the post."""

    trail_kind = "rotamember"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    rota = CommunityKey(Rota)
    person = CommunityKey(Person, null=True)
    partnership = CommunityKey(Partnership, null=True)
    left_on = models.DateField(null=True)
    """From this day on they take no more rounds."""

    objects = ScopedQuerySet["RotaMember"].as_manager()

    class Meta:
        verbose_name = _("参加轮值的")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("person", "partnership"), name="rotamember_exactly_one"
            ),
            models.UniqueConstraint(
                fields=["rota", "person"],
                condition=Q(person__isnull=False),
                name="rotamember_person_once",
            ),
            models.UniqueConstraint(
                fields=["rota", "partnership"],
                condition=Q(partnership__isnull=False),
                name="rotamember_unit_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id or self.person_id}"


class RotaDays(Trailed):
    """Days on which somebody cannot take a round, would rather not, or would like to."""

    trail_kind = "rotadays"

    class Kind(models.TextChoices):
        AWAY = "away", _("来不了")
        RATHER_NOT = "rather_not", _("最好不排")
        LIKE = "like", _("愿意排在")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    member = CommunityKey(RotaMember)
    kind = models.CharField(max_length=10, choices=Kind)
    first = models.DateField()
    last = models.DateField()
    dropped_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["RotaDays"].as_manager()

    class Meta:
        verbose_name = _("轮值里不便的日子")
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="rotadays_ends_later")
        ]
        indexes = [models.Index(fields=["community", "member"], name="rotadays_member")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first}"


class RotaSwap(Trailed):
    """换班: one side would give its round for another's; the other says yes or no."""

    trail_kind = "rotaswap"

    class Answer(models.TextChoices):
        WAITING = "", _("等对方说")
        YES = "yes", _("换了")
        NO = "no", _("对方不便")
        BACK = "back", _("不换了")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    rota = CommunityKey(Rota)
    asker = CommunityKey(RotaMember)
    other = CommunityKey(RotaMember)
    gives_on = models.DateField()
    """The first day of the round the asker gives."""
    takes_on = models.DateField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=4, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)
    word = models.CharField(max_length=120, blank=True)
    """How both agreed, where the office typed it in: 两家联络员电话里说好的."""

    objects = ScopedQuerySet["RotaSwap"].as_manager()

    class Meta:
        verbose_name = _("换班")
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("other")), name="rotaswap_between_two"),
            models.UniqueConstraint(
                fields=["rota", "gives_on", "takes_on"],
                condition=Q(answer=""),
                name="rotaswap_asked_once",
            ),
        ]
        indexes = [models.Index(fields=["community", "rota", "answer"], name="rotaswap_rota")]

    def __str__(self) -> str:
        return f"{self.gives_on} {self.takes_on}"
