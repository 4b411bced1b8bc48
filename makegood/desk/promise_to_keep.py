"""A promise that is due soon or late, as the ticket shows it, and the click that is honest about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.desk.forms.writing import NoNewsForm
from makegood.desk.ticket import Ticket
from makegood.queue import no_news, promises


@dataclass(frozen=True)
class PromiseToKeep:
    """The member hears from us by `due_at`. `form` sends “no news yet”, which promises `next_by`.

    Without a form, `refusal` says why it cannot be sent again.
    """

    due_at: datetime
    is_late: bool
    form: NoNewsForm | None
    next_by: datetime | None
    refusal: str


def promise_to_keep(ticket: Ticket, user: User, *, failed: NoNewsForm | None) -> PromiseToKeep | None:
    """None while there is time, when the next step is not ours, and for those who do not write to members."""
    at, due_at = timezone.now(), ticket.background.due_at
    may_write = user.may(Right.EXAMINE) and ticket.refund_request.member_id != user.pk
    warned_from: datetime | None = ticket.refund_request.warned_from  # type: ignore[attr-defined]  # of `with_promise`
    if due_at is None or not may_write or not no_news.may_be_told(warned_from, due_at, at=at):
        return None
    if no_news.is_said_often(ticket.events):
        return PromiseToKeep(due_at, due_at < at, None, None, str(no_news.SaidOften()))
    form = failed or NoNewsForm(auto_id="no_news_%s", initial={"seen_up_to": ticket.last_message_id})
    return PromiseToKeep(due_at, due_at < at, form, promises.due_at(at), "")
