"""Proves that nobody agreed to more than they may, by the limits that events tell of, applied anew."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from makegood.accounts.models import StaffRole
from makegood.accounts.roles import RIGHTS, Right, Role
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.proving import Problem, rows
from makegood.money import Money
from makegood.refund_requests.limits import exceeds, largest

_CHANGES = {Action.ROLE_GRANTED, Action.LIMITS_CHANGED, Action.ROLE_REVOKED}


@dataclass(frozen=True, slots=True)
class Held:
    """A role with its limits, from the event `since` on; each None: no limit."""

    since: int
    role: Role
    is_held: bool
    limit: Money | None = None
    day_limit: Money | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A refund that was decided, told with the event `event`; `orders`: the minor units for each."""

    event: int
    reference: str
    author: int
    at: datetime
    amount: Money
    orders: Mapping[int, int]
    is_alone: bool


def approvals() -> Iterator[Problem]:
    """No refund was agreed to by its maker, by fewer people than it needs, or by who may not."""
    for (reference,) in rows(_UNAPPROVED):
        yield Problem("approvals", reference, "it went on without the second person that it needs.")
    for (reference,) in rows(_OWN):
        yield Problem("approvals", reference, "the maker of a decision agreed to it as the second person.")
    for (reference,) in rows(_AGREED_BY):
        yield Problem("approvals", reference, "another person agreed to it than its history says.")
    decided = list(_decided())
    seconds = rows(_SECONDS)
    history = _history()
    yield from _alone_within_limits(decided, history)
    for event, reference, approver, minor, currency in seconds:
        role = _role_at(history, approver, Right.APPROVE, event)
        if role is None or exceeds(role.limit, Money(minor, currency)):
            yield Problem("approvals", reference, "the second person may not agree to so much.")


def _alone_within_limits(decided: list[Decided], history: Mapping[int, list[Held]]) -> Iterator[Problem]:
    """As `limits` weighed each decision when it was made, with what was decided before it."""
    of_orders: dict[tuple[int, str], int] = defaultdict(int)
    of_days: dict[tuple[int, str], _Day] = defaultdict(_Day)
    for each in decided:
        if not each.is_alone:
            continue
        currency = each.amount.currency
        today = of_days[each.author, currency]
        before = sum(of_orders[order, currency] for order in each.orders)
        role = _role_at(history, each.author, Right.DECIDE, each.event)
        if role is None:
            yield Problem("approvals", each.reference, "one person decided it alone who may not decide.")
        elif exceeds(role.limit, each.amount + Money(before, currency)):
            yield Problem("approvals", each.reference, "one person decided it alone, above their limit.")
        elif exceeds(role.day_limit, each.amount + Money(today.before(each.at), currency)):
            yield Problem(
                "approvals", each.reference, "one person decided it alone, above their limit of a day."
            )
        today.add(each.at, each.amount.minor)
        for order, minor in each.orders.items():
            of_orders[order, currency] += minor


class _Day:
    """What one person decided alone within the last 24 hours, in one currency."""

    def __init__(self) -> None:
        self._parts = deque[tuple[datetime, int]]()
        self._minor = 0

    def before(self, at: datetime) -> int:
        """Minor units decided in the day before `at`; asked for later and later moments."""
        while self._parts and self._parts[0][0] <= at - timedelta(days=1):
            self._minor -= self._parts.popleft()[1]
        return self._minor

    def add(self, at: datetime, minor: int) -> None:
        """Another one."""
        self._parts.append((at, minor))
        self._minor += minor


def _decided() -> Iterator[Decided]:
    for event, reference, author, at, minor, currency, orders, minors, is_alone in rows(_DECIDED):
        parts = dict(zip(orders, minors, strict=True))
        yield Decided(event, reference, author, at, Money(minor, currency), parts, is_alone)


def _history() -> dict[int, list[Held]]:
    """The roles of each person, oldest first.

    Before its first event a role was as that event tells; a role that no event tells of was always as now.
    """
    history: dict[int, list[Held]] = defaultdict(list)
    known: set[tuple[int, Role]] = set()
    for event in Event.objects.filter(action__in=_CHANGES).order_by("pk").iterator():
        person, role, told = event.subject_id, Role(event.details["role"]), event.details
        if (person, role) not in known and event.action != Action.ROLE_GRANTED:
            was = (_read(told.get("limit_before")), _read(told.get("day_limit_before")))
            history[person].append(Held(0, role, True, *was))
        known.add((person, role))
        limits = (_read(told.get("limit")), _read(told.get("day_limit")))
        history[person].append(Held(event.pk, role, event.action != Action.ROLE_REVOKED, *limits))
    for row in StaffRole.objects.all():
        if (row.user_id, Role(row.role)) not in known:
            history[row.user_id].append(Held(0, Role(row.role), True, row.limit, row.day_limit))
    return history


def _role_at(history: Mapping[int, list[Held]], person: int, right: Right, event: int) -> Held | None:
    """The role that gave `person` the right when `event` was written: as `limits` chooses among several."""
    now = {held.role: held for held in history.get(person, ()) if held.since < event}
    return largest(held for held in now.values() if held.is_held and right in RIGHTS[held.role])


def _read(said: str | None) -> Money | None:
    """`200.00 USD`, as an event keeps a limit."""
    return None if said is None else Money.of(*said.split(" "))


_UNAPPROVED = """
    SELECT request.reference FROM refund_requests_decision AS decision
    JOIN refund_requests_refundrequest AS request ON request.id = decision.refund_request_id
    LEFT JOIN refund_requests_approval AS approval ON approval.decision_id = decision.id
    WHERE decision.needs_approval AND approval.approved IS NOT TRUE AND (
        (request.round = decision.round AND request.state IN ('approved', 'refunded'))
        OR EXISTS (
            SELECT FROM audit_event AS went WHERE went.subject_kind = 'refundrequest'
                AND went.subject_id = request.id AND went.action = 'refund_request.approved'
                AND (went.details->>'decision')::bigint = decision.id
        )
    )
"""
_OWN = """
    SELECT request.reference FROM refund_requests_approval AS approval
    JOIN refund_requests_decision AS decision ON decision.id = approval.decision_id
    JOIN refund_requests_refundrequest AS request ON request.id = decision.refund_request_id
    WHERE approval.approver_id = decision.author_id
"""
_AGREED_BY = """
    SELECT request.reference FROM refund_requests_approval AS approval
    JOIN refund_requests_decision AS decision ON decision.id = approval.decision_id
    JOIN refund_requests_refundrequest AS request ON request.id = decision.refund_request_id
    WHERE NOT EXISTS (
        SELECT FROM audit_event AS told WHERE told.subject_kind = 'refundrequest'
            AND told.subject_id = request.id
            AND told.actor_id = approval.approver_id AND told.at = approval.at
            AND told.action = CASE WHEN approval.approved
                THEN 'refund_request.approved' ELSE 'refund_request.approval_refused' END
    )
"""
_SECONDS = """
    SELECT told.id, request.reference, approval.approver_id, decision.amount_minor, decision.currency
    FROM refund_requests_approval AS approval
    JOIN refund_requests_decision AS decision ON decision.id = approval.decision_id
    JOIN refund_requests_refundrequest AS request ON request.id = decision.refund_request_id
    JOIN audit_event AS told ON told.subject_kind = 'refundrequest' AND told.subject_id = request.id
        AND told.action = 'refund_request.approved' AND (told.details->>'decision')::bigint = decision.id
    WHERE approval.approved ORDER BY told.id
"""
_DECIDED = """
    WITH told AS (
        SELECT (details->>'decision')::bigint AS decision_id, min(id) AS id FROM audit_event
        WHERE subject_kind = 'refundrequest' AND details ? 'decision' GROUP BY 1
    )
    SELECT told.id, request.reference, decision.author_id, decision.at, decision.amount_minor,
        decision.currency, lines.orders, lines.minors, NOT decision.needs_approval
    FROM refund_requests_decision AS decision
    JOIN told ON told.decision_id = decision.id
    JOIN refund_requests_refundrequest AS request ON request.id = decision.refund_request_id
    JOIN (
        SELECT decision_id, array_agg(order_id) AS orders, array_agg(amount_minor) AS minors
        FROM refund_requests_decisionline GROUP BY decision_id
    ) AS lines ON lines.decision_id = decision.id
    WHERE decision.verdict = 'refund' ORDER BY told.id
"""
