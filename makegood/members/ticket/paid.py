"""Where the money is: each refund of the decision, when it should arrive, and what to tell the bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.accounts.templatetags.said import day_in_words, moment_in_words, money
from makegood.members.ticket.reading import Ticket
from makegood.refunds.arrival import Arrival, expected_for
from makegood.refunds.models import Refund
from makegood.refunds.states import ASKED, PAID, UNSENT, State

SENTENCES: dict[State, Promise] = {
    State.DRAFT: gettext_lazy("A second person of our finance department agrees to it before it is sent."),
    State.APPROVED: gettext_lazy("It is sent within the next minutes."),
    State.HELD: gettext_lazy("Our finance department looks at it before it is sent."),
    State.SENDING: gettext_lazy("We are sending it now."),
    State.UNKNOWN: gettext_lazy(
        "The payment provider has not answered clearly yet. We ask again until it does; you get it once."
    ),
    State.PENDING: gettext_lazy("The payment provider has it and will send it."),
    State.ACTION_NEEDED: gettext_lazy(
        "The payment provider asks our finance department something first; they are on it."
    ),
    State.FAILED: gettext_lazy(
        "The payment provider could not send it. Our finance department finds out how you get it."
    ),
    State.SUCCEEDED: gettext_lazy("It has left us and is with the banks."),
    State.BOUNCED: gettext_lazy(
        "It came back to us: your bank did not take it. Our finance department writes to you."
    ),
    State.SETTLED: gettext_lazy("It has arrived."),
}


NOT_PAID_YET = UNSENT | ASKED


@dataclass(frozen=True)
class ShownRefund:
    """One refund: where it stands in a sentence, its facts, and words for the bank ("" before it is sent).

    `is_late`: it should have arrived by now.
    """

    amount: str
    standing: str
    facts: Sequence[tuple[str, str]]
    for_the_bank: str
    is_late: bool


def refunds_of(ticket: Ticket, *, at: datetime) -> list[ShownRefund]:
    """Each refund as it stands `at` that moment; those that were given up and replaced are not among them.

    The days are the desk's, as those that letters name, wherever the member reads it.
    """
    expected: dict[tuple[object, ...], Arrival | None] = {}
    zone = ZoneInfo(settings.MAKEGOOD_DESK_ZONE)
    on = at.astimezone(zone).date()
    shown = []
    for refund in ticket.refunds:
        if refund.state != State.CANCELED:
            # Refunds sent together by one method arrive together: asked once, however many orders there are.
            alike = (
                refund.payment.method,
                refund.provider,
                refund.payment.order.country,
                refund.succeeded_at,
            )
            if alike not in expected:
                expected[alike] = expected_for(refund, zone=zone)
            came_back = refund.state == State.BOUNCED
            shown.append(_shown(refund, None if came_back else expected[alike], on=on))
    return shown


def _shown(refund: Refund, when: Arrival | None, *, on: date) -> ShownRefund:
    is_late = bool(when and refund.settled_at is None and on > when.latest)
    return ShownRefund(
        amount=money(refund.amount),
        standing=_standing(refund),
        facts=_facts(refund, when),
        for_the_bank=_for_the_bank(refund) if refund.state in PAID else "",
        is_late=is_late,
    )


def _standing(refund: Refund) -> str:
    if refund.state == State.SETTLED and refund.settled_at is None:
        return _("It should have arrived: it has not come back to us.")
    is_disputed: bool = refund.is_disputed  # type: ignore[attr-defined]  # of `queries.with_disputed`
    if is_disputed and refund.state in NOT_PAID_YET:
        return _(
            "You or your bank have disputed this payment, so your bank may give you the money. We wait until "
            "that is decided; if your bank does not pay you, we do."
        )
    return str(SENTENCES[State(refund.state)])


def _facts(refund: Refund, when: Arrival | None) -> list[tuple[str, str]]:
    facts = [(_("Amount"), money(refund.amount)), (_("To"), _to(refund))]
    if refund.succeeded_at:
        facts.append((_("Sent"), moment_in_words(refund.succeeded_at)))
    if refund.settled_at:
        facts.append((_("Arrived"), moment_in_words(refund.settled_at)))
    elif when:
        facts.append((_("Expected"), _range(when)))
    if refund.state in PAID:
        unknown = _("not known yet; we show it here as soon as the bank tells it")
        facts.append((_("Trace"), refund.trace_reference or unknown))
    return facts


def _to(refund: Refund) -> str:
    number = refund.payment.order.number
    if refund.provider != refund.payment.provider:
        return _("another way than you paid order {number}, as you agreed").format(number=number)
    words = _("{method}, which you paid order {number} with")
    return words.format(method=refund.payment.method_label, number=number)


def _range(when: Arrival) -> str:
    """When it should arrive: a range, never a promise."""
    if when.earliest == when.latest:
        return _("by {latest}").format(latest=day_in_words(when.latest))
    return _("between {earliest} and {latest}").format(
        earliest=day_in_words(when.earliest), latest=day_in_words(when.latest)
    )


def _for_the_bank(refund: Refund) -> str:
    told = {
        "amount": money(refund.amount),
        "vendor": settings.MAKEGOOD_VENDOR,
        "day": _day(refund.succeeded_at),
        "method": refund.payment.method_label,
        "trace": refund.trace_reference,
    }
    if refund.provider != refund.payment.provider:
        words = _("I expect a refund of {amount} from {vendor}, sent on {day}.")
    else:
        words = _("I expect a refund of {amount} from {vendor}, sent on {day} to {method}.")
    if refund.trace_reference:
        words += " " + _("Its trace reference (ARN) is {trace}. Please find it by this reference.")
    return words.format(**told)


def _day(at: datetime | None) -> str:
    return day_in_words(at.astimezone(ZoneInfo(settings.MAKEGOOD_DESK_ZONE)).date()) if at else ""
