"""Takes in what a provider said of an attempt: stored as it came, then followed as far as the moves allow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.refunds import breaker
from makegood.refunds.models import Attempt, AttemptAnswer, HeardBy, Refund
from makegood.refunds.moving import latest_attempt, locked_with_payment, look_later, move
from makegood.refunds.providers.base import Answer, Said
from makegood.refunds.reading import Contradiction, moves_to_make
from makegood.refunds.states import ASKED, State

_MEANS_MONEY = frozenset({Said.PENDING, Said.ACTION_NEEDED, Said.SUCCEEDED, Said.SETTLED})


class WrongRefund(Exception):
    """The answer speaks of another amount, or of an attempt that was given up."""


def take_in(
    attempt: Attempt,
    answer: Answer,
    *,
    heard_by: HeardBy,
    by: Actor,
    at: datetime,
    happened_at: datetime | None = None,
) -> Refund:
    """Record the answer and bring the refund to where the provider says it is; returns it as it is now.

    `happened_at` None: when we heard of it. What no move allows changes nothing but is recorded for a person
    to look at.
    """
    with transaction.atomic():
        refund = locked_with_payment(attempt.refund_id)
        if _is_news(attempt, answer, heard_by):
            _store(attempt, answer, heard_by, at)
        if heard_by is HeardBy.ANSWER:
            breaker.count_answer(refund.provider, answer.said, by=by, at=at)
        refund.busy_until = None
        refund.save(update_fields=["busy_until"])
        try:
            _check(refund, attempt, answer)
            if attempt != latest_attempt(refund):
                return refund
            return _follow(refund, answer, by=by, at=at, happened_at=happened_at or at)
        except (Contradiction, WrongRefund) as problem:
            return _leave_to_a_person(refund, str(problem), by=by, at=at)


def _is_news(attempt: Attempt, answer: Answer, heard_by: HeardBy) -> bool:
    # Polling for weeks would otherwise say the same thing hundreds of times.
    if heard_by is not HeardBy.LOOK_UP:
        return True
    last = attempt.answers.order_by("-pk").first()
    return last is None or (last.said, last.trace_reference) != (answer.said, answer.trace_reference)


def _store(attempt: Attempt, answer: Answer, heard_by: HeardBy, at: datetime) -> None:
    AttemptAnswer.objects.create(
        attempt=attempt,
        heard_by=heard_by,
        said=answer.said,
        provider_refund_id=answer.refund_id[:255],
        trace_reference=answer.trace_reference[:255],
        amount_minor=answer.amount.minor if answer.amount else None,
        http_status=answer.http_status,
        reason=answer.reason[:500],
        body=dict(answer.body),
        at=at,
    )


def _check(refund: Refund, attempt: Attempt, answer: Answer) -> None:
    if answer.amount is not None and answer.amount != refund.amount:
        raise WrongRefund(f"The provider speaks of {answer.amount}, our refund is of {refund.amount}.")
    if attempt != latest_attempt(refund) and answer.said in _MEANS_MONEY:
        raise WrongRefund(
            f"The provider says “{answer.said}” of attempt {attempt.number}, which was given up."
        )


def _follow(refund: Refund, answer: Answer, *, by: Actor, at: datetime, happened_at: datetime) -> Refund:
    steps = moves_to_make(State(refund.state), answer.said)
    known = _what_it_told(answer)
    for step in steps:
        changes = {**known, **_moments(step, happened_at)}
        refund = move(refund, step, by=by, at=at, details=_details(answer), changes=changes)
    if not steps:
        _note(refund, known, by=by, at=at)
        if refund.next_look_at is not None:
            look_later(refund, at=at)
    return refund


def _note(refund: Refund, known: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    was = refund.trace_reference
    for name, value in known.items():
        setattr(refund, name, value)
    refund.save(update_fields=list(known))
    if refund.trace_reference != was:
        details = {"trace_reference": refund.trace_reference}
        record(Action.REFUND_TRACED, subject=refund, by=by, at=at, thread=refund.audit_thread, **details)


def _leave_to_a_person(refund: Refund, reason: str, *, by: Actor, at: datetime) -> Refund:
    if refund.disagreed_at is None:
        refund.disagreed_at = at
        refund.save(update_fields=["disagreed_at"])
        record(
            Action.REFUND_DISAGREES, subject=refund, by=by, at=at, thread=refund.audit_thread, reason=reason
        )
    if refund.state in ASKED:
        return move(refund, State.ACTION_NEEDED, by=by, at=at, details={"reason": reason})
    return refund


def _what_it_told(answer: Answer) -> dict[str, str]:
    told = {"provider_refund_id": answer.refund_id, "trace_reference": answer.trace_reference}
    return {name: value[:255] for name, value in told.items() if value}


def _details(answer: Answer) -> dict[str, object]:
    told = {"reason": answer.reason, "trace_reference": answer.trace_reference}
    return {name: value for name, value in told.items() if value}


def _moments(step: State, at: datetime) -> dict[str, datetime]:
    names = {State.SUCCEEDED: "succeeded_at", State.SETTLED: "settled_at"}
    return {names[step]: at} if step in names else {}
