"""Proves that the refunds are right: from the database alone, and by asking the providers what they paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from makegood.audit.proving import Problem
from makegood.orders.models import Payment
from makegood.refunds import proofs, proving_disputes
from makegood.refunds.models import Refund
from makegood.refunds.providers.base import (
    CannotLookUp,
    ChargedDispute,
    ChargedRefund,
    Provider,
    ProviderUnreachable,
    Said,
)
from makegood.refunds.states import PAID
from makegood.refunds.transfers.verifying import wrong_batches

__all__ = ["Problem", "problems"]

_MADE = frozenset({Said.SUCCEEDED, Said.SETTLED})
_BACK = frozenset({Said.FAILED, Said.CANCELED})
_READ_AT_ONCE = 500


def problems(*, at: datetime, providers: Mapping[str, Provider] | None = None) -> Iterator[Problem]:
    """Everything wrong with the refunds at `at`; nothing when all is well.

    `providers` by name are asked about every payment with refunds; None looks at the database only. A refund
    whose end the provider has told nobody yet is a problem until it was advanced; one that somebody asks
    about at this moment is left out.
    """
    yield from proofs.reserved()
    yield from proofs.moves()
    yield from proofs.silence(at)
    yield from proofs.approvals()
    yield from proofs.books()
    yield from proving_disputes.disputes()
    yield from proving_disputes.stopped(at)
    yield from (Problem("batches", about, sentence) for about, sentence in wrong_batches())
    for payment in _payments_with_refunds(providers or {}):
        yield from _at_provider(payment, (providers or {})[payment.provider], at)


def _payments_with_refunds(providers: Mapping[str, Provider]) -> Iterator[Payment]:
    touched = Q(refunds__isnull=False) | Q(external_refunds__isnull=False) | Q(disputes__isnull=False)
    payments = Payment.objects.filter(touched, provider__in=list(providers)).distinct().order_by("pk")
    read = payments.prefetch_related("refunds__attempts", "external_refunds", "disputes")
    yield from read.iterator(chunk_size=_READ_AT_ONCE)


def _at_provider(payment: Payment, provider: Provider, at: datetime) -> Iterator[Problem]:
    """What the provider paid for a refund is nothing or its amount, and its amount iff it succeeded."""
    try:
        charge = provider.charge(payment.provider_reference)
    except CannotLookUp:
        return
    except ProviderUnreachable as problem:
        yield Problem("provider", str(payment), str(problem))
        return
    if charge.captured != payment.captured:
        yield Problem("provider", str(payment), "the provider captured another amount.")
    listed = [each for each in charge.refunds if each.said not in _BACK]
    if sum(each.amount.minor for each in listed) > charge.captured.minor:
        yield Problem("provider", str(payment), "the provider refunded more than was captured.")
    yield from _strangers(payment, listed)
    yield from _told_otherwise(payment, charge.disputes)
    for refund in payment.refunds.all():
        if refund.provider == provider.name and not refund.is_busy(at):
            yield from _compare(payment, refund, listed)


def _compare(payment: Payment, refund: Refund, listed: Sequence[ChargedRefund]) -> Iterator[Problem]:
    about = f"refund {refund.pk} for {refund.reference}"
    keys = {attempt.key for attempt in refund.attempts.all()}
    known = {external.provider_refund_id for external in payment.external_refunds.all()}
    ours = [each for each in listed if each.key in keys and each.refund_id not in known]
    if len(ours) > 1:
        yield Problem("provider", about, "the provider made it more than once.")
    if any(each.amount != refund.amount for each in ours):
        yield Problem("provider", about, "the provider made it of another amount.")
    is_paid = any(each.said in _MADE for each in ours)
    if is_paid != (refund.state in PAID):
        words = "paid it" if is_paid else "did not pay it"
        yield Problem("provider", about, f"it is “{refund.state}”, but the provider {words}.")


def _strangers(payment: Payment, listed: Sequence[ChargedRefund]) -> Iterator[Problem]:
    keys = {attempt.key for refund in payment.refunds.all() for attempt in refund.attempts.all()}
    known = [external for external in payment.external_refunds.all() if external.undone_at is None]
    found = {external.provider_refund_id: external.amount for external in known}
    for each in listed:
        if each.refund_id in found and found[each.refund_id] != each.amount:
            sentence = f"refund {each.refund_id} made outside is of another amount at the provider."
            yield Problem("provider", str(payment), sentence)
        if each.key not in keys and each.refund_id not in found:
            sentence = f"refund {each.refund_id} at the provider is not known here."
            yield Problem("provider", str(payment), sentence)
    gone = sorted(found.keys() - {each.refund_id for each in listed})
    for refund_id in gone:
        sentence = f"refund {refund_id} made outside is not there any more."
        yield Problem("provider", str(payment), sentence)


def _told_otherwise(payment: Payment, listed: tuple[ChargedDispute, ...]) -> Iterator[Problem]:
    known = {each.provider_dispute_id: each.state for each in payment.disputes.all()}
    for each in listed:
        if each.dispute_id not in known:
            words = f"dispute {each.dispute_id} at the provider is not known here."
            yield Problem("provider", str(payment), words)
        elif known[each.dispute_id] != each.state:
            words = f"dispute {each.dispute_id} is “{each.state}” there and “{known[each.dispute_id]}” here."
            yield Problem("provider", str(payment), words)
