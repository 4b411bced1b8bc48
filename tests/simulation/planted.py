"""Bugs to plant into the real code, each of a kind that lost somebody money: all are to be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from makegood.audit.actors import Actor
from makegood.orders.payments import release
from makegood.refunds import (
    advancing,
    answers,
    moving,
    opening,
    reading,
    sending,
)
from makegood.refunds.models import Attempt, HeardBy, ProviderEvent, Refund
from makegood.refunds.providers.base import Answer, Instruction, Provider, Said
from makegood.refunds.states import State

Plant = Callable[[ExitStack], None]


def _put(stack: ExitStack, where: str, instead: object) -> None:
    stack.enter_context(patch(f"makegood.{where}", instead))


def _a_new_key_after_silence(stack: ExitStack) -> None:
    ask = sending.ask

    def ask_anew(attempt: Attempt, **told: Any) -> Refund:
        refund = Refund.objects.get(pk=attempt.refund_id)
        number = attempt.number + 1
        fresh = sending.make_attempt(refund, number=number, provider=told["provider"], at=told["at"])
        return ask(fresh, **told)

    _put(stack, "refunds.advancing.ask", ask_anew)


def _what_failed_stays_reserved(stack: ExitStack) -> None:
    _put(stack, "refunds.moving.release", lambda *_: None)


def _unknown_is_taken_for_failed(stack: ExitStack) -> None:
    moves = reading.moves_to_make

    def guess(state: State, said: Said) -> tuple[State, ...]:
        guessed = said is Said.UNKNOWN and state is State.SENDING
        return (State.FAILED,) if guessed else moves(state, said)

    _put(stack, "refunds.answers.moves_to_make", guess)


def _no_look_before_it_is_sent_again(stack: ExitStack) -> None:
    def recover(refund_id: int, **told: Any) -> Refund:
        refund, attempt = sending.claim(refund_id, at=told["at"])
        return advancing._send_again(attempt, refund, **told)

    _put(stack, "refunds.advancing._recover", recover)


def _a_key_is_trusted_for_ever(stack: ExitStack) -> None:
    _put(stack, "refunds.advancing._key_protects", lambda *_: True)


def _an_event_is_believed(stack: ExitStack) -> None:
    """Its word is taken, for the refund that its payment has now, without asking the bank."""
    words = {"failed": Said.FAILED, "canceled": Said.CANCELED, "succeeded": Said.SUCCEEDED}

    def believe(event_id: int, *, provider: Provider, by: Actor, at: datetime) -> str:
        event = ProviderEvent.objects.get(pk=event_id)
        status = bytes(event.body).decode().partition(" ")[0]
        latest = Attempt.objects.order_by("-pk").first()
        if latest is not None and status in words:
            answer = Answer(words[status], event.refund_id)
            answers.take_in(latest, answer, heard_by=HeardBy.EVENT, by=by, at=at)
        return "believed"

    _put(stack, "refunds.hearing.follow_up", believe)


def _an_answer_is_stored_outside_the_lock(stack: ExitStack) -> None:
    """The refund is taken as it was read before the call."""
    seen: dict[int, Refund] = {}
    told = sending.instruction

    def read_before(attempt: Attempt) -> object:
        seen[attempt.refund_id] = Refund.objects.get(pk=attempt.refund_id)
        return told(attempt)

    _put(stack, "refunds.sending.instruction", read_before)
    _put(
        stack, "refunds.answers.locked_with_payment", lambda key: seen.get(key) or Refund.objects.get(pk=key)
    )
    _put(stack, "audit.moving.locked", lambda aggregate: aggregate)


def _external_refunds_are_ignored(stack: ExitStack) -> None:
    _put(stack, "refunds.external.found", lambda *_, **__: None)


def _it_settles_twice(stack: ExitStack) -> None:
    moves = reading.moves_to_make

    def twice(state: State, said: Said) -> tuple[State, ...]:
        if state is State.SUCCEEDED and said is Said.SETTLED:
            return (State.SETTLED, State.SETTLED)
        return moves(state, said)

    _put(stack, "refunds.answers.moves_to_make", twice)


def _a_retry_reserves_nothing(stack: ExitStack) -> None:
    _put(stack, "refunds.retrying.reserve", lambda *_: None)


def _canceling_releases_twice(stack: ExitStack) -> None:
    cancel = opening.cancel

    def cancel_and_release(refund: Refund, **told: Any) -> Refund:
        canceled = cancel(refund, **told)
        release(canceled.payment_id, canceled.amount)
        return canceled

    _put(stack, "refunds.opening.cancel", cancel_and_release)


def _accepted_is_taken_for_paid(stack: ExitStack) -> None:
    _put(stack, "refunds.reading._STATE_OF", {**reading._STATE_OF, Said.PENDING: State.SUCCEEDED})


def _nothing_there_is_believed_at_once(stack: ExitStack) -> None:
    _put(stack, "refunds.advancing.SETTLING_TIME", timedelta(0))


def _what_bounced_stays_paid_in_the_books(stack: ExitStack) -> None:
    _put(stack, "refunds.ledger.post_returned", lambda *_, **__: None)


def _the_intent_is_stored_after_the_call(stack: ExitStack) -> None:
    """So a worker killed after the call leaves no trace of it."""

    def send(refund_id: int, *, provider: Provider, by: Actor, at: datetime) -> Refund:
        refund = Refund.objects.get(pk=refund_id)
        attempt = Attempt(refund=refund, number=1, key=f"{refund.key_stem.hex}-1-{at}", made_at=at)
        answer = provider.refund(_told(attempt))
        moved = moving.move(refund, State.SENDING, by=by, at=at, changes=sending.being_asked(at))
        attempt.refund = moved
        attempt.save()
        return answers.take_in(attempt, answer, heard_by=HeardBy.ANSWER, by=by, at=at)

    _put(stack, "refunds.advancing.send", send)


def _told(attempt: Attempt) -> Instruction:
    refund = attempt.refund
    return Instruction(attempt.key, refund.payment.provider_reference, refund.amount)


PLANTED: dict[str, Plant] = {
    "a new key after silence": _a_new_key_after_silence,
    "what failed stays reserved": _what_failed_stays_reserved,
    "unknown is taken for failed": _unknown_is_taken_for_failed,
    "no look before it is sent again": _no_look_before_it_is_sent_again,
    "a key is trusted for ever": _a_key_is_trusted_for_ever,
    "an event is believed": _an_event_is_believed,
    "an answer is stored outside the lock": _an_answer_is_stored_outside_the_lock,
    "external refunds are ignored": _external_refunds_are_ignored,
    "it settles twice": _it_settles_twice,
    "a retry reserves nothing": _a_retry_reserves_nothing,
    "canceling releases twice": _canceling_releases_twice,
    "accepted is taken for paid": _accepted_is_taken_for_paid,
    "nothing there is believed at once": _nothing_there_is_believed_at_once,
    "what bounced stays paid in the books": _what_bounced_stays_paid_in_the_books,
    "the intent is stored after the call": _the_intent_is_stored_after_the_call,
}
"""By name, each patches functions of `makegood` for as long as the stack is open."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The bug `name` is in the code for as long as this lasts."""
    with ExitStack() as stack:
        PLANTED[name](stack)
        yield
