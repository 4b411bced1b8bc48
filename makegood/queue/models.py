"""Business calendars, the promises made by them, and who works the queue."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from makegood.audit.append_only import append_only
from makegood.orders.models import Product
from makegood.queue.working_time import MINUTES_OF_A_DAY, Unit
from makegood.refund_requests.models import RefundRequest


class Calendar(models.Model):
    """A name under which working hours are kept; new promises are made by the one that is in use.

    What it says is in its newest edition: an edition never changes, so that each promise names for good what
    it was counted by.
    """

    name = models.CharField(max_length=80, unique=True)
    is_in_use = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_in_use"], condition=models.Q(is_in_use=True), name="one_calendar_in_use"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="calendar_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarEdition(models.Model):
    """What a calendar says from `made_at` on. `made_by` None: taken from the settings at the first start.

    `country` and `subdivision` (or empty) are ISO 3166 codes as the `holidays` library knows them, `zone` is
    an IANA name; an update is promised `within` so many working days or hours, and is in danger once only
    `warn_hours` of working time are left.
    """

    class Counted(models.TextChoices):
        """What `within` counts."""

        DAYS = Unit.DAYS.value, _("working days")
        HOURS = Unit.HOURS.value, _("working hours")

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    country = models.CharField(max_length=2)
    subdivision = models.CharField(max_length=10, blank=True)
    zone = models.CharField(max_length=64)
    within = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=5, choices=Counted)
    warn_hours = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_edition_once"),
            models.CheckConstraint(
                condition=models.Q(country__regex=r"^[A-Z]{2}$") & ~models.Q(zone=""),
                name="calendar_of_a_country_and_zone",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    within__gte=1, warn_hours__gte=1, number__gte=1, unit__in=[unit.value for unit in Unit]
                ),
                name="calendar_promises_something",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.calendar}, edition {self.number}"


class OpeningHours(models.Model):
    """When one weekday (Monday 0) is worked: minutes after midnight on the wall; without a row, never."""

    edition = models.ForeignKey(CalendarEdition, on_delete=models.PROTECT, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "weekday"], name="weekday_opens_once"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="opens_on_a_weekday"),
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes"), closes__lte=MINUTES_OF_A_DAY),
                name="opens_before_it_closes",
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens}–{self.closes}"


class ClosedDay(models.Model):
    """A day that is free by the vendor's own choice, beside the public holidays."""

    edition = models.ForeignKey(CalendarEdition, on_delete=models.PROTECT, related_name="closed_days")
    day = models.DateField()
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "day"], name="day_closed_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.day}"


class Promise(models.Model):
    """The member hears from us by `due_at`; a later promise replaces it once it was kept.

    `edition`: what it was counted by; None for promises older than the calendars. `continues`: the paused
    promise of which this is the rest; None for most. `warn_at`: from when on it is in danger; None for
    promises older than the calendars, of which nobody is warned.
    """

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)
    edition = models.ForeignKey(CalendarEdition, on_delete=models.PROTECT, null=True, related_name="promises")
    continues = models.OneToOneField(
        "Pause", on_delete=models.PROTECT, null=True, related_name="continued_by"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("made_at")), name="promise_of_the_future"
            ),
            models.CheckConstraint(
                condition=models.Q(warn_at__isnull=True)
                | models.Q(warn_at__gte=models.F("made_at"), warn_at__lt=models.F("due_at")),
                name="promise_warns_while_it_runs",
            ),
        ]
        indexes = [
            models.Index(fields=["refund_request", "-id"], name="promises_of_a_request"),
            models.Index(fields=["due_at"], name="promises_by_due"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="hears_by",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                # Locked first: of two promises at once, the newer one must be what the list says.
                func="""
                    PERFORM FROM refund_requests_refundrequest WHERE id = NEW.refund_request_id
                    FOR NO KEY UPDATE;
                    UPDATE refund_requests_refundrequest AS request SET hears_by = (
                        SELECT due_at FROM queue_promise WHERE refund_request_id = request.id
                        ORDER BY id DESC LIMIT 1
                    ) WHERE id = NEW.refund_request_id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund_request} by {self.due_at:%Y-%m-%d %H:%M}"


class Pause(models.Model):
    """From `at` on, the clock of a promise stands, with so much working time `left`: the member was asked.

    It goes on with their answer, as another promise that continues this pause.
    """

    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="pause")
    at = models.DateTimeField()
    left = models.DurationField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(left__gt=timedelta()), name="pause_leaves_time")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.promise}, {self.left} left"


class EndangeredPromise(models.Model):
    """A promise that was not kept yet when little time was left; those who lead were told, once."""

    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="endangered")
    noticed_at = models.DateTimeField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.promise)


class MissedPromise(models.Model):
    """A promise that was not kept; nobody can unmake it."""

    promise = models.OneToOneField(Promise, on_delete=models.PROTECT, related_name="missed")
    noticed_at = models.DateTimeField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.promise)


class Worker(models.Model):
    """A person who works the queue. `away_since` None: gets requests; `products` empty: about all of them."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="worker")
    away_since = models.DateTimeField(null=True, blank=True)
    products = models.ManyToManyField(Product, related_name="workers")

    def __str__(self) -> str:
        return str(self.person)


class PutBack(models.Model):
    """A request that a person put back; its reason is in the event. Counted per person."""

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="put_backs")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="put_back_by_a_person")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.refund_request} by {self.person}"
