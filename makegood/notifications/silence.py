"""Members who were asked to try a fix and said nothing: their requests are closed, as the letter said."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from makegood.audit.actors import Actor, System
from makegood.audit.moving import MoveNotAllowed
from makegood.notifications.models import Letter, Trouble
from makegood.refund_requests import transitions, trying_fixes
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State

BY = System("fixes")
AT_ONCE = 200


def close_untried(*, at: datetime) -> int:
    """Close the requests whose day is over, each in a transaction of its own; how many there were.

    Silence says something only of those who got the letter: where it was not sent or came back, nothing is
    closed: the request is in the queue again, or the desk sees that the letter was not sent.
    """
    closed = 0
    for refund_request in silent(at=at).order_by("try_until", "id")[:AT_ONCE]:
        with transaction.atomic():
            try:
                transitions.solve_by_silence(refund_request, by=BY, at=at)
            except MoveNotAllowed:  # the member was faster
                continue
            closed += 1
    return closed


def stop_waiting(letter: Letter, *, by: Actor, at: datetime) -> RefundRequest | None:
    """Put the request back in the queue whose letter about the fix, `letter`, came back from the mail server.

    None, and nothing is changed, where it is another letter, or its member does not try that version now.
    """
    if letter.kind != "try_fix":
        return None
    newest = Letter.objects.filter(kind="try_fix", thread=letter.thread).latest("pk")
    refund_request = RefundRequest.objects.filter(reference=letter.thread).first()
    if refund_request is None or newest != letter or refund_request.state != State.TRYING_FIX:
        return None
    try:
        return trying_fixes.fix_not_heard_of(refund_request, by=by, at=at)
    except MoveNotAllowed:  # the member was faster
        return None


def silent(*, at: datetime) -> QuerySet[RefundRequest]:
    """Those whose day to try a fix is over, and whose letter arrived as far as we know."""
    letter = Letter.objects.filter(
        thread=OuterRef("reference"), kind="try_fix", sent_at__isnull=False, recipient=OuterRef("member")
    ).exclude(trouble=Trouble.BOUNCED)
    return RefundRequest.objects.filter(Exists(letter), state=State.TRYING_FIX, try_until__lt=at)
