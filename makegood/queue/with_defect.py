"""Going on with a request once the defect is known that it is about."""

from __future__ import annotations

from datetime import datetime

from makegood.accounts.models import User
from makegood.audit.moving import locked
from makegood.defects.models import Defect
from makegood.defects.states import State as DefectState
from makegood.queue import promises
from makegood.refund_requests import transitions
from makegood.refund_requests.defect_verdicts import FINAL
from makegood.refund_requests.holding import require_holder
from makegood.refund_requests.models import RefundRequest


def go_on_with(refund_request: RefundRequest, defect: Defect, *, by: User, at: datetime) -> RefundRequest:
    """Wait for the engineers, try the fix that there is, or go on examining with the verdict there is.

    The caller has locked the defect, so that a verdict given in this moment is either seen here or finds the
    request waiting for it. Raises NotYours.
    """
    if defect.state not in FINAL:
        return transitions.send_to_engineers(refund_request, defect=defect, by=by, at=at)
    if is_to_be_tried(refund_request, defect):
        require_holder(locked(refund_request), by=by)
        until = promises.try_until(at)
        return transitions.ask_to_try(refund_request, defect=defect, until=until, by=by, at=at)
    return transitions.link_defect(refund_request, defect=defect, by=by, at=at)


def is_to_be_tried(refund_request: RefundRequest, defect: Defect) -> bool:
    """Whether there is a fix of which the member has not said that it does not help."""
    return defect.state == DefectState.FIXED and refund_request.still_broken_in != defect.fixed_in
