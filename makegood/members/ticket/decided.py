"""The decision as a letter: what it gives, each clause with what was found, and where the money is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import day_in_words, moment
from makegood.members.answers import ShownClause, kept_lines, policy_url
from makegood.members.ticket.reading import Ticket
from makegood.members.words import kept_in_members_words
from makegood.money import format_money
from makegood.refund_requests.models import DecisionLine, Verdict
from makegood.refunds.arrival import Arrival, expected_for
from makegood.refunds.models import Refund
from makegood.refunds.states import PAID, State


@dataclass(frozen=True)
class ShownLine:
    """What was decided of one order."""

    order_number: str
    amount: str
    clauses: list[ShownClause]
    version: str
    url: str


def letter_of(ticket: Ticket) -> Mapping[str, object] | None:
    """The decision; None until there is one to tell."""
    decision = ticket.decision
    if decision is None:
        return None
    gives = decision.verdict == Verdict.REFUND
    return {
        "at": decision.at,
        "outcome": "refund" if gives else "refuse",
        "text": _("We refund {amount}.").format(amount=format_money(decision.amount))
        if gives
        else _("We do not refund this, because our policy does not allow it."),
        "letter": decision.letter,
        "lines": [_line(line) for line in ticket.lines],
    }


def _line(line: DecisionLine) -> ShownLine:
    version = line.assessment.policy_version.version
    return ShownLine(
        order_number=line.order.number,
        amount=format_money(line.amount) if line.amount_minor else "",
        clauses=kept_lines(kept_in_members_words(line.assessment)),
        version=version,
        url=policy_url(version),
    )


def refunds_of(ticket: Ticket) -> list[list[tuple[str, str]]]:
    """The facts of each refund: how much, where to, sent, expected, and how the bank finds it."""
    return [_facts(refund) for refund in ticket.refunds if refund.state != State.CANCELED]


def _facts(refund: Refund) -> list[tuple[str, str]]:
    facts = [(_("Amount"), format_money(refund.amount)), (_("To"), _to(refund))]
    if refund.succeeded_at:
        facts.append((_("Sent"), moment(refund.succeeded_at)))
    if refund.settled_at:
        facts.append((_("Arrived"), moment(refund.settled_at)))
    elif when := expected_for(refund, zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE)):
        facts.append((_("Expected"), _range(when)))
    if refund.state in PAID:
        facts.append((_("Trace"), _trace(refund)))
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


def _trace(refund: Refund) -> str:
    if refund.trace_reference:
        return format_html(
            '<bdi>{}</bdi><span class="table__sub">{}</span>',
            refund.trace_reference,
            _("Your bank can find the money with it."),
        )
    return _("The bank's trace reference is not known yet; we show it here as soon as it is.")
