"""The conversation of a ticket: what was said and what happened between it, a stretch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.refund_requests.models import Message, RefundRequest, Visibility
from makegood.refund_requests.queries import of_it_and_merged

SHOWN = 40
"""Messages on a page; the older ones are behind a link."""
SHOWN_EVENTS = 200
TOLD = (
    Action.TAKEN,
    Action.TAKEN_OUT_OF_TURN,
    Action.MEMBER_ASKED,
    Action.SENT_TO_ENGINEERS,
    Action.ENGINEERS_ANSWERED,
    Action.ASKED_TO_TRY,
    Action.FIX_FAILED,
    Action.FIX_NOT_HEARD_OF,
    Action.FIX_TAKEN_BACK,
    Action.FIX_WORKS,
    Action.SOLVED_BY_SILENCE,
    Action.APPROVED,
    Action.DECLINED,
    Action.WITHDRAWN,
    Action.MERGED,
    Action.TOOK_OVER,
    Action.UNMERGED,
    Action.GAVE_BACK,
    Action.REFUNDED,
    Action.REOPENED,
    Action.PROMISE_MISSED,
    Action.NO_NEWS_TOLD,
    Action.REFUND_SUCCEEDED,
    Action.REFUND_TRACED,
    Action.REFUND_SETTLED,
    Action.REFUND_BOUNCED,
)
"""What the member reads of the events; the steps inside the house are not among them."""


@dataclass(frozen=True)
class Talk:
    """A stretch of the conversation, oldest first. `has_earlier`: there are older messages than these.

    `of` is the key of the request; messages of another one came from what was merged into it.
    """

    messages: Sequence[Message]
    events: Sequence[Event]
    has_earlier: bool
    of: int


def read_talk(refund_request: RefundRequest, *, shown: int = SHOWN, before: Message | None = None) -> Talk:
    """The newest `shown` messages, or those just before one; with what happened meanwhile. Two queries."""
    found = Message.objects.filter(of_it_and_merged(refund_request), visibility=Visibility.PUBLIC)
    if before is not None:
        found = found.filter(pk__lt=before.pk)
    newest = list(found.select_related("author", "refund_request").order_by("-id")[: shown + 1])
    messages, has_earlier = newest[:shown][::-1], len(newest) > shown
    events = Event.objects.filter(thread=refund_request.reference, action__in=TOLD)
    if before is not None:
        events = events.filter(at__lt=before.at)
    if has_earlier:
        events = events.filter(at__gte=messages[0].at)
    return Talk(messages, list(events.order_by("-id")[:SHOWN_EVENTS])[::-1], has_earlier, refund_request.pk)
