"""Sends a refund: the intent committed first, the call outside any transaction, then the answer recorded."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from makegood.audit.actors import Actor
from makegood.refunds import breaker
from makegood.refunds.answers import take_in
from makegood.refunds.models import Attempt, HeardBy, Refund
from makegood.refunds.moving import latest_attempt, locked_with_payment, move, put_off
from makegood.refunds.opening import hold
from makegood.refunds.providers.base import Answer, Instruction, Provider, Said
from makegood.refunds.states import State
from makegood.refunds.stopping import why_not

CALL_LEASE = timedelta(minutes=2)
"""Longer than any call can last, so after it whoever was asking is gone."""


class WrongProvider(Exception):
    """The refund belongs to another provider."""

    def __init__(self, refund: Refund, provider: Provider) -> None:
        super().__init__(f"This refund goes through “{refund.provider}”, not through “{provider.name}”.")


class AlreadyUnderWay(Exception):
    """Somebody is asking the provider for this refund at this moment."""

    def __init__(self, refund: Refund) -> None:
        super().__init__(f"Somebody else is asking the provider about {refund} at this moment.")


class InsideTransaction(RuntimeError):
    """A provider was to be called with a transaction open, so a rollback could forget a payment."""

    def __init__(self) -> None:
        super().__init__("A provider must never be called inside a transaction.")


class KeyTooLong(Exception):
    """The provider would not take our key."""

    def __init__(self, key: str, provider: Provider) -> None:
        longest = provider.promises.key_max_length
        super().__init__(f"The key “{key}” has more than the {longest} characters “{provider.name}” takes.")


def send(refund_id: int, *, provider: Provider, by: Actor, at: datetime) -> Refund:
    """Ask the provider for an approved refund, once; returns the refund with the answer taken in.

    A payment older than the provider refunds is held for a person instead, and so is one with an open
    dispute, or of which it was changed since where it came from. While the breaker of the provider is open
    it stays approved, and is looked at again. Raises MoveNotAllowed when it is not approved (any more),
    WrongProvider, KeyTooLong, InsideTransaction.
    """
    check_no_transaction()
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    check_provider(refund, provider)
    if _is_too_old(refund, provider, at):
        return hold(refund, reason="The provider does not refund payments this old.", by=by, at=at)
    with transaction.atomic():
        current = locked_with_payment(refund_id)
        if current.state == State.APPROVED:
            if reason := why_not(current):
                return hold(current, reason=reason, by=by, at=at)
            if wait := breaker.wait_before_sending(current, by=by, at=at):
                return put_off(current, until=at + wait)
        sending = move(refund, State.SENDING, by=by, at=at, changes=being_asked(at))
        attempt = make_attempt(sending, number=1, provider=provider, at=at)
    return ask(attempt, provider=provider, by=by, at=at)


def ask(attempt: Attempt, *, provider: Provider, by: Actor, at: datetime) -> Refund:
    """Make the call that was announced, and take in the answer. The lease must be ours."""
    check_no_transaction()
    answer = provider.refund(instruction(attempt))
    if answer.said is Said.FAILED and provider.promises.can_look_up:
        answer = _confirmed(answer, attempt, provider)
    return take_in(attempt, answer, heard_by=HeardBy.ANSWER, by=by, at=at + answer.took)


def _confirmed(refusal: Answer, attempt: Attempt, provider: Provider) -> Answer:
    """The refusal only if nothing was made: an earlier call of ours may be the very reason for it."""
    found = provider.look_up(instruction(attempt))
    return refusal if found.said is Said.NOT_FOUND else found


def make_attempt(refund: Refund, *, number: int, provider: Provider, at: datetime) -> Attempt:
    """The intent. Its key is the same for as long as the attempt lives, and no other's."""
    key = f"{refund.key_stem.hex}-{number}"
    if len(key) > provider.promises.key_max_length:
        raise KeyTooLong(key, provider)
    return Attempt.objects.create(refund=refund, number=number, key=key, made_at=at)


def being_asked(at: datetime) -> dict[str, datetime]:
    """The changes that announce a call, so that nobody else makes one meanwhile."""
    return {"last_asked_at": at, "busy_until": at + CALL_LEASE}


def claim(refund_id: int, *, at: datetime) -> tuple[Refund, Attempt]:
    """Take the right to ask the provider about the refund. Raises AlreadyUnderWay."""
    with transaction.atomic():
        refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
        if refund.is_busy(at):
            raise AlreadyUnderWay(refund)
        refund.busy_until = at + CALL_LEASE
        refund.save(update_fields=["busy_until"])
        return refund, latest_attempt(refund)


def instruction(attempt: Attempt) -> Instruction:
    """The attempt as the provider is told it."""
    refund = attempt.refund
    told = attempt.answers.exclude(provider_refund_id="").order_by("-pk").first()
    return Instruction(
        key=attempt.key,
        charge_id=refund.payment.provider_reference,
        amount=refund.amount,
        refund_id=told.provider_refund_id if told else "",
    )


def check_provider(refund: Refund, provider: Provider) -> None:
    """Raises WrongProvider."""
    if refund.provider != provider.name:
        raise WrongProvider(refund, provider)


def check_no_transaction() -> None:
    """Raises InsideTransaction."""
    if connection.in_atomic_block:
        raise InsideTransaction


def _is_too_old(refund: Refund, provider: Provider, at: datetime) -> bool:
    oldest = provider.promises.max_refund_age
    return oldest is not None and at - refund.payment.captured_at > oldest
