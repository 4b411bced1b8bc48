"""The account that a refund goes to: one person gives it, a second one agrees; so does it change."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import MoveNotAllowed
from makegood.audit.recording import record
from makegood.refunds import opening
from makegood.refunds.models import Destination, DestinationAgreement, Refund, Transfer
from makegood.refunds.moving import locked_with_payment
from makegood.refunds.providers.sepa import CURRENCY, NAME
from makegood.refunds.providers.sepa.accounts import Account
from makegood.refunds.states import State
from makegood.refunds.transfers.states import TransferState

CHANGED = "The account that it goes to was changed."
"""Why a refund is held when its account is another one than before."""

_MAY_CHANGE = frozenset({State.APPROVED, State.HELD, State.ACTION_NEEDED})


class NotInEuro(Exception):
    """The scheme has one currency."""

    def __init__(self, refund: Refund) -> None:
        super().__init__(
            _("SEPA transfers are in euro; this refund is in {currency}.").format(currency=refund.currency)
        )


class InBatch(Exception):
    """What is in a batch moves with its batch alone."""

    def __init__(self, batch: object) -> None:
        super().__init__(
            _("This refund is in the batch {batch}, so nothing is done to it alone.").format(batch=batch)
        )


class OwnAccountGiven(Exception):
    """Whoever gave an account cannot agree to it."""

    def __init__(self) -> None:
        super().__init__(_("You gave this account, so somebody else has to agree to it."))


class AnotherAccount(Exception):
    """The account that was read is not the one that counts any more."""

    def __init__(self) -> None:
        super().__init__(_("The account was changed after you opened this page. It is shown now."))


def check_in_no_batch(refund: Refund) -> None:
    """Raises InBatch."""
    living = Transfer.objects.filter(refund=refund, state=TransferState.IN_BATCH).select_related("batch")
    if transfer := living.first():
        raise InBatch(transfer.batch)


def destination_of(refund: Refund) -> Destination | None:
    """The account that counts now, with its agreement if there is one; None: nobody gave any."""
    rows = Destination.objects.filter(refund=refund).select_related("given_by", "agreement__agreed_by")
    return rows.order_by("-pk").first()


def give(refund: Refund, account: Account, *, by: User, at: datetime) -> Destination:
    """From now on the refund goes to `account`, once a second person agrees; the same one changes nothing.

    Another account than before holds a refund that is about to be sent. With a draft, its author gives the
    first one. Raises NotInEuro, InBatch, MoveNotAllowed.
    """
    with transaction.atomic():
        current = locked_with_payment(refund.pk)
        known = destination_of(current)
        _check_open(current, known, by)
        if known is not None and _is(known, account) and not _was_used(known):
            return known
        given = Destination.objects.create(
            refund=current, name=account.name, iban=account.iban, bic=account.bic, given_by=by, given_at=at
        )
        action = Action.REFUND_ACCOUNT_CHANGED if known else Action.REFUND_ACCOUNT_GIVEN
        record(action, subject=current, by=by, at=at, thread=current.audit_thread)
        if known and current.state == State.APPROVED:
            opening.hold(current, reason=CHANGED, by=by, at=at)
    return given


def agree(refund: Refund, *, destination: int, by: User, at: datetime) -> Destination:
    """`by` is the second person for the account with the key `destination`, which they have read.

    A refund that was held for it goes on. Raises OwnAccountGiven, AnotherAccount, MoveNotAllowed.
    """
    with transaction.atomic():
        current = locked_with_payment(refund.pk)
        known = destination_of(current)
        if known is None or known.pk != destination:
            raise AnotherAccount
        if current.state not in _MAY_CHANGE or hasattr(known, "agreement"):
            raise MoveNotAllowed(current, current.state, "agreed")
        _agree(known, by=by, at=at)
        if current.state == State.HELD and _is_held_for_its_account(current):
            opening.release_hold(current, by=by, at=at)
    return known


def agree_with_the_draft(refund: Refund, *, by: User, at: datetime) -> None:
    """Whoever approves a draft agrees to its account too, where it has one. Raises OwnAccountGiven."""
    known = destination_of(refund)
    if known is not None:
        _agree(known, by=by, at=at)


def _agree(known: Destination, *, by: User, at: datetime) -> None:
    if known.given_by_id == by.pk:
        raise OwnAccountGiven
    DestinationAgreement.objects.create(destination=known, agreed_by=by, agreed_at=at)
    thread = known.refund.audit_thread
    record(Action.REFUND_ACCOUNT_AGREED, subject=known.refund, by=by, at=at, thread=thread)


def _check_open(refund: Refund, known: Destination | None, by: User) -> None:
    if refund.currency != CURRENCY:
        raise NotInEuro(refund)
    check_in_no_batch(refund)
    with_the_draft = refund.state == State.DRAFT and known is None and refund.drafted_by_id == by.pk
    if refund.provider != NAME or not (with_the_draft or refund.state in _MAY_CHANGE):
        raise MoveNotAllowed(refund, refund.state, "account")


def _is(known: Destination, account: Account) -> bool:
    return (known.name, known.iban, known.bic) == (account.name, account.iban, account.bic)


def _was_used(known: Destination) -> bool:
    return known.transfers.exclude(state=TransferState.TAKEN_OUT).exists()


def _is_held_for_its_account(refund: Refund) -> bool:
    held = Event.objects.filter(action=Action.REFUND_HELD, subject_kind="refund", subject_id=refund.pk)
    return str(held.latest("pk").details["reason"]) == CHANGED
