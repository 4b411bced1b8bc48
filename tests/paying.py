"""Refunds that tests look at, each brought to where it stands without a provider."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.recording import record
from makegood.refund_requests import transitions
from makegood.refund_requests.models import RefundRequest
from makegood.refunds import opening
from makegood.refunds.models import Refund
from makegood.refunds.states import State
from tests.cases import now, order_of

BANK = System("a test")
TRACE = "74027116331000000001234"


def begun(refund_request: RefundRequest, *, at: datetime) -> Refund:
    """The refund of the one payment of an approved request; the provider was asked and has not answered."""
    order = order_of(refund_request)
    refund = opening.open(
        payment=order.payments.get(),
        amount=order.amount,
        reference=refund_request.reference,
        decision_round=refund_request.round,
        by=BANK,
        at=at,
    )
    return stands(refund, State.SENDING, at=at)


def stands(refund: Refund, state: State, *, at: datetime, **fields: object) -> Refund:
    """As the worker would leave it after the provider's answer."""
    found = Refund.objects.filter(pk=refund.pk)
    found.update(state=state, next_look_at=None, last_asked_at=at, **fields)
    return found.get()


def sent(refund_request: RefundRequest, *, at: datetime, trace: str = TRACE) -> Refund:
    """It has left us, and its trace is known."""
    refund = begun(refund_request, at=at)
    return stands(refund, State.SUCCEEDED, at=at, succeeded_at=at, trace_reference=trace)


def in_trouble(refund_request: RefundRequest, *, at: datetime) -> Refund:
    """The provider could not make it, so it needs a person."""
    return stands(begun(refund_request, at=at), State.FAILED, at=at)


def settled(refund_request: RefundRequest, *, at: datetime) -> RefundRequest:
    """It has arrived, and the request is closed."""
    sent_at = at - timedelta(days=5)
    stands(sent(refund_request, at=sent_at), State.SETTLED, at=at, settled_at=at)
    return transitions.settle(refund_request, by=BANK, at=at)


def bounced(refund_request: RefundRequest, *, at: datetime) -> Refund:
    """It came back; nobody has followed that up yet."""
    refund = stands(sent(refund_request, at=at), State.BOUNCED, at=at)
    with transaction.atomic():
        record(Action.REFUND_BOUNCED, subject=refund, by=BANK, at=at, thread=refund.reference)
    return refund


def reopened(refund_request: RefundRequest, *, at: datetime) -> RefundRequest:
    """It came back, so a person decides again."""
    bounced(refund_request, at=at)
    return transitions.reopen(now(refund_request), by=BANK, at=at, reason="The refund came back to us")
