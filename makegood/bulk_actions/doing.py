"""What each kind does with one request, by the verb that a person would use."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.moving import MoveNotAllowed
from makegood.bulk_actions.models import BulkAction, BulkItem, Kind
from makegood.bulk_actions.reasons import Why
from makegood.defects.models import Defect
from makegood.queue import leases, no_news
from makegood.queue.with_defect import go_on_with
from makegood.refund_requests import conversation
from makegood.refund_requests.holding import MayNotExamine, NotYours, OwnRequest
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import State

REFUSED: dict[type[Exception], Why] = {
    MayNotExamine: Why.MAY_NOT,
    leases.MayNotChoose: Why.MAY_NOT,
    OwnRequest: Why.OWN,
    NotYours: Why.HELD,
    MoveNotAllowed: Why.CHANGED,
    conversation.NotOurTurn: Why.CHANGED,
    conversation.SomeoneWrote: Why.WROTE,
    no_news.NothingIsOurs: Why.NOTHING_OURS,
    no_news.NotDueYet: Why.NOT_DUE,
    no_news.SaidOften: Why.SAID_OFTEN,
}
"""What the verbs may refuse, as a reason to leave the request out."""


def do(action: BulkAction, item: BulkItem, *, at: datetime) -> None:
    """Do it for the request of `item`, as whoever made the action. Raises what is in REFUSED."""
    refund_request, by = item.refund_request, action.made_by
    match Kind(action.kind):
        case Kind.MESSAGE:
            conversation.announce(
                refund_request,
                body=item.text,
                token=item.form_token,
                by=by,
                at=at,
                seen_up_to=item.seen_up_to,
            )
        case Kind.NO_NEWS:
            no_news.tell(refund_request, by=by, at=at, seen_up_to=item.seen_up_to)
        case Kind.NOTE:
            conversation.write_note(refund_request, body=item.text, token=item.form_token, by=by, at=at)
        case Kind.LINK:
            _link(refund_request, action.defect, by=by, at=at)


def _link(refund_request: RefundRequest, defect: Defect | None, *, by: User, at: datetime) -> None:
    """One that waits in the queue is taken for it, out of turn: only its holder sends it to the engineers."""
    if defect is None:  # a constraint of the table keeps this from happening
        raise LookupError(refund_request.reference)
    if refund_request.state == State.WAITING:
        reason = _("linked to {defect} together with others").format(defect=defect.reference)
        refund_request = leases.take_particular(refund_request, by=by, at=at, reason=reason)
    go_on_with(refund_request, defect, by=by, at=at)
