"""What a verdict on a defect means for every request that waits for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from makegood.audit.actors import Actor
from makegood.audit.moving import locked
from makegood.defects.models import Defect
from makegood.defects.states import State as DefectState
from makegood.refund_requests import transitions
from makegood.refund_requests.assessing import assess
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import UNDECIDED, State

FINAL = frozenset({DefectState.NOT_REPRODUCED, DefectState.FIXED, DefectState.CANNOT_BE_FIXED})


def follow(defect: Defect, *, by: Actor, at: datetime) -> None:
    """Ask the policy anew for each undecided request; a final verdict returns those waiting to the queue."""
    open_requests = RefundRequest.objects.filter(defect=defect, state__in=UNDECIDED)
    for refund_request in open_requests.order_by("id").iterator():
        with transaction.atomic():
            current = locked(refund_request)
            if current.state == State.WITH_ENGINEERS and defect.state in FINAL:
                transitions.engineers_answered(current, by=by, at=at)
            elif current.state in UNDECIDED:
                assess(current, at=at)
