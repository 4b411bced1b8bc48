"""Transfers in the words of the desk: where a batch stands, what a refund needs, and its account, masked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.refunds.connected import SEPA
from makegood.refunds.models import Destination, Refund, Transfer
from makegood.refunds.transfers.accounts import destination_of
from makegood.refunds.transfers.states import BatchState, TransferState
from makegood.refunds.transfers.typed import masked
from makegood.refunds.transfers.waiting import Needs, Waiting

BATCH_STATES: dict[BatchState, Promise] = {
    BatchState.GATHERED: gettext_lazy("waits for a second person"),
    BatchState.TAKEN_BACK: gettext_lazy("taken back"),
    BatchState.RELEASED: gettext_lazy("released, not yet at the bank"),
    BatchState.HANDED_OVER: gettext_lazy("accepted by the bank"),
    BatchState.REFUSED: gettext_lazy("refused by the bank"),
    BatchState.EXECUTED: gettext_lazy("executed"),
}
TRANSFER_STATES: dict[TransferState, Promise | str] = {
    TransferState.IN_BATCH: "",
    TransferState.TAKEN_OUT: gettext_lazy("not in this batch any more"),
    TransferState.RETURNED: gettext_lazy("came back to us"),
}
BATCH_MARKS = {
    BatchState.GATHERED: "open",
    BatchState.RELEASED: "open",
    BatchState.EXECUTED: "met",
    BatchState.REFUSED: "unmet",
}


@dataclass(frozen=True)
class Bank:
    """How a refund stands with the bank; both None where it is not paid by transfer, or not that far."""

    destination: Destination | None = None
    transfer: Transfer | None = None

    @property
    def account(self) -> str:
        """The account as pages show it."""
        return shown(self.destination) if self.destination else ""

    @property
    def is_agreed(self) -> bool:
        """Whether a second person agreed to the account."""
        return hasattr(self.destination, "agreement")

    @property
    def waits_for_agreement(self) -> bool:
        """Whether there is an account to which nobody agreed."""
        return self.destination is not None and not self.is_agreed


def bank_of(refund: Refund) -> Bank:
    """Its account, and the transfer of the batch it is in."""
    if refund.provider != SEPA:
        return Bank()
    living = refund.transfers.filter(state=TransferState.IN_BATCH).select_related("batch")
    return Bank(destination_of(refund), living.first())


def shown(destination: Destination) -> str:
    """The country and the last four characters; of an erased one the sentence that stands for it."""
    return destination.iban if destination.is_erased else masked(destination.iban)


def needs_words(waiting: Waiting) -> str:
    """What a refund still needs before a batch can take it; empty when nothing."""
    if waiting.needs is Needs.A_SECOND_PERSON and waiting.destination:
        return _("Somebody other than {name} has to agree to the account.").format(
            name=waiting.destination.given_by
        )
    return _("The account of the customer is missing.") if waiting.needs is Needs.AN_ACCOUNT else ""
