"""Telling a member honestly that there is no news yet, and when they hear from us next.

It keeps a promise that would be missed and is no way around the work: it can be said only once the promise is
in danger, and only IN_A_ROW times until somebody does something for the request that the record shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.models import User
from makegood.accounts.templatetags.said import deadline_in_words
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.moving import locked
from makegood.audit.recording import record
from makegood.queue import promises
from makegood.queue.models import Promise
from makegood.refund_requests import conversation, holding
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State

IN_A_ROW = 2
WORK = frozenset(
    {
        Action.MESSAGE_FROM_US,
        Action.FINDING_RECORDED,
        Action.SENT_TO_ENGINEERS,
        Action.ENGINEERS_ANSWERED,
        Action.DEFECT_LINKED,
        Action.APPROVAL_ASKED,
        Action.EXCEPTION_ASKED,
        Action.APPROVAL_REFUSED,
        Action.REOPENED,
    }
)
"""What counts as having done something for a request; taking it or putting it back does not."""


class NothingIsOurs(Exception):
    """The next step is the member's, or all is done, so nothing is promised."""

    def __init__(self) -> None:
        super().__init__(_("Nothing is ours to do in this request now, so there was nothing to tell."))


class NotDueYet(Exception):
    """The promise runs on, so there is time to work; a second press finds the promise just made."""

    def __init__(self, running: Promise) -> None:
        words = _(
            "The customer hears from us by {when} anyway. “No news yet” can be sent shortly before that."
        )
        super().__init__(words.format(when=deadline_in_words(running.due_at)))


class SaidOften(Exception):
    """It was said as often as it may be without anything being done."""

    def __init__(self) -> None:
        words = ngettext(
            "“No news yet” was sent {n} time, and nothing was done since. Please write to the customer "
            "in your own words, or go on with the examination.",
            "“No news yet” was sent {n} times, and nothing was done since. Please write to the customer "
            "in your own words, or go on with the examination.",
            IN_A_ROW,
        )
        super().__init__(words.format(n=IN_A_ROW))


def tell(refund_request: RefundRequest, *, by: User, at: datetime, seen_up_to: int) -> Promise:
    """The member reads that there is no news yet, here and by letter, and has a new promise.

    Whoever may examine says it, whether or not they hold the request. `seen_up_to` is the id of the last
    message on the page (0: none).

    Raises MayNotExamine, OwnRequest, NothingIsOurs, SomeoneWrote, NotDueYet, SaidOften.
    """
    with transaction.atomic():
        current = locked(refund_request)
        holding.require_examiner(current, by=by)
        running = promises.current(current)
        if running is None:
            raise NothingIsOurs
        conversation.require_read(current, seen_up_to)
        if not may_be_told(running.warn_at, running.due_at, at=at):
            raise NotDueYet(running)
        told = Event.objects.filter(thread=current.reference, action__in=[Action.NO_NEWS_TOLD, *WORK])
        if is_said_often(told.order_by("id")):
            raise SaidOften
        promises.note_if_missed(current, at=at)
        made = promises.promise(current, at=at)
        record(
            Action.NO_NEWS_TOLD,
            subject=current,
            by=by,
            at=at,
            thread=current.reference,
            promise=made.pk,
            next_by=made.due_at.isoformat(),
            is_late=running.due_at < at,
        )
        if current.state == State.EXAMINING and current.holder_id == by.pk:
            holding.renew(current, at=at)
    return made


def may_be_told(warn_at: datetime | None, due_at: datetime, *, at: datetime) -> bool:
    """Whether a promise is in danger, or late; one without a `warn_at` only once it is late."""
    return (warn_at or due_at) <= at


def is_said_often(events: Iterable[Event]) -> bool:
    """Whether it was said IN_A_ROW times since anybody did something; `events` of the request in order."""
    said = 0
    for event in events:
        if event.action == Action.NO_NEWS_TOLD:
            said += 1
        elif event.action in WORK:
            said = 0
    return said >= IN_A_ROW
