"""Opens a refund for a decision, and holds, releases or cancels it before the provider was asked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import amount_in_words
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import MoveNotAllowed
from makegood.audit.recording import record
from makegood.money import Money
from makegood.orders.models import Payment
from makegood.orders.payments import reserve
from makegood.refunds import ledger
from makegood.refunds.models import ExternalRefund, Refund
from makegood.refunds.moving import advance_soon, locked_with_payment, move
from makegood.refunds.states import UNSENT, State
from makegood.refunds.stopping import check_no_dispute, destination_of


class NothingToRefund(Exception):
    """A refund of zero or less."""

    def __init__(self, amount: Money) -> None:
        super().__init__(
            _("A refund must be of more than nothing, not of {amount}.").format(
                amount=amount_in_words(amount)
            )
        )


class OpenedOtherwise(Exception):
    """The same round of the same request already opened a refund of this payment, of another amount."""

    def __init__(self, refund: Refund, amount: Money) -> None:
        super().__init__(
            _("A refund of {amount} is open for this decision already, not of {other}.").format(
                amount=amount_in_words(refund.amount), other=amount_in_words(amount)
            )
        )


class AlreadySent(Exception):
    """The provider was asked, so only the provider can stop it."""

    def __init__(self, refund: Refund) -> None:
        self.refund = refund
        super().__init__(_("The provider was asked for this refund already, so it cannot be recalled."))


class ExternalUncovered(Exception):
    """Refunds made outside this desk took what this refund was to be paid from."""

    def __init__(self, external: ExternalRefund) -> None:
        super().__init__(
            _(
                "{uncovered} of a refund made outside this desk exceeds what was captured; "
                "cancel this refund instead of paying twice."
            ).format(uncovered=amount_in_words(external.uncovered))
        )


def open(  # noqa: A001 (a refund is opened, and callers say `opening.open`)
    *, payment: Payment, amount: Money, reference: str, decision_round: int, by: Actor, at: datetime
) -> Refund:
    """Reserve `amount` (in the payment's currency) and have it sent; opened twice, it is the same refund.

    `reference` and `decision_round` name the decision that carries the approvals. Raises ExceedsCaptured,
    NothingToRefund, OpenedOtherwise, and CurrencyMismatch for another currency than the payment's.
    """
    if amount <= Money(0, payment.currency):
        raise NothingToRefund(amount)
    with transaction.atomic():
        # The payment's row is the queue: of two openings at once the second finds the first.
        Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        known = Refund.objects.filter(
            payment=payment, reference=reference, decision_round=decision_round, replaces=None
        ).first()
        if known is not None:
            return _the_same(known, amount)
        reserve(payment.pk, amount)
        refund = Refund.objects.create(
            payment=payment,
            reference=reference,
            decision_round=decision_round,
            currency=amount.currency,
            amount_minor=amount.minor,
            provider=payment.provider,
            state=State.APPROVED,
            opened_at=at,
            next_look_at=at,
            destination=destination_of(payment),
        )
        ledger.post_owed(refund, at=at)
        record(Action.REFUND_OPENED, subject=refund, by=by, at=at, thread=reference, amount=str(amount))
        advance_soon(refund)
    return refund


def hold(refund: Refund, *, reason: str, by: Actor, at: datetime) -> Refund:
    """Keep it from being sent until a person releases or cancels it. Raises MoveNotAllowed."""
    return move(refund, State.HELD, by=by, at=at, details={"reason": reason})


def release_hold(refund: Refund, *, by: Actor, at: datetime) -> Refund:
    """Let a held refund go on its way, to where its payment says now.

    Raises MoveNotAllowed, ExternalUncovered, DisputeIsOpen.
    """
    with transaction.atomic():
        # Locked, so that no external refund or dispute is found between looking and releasing.
        current = locked_with_payment(refund.pk)
        # A draft could move there too, but waits for its second person: see `retrying.approve`.
        if current.state != State.HELD:
            raise MoveNotAllowed(current, current.state, State.APPROVED)
        check_no_dispute(current.payment_id)
        for external in ExternalRefund.objects.filter(payment=refund.payment_id, undone_at=None):
            if external.uncovered:
                raise ExternalUncovered(external)
        to = {"destination": destination_of(current.payment)}
        released = move(refund, State.APPROVED, action=Action.REFUND_RELEASED, by=by, at=at, changes=to)
        advance_soon(released)
    return released


def cancel(refund: Refund, *, reason: str, by: Actor, at: datetime) -> Refund:
    """Give up a refund that was not sent yet. Raises AlreadySent, MoveNotAllowed."""
    with transaction.atomic():
        current = locked_with_payment(refund.pk)
        if current.state not in UNSENT and current.state != State.CANCELED:
            raise AlreadySent(current)
        return move(current, State.CANCELED, by=by, at=at, details={"reason": reason})


def _the_same(refund: Refund, amount: Money) -> Refund:
    if refund.amount != amount:
        raise OpenedOtherwise(refund, amount)
    return refund
