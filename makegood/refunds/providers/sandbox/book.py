"""The sandbox's charges and refunds, and the keys it remembers: everything a provider must get right."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.journal import Entry, Journal
from makegood.refunds.providers.sandbox.timeline import DAY, Fate, Step, standing, steps

DASHBOARD = "dashboard"
API = "api"


class Refused(Exception):
    """The sandbox will not do it: an HTTP status and a code that a program can read."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        self.status, self.code = status, code
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class SandboxCharge:
    """Money captured from a customer."""

    id: str
    amount: int
    currency: str
    method: str
    method_label: str
    reference: str
    fate: str
    captured_at: str


@dataclass(frozen=True, slots=True)
class SandboxRefund:
    """Money given back; `attempt` is what the caller wrote into its metadata."""

    id: str
    charge: str
    amount: int
    currency: str
    fate: str
    attempt: str
    made_by: str
    made_at: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The first answer under an idempotency key, given again to whoever repeats the key."""

    asked: Mapping[str, Any]
    status: int
    body: Mapping[str, Any]
    at: str


@dataclass(frozen=True, slots=True)
class SandboxEvent:
    """One step of one refund, to be told to whoever listens."""

    id: str
    refund_id: str
    at: datetime
    body: Mapping[str, Any]


class Book:
    """All state, rebuilt from the journal at start. The server lets one thread in at a time."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        *,
        day: timedelta = DAY,
        key_window: timedelta = timedelta(days=1),
    ) -> None:
        self.clock, self.day, self.key_window = clock, day, key_window
        self.charges: dict[str, SandboxCharge] = {}
        self.refunds: dict[str, SandboxRefund] = {}
        self.refunds_of: dict[str, list[str]] = {}
        self._kept: dict[str, KeptAnswer] = {}
        self._told: set[str] = set()
        self._untold: dict[str, None] = {}
        self._journal = journal
        for entry in journal.entries():
            self._apply(entry)

    def charge(self, wanted: Sequence[Mapping[str, Any]]) -> list[SandboxCharge]:
        """Capture each of `wanted`: amount (minor units), currency, and optionally method, method_label,
        reference, fate, captured_at, id. All or none. Raises Refused.
        """
        made = [self._new_charge(each) for each in wanted]
        taken = [charge.id for charge in made if charge.id in self.charges]
        if taken or len({charge.id for charge in made}) < len(made):
            raise Refused(400, "resource_already_exists", f"These charges exist already: {taken}.")
        self._write([{"kind": "charge", **asdict(charge)} for charge in made])
        return made

    def refund(
        self, charge_id: str, amount: Any, currency: str, *, attempt: str, made_by: str
    ) -> SandboxRefund:
        """Give `amount` minor units of the charge back. Raises Refused, above all for more than is left."""
        charge = self.charges.get(charge_id)
        if charge is None:
            raise Refused(404, "resource_missing", f"No such charge: {charge_id}.")
        if currency != charge.currency:
            raise Refused(400, "currency_mismatch", f"The charge is in {charge.currency}, not {currency}.")
        if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
            raise Refused(400, "parameter_invalid", "amount must be a whole number of minor units above 0.")
        if amount > charge.amount - self.refunded(charge_id):
            raise Refused(400, "charge_already_refunded", "More than what is left of the charge.")
        refund = SandboxRefund(
            f"re_{secrets.token_hex(12)}",
            charge_id,
            amount,
            currency,
            charge.fate,
            attempt,
            made_by,
            self._now(),
        )
        self._write([{"kind": "refund", **asdict(refund)}])
        return refund

    def refunded(self, charge_id: str) -> int:
        """Minor units given back so far; what failed or was canceled does not count."""
        listed = (self.refunds[each] for each in self.refunds_of.get(charge_id, []))
        return sum(r.amount for r in listed if self.standing(r).status not in {"failed", "canceled"})

    def standing(self, refund: SandboxRefund) -> Step:
        """How the refund reads now."""
        age = self.clock.now() - datetime.fromisoformat(refund.made_at)
        return standing(Fate(refund.fate), age=age, day=self.day)

    def kept_answer(self, key: str, asked: Mapping[str, Any]) -> KeptAnswer | None:
        """The first answer under `key`, if it is still remembered. Raises Refused for other parameters."""
        kept = self._kept.get(key)
        if kept is None or self.clock.now() - datetime.fromisoformat(kept.at) > self.key_window:
            return None
        if kept.asked != asked:
            raise Refused(400, "idempotency_error", "This key was used with other parameters.")
        return kept

    def keep_answer(self, key: str, asked: Mapping[str, Any], status: int, body: Mapping[str, Any]) -> None:
        """Remember the answer for as long as the key window lasts."""
        kept = KeptAnswer(dict(asked), status, dict(body), self._now())
        self._write([{"kind": "kept", "key": key, **asdict(kept)}])

    def forget_keys(self) -> None:
        """Forget every key, whatever was promised."""
        self._write([{"kind": "keys_forgotten"}])

    def change_fate(self, refund_id: str, fate: Fate) -> None:
        """Another story from now on. Raises Refused."""
        if refund_id not in self.refunds:
            raise Refused(404, "resource_missing", f"No such refund: {refund_id}.")
        self._write([{"kind": "fate", "refund": refund_id, "fate": fate.value}])

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._write([{"kind": "advance", "seconds": by.total_seconds()}])

    def untold_events(self) -> list[SandboxEvent]:
        """Every step that has come and was not yet acknowledged, oldest first."""
        now = self.clock.now()
        events = [
            event for each in self._untold for event in self._events(self.refunds[each]) if event.at <= now
        ]
        return sorted((e for e in events if e.id not in self._told), key=lambda event: event.at)

    def mark_told(self, event: SandboxEvent) -> None:
        """The listener acknowledged it."""
        self._write([{"kind": "told", "event": event.id, "refund": event.refund_id}])

    def describe(self, refund: SandboxRefund, step: Step | None = None) -> dict[str, Any]:
        """The refund as the API shows it, now or as of `step`."""
        step = step or self.standing(refund)
        trace = f"ARN{int(refund.id[3:15], 16):020d}" if step.traced else None
        return {
            "object": "refund",
            **{name: getattr(refund, name) for name in ("id", "charge", "amount", "currency", "made_at")},
            "metadata": {"attempt": refund.attempt} if refund.attempt else {},
            "status": step.status,
            "trace_reference": trace,
            "arrived": step.arrived,
        }

    def _events(self, refund: SandboxRefund) -> list[SandboxEvent]:
        made_at = datetime.fromisoformat(refund.made_at)
        events = []
        for number, step in enumerate(steps(Fate(refund.fate))):
            event_id = f"evt_{refund.id[3:]}_{refund.fate}_{number}"
            kind = "refund.created" if number == 0 else "refund.updated"
            at = made_at + step.day * self.day
            body = {
                "id": event_id,
                "type": kind,
                "created": at.isoformat(),
                "object": self.describe(refund, step),
            }
            events.append(SandboxEvent(event_id, refund.id, at, body))
        return events

    def _new_charge(self, wanted: Mapping[str, Any]) -> SandboxCharge:
        try:
            amount, currency = wanted["amount"], wanted["currency"]
            fate = Fate(wanted.get("fate", Fate.SETTLES)).value
            captured_at = datetime.fromisoformat(wanted.get("captured_at") or self._now()).isoformat()
        except (KeyError, ValueError, TypeError) as problem:
            raise Refused(400, "parameter_invalid", f"Not a charge: {problem}.") from problem
        if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
            raise Refused(400, "parameter_invalid", "amount must be a whole number of minor units above 0.")
        words = [str(wanted.get(name, "")) for name in ("method", "method_label", "reference")]
        charge_id = str(wanted.get("id") or f"ch_{secrets.token_hex(12)}")
        return SandboxCharge(
            charge_id, amount, str(currency), words[0] or "card", words[1], words[2], fate, captured_at
        )

    def _now(self) -> str:
        return self.clock.now().isoformat()

    def _write(self, entries: Sequence[Entry]) -> None:
        self._journal.append(entries)
        for entry in entries:
            self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        fields = {name: value for name, value in entry.items() if name != "kind"}
        getattr(self, f"_apply_{entry['kind']}")(**fields)

    def _apply_charge(self, **fields: Any) -> None:
        self.charges[fields["id"]] = SandboxCharge(**fields)

    def _apply_refund(self, **fields: Any) -> None:
        self.refunds[fields["id"]] = SandboxRefund(**fields)
        self.refunds_of.setdefault(fields["charge"], []).append(fields["id"])
        self._untold[fields["id"]] = None

    def _apply_kept(self, key: str, **fields: Any) -> None:
        self._kept[key] = KeptAnswer(**fields)

    def _apply_keys_forgotten(self) -> None:
        self._kept.clear()

    def _apply_fate(self, refund: str, fate: str) -> None:
        old = asdict(self.refunds[refund])
        self.refunds[refund] = SandboxRefund(**{**old, "fate": fate})
        self._untold[refund] = None

    def _apply_advance(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def _apply_told(self, event: str, refund: str) -> None:
        self._told.add(event)
        if all(each.id in self._told for each in self._events(self.refunds[refund])):
            self._untold.pop(refund, None)
