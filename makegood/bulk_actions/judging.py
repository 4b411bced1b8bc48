"""Whether something can be done with a request as it stands, and the words that its member would get."""

from __future__ import annotations

from datetime import datetime

from makegood.accounts.models import User
from makegood.accounts.speaking import spoken_by
from makegood.bulk_actions.models import Kind
from makegood.bulk_actions.reasons import Why
from makegood.bulk_actions.work import Standing, Work
from makegood.notifications.reply_words import values_for
from makegood.queue.with_defect import is_to_be_tried
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.prepared_replies.filling import NotFilledIn, fill_in, require_filled_in
from makegood.refund_requests.states import DECIDED, State

_BY_STATE = {
    State.WITHDRAWN: Why.WITHDRAWN,
    State.MERGED: Why.MERGED,
    State.ASKED: Why.ASKED,
    State.TRYING_FIX: Why.TRYING,
}
_NOT_TO_BE_LINKED = {
    **_BY_STATE,
    **dict.fromkeys(DECIDED, Why.DECIDED),
    State.AWAITING_APPROVAL: Why.BEING_APPROVED,
    State.WITH_ENGINEERS: Why.WITH_ENGINEERS,
}


def why_left_out(
    refund_request: RefundRequest, standing: Standing, work: Work, *, by: User, at: datetime
) -> Why | None:
    """The first thing that stands against it; None: it can be done."""
    if refund_request.member_id == by.pk:
        return Why.OWN
    match work.kind:
        case Kind.LINK:
            return _against_linking(refund_request, work, by=by)
        case Kind.MESSAGE:
            return _against_writing(refund_request, work, by=by)
        case Kind.NO_NEWS:
            return _against_no_news(standing, at=at)
        case Kind.NOTE:
            return None


def words_for(
    refund_request: RefundRequest, standing: Standing, work: Work, *, by: User, next_update: datetime
) -> str:
    """What is sent or noted; empty for what has no words of its own. Raises NotFilledIn."""
    if work.kind != Kind.MESSAGE:
        return work.body
    values = values_for(
        refund_request,
        orders=standing.orders,
        next_update=None if refund_request.state in DECIDED else next_update,
        language=work.language,
        by=by,
    )
    words = fill_in(work.body, values)
    require_filled_in(words)
    return words


def judged(
    refund_request: RefundRequest,
    standing: Standing,
    work: Work,
    *,
    by: User,
    at: datetime,
    next_update: datetime,
) -> tuple[Why | None, str]:
    """Why it is left out, or None and the words that are sent or noted."""
    why = why_left_out(refund_request, standing, work, by=by, at=at)
    if why:
        return why, ""
    try:
        return None, words_for(refund_request, standing, work, by=by, next_update=next_update)
    except NotFilledIn:
        return Why.NOT_FILLED_IN, ""


def _is_with_a_colleague(refund_request: RefundRequest, by: User) -> bool:
    return refund_request.state == State.EXAMINING and refund_request.holder_id != by.pk


def _against_linking(refund_request: RefundRequest, work: Work, *, by: User) -> Why | None:
    defect = work.defect
    if defect is None:  # a constraint of the table keeps this from happening
        raise LookupError(work.kind)
    if refund_request.state in _NOT_TO_BE_LINKED:
        return _NOT_TO_BE_LINKED[State(refund_request.state)]
    if _is_with_a_colleague(refund_request, by):
        return Why.HELD
    if refund_request.product_id != defect.product_id:
        return Why.OTHER_PRODUCT
    if defect.fixed_in and not is_to_be_tried(refund_request, defect):
        return Why.STILL_BROKEN
    return None


def _against_writing(refund_request: RefundRequest, work: Work, *, by: User) -> Why | None:
    if refund_request.state in _BY_STATE:
        return _BY_STATE[State(refund_request.state)]
    if _is_with_a_colleague(refund_request, by):
        return Why.HELD
    if refund_request.unanswered_since:
        return Why.UNANSWERED
    if refund_request.member.erased_at:
        return Why.ERASED
    if work.product and work.product.pk != refund_request.product_id:
        return Why.OTHER_PRODUCT
    if work.language and work.language != spoken_by(refund_request.member):
        return Why.OTHER_LANGUAGE
    return None


def _against_no_news(standing: Standing, *, at: datetime) -> Why | None:
    if standing.warned_from is None:
        return Why.NOTHING_OURS
    if standing.warned_from > at:
        return Why.NOT_DUE
    return Why.SAID_OFTEN if standing.is_said_often else None
