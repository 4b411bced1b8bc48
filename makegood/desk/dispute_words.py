"""Where a dispute of a customer's bank stands, in the words of the desk, and what a person can do."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.templatetags.said import amount_in_words
from makegood.refunds.disputed_states import DisputeState
from makegood.refunds.models import Dispute, DisputeWord

STATES: dict[DisputeState, Promise] = {
    DisputeState.INQUIRY: gettext_lazy("the bank asks; nothing was taken"),
    DisputeState.OPEN: gettext_lazy("open; the bank has the money"),
    DisputeState.WON: gettext_lazy("won; the money is ours"),
    DisputeState.LOST: gettext_lazy("lost; the bank keeps the money"),
}
_MARKS = {
    DisputeState.INQUIRY: "open",
    DisputeState.OPEN: "open",
    DisputeState.WON: "met",
    DisputeState.LOST: "unmet",
}


def said(words: Iterable[DisputeWord]) -> list[tuple[DisputeWord, str]]:
    """What the provider said, each time with where the dispute stood then."""
    return [(word, str(STATES[DisputeState(word.state)])) for word in words]


def dispute_row(dispute: Dispute) -> dict[str, object]:
    """A dispute in a list: itself, where it stands, the mark, and what a person can do."""
    state = DisputeState(dispute.state)
    return {
        "dispute": dispute,
        "words": STATES[state],
        "mark": _MARKS[state],
        "next": next_step(dispute),
        "is_undecided": state in (DisputeState.INQUIRY, DisputeState.OPEN),
    }


def next_step(dispute: Dispute) -> str:
    """What finance can do about it; empty when there is nothing to do."""
    if dispute.uncovered:
        words = _("{amount} of it had been refunded already, so that was paid twice. Write to the customer.")
        return words.format(amount=amount_in_words(dispute.uncovered))
    return {
        DisputeState.INQUIRY: _("Answer the bank, or release the refund: it may be the answer."),
        DisputeState.OPEN: _("Answer the bank at the provider. Refunds of this payment wait until it ends."),
        DisputeState.WON: _("Refunds that were held for it can be released."),
        DisputeState.LOST: "",
    }[DisputeState(dispute.state)]
