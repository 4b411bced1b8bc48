"""A prepared reply, filled in for the member of a request."""

from __future__ import annotations

from django.utils import timezone, translation

from makegood.accounts.models import User
from makegood.accounts.speaking import spoken_by
from makegood.accounts.templatetags.said import deadline_in_words
from makegood.desk.ticket import Ticket
from makegood.notifications.addressing import zone_of
from makegood.queue.promises import due_at
from makegood.refund_requests.prepared_replies.filling import fill_in


def filled_reply(ticket: Ticket, user: User, pk: str) -> str:
    """The words of the reply `pk`, as `user` would write them; empty when it is none that is offered here."""
    reply = next((one for one in ticket.replies if pk == str(one.pk)), None)
    if reply is None:
        return ""
    return fill_in(reply.body, _values(ticket, user, reply.language))


def _values(ticket: Ticket, user: User, language: str) -> dict[str, str]:
    refund_request = ticket.refund_request
    member = refund_request.member
    return {
        "first_name": member.first_name,
        "reference": refund_request.reference,
        "product": str(refund_request.product),
        "order_number": ", ".join(row.order.number for row in ticket.named if row.wanted),
        "next_update": _next_update(ticket, language or spoken_by(member)),
        "my_name": str(user),
    }


def _next_update(ticket: Ticket, language: str) -> str:
    """What a message that is sent now promises, on the member's clock; empty once it is decided."""
    if not ticket.to_be_decided:
        return ""
    due = due_at(timezone.now())
    with translation.override(language), timezone.override(zone_of(ticket.refund_request.member)):
        return deadline_in_words(due)
