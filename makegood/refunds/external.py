"""Refunds made in the provider's own dashboard: found, counted against the payment, confirmed by a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.orders.models import Payment
from makegood.orders.payments import release, reserve
from makegood.refunds import ledger, opening
from makegood.refunds.models import ExternalRefund, Refund
from makegood.refunds.providers.base import ChargedRefund, Said
from makegood.refunds.states import State

_TAKEN_BACK = frozenset({Said.FAILED, Said.CANCELED})


def unconfirmed() -> QuerySet[ExternalRefund]:
    """Those no person has looked at yet, oldest first."""
    return ExternalRefund.objects.filter(confirmed_at=None).order_by("pk")


def found(payment: Payment, listed: ChargedRefund, *, by: Actor, at: datetime) -> ExternalRefund | None:
    """Take in a refund of `payment` that is not ours; None when it never came to anything.

    It reserves what the payment has left. Where that is not enough, refunds of the payment that were not
    sent yet are held, so that nothing is paid twice. Taken in twice, it is the same row.
    """
    with transaction.atomic():
        locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        known = ExternalRefund.objects.filter(payment=locked, provider_refund_id=listed.refund_id).first()
        if listed.said in _TAKEN_BACK:
            return _undone(known, by=by, at=at) if known else None
        return known or _take_in(locked, listed, by=by, at=at)


def confirm(external: ExternalRefund, *, by: User, at: datetime) -> ExternalRefund:
    """A person has looked at it; reserves what could not be reserved before. Raises ExceedsCaptured.

    It can be raised while a refund that was held because of this one still waits to be canceled.
    """
    with transaction.atomic():
        payment = Payment.objects.select_for_update(no_key=True).get(pk=external.payment_id)
        current = ExternalRefund.objects.select_for_update(no_key=True).get(pk=external.pk)
        if current.uncovered and current.undone_at is None:
            reserve(payment.pk, current.uncovered)
            current.reserved_minor = current.amount_minor
        current.confirmed_at, current.confirmed_by = at, by
        current.save(update_fields=["reserved_minor", "confirmed_at", "confirmed_by"])
        record(Action.EXTERNAL_REFUND_CONFIRMED, subject=current, by=by, at=at)
    return current


def _take_in(payment: Payment, listed: ChargedRefund, *, by: Actor, at: datetime) -> ExternalRefund:
    covered = min(payment.refundable, listed.amount)
    if covered:
        reserve(payment.pk, covered)
    external = ExternalRefund.objects.create(
        payment=payment,
        provider_refund_id=listed.refund_id,
        currency=listed.amount.currency,
        amount_minor=listed.amount.minor,
        reserved_minor=covered.minor,
        made_at=listed.made_at,
        found_at=at,
    )
    ledger.post_external(external, at=at)
    record(Action.EXTERNAL_REFUND_FOUND, subject=external, by=by, at=at, amount=str(external.amount))
    if external.uncovered:
        _hold_unsent(payment, by=by, at=at)
    return external


def _hold_unsent(payment: Payment, *, by: Actor, at: datetime) -> None:
    for refund in Refund.objects.filter(payment=payment, state=State.APPROVED).select_for_update(no_key=True):
        opening.hold(refund, reason="Money of this payment was refunded outside this desk.", by=by, at=at)


def _undone(external: ExternalRefund, *, by: Actor, at: datetime) -> ExternalRefund:
    if external.undone_at is not None:
        return external
    if external.reserved_minor:
        release(external.payment_id, external.amount - external.uncovered)
    external.undone_at, external.reserved_minor = at, 0
    external.save(update_fields=["undone_at", "reserved_minor"])
    ledger.post_external_undone(external, at=at)
    record(Action.EXTERNAL_REFUND_UNDONE, subject=external, by=by, at=at)
    return external
