"""What a person records of money that no provider can be asked about: sent, arrived, failed, come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.moving import MoveNotAllowed
from makegood.refunds.answers import take_in
from makegood.refunds.days import check_day_of_the_past, moment_of
from makegood.refunds.models import HeardBy, Refund
from makegood.refunds.moving import latest_attempt, locked_with_payment
from makegood.refunds.providers.base import Answer, Provider, Said
from makegood.refunds.providers.sepa import NAME as SEPA
from makegood.refunds.reading import Contradiction, moves_to_make
from makegood.refunds.sending import check_provider
from makegood.refunds.states import State
from makegood.refunds.transfers.accounts import check_in_no_batch


class Way(StrEnum):
    """How a person sent the money. Kept with the answer, so a value is never renamed."""

    WIRE = "wire"
    CASH = "cash"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SentOn:
    """The `way` in which money was sent, and the `day` in `zone` on which it left."""

    way: Way
    day: date
    zone: ZoneInfo


class AskTheProvider(Exception):
    """The provider itself says what became of its refunds; nobody's word stands against it."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(
            _("“{name}” is asked what became of the refund; it is not recorded by hand.").format(
                name=provider.name
            )
        )


class ReferenceMissing(Exception):
    """Money that was sent can be found again only by its reference."""

    def __init__(self) -> None:
        super().__init__(_("Give the reference under which the bank can find the payment."))


class GoesInABatch(Exception):
    """A euro transfer is sent with others, and only what a second person released."""

    def __init__(self) -> None:
        super().__init__(_("This refund is paid by a batch of transfers; put it into one."))


def record_sent(
    refund: Refund,
    *,
    reference: str,
    provider: Provider,
    by: User,
    at: datetime,
    sent: SentOn | None = None,
) -> Refund:
    """`by` sent the money; `reference` finds it. `sent` None: by wire, at this moment.

    Raises ReferenceMissing, NotThatDay before the refund was opened or in the future, GoesInABatch,
    AskTheProvider, MoveNotAllowed.
    """
    if not reference.strip():
        raise ReferenceMissing
    if refund.provider == SEPA:
        raise GoesInABatch
    if sent is not None:
        check_day_of_the_past(sent.day, since=refund.opened_at, zone=sent.zone, at=at)
    answer = Answer(
        Said.SUCCEEDED,
        trace_reference=reference.strip(),
        amount=refund.amount,
        body={"way": sent.way, "sent_on": sent.day.isoformat()} if sent else {"way": Way.WIRE},
    )
    happened_at = moment_of(sent.day, zone=sent.zone, at=at) if sent else at
    return _record(refund, answer, provider=provider, by=by, at=at, happened_at=happened_at)


def record_arrived(refund: Refund, *, provider: Provider, by: User, at: datetime) -> Refund:
    """The customer has the money. Raises AskTheProvider, MoveNotAllowed."""
    return _record(refund, Answer(Said.SETTLED, amount=refund.amount), provider=provider, by=by, at=at)


def record_failed(refund: Refund, *, reason: str, provider: Provider, by: User, at: datetime) -> Refund:
    """It was not sent, or came back: failed before it was sent, bounced after.

    Raises InBatch: a transfer fails with its batch, or comes back; and as record_arrived.
    """
    with transaction.atomic():
        # Locked, so that nobody puts it into a batch between looking and recording.
        check_in_no_batch(locked_with_payment(refund.pk))
        answer = Answer(Said.FAILED, amount=refund.amount, reason=reason)
        return _record(refund, answer, provider=provider, by=by, at=at)


def _record(
    refund: Refund,
    answer: Answer,
    *,
    provider: Provider,
    by: User,
    at: datetime,
    happened_at: datetime | None = None,
) -> Refund:
    check_provider(refund, provider)
    if provider.promises.can_look_up:
        raise AskTheProvider(provider)
    _check_possible(refund, answer.said)
    attempt = latest_attempt(refund)
    return take_in(attempt, answer, heard_by=HeardBy.PERSON, by=by, at=at, happened_at=happened_at)


def _check_possible(refund: Refund, said: Said) -> None:
    # Of a provider a surprising word is kept for a person to look at; a person is told at once.
    state = State(Refund.objects.values_list("state", flat=True).get(pk=refund.pk))
    try:
        steps = moves_to_make(state, said)
    except Contradiction:
        steps = ()
    if not steps:
        raise MoveNotAllowed(refund, state, said)
