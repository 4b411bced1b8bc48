"""What a verdict on a defect means for every request that waits for it, or tries its fix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from makegood.audit.actors import Actor
from makegood.audit.moving import locked
from makegood.defects.models import Defect
from makegood.defects.states import State as DefectState
from makegood.refund_requests import transitions
from makegood.refund_requests.assessing import assess
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.states import UNDECIDED, State

FINAL = frozenset({DefectState.NOT_REPRODUCED, DefectState.FIXED, DefectState.CANNOT_BE_FIXED})


def follow(defect: Defect, *, try_until: datetime, by: Actor, at: datetime) -> None:
    """Let each undecided request hear of where the defect stands now.

    With a fix, those that waited for the engineers are asked to try it, by `try_until`; with another final
    verdict they return to the queue; for all others the policy is asked anew. Each is a transaction of its
    own and what was done is not done again, so that a job that broke off in the middle is simply run anew.
    """
    open_requests = RefundRequest.objects.filter(defect=defect, state__in=UNDECIDED)
    for refund_request in open_requests.order_by("id").iterator():
        with transaction.atomic():
            current = locked(refund_request)
            if current.state in UNDECIDED:
                # Read each time: a verdict taken back meanwhile is not told to those who come last.
                stands = Defect.objects.get(pk=defect.pk)
                _hear(current, stands, try_until=try_until, by=by, at=at)


def _hear(
    refund_request: RefundRequest, defect: Defect, *, try_until: datetime, by: Actor, at: datetime
) -> None:
    if refund_request.state == State.TRYING_FIX and refund_request.fix_to_try != defect.fixed_in:
        refund_request = transitions.take_fix_back(refund_request, by=by, at=at)
    if refund_request.state == State.TRYING_FIX:
        return
    if refund_request.state == State.WITH_ENGINEERS and defect.state == DefectState.FIXED:
        transitions.ask_to_try(refund_request, defect=defect, until=try_until, by=by, at=at)
    elif refund_request.state == State.WITH_ENGINEERS and defect.state in FINAL:
        transitions.engineers_answered(refund_request, by=by, at=at)
    else:
        assess(refund_request, at=at)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of asking customers to try the present fix: how many each, with numbers of requests."""

    trying: int
    solved: int
    broken: int

    @property
    def mostly_broken(self) -> bool:
        """Whether more of those who are done with it say that it still happens than do not."""
        return self.broken > self.solved


def trial_of(defect: Defect) -> Trial | None:
    """Of the present fix; None while there is none, or nobody was asked to try it. One query."""
    if not defect.fixed_in:
        return None
    asked = RefundRequest.objects.filter(defect=defect, fix_to_try=defect.fixed_in)
    counted = asked.aggregate(
        asked=Count("id"),
        trying=Count("id", filter=Q(state=State.TRYING_FIX)),
        solved=Count("id", filter=Q(state=State.SOLVED)),
        broken=Count("id", filter=Q(still_broken_in=defect.fixed_in)),
    )
    return Trial(counted["trying"], counted["solved"], counted["broken"]) if counted["asked"] else None
