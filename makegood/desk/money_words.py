"""Where a refund stands, in the words of the desk, and why it needs a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.templatetags.said import day_in_words
from makegood.books.words import account_in_words
from makegood.desk.provider_words import name_in_words
from makegood.money import Money
from makegood.refunds.by_hand import Way
from makegood.refunds.connected import SEPA
from makegood.refunds.models import AttemptAnswer, HeardBy, LedgerEntry, Refund
from makegood.refunds.states import State

STATES: dict[State, Promise] = {
    State.DRAFT: gettext_lazy("proposed, waits for a second person"),
    State.APPROVED: gettext_lazy("about to be sent"),
    State.HELD: gettext_lazy("held"),
    State.SENDING: gettext_lazy("being sent"),
    State.UNKNOWN: gettext_lazy("unknown: the provider did not answer clearly"),
    State.PENDING: gettext_lazy("accepted by the provider"),
    State.ACTION_NEEDED: gettext_lazy("the provider needs something"),
    State.SUCCEEDED: gettext_lazy("sent"),
    State.FAILED: gettext_lazy("failed"),
    State.CANCELED: gettext_lazy("canceled"),
    State.SETTLED: gettext_lazy("arrived"),
    State.BOUNCED: gettext_lazy("came back"),
}
SAID: dict[str, Promise] = {
    "pending": gettext_lazy("accepted"),
    "action_needed": gettext_lazy("needs a person"),
    "succeeded": gettext_lazy("made"),
    "settled": gettext_lazy("arrived"),
    "failed": gettext_lazy("failed"),
    "canceled": gettext_lazy("canceled"),
    "unknown": gettext_lazy("no clear answer"),
    "not_found": gettext_lazy("not known there"),
}
WAYS: dict[Way, Promise] = {
    Way.WIRE: gettext_lazy("by bank wire"),
    Way.CASH: gettext_lazy("in cash"),
    Way.OTHER: gettext_lazy("in another way"),
}
MANUAL = "manual"
MARKS = {
    State.SETTLED: "met",
    State.SUCCEEDED: "met",
    State.FAILED: "unmet",
    State.BOUNCED: "unmet",
    State.CANCELED: "unmet",
    State.UNKNOWN: "open",
    State.HELD: "open",
    State.ACTION_NEEDED: "open",
    State.DRAFT: "open",
}


def state_words(state: str) -> str:
    """The state as the desk says it."""
    return str(STATES[State(state)])


def words_of(refund: Refund) -> str:
    """Where it stands, as the desk says it; what waits for a batch needs nothing of a provider."""
    if refund.provider == SEPA and refund.state == State.ACTION_NEEDED:
        return _("to be transferred")
    return state_words(refund.state)


def mark(state: str) -> str:
    """The mark beside it: met, unmet, open or empty."""
    return MARKS.get(State(state), "")


def said_words(said: str) -> str:
    """What a provider's answer means."""
    return str(SAID[said])


def answer_words(answer: AttemptAnswer) -> str:
    """What an answer means; of money that a person sent, also how and on which day."""
    words, told = said_words(answer.said), answer.body
    if answer.heard_by != HeardBy.PERSON or "sent_on" not in told:
        return words
    return _("{words} on {day}, {way}").format(
        words=words, day=day_in_words(date.fromisoformat(told["sent_on"])), way=WAYS[Way(told["way"])]
    )


def next_step(refund: Refund) -> str:
    """What a person can do about it; empty when it goes on by itself or is over."""
    if refund.disagreed_at is not None:
        return _("The provider contradicts what we know. Compare its dashboard with the answers below.")
    if refund.state == State.ACTION_NEEDED and refund.provider == MANUAL:
        return _("Send the money by hand, then record its reference here.")
    if refund.state == State.ACTION_NEEDED and refund.provider == SEPA:
        return _("It waits for its account, or for a batch, among the transfers.")
    return {
        State.DRAFT: _("Somebody other than its author approves or cancels it."),
        State.HELD: _("Release it, or cancel it."),
        State.UNKNOWN: _("We keep asking the provider. It is never sent again before we know."),
        State.ACTION_NEEDED: _("Find out at the provider what it needs; then it goes on by itself."),
        State.FAILED: _("Try again, or agree with the customer on another way to pay."),
        State.BOUNCED: _("Try again, or agree with the customer on another way to pay."),
    }.get(State(refund.state), _by_hand(refund))


def _by_hand(refund: Refund) -> str:
    if refund.provider in {MANUAL, SEPA} and refund.state == State.SUCCEEDED:
        return _("When the customer has the money, record that it arrived.")
    return ""


def money_row(refund: Refund) -> dict[str, object]:
    """A refund in a list: itself, where it stands, the mark, and what a person can do."""
    return {
        "refund": refund,
        "words": words_of(refund),
        "mark": mark(refund.state),
        "next": next_step(refund),
    }


def entries_in_words(entries: Iterable[LedgerEntry]) -> list[tuple[LedgerEntry, str, Money]]:
    """What was posted, each with the name of its account and its amount; debits above zero, credits below."""
    return [
        (entry, account_in_words(entry.account, called=name_in_words), Money(entry.minor, entry.currency))
        for entry in entries
    ]
