"""Disputes at a stand-in: a bank takes a customer's side, and somebody decides who keeps the money."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.sandbox.book import Book, Refused, SandboxEvent, SandboxRefund
from makegood.refunds.providers.sandbox.timeline import DAY

CLOSED = frozenset({DisputeState.WON, DisputeState.LOST})
_TAKING = frozenset({DisputeState.OPEN, DisputeState.LOST})
_DAYS_TO_ANSWER = 9


@dataclass(frozen=True, slots=True)
class SandboxDispute:
    """A dispute of a charge; `changes` counts how often its state changed since it was opened.

    `took`: the bank took the money, at least for a while; an inquiry takes none.
    """

    id: str
    charge: str
    amount: int
    currency: str
    reason: str
    state: str
    opened_at: str
    changed_at: str
    answer_by: str = ""
    changes: int = 0
    took: bool = False


class DisputedBook(Book):
    """The book with disputes in it, each change of which is an event that is told like any other."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.disputes: dict[str, SandboxDispute] = {}
        self._untold_disputes: dict[str, SandboxEvent] = {}
        super().__init__(*arguments, **options)

    def dispute(
        self,
        charge_id: str,
        amount: Any = None,
        *,
        reason: str = "fraudulent",
        state: str = DisputeState.OPEN,
    ) -> SandboxDispute:
        """The bank asks about `amount` minor units (inquiry) or takes them (open); None: all of the charge.

        Raises Refused.
        """
        charge = self.charges.get(charge_id)
        if charge is None:
            raise Refused(404, "resource_missing", f"No such charge: {charge_id}.")
        wanted = charge.amount if amount is None else amount
        if isinstance(wanted, bool) or not isinstance(wanted, int) or not 0 < wanted <= charge.amount:
            raise Refused(400, "parameter_invalid", "A dispute is of an amount that was captured.")
        begun, now = _state(state), self.clock.now()
        opened = SandboxDispute(
            f"dp_{secrets.token_hex(12)}",
            charge_id,
            wanted,
            charge.currency,
            reason,
            begun.value,
            now.isoformat(),
            now.isoformat(),
            answer_by=(now + _DAYS_TO_ANSWER * DAY).isoformat(),
            took=begun in _TAKING,
        )
        return self._write_down(opened)

    def change_dispute(self, dispute_id: str, state: str) -> SandboxDispute:
        """Let the bank go on to `state`; one that was lost can still be won, and the other way round.

        Raises Refused where there is no such dispute.
        """
        known = self.disputes.get(dispute_id)
        if known is None:
            raise Refused(404, "resource_missing", f"No such dispute: {dispute_id}.")
        reached = _state(state)
        if known.state == reached:
            return known
        changed = replace(known, state=reached.value, changed_at=self._now(), changes=known.changes + 1)
        return self._write_down(replace(changed, took=known.took or reached in _TAKING))

    def disputes_of(self, charge_id: str) -> list[SandboxDispute]:
        """Those of one charge, oldest first."""
        return [each for each in self.disputes.values() if each.charge == charge_id]

    def disputed(self, charge_id: str) -> int:
        """Minor units of the charge that the bank has."""
        return sum(each.amount for each in self.disputes_of(charge_id) if each.state in _TAKING)

    def refund(
        self, charge_id: str, amount: Any, currency: str, *, attempt: str, made_by: str
    ) -> SandboxRefund:
        """As for any book; what the bank has cannot be given back as well. Raises Refused."""
        charge, gone = self.charges.get(charge_id), self.disputed(charge_id)
        left = charge.amount - self.refunded(charge_id) - gone if charge else 0
        if gone and isinstance(amount, int) and amount > left:
            raise Refused(400, "charge_disputed", "The customer's bank has taken this money back.")
        return super().refund(charge_id, amount, currency, attempt=attempt, made_by=made_by)

    def untold_events(self) -> list[SandboxEvent]:
        """Those of refunds and of disputes, oldest first."""
        return sorted([*super().untold_events(), *self._untold_disputes.values()], key=lambda event: event.at)

    def mark_told(self, event: SandboxEvent) -> None:
        """The listener acknowledged it."""
        if event.id in self._untold_disputes:
            self._write([{"kind": "dispute_told", "event": event.id}])
        else:
            super().mark_told(event)

    def _write_down(self, dispute: SandboxDispute) -> SandboxDispute:
        self._write([{"kind": "dispute", **asdict(dispute)}])
        return dispute

    def _apply_dispute(self, **fields: Any) -> None:
        dispute = SandboxDispute(**fields)
        self.disputes[dispute.id] = dispute
        event = _event(dispute)
        self._untold_disputes[event.id] = event

    def _apply_dispute_told(self, event: str) -> None:
        self._untold_disputes.pop(event, None)


def _event(dispute: SandboxDispute) -> SandboxEvent:
    kind = "dispute.opened" if not dispute.changes else "dispute.updated"
    event_id = f"evt_{dispute.id[3:]}_{dispute.changes}"
    body = {
        "id": event_id,
        "type": "dispute.closed" if dispute.state in CLOSED else kind,
        "created": dispute.changed_at,
        "object": {"object": "dispute", **asdict(dispute)},
    }
    return SandboxEvent(event_id, "", datetime.fromisoformat(dispute.changed_at), body)


def _state(word: str) -> DisputeState:
    if word not in set(DisputeState):
        raise Refused(400, "parameter_invalid", f"state must be one of {', '.join(DisputeState)}.")
    return DisputeState(word)
