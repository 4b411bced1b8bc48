"""What a payment provider must be able to do, and what each one promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from makegood.money import Money


class Said(StrEnum):
    """What an answer means, whatever words the provider used."""

    PENDING = "pending"
    ACTION_NEEDED = "action_needed"
    SUCCEEDED = "succeeded"
    SETTLED = "settled"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"
    """Silence, an error of the provider or nonsense: the refund may or may not have been made."""
    NOT_FOUND = "not_found"
    """Asked after a refund, the provider knows none."""


@dataclass(frozen=True, slots=True)
class Promises:
    """What the sender may rely on.

    `key_window`: how long the provider recognises an idempotency key; zero when it has none.
    `remembers_errors`: a repeated key is answered with the first answer even when that was an error.
    `can_look_up`: it can be asked what became of a refund.
    `final_is_async`: accepting a refund is not paying it; the end is told later.
    `max_refund_age`: how old a payment may be; None when the provider states no limit.
    `caps_total`: it refuses to refund more than was captured.
    `tells_arrival`: it says when the money is with the customer; else, what has not come back when it
    should be there counts as arrived.
    """

    key_window: timedelta
    key_max_length: int
    remembers_errors: bool
    can_look_up: bool
    final_is_async: bool
    max_refund_age: timedelta | None
    caps_total: bool
    tells_arrival: bool = True


@dataclass(frozen=True, slots=True)
class Instruction:
    """One attempt: refund `amount` of the charge, under `key`, which never changes for the attempt.

    `refund_id` is the provider's name for the refund; empty until it told us.
    """

    key: str
    charge_id: str
    amount: Money
    refund_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said to one call; `body` is its own words, `took` how long it needed.

    `amount` is None and `http_status` is None when it did not say.
    """

    said: Said
    refund_id: str = ""
    trace_reference: str = ""
    amount: Money | None = None
    reason: str = ""
    http_status: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    took: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class ChargedRefund:
    """A refund as the provider lists it under a charge; `key` is empty when it was not made by us."""

    refund_id: str
    key: str
    amount: Money
    said: Said
    made_at: datetime
    trace_reference: str = ""


class DisputeState(StrEnum):
    """How a dispute stands: a bank took the money, or wants to, and somebody decides whether it keeps it."""

    INQUIRY = "inquiry"
    """The bank asks; no money was taken yet."""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class ChargedDispute:
    """A dispute (chargeback) of a charge.

    `reason` is the provider's own word; `answer_by` None: it gives no date.
    """

    dispute_id: str
    amount: Money
    state: DisputeState
    reason: str
    opened_at: datetime
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A captured payment as the provider knows it: every refund and dispute of it, oldest first."""

    charge_id: str
    captured: Money
    refunds: tuple[ChargedRefund, ...]
    disputes: tuple[ChargedDispute, ...] = ()


class LineKind(StrEnum):
    """What a line of a provider's report tells."""

    REFUND = "refund"
    RETURNED = "returned"
    """A refund came back: it failed after it was paid."""
    DISPUTE = "dispute"
    DISPUTE_RETURNED = "dispute_returned"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One movement in a provider's report of a day.

    `amount` is above zero, whichever way it went; `fee` is what the provider kept for it, above zero, or
    gave back, below; None: the report does not say. `refund_id` and `charge_id` are the provider's names.
    """

    kind: LineKind
    refund_id: str
    charge_id: str
    amount: Money
    fee: Money | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """An event the provider sent: only a hint of what to look up, never the truth itself.

    `also_called` is another name of the charge, empty for none; the shop may have given us either.
    `receipt` is what must be answered once the event is stored; empty where a status says enough.
    """

    event_id: str
    kind: str
    charge_id: str
    refund_id: str
    key: str
    also_called: str = ""
    receipt: str = ""


class EventRefused(Exception):
    """What came in is not a genuine, fresh event of the provider. `reason` is one of a few fixed words."""

    def __init__(self, reason: str, sentence: str) -> None:
        self.reason = reason
        super().__init__(sentence)


class CannotLookUp(Exception):
    """The provider has no way to be asked what became of a refund; a person has to find out."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"The provider “{provider}” cannot be asked what became of a refund.")


class ProviderUnreachable(Exception):
    """The provider gave no usable answer to a question; asking again later is safe."""

    def __init__(self, provider: str, reason: str) -> None:
        super().__init__(f"The provider “{provider}” did not answer: {reason}.")


class Provider(Protocol):
    """The port. Adapters make calls and read answers; they hold no state and decide nothing."""

    @property
    def name(self) -> str:
        """As stored in `Payment.provider`."""

    @property
    def promises(self) -> Promises:
        """What the sender may rely on."""

    def refund(self, instruction: Instruction) -> Answer:
        """Ask for the refund. Never raises for what the network or the provider does: that is `UNKNOWN`."""

    def look_up(self, instruction: Instruction) -> Answer:
        """What became of it, found by `refund_id` or else by `key`. Raises CannotLookUp."""

    def charge(self, charge_id: str) -> Charge:
        """The payment with all its refunds. Raises CannotLookUp, ProviderUnreachable."""

    def read_event(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Notice:
        """The genuine event in a webhook delivery received at `at`. Raises EventRefused."""


@runtime_checkable
class ReportSource(Protocol):
    """What a provider also has that tells its report of a period by its API."""

    def report(self, *, begins: datetime, ends: datetime) -> list[ReportLine]:
        """What moved from `begins` up to, not including, `ends`. Raises ProviderUnreachable."""
