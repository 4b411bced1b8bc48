"""What was established, what the policy answered, and what was decided; all append-only."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from makegood.audit.append_only import append_only, facts_only, texts_only, value_only, words_only
from makegood.money import Money
from makegood.orders.models import Order
from makegood.refund_requests.models.policy_version import PolicyVersion
from makegood.refund_requests.models.refund_request import MEMBER_OF_THE_REQUEST, RefundRequest
from makegood.refund_requests.models.statute import StatuteVersion


class Finding(models.Model):
    """A fact established by staff; a later finding of the same fact corrects an earlier one.

    `value` is JSON; null means that staff looked and it cannot be established.
    """

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="findings")
    fact = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    note = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["refund_request", "id"], name="findings_of_a_request")]
        triggers = append_only(
            erasable={"note": words_only("note"), "value": value_only("value")}, about=MEMBER_OF_THE_REQUEST
        )

    def __str__(self) -> str:
        return f"{self.refund_request}: {self.fact} = {self.value}"


class Assessment(models.Model):
    """What the policy answered for one order at one moment: version, facts and trace as they were.

    `statute_version` is the statute that counted, because it is better for the customer: then the outcome and
    the trace are its, by `law_facts`; None: the policy's own.
    """

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="assessments")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    statute_version = models.ForeignKey(
        StatuteVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=20)
    facts = models.JSONField()
    law_facts = models.JSONField(null=True)
    trace = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["refund_request", "order", "-id"], name="assessments_of_an_order")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(statute_version__isnull=True, law_facts__isnull=True)
                | models.Q(statute_version__isnull=False, law_facts__isnull=False),
                name="a_statute_decides_by_facts",
            )
        ]
        triggers = append_only(
            erasable={
                "facts": facts_only("facts"),
                "law_facts": facts_only("law_facts"),
                "trace": texts_only("trace"),
            },
            about=MEMBER_OF_THE_REQUEST,
        )

    def __str__(self) -> str:
        return f"{self.refund_request} {self.order}: {self.outcome}"


class Verdict(models.TextChoices):
    """What was decided."""

    REFUND = "refund", _("Refund")
    DECLINE = "decline", _("Decline")


class Decision(models.Model):
    """One decision of one round of a request, with the letter that explains it.

    `is_exception`: it gives more than the policy grants, for `exception_reason`, which the desk alone reads;
    empty for what the policy says.
    """

    refund_request = models.ForeignKey(RefundRequest, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    letter = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    needs_approval = models.BooleanField()
    is_exception = models.BooleanField(default=False, db_default=False)
    exception_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund_request", "round"], name="one_decision_a_round"),
            models.CheckConstraint(
                condition=models.Q(is_exception=False, exception_reason="")
                | models.Q(is_exception=True, verdict=Verdict.REFUND, needs_approval=True)
                & ~models.Q(exception_reason=""),
                name="an_exception_has_a_reason_and_a_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict=Verdict.REFUND, amount_minor__gt=0)
                | models.Q(verdict=Verdict.DECLINE, amount_minor=0, needs_approval=False),
                name="a_refund_has_an_amount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["at", "author"], name="exceptions_by_time", condition=models.Q(is_exception=True)
            )
        ]
        triggers = append_only(
            erasable={"exception_reason": words_only("exception_reason")}, about=MEMBER_OF_THE_REQUEST
        )

    def __str__(self) -> str:
        return f"{self.refund_request}/{self.round}: {self.verdict}"

    @property
    def amount(self) -> Money:
        """What goes back in all; zero when declined."""
        return Money(self.amount_minor, self.currency)


class DecisionLine(models.Model):
    """The part of a decision that concerns one order."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="lines")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "order"], name="one_line_an_order"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0), name="decision_line_not_negative"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.decision}: {self.order}"

    @property
    def amount(self) -> Money:
        """What goes back for this order."""
        return Money(self.amount_minor, self.decision.currency)


class Approval(models.Model):
    """What the second person said of a decision; never the person who made it."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="approval")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved = models.BooleanField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved=True) | ~models.Q(reason=""), name="a_refusal_has_a_reason"
            )
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="maker_is_not_checker",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (SELECT 1 FROM refund_requests_decision
                               WHERE id = NEW.decision_id AND author_id = NEW.approver_id) THEN
                        RAISE EXCEPTION 'the maker of a decision cannot approve it'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'maker_is_not_checker';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision}: {'approved' if self.approved else 'returned'}"
