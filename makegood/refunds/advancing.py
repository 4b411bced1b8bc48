"""Takes a refund one step further from wherever it was left: unsent, unanswered, accepted, not arrived."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from makegood.audit.actors import Actor
from makegood.audit.moving import MoveNotAllowed
from makegood.refunds import arrival, breaker
from makegood.refunds.answers import take_in
from makegood.refunds.models import Attempt, HeardBy, Refund
from makegood.refunds.moving import locked_with_payment, look_later, move, put_off
from makegood.refunds.providers.base import Answer, Provider, Said
from makegood.refunds.sending import (
    AlreadyUnderWay,
    ask,
    being_asked,
    check_no_transaction,
    check_provider,
    claim,
    instruction,
    send,
)
from makegood.refunds.states import ASKED, State
from makegood.refunds.stopping import DISPUTE_LOST, why_never_again

KEY_MARGIN = timedelta(hours=1)
"""Clocks differ: a key is trusted only until an hour before the provider may forget it."""

SETTLING_TIME = timedelta(hours=1)
"""How long a request may still be on its way to a provider whose keys do not protect us."""

_EVERYWHERE = ZoneInfo("UTC")
"""Of the day by which a refund should be there; a few hours matter to nobody then."""

_CHECKED = frozenset({State.PENDING, State.ACTION_NEEDED, State.SUCCEEDED})


def due(at: datetime) -> QuerySet[Refund]:
    """The refunds to look at now, the longest waiting first."""
    return Refund.objects.filter(next_look_at__lte=at).order_by("next_look_at")


def advance(refund_id: int, *, provider: Provider, by: Actor, at: datetime) -> Refund:
    """Do what comes next and return the refund; where nothing does, or somebody is at it, change nothing.

    Safe to call at any time and any number of times. Raises WrongProvider, InsideTransaction.
    """
    check_no_transaction()
    refund = Refund.objects.get(pk=refund_id)
    check_provider(refund, provider)
    state = State(refund.state)
    if refund.is_busy(at):
        return refund
    try:
        if state is State.APPROVED:
            return send(refund_id, provider=provider, by=by, at=at)
        if state in ASKED:
            return _recover(refund_id, provider=provider, by=by, at=at)
        if state in _CHECKED and provider.promises.can_look_up:
            return _check(refund_id, provider=provider, by=by, at=at)
    except (AlreadyUnderWay, MoveNotAllowed):
        # Somebody was faster; what they did is in the row.
        return Refund.objects.get(pk=refund_id)
    if refund.next_look_at is not None:
        Refund.objects.filter(pk=refund_id, next_look_at=refund.next_look_at).update(next_look_at=None)
    return Refund.objects.get(pk=refund_id)


def _check(refund_id: int, *, provider: Provider, by: Actor, at: datetime) -> Refund:
    _, attempt = claim(refund_id, at=at)
    answer = provider.look_up(instruction(attempt))
    known = take_in(attempt, answer, heard_by=HeardBy.LOOK_UP, by=by, at=at + answer.took)
    if answer.said is Said.SUCCEEDED and not provider.promises.tells_arrival:
        return _count_as_arrived(known, by=by, at=at + answer.took)
    return known


def _count_as_arrived(seen: Refund, *, by: Actor, at: datetime) -> Refund:
    """Nobody will ever say that it arrived: when it should have, and has not come back, it counts as there.

    `settled_at` stays empty, for nobody knows the day; so it is no experience of how long refunds take.
    """
    with transaction.atomic():
        refund = locked_with_payment(seen.pk)
        expected = arrival.expected_for(refund, zone=_EVERYWHERE)
        if refund.state != State.SUCCEEDED or expected is None or at.date() <= expected.latest:
            return refund
        return move(refund, State.SETTLED, by=by, at=at, details={"reason": "It has not come back in time."})


def _recover(refund_id: int, *, provider: Provider, by: Actor, at: datetime) -> Refund:
    refund, attempt = claim(refund_id, at=at)
    if refund.last_asked_at is None:
        return _send_again(attempt, refund, provider=provider, by=by, at=at)
    if not provider.promises.can_look_up:
        return _recover_blindly(attempt, refund, provider=provider, by=by, at=at)
    answer = provider.look_up(instruction(attempt))
    known = take_in(attempt, answer, heard_by=HeardBy.LOOK_UP, by=by, at=at + answer.took)
    refund.busy_until = None
    if answer.said is Said.NOT_FOUND and _is_believable(refund, attempt, provider, at):
        return _send_again(attempt, refund, provider=provider, by=by, at=at + answer.took)
    return known


def _recover_blindly(
    attempt: Attempt, seen: Refund, *, provider: Provider, by: Actor, at: datetime
) -> Refund:
    """Without a look-up only a living key makes a second call safe; else a person has to find out."""
    if _key_protects(attempt, provider, at):
        return _send_again(attempt, seen, provider=provider, by=by, at=at)
    reason = f"Nobody but a person can find out whether “{provider.name}” made this refund."
    answer = Answer(Said.ACTION_NEEDED, reason=reason)
    return take_in(attempt, answer, heard_by=HeardBy.LOOK_UP, by=by, at=at)


def _send_again(attempt: Attempt, seen: Refund, *, provider: Provider, by: Actor, at: datetime) -> Refund:
    """Call under the same key, unless somebody called since the refund was `seen`, or a dispute stops it."""
    with transaction.atomic():
        refund = locked_with_payment(attempt.refund_id)
        if (refund.busy_until, refund.last_asked_at) != (seen.busy_until, seen.last_asked_at):
            raise AlreadyUnderWay(refund)
        if refund.state in ASKED and (reason := why_never_again(refund)):
            return _stopped(refund, reason, provider=provider, by=by, at=at)
        if refund.state in ASKED and (wait := _wait(refund, by=by, at=at)):
            return put_off(refund, until=at + wait)
        if refund.state == State.UNKNOWN:
            refund = move(refund, State.SENDING, by=by, at=at)
        elif refund.state != State.SENDING:
            return refund
        for name, moment in being_asked(at).items():
            setattr(refund, name, moment)
        refund.save(update_fields=list(being_asked(at)))
    return ask(attempt, provider=provider, by=by, at=at)


def _wait(refund: Refund, *, by: Actor, at: datetime) -> timedelta | None:
    """How long the breaker lets it wait; what was never sent is counted now."""
    if refund.last_asked_at is None:
        return breaker.wait_before_sending(refund, by=by, at=at)
    return breaker.wait_before_asking_again(refund, at=at)


def _stopped(refund: Refund, reason: str, *, provider: Provider, by: Actor, at: datetime) -> Refund:
    """A dispute came before it was sent (again): it waits for the end of that, or was never made.

    Finance has it in their list. What the provider may still make is found by looking, whatever we do here.
    """
    never_asked = refund.last_asked_at is None
    was_never_made = never_asked or (provider.promises.can_look_up and _is_settled(refund, at))
    refund.busy_until = None
    refund.save(update_fields=["busy_until"])
    if reason == DISPUTE_LOST and was_never_made:
        return move(refund, State.CANCELED, by=by, at=at, details={"reason": reason})
    look_later(refund, at=at)
    return refund


def _is_settled(refund: Refund, at: datetime) -> bool:
    return refund.last_asked_at is None or at - refund.last_asked_at >= SETTLING_TIME


def _is_believable(refund: Refund, attempt: Attempt, provider: Provider, at: datetime) -> bool:
    """Whether “there is no such refund” allows another call: our first may still be on its way."""
    return _key_protects(attempt, provider, at) or _is_settled(refund, at)


def _key_protects(attempt: Attempt, provider: Provider, at: datetime) -> bool:
    return at - attempt.made_at <= provider.promises.key_window - KEY_MARGIN
