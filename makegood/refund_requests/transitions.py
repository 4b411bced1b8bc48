"""Every change of state of a refund request, each one verb."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.moving import MoveNotAllowed, locked
from makegood.audit.recording import record
from makegood.defects.models import Defect
from makegood.refund_requests.assessing import answers_of_request, assess
from makegood.refund_requests.deciding import OwnDecision, amounts_for, record_decision
from makegood.refund_requests.evidence.discarding import discard_unsent_of
from makegood.refund_requests.holding import (
    LEASE,
    RETURNS_FIRST,
    AskedAgain,
    require_holder,
    require_stranger,
)
from makegood.refund_requests.limits import require_limit
from makegood.refund_requests.models import Approval, Decision, NamedOrder, RefundRequest, Verdict
from makegood.refund_requests.moving import move_on
from makegood.refund_requests.states import DECIDED, State


class ReasonNeeded(Exception):
    """The step must be explained."""

    def __init__(self) -> None:
        super().__init__(_("Please give a reason; it is kept with the request."))


def take(refund_request: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """`by` examines it from now on, until the lease ends. Raises MoveNotAllowed, OwnRequest."""
    require_stranger(refund_request, by=by)
    return move_on(
        refund_request, State.EXAMINING, Action.TAKEN, by=by, at=at, holder=by, lease_until=at + LEASE
    )


def take_out_of_turn(refund_request: RefundRequest, *, by: User, at: datetime, reason: str) -> RefundRequest:
    """As `take`, though it is not its turn, for a `reason` that is kept.

    Raises MoveNotAllowed, OwnRequest, ReasonNeeded.
    """
    _require(reason)
    require_stranger(refund_request, by=by)
    return move_on(
        refund_request,
        State.EXAMINING,
        Action.TAKEN_OUT_OF_TURN,
        by=by,
        at=at,
        details={"reason": reason.strip()},
        holder=by,
        lease_until=at + LEASE,
    )


def put_back(refund_request: RefundRequest, *, by: User, at: datetime, reason: str) -> RefundRequest:
    """Return it to its place in the queue. Raises NotYours, ReasonNeeded."""
    _require(reason)
    with transaction.atomic():
        require_holder(locked(refund_request), by=by)
        return move_on(
            refund_request, State.WAITING, Action.PUT_BACK, by=by, at=at, details={"reason": reason.strip()}
        )


def hand_back(refund_request: RefundRequest, *, by: Actor, at: datetime) -> RefundRequest:
    """Return it to its place because its holder is away for longer. Raises MoveNotAllowed."""
    return move_on(refund_request, State.WAITING, Action.HANDED_BACK, by=by, at=at, of={State.EXAMINING})


def expire_lease(refund_request: RefundRequest, *, by: Actor, at: datetime) -> RefundRequest:
    """Return it to its place because its holder was away, who may go on until somebody takes it.

    Raises MoveNotAllowed.
    """
    with transaction.atomic():
        holder = locked(refund_request).holder
        return move_on(
            refund_request,
            State.WAITING,
            Action.LEASE_EXPIRED,
            by=by,
            at=at,
            of={State.EXAMINING},
            returns_to=holder,
        )


def ask_member(refund_request: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """The member was asked something and we wait; the answer is for `by` first. Raises NotYours."""
    with transaction.atomic():
        require_holder(locked(refund_request), by=by)
        return move_on(refund_request, State.ASKED, Action.MEMBER_ASKED, by=by, at=at, returns_to=by)


def answered(refund_request: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """The member answered; it returns to its place, first for who asked. Raises MoveNotAllowed."""
    with transaction.atomic():
        asker = locked(refund_request).returns_to
        return move_on(
            refund_request,
            State.WAITING,
            Action.MEMBER_ANSWERED,
            by=by,
            at=at,
            of={State.ASKED, State.TRYING_FIX},
            returns_to=asker,
            returns_until=_alone_until(asker, at=at),
        )


def send_to_engineers(
    refund_request: RefundRequest, *, defect: Defect, by: User, at: datetime
) -> RefundRequest:
    """Link `defect` and wait for the engineers' verdict, which is for `by` first. Raises NotYours."""
    with transaction.atomic():
        require_holder(locked(refund_request), by=by)
        moved = move_on(
            refund_request,
            State.WITH_ENGINEERS,
            Action.SENT_TO_ENGINEERS,
            by=by,
            at=at,
            details={"defect": defect.reference},
            defect=defect,
            returns_to=by,
        )
        assess(moved, at=at)
    return moved


def link_defect(refund_request: RefundRequest, *, defect: Defect, by: User, at: datetime) -> RefundRequest:
    """The engineers have answered this defect already, so `by` goes on examining with it. Raises NotYours."""
    with transaction.atomic():
        current = locked(refund_request)
        require_holder(current, by=by)
        current.defect = defect
        current.save(update_fields=["defect"])
        assess(current, at=at)
        record(
            Action.DEFECT_LINKED,
            subject=current,
            by=by,
            at=at,
            thread=current.reference,
            defect=defect.reference,
        )
    return current


def engineers_answered(refund_request: RefundRequest, *, by: Actor, at: datetime) -> RefundRequest:
    """The verdict is there; assess anew and return to its place, first for who sent it to the engineers.

    Raises MoveNotAllowed.
    """
    with transaction.atomic():
        current = locked(refund_request)
        moved = move_on(
            current,
            State.WAITING,
            Action.ENGINEERS_ANSWERED,
            by=by,
            at=at,
            of={State.WITH_ENGINEERS},
            returns_to=current.returns_to,
            returns_until=_alone_until(current.returns_to, at=at),
        )
        assess(moved, at=at)
    return moved


def ask_to_try(
    refund_request: RefundRequest, *, defect: Defect, until: datetime, by: Actor, at: datetime
) -> RefundRequest:
    """The member is asked to try the version that fixes `defect`, by `until`; their answer is for who had it.

    Raises MoveNotAllowed.
    """
    details = {"version": defect.fixed_in, "until": until.isoformat(), "defect": defect.reference}
    with transaction.atomic():
        current = locked(refund_request)
        moved = move_on(
            current,
            State.TRYING_FIX,
            Action.ASKED_TO_TRY,
            by=by,
            at=at,
            details=details,
            defect=defect,
            fix_to_try=defect.fixed_in,
            try_until=until,
            returns_to=current.holder or current.returns_to,
        )
        assess(moved, at=at)
    return moved


def fix_failed(refund_request: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """The member says that it still happens: back to its place, and the engineers see it at the defect.

    Raises MoveNotAllowed.
    """
    with transaction.atomic():
        current = locked(refund_request)
        version = current.fix_to_try
        moved = move_on(
            current,
            State.WAITING,
            Action.FIX_FAILED,
            by=by,
            at=at,
            of={State.TRYING_FIX},
            details={"version": version},
            still_broken_in=version,
            returns_to=current.returns_to,
            returns_until=_alone_until(current.returns_to, at=at),
        )
        told = {"version": version, "request": moved.reference}
        record(Action.DEFECT_STILL_HAPPENS, subject=_defect_of(moved), by=by, at=at, **told)
        assess(moved, at=at)
    return moved


def take_fix_back(refund_request: RefundRequest, *, by: Actor, at: datetime) -> RefundRequest:
    """The version to try does not fix it after all: with the engineers again. Raises MoveNotAllowed."""
    with transaction.atomic():
        current = locked(refund_request)
        return move_on(
            current,
            State.WITH_ENGINEERS,
            Action.FIX_TAKEN_BACK,
            by=by,
            at=at,
            of={State.TRYING_FIX},
            details={"version": current.fix_to_try},
            returns_to=current.returns_to,
        )


def fix_works(refund_request: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """The member says that the fix solves it, which closes the request. Raises MoveNotAllowed."""
    return _solve(refund_request, Action.FIX_WORKS, by=by, at=at)


def solve_by_silence(refund_request: RefundRequest, *, by: Actor, at: datetime) -> RefundRequest:
    """The day until which the fix was to be tried is over; the member was told. Raises MoveNotAllowed."""
    return _solve(refund_request, Action.SOLVED_BY_SILENCE, by=by, at=at)


def withdraw(refund_request: RefundRequest, *, by: User, at: datetime) -> RefundRequest:
    """The member no longer asks; what they have not sent goes. Raises MoveNotAllowed once it is decided."""
    with transaction.atomic():
        moved = move_on(refund_request, State.WITHDRAWN, Action.WITHDRAWN, by=by, at=at)
        discard_unsent_of(moved)
    return moved


def settle(refund_request: RefundRequest, *, by: Actor, at: datetime) -> RefundRequest:
    """All its refunds have arrived. Raises MoveNotAllowed."""
    return move_on(refund_request, State.REFUNDED, Action.REFUNDED, by=by, at=at)


def reopen(refund_request: RefundRequest, *, by: Actor, at: datetime, reason: str) -> RefundRequest:
    """A person must decide again, in a new round. Raises MoveNotAllowed, ReasonNeeded, AskedAgain."""
    _require(reason)
    with transaction.atomic():
        next_round = locked(refund_request).round + 1
        _refuse_asked_again(refund_request)
        return move_on(
            refund_request,
            State.WAITING,
            Action.REOPENED,
            by=by,
            at=at,
            of=DECIDED,
            details={"reason": reason.strip()},
            round=next_round,
        )


def decide(
    refund_request: RefundRequest, *, verdict: Verdict, letter: str, by: User, at: datetime
) -> Decision:
    """Decide this round: the amounts are the policy's, `letter` is what the member reads.

    Raises NotYours, ReasonNeeded (no letter), ToBeEstablished, PolicyDisagrees, NothingLeft.
    """
    if not letter.strip():
        raise ReasonNeeded
    with transaction.atomic():
        current = locked(refund_request)
        require_holder(current, by=by)
        answers = answers_of_request(current)
        amounts = amounts_for(verdict, answers)
        decision = record_decision(current, verdict, letter.strip(), answers, amounts, by=by, at=at)
        to, action = _consequence(decision)
        move_on(current, to, action, by=by, at=at, details={"decision": decision.pk})
    return decision


def approve(refund_request: RefundRequest, *, by: User, at: datetime) -> Decision:
    """The second person agrees. Raises MoveNotAllowed, OwnDecision, OwnRequest, OverLimit."""
    with transaction.atomic():
        current = locked(refund_request)
        decision = _to_check(current, by=by)
        require_limit(decision.amount, by=by)
        moved = move_on(
            current, State.APPROVED, Action.APPROVED, by=by, at=at, details={"decision": decision.pk}
        )
        Approval.objects.create(decision=decision, approver=by, approved=True, at=at)
    decision.refund_request = moved
    return decision


def return_decision(refund_request: RefundRequest, *, by: User, at: datetime, reason: str) -> RefundRequest:
    """The second person disagrees: back to the queue for a new round.

    Raises MoveNotAllowed, OwnDecision, OwnRequest, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        current = locked(refund_request)
        decision = _to_check(current, by=by)
        moved = move_on(
            current,
            State.WAITING,
            Action.APPROVAL_REFUSED,
            by=by,
            at=at,
            details={"reason": reason.strip()},
            round=current.round + 1,
        )
        Approval.objects.create(decision=decision, approver=by, approved=False, reason=reason.strip(), at=at)
    return moved


def _alone_until(asker: User | None, *, at: datetime) -> datetime | None:
    """Until when `asker` alone gets what comes back at `at`; None: there is none, and everybody does."""
    return at + RETURNS_FIRST if asker else None


def _solve(refund_request: RefundRequest, action: Action, *, by: Actor, at: datetime) -> RefundRequest:
    details = {"version": refund_request.fix_to_try}
    return move_on(refund_request, State.SOLVED, action, by=by, at=at, details=details)


def _defect_of(refund_request: RefundRequest) -> Defect:
    if refund_request.defect is None:  # a constraint of the table keeps this from happening
        raise LookupError(refund_request.reference)
    return refund_request.defect


def _require(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded


def _refuse_asked_again(refund_request: RefundRequest) -> None:
    wanted = NamedOrder.objects.filter(refund_request=refund_request, wanted=True).values("order")
    elsewhere = NamedOrder.objects.filter(order__in=wanted, wanted=True, open=True)
    newer = elsewhere.exclude(refund_request=refund_request).select_related("refund_request").first()
    if newer is not None:
        raise AskedAgain(newer.refund_request)


def _to_check(refund_request: RefundRequest, *, by: User) -> Decision:
    decision = refund_request.decisions.filter(round=refund_request.round).first()
    if decision is None or refund_request.state != State.AWAITING_APPROVAL:
        raise MoveNotAllowed(refund_request, refund_request.state, State.APPROVED)
    if decision.author_id == by.pk:
        raise OwnDecision
    require_stranger(refund_request, by=by)
    return decision


def _consequence(decision: Decision) -> tuple[State, Action]:
    if decision.verdict == Verdict.DECLINE:
        return State.DECLINED, Action.DECLINED
    if decision.needs_approval:
        return State.AWAITING_APPROVAL, Action.APPROVAL_ASKED
    return State.APPROVED, Action.APPROVED
