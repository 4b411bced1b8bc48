"""The aggregate: what a member asks, and where it stands."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from makegood.audit.append_only import append_only, value_only, words_only
from makegood.defects.models import Defect
from makegood.orders.models import Order, Product
from makegood.refund_requests.models.counting import COUNTED
from makegood.refund_requests.states import DECIDED, State

MEMBER_OF_THE_REQUEST = "SELECT member_id FROM refund_requests_refundrequest WHERE id = OLD.refund_request_id"
"""For triggers of what belongs to a request: whose it is."""


class RefundRequest(models.Model):
    """A member's request for money back; its state changes only through `transitions`.

    Its place in the queue is `examine_by` (None: `queued_at`), then `queued_at`; neither changes while it is
    open. `law_until` is the last day that the law gives for an answer; None: it sets none. `holder` is the
    representative who has it, until `lease_until`. `round` counts decisions: what is reopened is decided
    again. `returns_to` is who had it and may go on with it while it waits; until `returns_until` nobody else
    gets it, and if that is None everybody does.
    `unanswered_since` is when the member wrote against a decision; None: nobody waits for an answer to that.
    `hears_by` is what the newest promise to the member says, kept by PostgreSQL for lists in its order; None:
    nothing was promised yet.
    `fix_to_try` is the version that the member was last asked to try, until `try_until`, which is None
    unless they are trying it now; `still_broken_in` is the version in which they say it still happens.
    `merged_into` is the older request of the same member in which it goes on; None: it goes on by itself.
    """

    reference = models.CharField(max_length=12, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="refund_requests"
    )
    ground = models.CharField(max_length=40)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="refund_requests")
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in State], default=State.WAITING
    )
    form_token = models.UUIDField(unique=True)
    received_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    examine_by = models.DateTimeField(null=True, blank=True)
    law_until = models.DateField(null=True, blank=True)
    answers = models.JSONField(default=dict)
    defect = models.ForeignKey(
        Defect, null=True, blank=True, on_delete=models.PROTECT, related_name="refund_requests"
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="held_requests",
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    returns_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="returning_requests",
    )
    returns_until = models.DateTimeField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    unanswered_since = models.DateTimeField(null=True, blank=True)
    hears_by = models.DateTimeField(null=True, blank=True)
    fix_to_try = models.CharField(max_length=60, blank=True, default="", db_default="")
    try_until = models.DateTimeField(null=True, blank=True)
    still_broken_in = models.CharField(max_length=60, blank=True, default="", db_default="")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_here"
    )

    class Meta:
        verbose_name = "refund request"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in State]), name="refund_request_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.EXAMINING, holder__isnull=False, lease_until__isnull=False)
                | (
                    ~models.Q(state=State.EXAMINING) & models.Q(holder__isnull=True, lease_until__isnull=True)
                ),
                name="refund_request_held_while_examined",
            ),
            models.CheckConstraint(
                condition=models.Q(examine_by__isnull=True) | models.Q(examine_by__gte=models.F("queued_at")),
                name="refund_request_turn_not_before_it_came",
            ),
            models.CheckConstraint(
                condition=models.Q(returns_until__isnull=True) | models.Q(returns_to__isnull=False),
                name="refund_request_returns_to_somebody",
            ),
            models.CheckConstraint(condition=models.Q(round__gte=1), name="refund_request_round_from_one"),
            models.CheckConstraint(
                condition=models.Q(unanswered_since__isnull=True)
                | models.Q(state__in=sorted(s.value for s in DECIDED)),
                name="refund_request_unanswered_once_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.TRYING_FIX, try_until__isnull=False, defect__isnull=False)
                & ~models.Q(fix_to_try="")
                | ~models.Q(state=State.TRYING_FIX) & models.Q(try_until__isnull=True),
                name="refund_request_tries_a_fix_until",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.MERGED, merged_into__isnull=False)
                & ~models.Q(merged_into=models.F("id"))
                | ~models.Q(state=State.MERGED) & models.Q(merged_into__isnull=True),
                name="refund_request_merged_into_another",
            ),
        ]
        indexes = [
            models.Index(
                Coalesce("examine_by", "queued_at"),
                "queued_at",
                "id",
                name="queue_in_turn",
                condition=models.Q(state=State.WAITING),
            ),
            models.Index(
                fields=["lease_until"], name="leases_running", condition=models.Q(state=State.EXAMINING)
            ),
            models.Index(
                fields=["unanswered_since", "id"],
                name="written_after_the_decision",
                condition=models.Q(unanswered_since__isnull=False),
            ),
            models.Index(
                fields=["try_until", "id"],
                name="fixes_being_tried",
                condition=models.Q(state=State.TRYING_FIX),
            ),
            models.Index(fields=["member", "-received_at", "-id"], name="requests_of_a_member"),
            models.Index(fields=["state", "queued_at", "id"], name="requests_by_state"),
            models.Index(fields=["state", "hears_by", "queued_at", "id"], name="requests_by_promise"),
        ]
        triggers = COUNTED

    def __str__(self) -> str:
        return self.reference

    @property
    def audit_thread(self) -> str:
        """Gathers the events of this request and of its refunds."""
        return self.reference


class NamedOrder(models.Model):
    """An order that the member named; `wanted` when it is one to refund.

    `open` follows the request, so that one order is never in two open requests. Rows of `queries.named_in`
    have `disputes`: what was said of the records of this order, each the fields of a DisputedFact.
    """

    disputes: list[dict[str, object]]

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="named")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="named_in")
    wanted = models.BooleanField()
    open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund_request", "order"], name="order_named_once"),
            models.UniqueConstraint(
                fields=["order"],
                name="order_wanted_in_one_open_request",
                condition=models.Q(wanted=True, open=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund_request}: {self.order}"


class DisputedFact(models.Model):
    """A fact about one order of which the member said, when asking, that our records are wrong.

    `recorded` is what they said then, `says` what the member says instead; both JSON. Never changed, but for
    the words of an erased person: what becomes of it is a finding.
    """

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="disputed_facts")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    fact = models.CharField(max_length=60)
    recorded = models.JSONField()
    says = models.JSONField()
    why = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["refund_request", "order", "fact"], name="disputed_once_in_a_request"
            ),
            models.CheckConstraint(condition=~models.Q(why=""), name="a_dispute_says_why"),
        ]
        triggers = append_only(
            erasable={"why": words_only("why"), "says": value_only("says")}, about=MEMBER_OF_THE_REQUEST
        )

    def __str__(self) -> str:
        return f"{self.refund_request}: {self.fact} is {self.says}, not {self.recorded}"
