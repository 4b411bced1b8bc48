"""What a person records of money that no provider can be asked about: sent, arrived, failed, come back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.moving import MoveNotAllowed
from makegood.refunds.answers import take_in
from makegood.refunds.models import HeardBy, Refund
from makegood.refunds.moving import latest_attempt
from makegood.refunds.providers.base import Answer, Provider, Said
from makegood.refunds.reading import Contradiction, moves_to_make
from makegood.refunds.sending import check_provider
from makegood.refunds.states import State


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


def record_sent(refund: Refund, *, reference: str, provider: Provider, by: User, at: datetime) -> Refund:
    """`by` sent the money; `reference` finds it. Raises ReferenceMissing, AskTheProvider, MoveNotAllowed."""
    if not reference.strip():
        raise ReferenceMissing
    answer = Answer(Said.SUCCEEDED, trace_reference=reference.strip(), amount=refund.amount)
    return _record(refund, answer, provider=provider, by=by, at=at)


def record_arrived(refund: Refund, *, provider: Provider, by: User, at: datetime) -> Refund:
    """The customer has the money. Raises AskTheProvider, MoveNotAllowed."""
    return _record(refund, Answer(Said.SETTLED, amount=refund.amount), provider=provider, by=by, at=at)


def record_failed(refund: Refund, *, reason: str, provider: Provider, by: User, at: datetime) -> Refund:
    """It was not sent, or came back: failed before it was sent, bounced after. Raises as record_arrived."""
    answer = Answer(Said.FAILED, amount=refund.amount, reason=reason)
    return _record(refund, answer, provider=provider, by=by, at=at)


def _record(refund: Refund, answer: Answer, *, provider: Provider, by: User, at: datetime) -> Refund:
    check_provider(refund, provider)
    if provider.promises.can_look_up:
        raise AskTheProvider(provider)
    _check_possible(refund, answer.said)
    attempt = latest_attempt(refund)
    return take_in(attempt, answer, heard_by=HeardBy.PERSON, by=by, at=at)


def _check_possible(refund: Refund, said: Said) -> None:
    # Of a provider a surprising word is kept for a person to look at; a person is told at once.
    state = State(Refund.objects.values_list("state", flat=True).get(pk=refund.pk))
    try:
        steps = moves_to_make(state, said)
    except Contradiction:
        steps = ()
    if not steps:
        raise MoveNotAllowed(refund, state, said)
