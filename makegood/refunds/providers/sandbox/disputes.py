"""Disputes at a stand-in: a bank takes a customer's side, and somebody decides who keeps the money."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.sandbox.book import Book, Refused, SandboxEvent

CLOSED = frozenset({DisputeState.WON, DisputeState.LOST})


@dataclass(frozen=True, slots=True)
class SandboxDispute:
    """A dispute of a charge; `changes` counts how often its state changed since it was opened."""

    id: str
    charge: str
    amount: int
    currency: str
    reason: str
    state: str
    opened_at: str
    changed_at: str
    changes: int = 0


class DisputedBook(Book):
    """The book with disputes in it, each change of which is an event that is told like any other."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.disputes: dict[str, SandboxDispute] = {}
        self._untold_disputes: dict[str, SandboxEvent] = {}
        super().__init__(*arguments, **options)

    def dispute(
        self,
        charge_id: str,
        *,
        amount: int | None = None,
        reason: str = "fraudulent",
        state: DisputeState = DisputeState.OPEN,
    ) -> SandboxDispute:
        """Open a dispute of `amount` minor units; None: of all that was captured. Raises Refused."""
        charge = self.charges.get(charge_id)
        if charge is None:
            raise Refused(404, "resource_missing", f"No such charge: {charge_id}.")
        wanted = charge.amount if amount is None else amount
        if isinstance(wanted, bool) or not 0 < wanted <= charge.amount:
            raise Refused(400, "parameter_invalid", "A dispute is of an amount that was captured.")
        now = self._now()
        name = f"dp_{secrets.token_hex(12)}"
        return self._write_down(
            SandboxDispute(name, charge_id, wanted, charge.currency, reason, state.value, now, now)
        )

    def change_dispute(self, dispute_id: str, state: DisputeState) -> SandboxDispute:
        """Let the bank go on to `state`. Raises Refused where there is no such dispute or it is closed."""
        known = self.disputes.get(dispute_id)
        if known is None:
            raise Refused(404, "resource_missing", f"No such dispute: {dispute_id}.")
        if known.state in CLOSED:
            raise Refused(400, "parameter_invalid", f"The dispute {dispute_id} is closed.")
        return self._write_down(
            replace(known, state=state.value, changed_at=self._now(), changes=known.changes + 1)
        )

    def disputes_of(self, charge_id: str) -> list[SandboxDispute]:
        """Those of one charge, oldest first."""
        return [each for each in self.disputes.values() if each.charge == charge_id]

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
