"""Disputes of the sandbox: a customer's bank asks or takes money back, and somebody decides about it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.sandbox.book import Book, Refused, SandboxEvent, SandboxRefund
from makegood.refunds.providers.sandbox.timeline import DAY

_TAKEN = frozenset({DisputeState.OPEN, DisputeState.LOST})
_CLOSED = frozenset({DisputeState.WON, DisputeState.LOST})
_DAYS_TO_ANSWER = 9


@dataclass(frozen=True, slots=True)
class SandboxDispute:
    """A dispute of a charge; `moves` are its states, each with its moment, the present one last."""

    id: str
    charge: str
    amount: int
    currency: str
    reason: str
    answer_by: str
    moves: tuple[tuple[str, str], ...]

    @property
    def state(self) -> DisputeState:
        """How it stands now."""
        return DisputeState(self.moves[-1][0])

    @property
    def opened_at(self) -> str:
        """When the bank first spoke of it."""
        return self.moves[0][1]

    @property
    def changed_at(self) -> str:
        """Since when it stands as it does."""
        return self.moves[-1][1]

    @property
    def taken_at(self) -> str | None:
        """When the bank took the money, even if it gave it back; None: it only asked."""
        return next((at for state, at in self.moves if state in _TAKEN), None)


class BookWithDisputes(Book):
    """A book in which banks take money back, too."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.disputes: dict[str, SandboxDispute] = {}
        self._told_of_disputes: set[str] = set()
        super().__init__(*arguments, **options)

    def dispute(
        self, charge_id: str, amount: Any, *, reason: str = "general", state: str = "open"
    ) -> SandboxDispute:
        """The customer's bank asks about `amount` minor units of the charge (inquiry) or takes them (open).

        Raises Refused.
        """
        charge = self.charges.get(charge_id)
        if charge is None:
            raise Refused(404, "resource_missing", f"No such charge: {charge_id}.")
        if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount <= charge.amount:
            raise Refused(400, "parameter_invalid", "amount must be minor units, at most what was charged.")
        now = self.clock.now()
        entry = {
            "id": f"dp_{secrets.token_hex(12)}",
            "charge": charge_id,
            "amount": amount,
            "currency": charge.currency,
            "reason": reason,
            "answer_by": (now + _DAYS_TO_ANSWER * DAY).isoformat(),
            "state": _state(state).value,
            "at": now.isoformat(),
        }
        self._write([{"kind": "dispute", **entry}])
        return self.disputes[str(entry["id"])]

    def move_dispute(self, dispute_id: str, state: str) -> SandboxDispute:
        """The bank opens it after an inquiry, or it was won or lost. Raises Refused."""
        known = self.disputes.get(dispute_id)
        if known is None:
            raise Refused(404, "resource_missing", f"No such dispute: {dispute_id}.")
        if known.state is not _state(state):
            moved = {"dispute": dispute_id, "state": state, "at": self.clock.now().isoformat()}
            self._write([{"kind": "dispute_moved", **moved}])
        return self.disputes[dispute_id]

    def disputes_of(self, charge_id: str) -> list[SandboxDispute]:
        """Those of one charge, oldest first."""
        return [each for each in self.disputes.values() if each.charge == charge_id]

    def disputed(self, charge_id: str) -> int:
        """Minor units of the charge that the bank has."""
        return sum(each.amount for each in self.disputes_of(charge_id) if each.state in _TAKEN)

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
        """Those of refunds and of disputes that were not acknowledged yet, oldest first."""
        found = [
            event
            for dispute in self.disputes.values()
            for event in _events(dispute)
            if event.id not in self._told_of_disputes
        ]
        return sorted([*super().untold_events(), *found], key=lambda event: event.at)

    def mark_told(self, event: SandboxEvent) -> None:
        """The listener acknowledged it."""
        if event.refund_id not in self.disputes:
            super().mark_told(event)
            return
        self._write([{"kind": "dispute_told", "event": event.id}])

    def _apply_dispute(self, state: str, at: str, **fields: Any) -> None:
        self.disputes[fields["id"]] = SandboxDispute(**fields, moves=((state, at),))

    def _apply_dispute_moved(self, dispute: str, state: str, at: str) -> None:
        old = self.disputes[dispute]
        fields = {name: getattr(old, name) for name in _FIELDS}
        self.disputes[dispute] = SandboxDispute(**fields, moves=(*old.moves, (state, at)))

    def _apply_dispute_told(self, event: str) -> None:
        self._told_of_disputes.add(event)


_FIELDS = ("id", "charge", "amount", "currency", "reason", "answer_by")


def describe_dispute(dispute: SandboxDispute, moves: int | None = None) -> dict[str, Any]:
    """The dispute as the API shows it, now or after so many of its moves."""
    reached = dispute.moves[:moves] if moves else dispute.moves
    return {
        "object": "dispute",
        **{name: getattr(dispute, name) for name in _FIELDS},
        "status": reached[-1][0],
        "opened_at": dispute.moves[0][1],
    }


def _events(dispute: SandboxDispute) -> list[SandboxEvent]:
    events = []
    for number, (state, at) in enumerate(dispute.moves, start=1):
        event_id = f"evt_{dispute.id}_{number}"
        body: Mapping[str, Any] = {
            "id": event_id,
            "type": _kind(number, DisputeState(state)),
            "created": at,
            "object": describe_dispute(dispute, number),
        }
        events.append(SandboxEvent(event_id, dispute.id, datetime.fromisoformat(at), body))
    return events


def _kind(number: int, state: DisputeState) -> str:
    if number == 1:
        return "dispute.opened"
    return "dispute.closed" if state in _CLOSED else "dispute.updated"


def _state(word: str) -> DisputeState:
    if word not in set(DisputeState):
        raise Refused(400, "parameter_invalid", f"status must be one of {', '.join(DisputeState)}.")
    return DisputeState(word)
