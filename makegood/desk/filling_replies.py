"""A prepared reply, filled in for the member of a request."""

from __future__ import annotations

from django.utils import timezone

from makegood.accounts.models import User
from makegood.desk.ticket import Ticket
from makegood.notifications.reply_words import values_for
from makegood.queue.promises import due_at
from makegood.refund_requests.prepared_replies.filling import fill_in


def filled_reply(ticket: Ticket, user: User, pk: str) -> str:
    """The words of the reply `pk`, as `user` would write them; empty when it is none that is offered here."""
    reply = next((one for one in ticket.replies if pk == str(one.pk)), None)
    if reply is None:
        return ""
    values = values_for(
        ticket.refund_request,
        orders=[row.order.number for row in ticket.named if row.wanted],
        next_update=due_at(timezone.now()) if ticket.to_be_decided else None,
        language=reply.language,
        by=user,
    )
    return fill_in(reply.body, values)
