"""What is worth a look in a request: calm facts with links, never an accusation, never a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.templatetags.said import amount_in_words, number_in_words
from makegood.desk.ticket import Ticket
from makegood.money import Money

OFTEN = 4
"""From so many other requests of one member on, their number is worth a look."""


def signals_of(ticket: Ticket) -> list[SafeString]:
    """One sentence for each."""
    return [*_disputed(ticket), *_same_files(ticket), *_named_before(ticket), *_many_requests(ticket)]


def _disputed(ticket: Ticket) -> Iterator[SafeString]:
    """An order of which a customer's bank has taken a payment back, or asks about it."""
    for row in ticket.named:
        disputed: Sequence[dict[str, Any]] = row.disputed  # type: ignore[attr-defined]  # named_with_signals
        for one in disputed:
            words = _(
                "The customer's bank disputes {amount} of order {number}. Until that ends, nothing of that "
                "payment is refunded, so that it is not paid twice."
            )
            amount = amount_in_words(Money(one["minor"], one["currency"]))
            yield format_html(words, amount=amount, number=row.order.number)


def _same_files(ticket: Ticket) -> Iterator[SafeString]:
    """A file that members of other requests sent too."""
    for one in ticket.evidence:
        seen_in: Sequence[str] = one.seen_in  # type: ignore[attr-defined]  # evidence_with_signals
        if seen_in:
            words = _("“{name}” was also sent in {requests}, by another member.")
            yield format_html(words, name=one.name, requests=_links(seen_in))


def _named_before(ticket: Ticket) -> Iterator[SafeString]:
    """An order that was asked about before; while a request is open, no other one can ask for it."""
    for row in ticket.named:
        elsewhere: Sequence[str] = row.elsewhere  # type: ignore[attr-defined]  # named_with_signals
        if elsewhere:
            words = _("Order {number} was also named in {requests}.")
            yield format_html(words, number=row.order.number, requests=_links(elsewhere))


def _many_requests(ticket: Ticket) -> Iterator[SafeString]:
    others, refunded = ticket.background.other_requests, ticket.background.other_refunds
    if others < OFTEN:
        return
    member = ticket.refund_request.member
    words = ngettext(
        "{name} sent {link}; {n} of them was refunded.",
        "{name} sent {link}; {n} of them were refunded.",
        refunded,
    )
    link = format_html(
        '<a href="{}?{}">{}</a>',
        reverse("desk:requests"),
        urlencode({"find": member.email}),
        ngettext("{n} other request", "{n} other requests", others).format(n=number_in_words(others)),
    )
    yield format_html(words, name=member.first_name, link=link, n=number_in_words(refunded))


def _links(references: Iterable[str]) -> SafeString:
    """The requests, each once, as links: staff who see this one see those too."""
    pairs = [(reverse("desk:request", args=[each]), each) for each in dict.fromkeys(references)]
    return format_html_join(", ", '<a href="{}">{}</a>', pairs)
