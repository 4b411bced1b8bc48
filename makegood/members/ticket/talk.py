"""The conversation of a ticket: what was said, and between it what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.members.evidence import shown_evidence
from makegood.members.ticket.reading import Ticket
from makegood.refund_requests.models import Message

SAID_TO_THE_MEMBER: dict[Action, Promise] = {
    Action.TAKEN: gettext_lazy("A representative began to examine it"),
    Action.MEMBER_ASKED: gettext_lazy("We asked you something"),
    Action.ENGINEERS_ANSWERED: gettext_lazy("Our engineers answered"),
    Action.WITHDRAWN: gettext_lazy("You withdrew the request"),
    Action.REOPENED: gettext_lazy("We look at it again"),
    Action.PROMISE_MISSED: gettext_lazy("We did not write by the time we had promised; we are sorry"),
}
"""Where the sentence of the desk speaks of the member, or gives reasons that are for the desk."""


def conversation_of(ticket: Ticket) -> list[Mapping[str, object]]:
    """The items as `partials/conversation.html` shows them, oldest first."""
    items = [(message.at, 1, _said(ticket, message)) for message in ticket.messages]
    items += [(event.at, 0, _happened(event)) for event in ticket.events]
    return [item for _at, _order, item in sorted(items, key=_by_time)]


def _by_time(item: tuple[datetime, int, Mapping[str, object]]) -> tuple[datetime, int]:
    return item[0], item[1]


def _said(ticket: Ticket, message: Message) -> Mapping[str, object]:
    by = _("{name}, refund department").format(name=message.author.first_name)
    attached = [row for row in ticket.evidence if row.message_id == message.pk]
    return {
        "kind": "said",
        "by": by if message.from_staff else str(message.author),
        "at": message.at,
        "body": message.body,
        "attachments": shown_evidence(attached),
        "is_mine": not message.from_staff,
    }


def _happened(event: Event) -> Mapping[str, object]:
    words = SAID_TO_THE_MEMBER.get(Action(event.action))
    return {"kind": "happened", "at": event.at, "body": str(words) if words else event.sentence}
