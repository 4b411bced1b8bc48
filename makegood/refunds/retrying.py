"""After a refund failed or came back: a new attempt, or another way to pay, each by a person's decision."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.moving import MoveNotAllowed
from makegood.audit.recording import record
from makegood.orders.payments import reserve
from makegood.refunds import ledger
from makegood.refunds.models import Refund
from makegood.refunds.moving import advance_soon, latest_attempt, locked_with_payment, move
from makegood.refunds.providers.base import Provider
from makegood.refunds.sending import check_provider, make_attempt
from makegood.refunds.states import State
from makegood.refunds.stopping import check_no_dispute
from makegood.refunds.transfers.accounts import agree_with_the_draft

_CAN_BE_TRIED_AGAIN = frozenset({State.FAILED, State.BOUNCED})


class AlreadyReplaced(Exception):
    """Another refund pays what this one did not."""

    def __init__(self, refund: Refund) -> None:
        super().__init__(
            _("Another refund was made in place of {refund}, so it cannot be tried again.").format(
                refund=refund
            )
        )


class SelfApproval(Exception):
    """Whoever proposed paying another way cannot also approve it."""

    def __init__(self) -> None:
        super().__init__(_("You proposed this refund, so somebody else has to approve it."))


class ConsentMissing(Exception):
    """Paying another way than the customer paid needs their word."""

    def __init__(self) -> None:
        super().__init__(_("Say how the customer agreed to be paid this way."))


def retry(refund: Refund, *, provider: Provider, by: User, at: datetime) -> Refund:
    """Have it sent under a new key.

    Raises MoveNotAllowed, AlreadyReplaced, ExceedsCaptured, DisputeIsOpen.
    """
    check_provider(refund, provider)
    with transaction.atomic():
        current = locked_with_payment(refund.pk)
        _check_open_to_another(current, State.SENDING)
        check_no_dispute(current.payment_id)
        reserve(current.payment_id, current.amount)
        make_attempt(current, number=latest_attempt(current).number + 1, provider=provider, at=at)
        fresh: dict[str, object] = {"last_asked_at": None, "disagreed_at": None, "next_look_at": at}
        fresh |= {"provider_refund_id": "", "trace_reference": "", "succeeded_at": None, "settled_at": None}
        retried = move(current, State.SENDING, action=Action.REFUND_RETRIED, by=by, at=at, changes=fresh)
        advance_soon(retried)
    return retried


def fall_back(refund: Refund, *, provider: Provider, consent: str, by: User, at: datetime) -> Refund:
    """Propose to pay a failed or bounced refund through `provider` instead; a second person approves it.

    `consent` says how the customer agreed. Raises ConsentMissing, MoveNotAllowed, AlreadyReplaced,
    ExceedsCaptured.
    """
    if not consent.strip():
        raise ConsentMissing
    with transaction.atomic():
        current = locked_with_payment(refund.pk)
        _check_open_to_another(current, State.SENDING)
        reserve(current.payment_id, current.amount)
        draft = Refund.objects.create(
            payment_id=current.payment_id,
            reference=current.reference,
            decision_round=current.decision_round,
            currency=current.currency,
            amount_minor=current.amount_minor,
            provider=provider.name,
            state=State.DRAFT,
            replaces=current,
            consent=consent,
            drafted_by=by,
            opened_at=at,
        )
        record(
            Action.REFUND_OPENED,
            subject=draft,
            by=by,
            at=at,
            thread=draft.reference,
            amount=str(draft.amount),
        )
    return draft


def approve(refund: Refund, *, by: User, at: datetime) -> Refund:
    """Approve what somebody else proposed; a worker sends it. Raises SelfApproval, MoveNotAllowed."""
    with transaction.atomic():
        current = locked_with_payment(refund.pk)
        # A held refund could move there too, but somebody held it for a reason: see `release_hold`.
        if current.state != State.DRAFT:
            raise MoveNotAllowed(current, current.state, State.APPROVED)
        if current.drafted_by_id == by.pk:
            raise SelfApproval
        approved = move(current, State.APPROVED, by=by, at=at, changes={"approved_by": by})
        replaced = approved.replaces
        if replaced is not None and not replaced.ledger_transactions.filter(kind="waived").exists():
            ledger.post_waived(replaced, at=at)
        ledger.post_owed(approved, at=at)
        agree_with_the_draft(approved, by=by, at=at)
        advance_soon(approved)
    return approved


def _check_open_to_another(refund: Refund, wanted: State) -> None:
    if refund.state not in _CAN_BE_TRIED_AGAIN:
        raise MoveNotAllowed(refund, refund.state, wanted)
    if refund.replacements.exclude(state=State.CANCELED).exists():
        raise AlreadyReplaced(refund)
