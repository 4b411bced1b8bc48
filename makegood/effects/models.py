"""What the shop says an order gave, what a refund changes of it, and each time we told the shop."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from makegood.audit.append_only import append_only
from makegood.effects.states import MOVES, REVERSES, Kind, State
from makegood.orders.models import Order
from makegood.refunds.models import Refund

FORWARD = sorted(kind.value for kind in REVERSES)
BACKWARD = sorted(kind.value for kind in REVERSES.values())


class Given(models.Model):
    """What an order gave at the shop, as the shop told it: a licence or subscription, and until when.

    `licence` is the shop's own name for it; orders that gave the same one share it. `ends_on` is the last day
    of what this order paid for; None: it does not end. Of an order without a row the shop did not tell.
    """

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="given")
    licence = models.CharField(max_length=80)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(licence=""), name="given_a_licence")]
        indexes = [models.Index(fields=["licence"], name="given_by_licence")]

    def __str__(self) -> str:
        return f"{self.order}: {self.licence}"


class Effect(models.Model):
    """One change at the shop that a refund brings about, or takes back; its state changes through `steps`.

    `first_order` is the purchase that the order renews, or the order itself: what has the same one is told in
    turn. `was` and `becomes`: a day (ISO 8601), active or ended, on or off; empty: our records do not tell.
    `number` counts what there is to tell, in the order in which it is; None: a person has to say something
    first. `reverses` is what it takes back; `taken_back_at` None: what it brought about stands.
    `next_try_at` None: nothing is sent by itself; `busy_until`: somebody is telling the shop until then.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.PositiveBigIntegerField(null=True, unique=True)
    kind = models.CharField(max_length=30, choices=[(kind.value, kind.value) for kind in Kind])
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="effects")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="effects")
    first_order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    was = models.CharField(max_length=20, blank=True)
    becomes = models.CharField(max_length=20, blank=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in State])
    made_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    tries = models.PositiveIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # The same event twice, or two refunds of one order: what is to change is there once.
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(reverses__isnull=True, taken_back_at__isnull=True),
                name="effect_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, kind__in=FORWARD)
                | Q(reverses__isnull=False, kind__in=BACKWARD, taken_back_at__isnull=True),
                name="effect_takes_back_another_or_none",
            ),
            models.CheckConstraint(
                condition=Q(state=State.UNCLEAR, number__isnull=True, becomes="")
                | Q(state__in=[State.CONFIRMED, State.REVERSED])
                | Q(number__isnull=False) & ~Q(becomes=""),
                name="effect_is_told_with_a_number_and_a_value",
            ),
            models.CheckConstraint(
                condition=Q(next_try_at__isnull=True) | Q(state=State.PLANNED),
                name="effect_is_sent_while_planned",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by__isnull=True) | Q(taken_back_at__isnull=False),
                name="effect_taken_back_at_some_time",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="effect_due", condition=Q(next_try_at__isnull=False)),
            models.Index(fields=["first_order", "number"], name="effect_in_turn"),
            models.Index(fields=["state", "id"], name="effect_by_state"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="only_allowed_moves",
                field="state",
                transitions=[(old.value, new.value) for old in MOVES for new in sorted(MOVES[old])],
            ),
            pgtrigger.ReadOnly(
                name="never_another_effect",
                fields=["key", "kind", "refund", "order", "first_order", "reverses", "made_at"],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order}"

    @property
    def audit_thread(self) -> str:
        """Its events belong to the story of the request."""
        return self.refund.reference

    @property
    def public_id(self) -> str:
        """Its name for the shop, the same however often it is told."""
        return f"effect_{self.key.hex}"


class Telling(models.Model):
    """One time the shop was told of an effect; `http_status` None: no answer came, and `problem` says why.

    `answer` is the first kilobyte of what it answered.
    """

    effect = models.ForeignKey(Effect, on_delete=models.PROTECT, related_name="tellings")
    at = models.DateTimeField()
    http_status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["effect", "-id"], name="tellings_of_an_effect")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.effect} at {self.at:%Y-%m-%d %H:%M:%S}"
