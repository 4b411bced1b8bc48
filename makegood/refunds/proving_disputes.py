"""Proves from the database alone that disputes and breakers are right: a few statements over all rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Sum

from makegood.audit.proving import Problem
from makegood.refunds import ledger
from makegood.refunds.models import Breaker, Cause, Dispute, LedgerEntry, Refund
from makegood.refunds.sending import CALL_LEASE


def disputes() -> Iterator[Problem]:
    """The books say of each dispute who has the money, and what was lost cannot be refunded as well."""
    posted = LedgerEntry.objects.filter(transaction__dispute__isnull=False).order_by()
    sums = {
        (key, account): minor
        for key, account, minor in posted.values_list("transaction__dispute", "account").annotate(
            sum=Sum("minor")
        )
    }
    for dispute in Dispute.objects.select_related("payment").order_by("pk").iterator():
        due = ledger.standing_of(dispute)
        if any(sums.get((dispute.pk, account), 0) != minor for account, minor in due.items()):
            yield Problem("disputes", str(dispute), f"the books do not show what “{dispute.state}” means.")
        if dispute.uncovered and dispute.payment.refundable:
            yield Problem("disputes", str(dispute), "it was lost, and could still be refunded.")


def stopped(at: datetime) -> Iterator[Problem]:
    """Nothing was sent through an open breaker that only a person may close."""
    for breaker in Breaker.objects.filter(cause=Cause.SUM):
        # A sender takes its moment before it waits for the row, so moments a lease apart say nothing.
        since = (breaker.opened_at or at) + CALL_LEASE
        for refund in Refund.objects.filter(provider=breaker.provider, last_asked_at__gt=since):
            yield Problem("breaker", str(refund), "it was sent while the breaker was open.")
