"""A round, whom it is about, and what was objected."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linshuo.domain.honours.lifecycle import LIVE, NOTICE_DAYS, ROUND
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.keys import CommunityKey
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Trailed, exactly_one
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import secret

MOST_BECAUSE = 200
MOST_WORDS = 500


class Whom(models.TextChoices):
    """Whom a round is for."""

    UNITS = "units", _("单位")
    VOLUNTEERS = "volunteers", _("志愿者")
    BOTH = "both", _("单位和志愿者")


class Round(Trailed):
    """一轮评选: criteria as thresholds over records, as of a day; when its list hangs out; how far
    it has come."""

    trail_kind = "round"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    whom = models.CharField(max_length=10, choices=Whom)
    title = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    since = models.DateField()
    """The first day whose records count."""
    as_of = models.DateField()
    """The last one."""
    criteria = models.JSONField(default=dict)
    """For units and for people: which measures, and the least of each. As it was computed by."""
    state = models.CharField(
        max_length=8, choices=[(s.name, s.label) for s in ROUND.states.values()]
    )
    due_at = models.DateTimeField(null=True)
    due_for = models.CharField(max_length=14, blank=True)
    made_at = models.DateTimeField()
    present = models.JSONField(default=list)
    """Who of the committee is there: persons by number."""
    computed_at = models.DateTimeField(null=True)
    notice_from = models.DateField(null=True)
    notice_days = models.PositiveSmallIntegerField(null=True)
    """From `notice_from` on, that day not counted."""
    awarded_at = models.DateTimeField(null=True)
    dropped_because = models.CharField(max_length=MOST_BECAUSE, blank=True)

    objects = ScopedQuerySet["Round"].as_manager()

    class Meta:
        verbose_name = _("一轮评选")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=LIVE) | Q(due_at__isnull=False), name="round_live_is_due"
            ),
            models.CheckConstraint(
                condition=Q(notice_days__isnull=True) | Q(notice_days__gte=NOTICE_DAYS),
                name="round_notice_seven_days",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("notice", "awarded"))
                | Q(notice_from__isnull=False, notice_days__isnull=False),
                name="round_shown_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="awarded") | Q(awarded_at__isnull=False),
                name="round_awarded_says_when",
            ),
            models.CheckConstraint(
                condition=Q(as_of__gte=models.F("since")), name="round_as_of_after_since"
            ),
        ]
        indexes = [models.Index(fields=["community", "state", "-year", "-id"], name="round_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def notice_to(self) -> date | None:
        """The last day on which somebody may object."""
        if self.notice_from is None or self.notice_days is None:
            return None
        return self.notice_from + timedelta(days=self.notice_days)

    @property
    def kinds(self) -> tuple[str, ...]:
        """unit, person or both."""
        both = {"units": ("unit",), "volunteers": ("person",), "both": ("unit", "person")}
        return both[self.whom]


class Candidate(Trailed):
    """One unit or person of a round: by which facts, what the committee chose and why, and the
    certificate with its number."""

    trail_kind = "candidate"

    class Via(models.TextChoices):
        MET = "met", _("达到条件")
        NAMED = "named", _("委员会提出")
        GONE = "gone", _("重算以后没有达到")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    round = CommunityKey(Round)
    person = CommunityKey(Person, null=True)
    partnership = CommunityKey(Partnership, null=True)
    via = models.CharField(max_length=5, choices=Via)
    facts = models.JSONField(default=list)
    """As computed: measure, value, and the ids of the rows behind it."""
    chosen = models.BooleanField(null=True)
    chosen_because = models.CharField(max_length=MOST_BECAUSE, blank=True)
    decided_by = CommunityKey(Person, null=True)
    """Who wrote the choice down."""
    decided_at = models.DateTimeField(null=True)
    present = models.JSONField(default=list)
    """Who took part in this choice: the committee less whoever it was about."""
    changed_on = models.DateField(null=True)
    """When an objection changed the choice: for this one the notice begins anew on that day."""
    full_name = models.BooleanField(default=False)
    """Whether a person had agreed to their full name when they were shown."""
    declined_at = models.DateTimeField(null=True)
    cert_no = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=12, blank=True)
    """What the QR code on the certificate leads to; not to be guessed."""
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=MOST_BECAUSE, blank=True)

    objects = ScopedQuerySet["Candidate"].as_manager()

    class Meta:
        verbose_name = _("评选对象")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("person", "partnership"), name="candidate_exactly_one"
            ),
            models.UniqueConstraint(
                fields=["round", "person"],
                condition=Q(person__isnull=False),
                name="candidate_person_once",
            ),
            models.UniqueConstraint(
                fields=["round", "partnership"],
                condition=Q(partnership__isnull=False),
                name="candidate_unit_once",
            ),
            models.UniqueConstraint(
                fields=["community", "cert_no"],
                condition=~Q(cert_no=""),
                name="candidate_certificate_once",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="candidate_code_once"
            ),
            models.CheckConstraint(
                condition=Q(chosen__isnull=True)
                | (~Q(chosen_because="") & Q(decided_at__isnull=False)),
                name="candidate_chosen_says_why",
            ),
            models.CheckConstraint(
                condition=Q(cert_no="") | Q(chosen=True, declined_at__isnull=True),
                name="candidate_certified_is_chosen",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | (~Q(cert_no="") & ~Q(revoked_because="")),
                name="candidate_revoked_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "person"], name="candidate_person"),
            models.Index(fields=["community", "partnership"], name="candidate_unit"),
        ]

    def __str__(self) -> str:
        return self.cert_no or f"{self.pk}"

    @property
    def name(self) -> str:
        """In full; what of it is shown is `shown_name`'s to say."""
        return str(self.partnership) if self.partnership is not None else str(self.person)

    @property
    def stands(self) -> bool:
        """Whether it is on the list as chosen, and wishes to be."""
        return bool(self.chosen) and self.declined_at is None and self.via != self.Via.GONE


class Objection(Trailed):
    """异议: said by anybody, named or not, while the notice hangs; answered by somebody else than
    whoever chose."""

    trail_kind = "objection"

    class Via(models.TextChoices):
        WEB = "web", _("网上")
        PAPER = "paper", _("写在纸上的")
        WORD = "word", _("当面或电话")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    round = CommunityKey(Round)
    candidate = CommunityKey(Candidate, null=True)
    """None where it is about the list as a whole."""
    words = models.CharField(max_length=MOST_WORDS)
    who = models.CharField(max_length=40, blank=True)
    contact_enc = models.TextField(blank=True)
    """How to reach whoever said it, if they left that; the code answers whoever did not."""
    person = CommunityKey(Person, null=True)
    """Where somebody signed in said it."""
    via = models.CharField(max_length=5, choices=Via)
    code = models.CharField(max_length=12, unique=True)
    """With which the answer can be read, by whoever left nothing else."""
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = CommunityKey(Person, null=True)
    answer = models.CharField(max_length=MOST_WORDS, blank=True)
    upheld = models.BooleanField(null=True)

    objects = ScopedQuerySet["Objection"].as_manager()

    class Meta:
        verbose_name = _("异议")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, upheld__isnull=True, answer="")
                | (Q(answered_at__isnull=False, upheld__isnull=False) & ~Q(answer="")),
                name="objection_answered_in_full",
            ),
        ]
        indexes = [models.Index(fields=["community", "round", "at"], name="objection_round")]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def contact(self) -> str:
        """In the clear: only for whoever answers."""
        return secret.unseal(self.contact_enc)
