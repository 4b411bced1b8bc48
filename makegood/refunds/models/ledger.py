"""The books: double entry, only ever added to, each transaction summing to zero in each currency."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from makegood.audit.append_only import append_only
from makegood.refunds.models.dispute import Dispute
from makegood.refunds.models.external import ExternalRefund
from makegood.refunds.models.guards import currency_is_a_code
from makegood.refunds.models.refund import Refund

_SUMS_TO_ZERO = """
    IF EXISTS (
        SELECT 1 FROM refunds_ledgerentry WHERE transaction_id = NEW.transaction_id
        GROUP BY currency HAVING SUM(minor) <> 0
    ) THEN
        RAISE EXCEPTION 'Ledger transaction % does not sum to zero', NEW.transaction_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
_HAS_ENTRIES = """
    IF (SELECT COUNT(*) FROM refunds_ledgerentry WHERE transaction_id = NEW.id) < 2 THEN
        RAISE EXCEPTION 'Ledger transaction % has fewer than two entries', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


_CAUSES = ("refund", "external_refund", "dispute")


def _caused_by(cause: str) -> Q:
    """That `cause`, and no other; empty: none of them."""
    return Q(**{f"{each}__isnull": each != cause for each in _CAUSES})


class LedgerTransaction(models.Model):
    """Why money moved: `kind` of a refund, an external one or a dispute; `number` counts its attempts.

    `movement` names what a provider's report told and none of them caused, such as the fee for a refund;
    empty for everything else.
    """

    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, null=True, related_name="ledger_transactions"
    )
    external_refund = models.ForeignKey(
        ExternalRefund, on_delete=models.PROTECT, null=True, related_name="ledger_transactions"
    )
    dispute = models.ForeignKey(
        Dispute, on_delete=models.PROTECT, null=True, related_name="ledger_transactions"
    )
    movement = models.CharField(max_length=400, blank=True, db_default="")
    kind = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(movement="")
                    & (_caused_by("refund") | _caused_by("external_refund") | _caused_by("dispute"))
                )
                | (_caused_by("") & ~Q(movement="")),
                name="ledger_transaction_has_one_cause",
            ),
            models.UniqueConstraint(
                fields=["refund", "kind", "number"],
                name="ledger_refund_posted_once",
                condition=Q(refund__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["external_refund", "kind", "number"],
                name="ledger_external_posted_once",
                condition=Q(external_refund__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["dispute", "kind", "number"],
                name="ledger_dispute_posted_once",
                condition=Q(dispute__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["movement", "kind"], name="ledger_movement_posted_once", condition=~Q(movement="")
            ),
        ]
        indexes = [models.Index(fields=["at", "id"], name="ledger_by_day")]
        triggers = [
            pgtrigger.Trigger(
                name="has_entries",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=_HAS_ENTRIES,
            ),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.refund or self.external_refund or self.dispute or self.movement}"


class LedgerEntry(models.Model):
    """`minor` units of `currency` on `account`: above zero debits it, below zero credits it."""

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    account = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(minor=0), name="ledger_entry_of_something"),
            currency_is_a_code("ledger_entry_currency_is_a_code"),
        ]
        indexes = [models.Index(fields=["account", "currency"], name="ledger_by_account")]
        triggers = [
            pgtrigger.Trigger(
                name="sums_to_zero",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=_SUMS_TO_ZERO,
            ),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.minor} {self.currency}"
