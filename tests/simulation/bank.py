"""The provider of the simulator: the sandbox's own book, spoken to without a line between, and misleading."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from makegood.money import Money
from makegood.refunds.providers.base import (
    Answer,
    CannotLookUp,
    Charge,
    ChargedRefund,
    EventRefused,
    Instruction,
    Notice,
    Promises,
    Said,
)
from makegood.refunds.providers.sandbox.book import API, DASHBOARD, Book, Refused, SandboxRefund
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.journal import Entry, Journal
from makegood.refunds.providers.sandbox.timeline import DAY, Fate, Step

CHARGE = "ch_1"
_ON_ITS_WAY = timedelta(minutes=30)
_SAID = {
    "pending": Said.PENDING,
    "requires_action": Said.ACTION_NEEDED,
    "succeeded": Said.SUCCEEDED,
    "failed": Said.FAILED,
    "canceled": Said.CANCELED,
}


class Kind(StrEnum):
    """What a bank promises."""

    KEYED = "keyed"
    """Recognises keys for a day, and can be asked."""
    KEYLESS = "keyless"
    """Recognises nothing, but can be asked."""
    MUTE = "mute"
    """Recognises keys for a day, and cannot be asked."""


class Mislead(StrEnum):
    """How the next call for a refund goes wrong."""

    DID_IT = "did_it"
    """Makes the refund, and the line is cut."""
    DID_NOT = "did_not"
    COMES_LATE = "comes_late"
    """The line is cut, and the call arrives half an hour later."""
    BROKEN = "broken"
    """Says 500 and remembers that under the key."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event the bank sent: what it said of a refund at that time."""

    event_id: str
    refund: SandboxRefund
    step: Step


class _Memory:
    """A journal that is gone with the story."""

    def entries(self) -> Iterator[Entry]:
        return iter(())

    def append(self, entries: Sequence[Entry]) -> None:
        """Nothing survives the story."""


class _Book(Book):
    """The sandbox's book; of a bank that does not care, more than the charge can be given back."""

    caps = True

    def refunded(self, charge_id: str) -> int:
        return super().refunded(charge_id) if self.caps else 0


class Bank:
    """A provider (`base.Provider`) of one charge, with a clock that stands still until it is pushed."""

    name = "sandbox"

    def __init__(self, kind: Kind, *, caps: bool, captured: Money, fate: Fate, now: datetime) -> None:
        self.kind = kind
        key_window = timedelta(0) if kind is Kind.KEYLESS else timedelta(hours=24)
        self.promises = Promises(
            key_window=key_window,
            key_max_length=255,
            remembers_errors=True,
            can_look_up=kind is not Kind.MUTE,
            final_is_async=True,
            max_refund_age=None,
            caps_total=caps,
        )
        self.book = _Book(cast("Journal", _Memory()), Clock(frozen=now), key_window=key_window)
        self.book.caps = caps
        self.book.charge(
            [{"id": CHARGE, "amount": captured.minor, "currency": captured.currency, "fate": fate.value}]
        )
        self.captured = captured
        self.next: deque[Mislead] = deque()
        self.around: Callable[[str], None] = lambda _moment: None
        """Called with “before” and “after” of each call for a refund: there others work, or we are killed."""
        self._late: list[tuple[datetime, Instruction]] = []

    def pass_time(self, by: timedelta) -> None:
        """Let time pass; what was on its way arrives at its own moment."""
        until = self.book.clock.now() + by
        for at, instruction in sorted(self._late, key=lambda each: each[0]):
            if at <= until:
                self.book.advance(max(at - self.book.clock.now(), timedelta()))
                self._make(instruction)
        self._late = [each for each in self._late if each[0] > until]
        self.book.advance(until - self.book.clock.now())

    def refund(self, instruction: Instruction) -> Answer:
        """As an adapter answers: silence and 500 are UNKNOWN, a refusal is FAILED."""
        self.around("before")
        mislead = self.next.popleft() if self.next else None
        answer = self._answered(instruction, mislead)
        self.around("after")
        return answer

    def look_up(self, instruction: Instruction) -> Answer:
        """By its id, or else by our key."""
        if self.kind is Kind.MUTE:
            raise CannotLookUp(self.name)
        found = [each for each in self.refunds() if each.attempt == instruction.key]
        return self._told(found[0]) if found else Answer(Said.NOT_FOUND)

    def charge(self, charge_id: str) -> Charge:
        """The one charge there is."""
        if self.kind is Kind.MUTE:
            raise CannotLookUp(self.name)
        return Charge(charge_id, self.captured, tuple(self._listed(each) for each in self.refunds()))

    def read_event(
        self,
        body: bytes,  # noqa: ARG002 (the port's)
        headers: Mapping[str, str],  # noqa: ARG002 (the port's)
        *,
        at: datetime,  # noqa: ARG002 (the port's)
    ) -> Notice:
        """Raises EventRefused: the simulator stores what the bank tells, and nothing comes over the line."""
        raise EventRefused("unexpected", "This bank sends nothing over the line.")

    def refunds(self) -> list[SandboxRefund]:
        """Everything it made, in its order."""
        return list(self.book.refunds.values())

    def standing(self, refund: SandboxRefund) -> Said:
        """What it would say of the refund now."""
        return _said(self.book.standing(refund))

    def was_paid(self, refund: SandboxRefund) -> bool:
        """Whether the money ever left, though it may have come back."""
        said = self.standing(refund)
        return said in {Said.SUCCEEDED, Said.SETTLED} or (said is Said.FAILED and refund.fate == Fate.BOUNCES)

    def by_hand(self, amount: int) -> None:
        """Somebody gives money back in the bank's own pages, as much as it lets them."""
        left = self.captured.minor - Book.refunded(self.book, CHARGE)
        if left > 0:
            self.book.refund(CHARGE, min(amount, left), self.captured.currency, attempt="", made_by=DASHBOARD)

    def told(self) -> list[Told]:
        """Every event that was sent up to now, oldest first."""
        events = [(each, event) for each in self.refunds() for event in self.book._events(each)]
        now = self.book.clock.now()
        steps = {event.id: event.body["object"] for _, event in events}
        return [
            Told(event.id, refund, _step(steps[event.id]))
            for refund, event in sorted(events, key=lambda each: each[1].at)
            if event.at <= now
        ]

    def _answered(self, instruction: Instruction, mislead: Mislead | None) -> Answer:
        if mislead is Mislead.COMES_LATE:
            self._late.append((self.book.clock.now() + _ON_ITS_WAY, instruction))
        if mislead in {Mislead.COMES_LATE, Mislead.DID_NOT}:
            return Answer(Said.UNKNOWN, reason="the line was cut")
        answer = self._make(instruction, broken=mislead is Mislead.BROKEN)
        return Answer(Said.UNKNOWN, reason="the line was cut") if mislead is Mislead.DID_IT else answer

    def _make(self, instruction: Instruction, *, broken: bool = False) -> Answer:
        asked = {"charge": instruction.charge_id, "amount": instruction.amount.minor}
        kept = self.book.kept_answer(instruction.key, asked) if self.kind is not Kind.KEYLESS else None
        if kept is not None:
            return self._kept(kept.body)
        body: dict[str, Any] = {}
        if not broken:
            try:
                made = self.book.refund(
                    CHARGE,
                    instruction.amount.minor,
                    instruction.amount.currency,
                    attempt=instruction.key,
                    made_by=API,
                )
                body = {"id": made.id}
            except Refused as refused:
                body = {"refused": refused.code}
        self.book.keep_answer(instruction.key, asked, 200, body)
        return self._kept(body)

    def _kept(self, body: Mapping[str, Any]) -> Answer:
        if "id" in body:
            return self._told(self.book.refunds[body["id"]])
        if "refused" in body:
            return Answer(Said.FAILED, reason=body["refused"])
        return Answer(Said.UNKNOWN, reason="status 500")

    def _told(self, refund: SandboxRefund) -> Answer:
        amount = Money(refund.amount, refund.currency)
        return Answer(self.standing(refund), refund.id, amount=amount)

    def _listed(self, refund: SandboxRefund) -> ChargedRefund:
        amount = Money(refund.amount, refund.currency)
        made_at = datetime.fromisoformat(refund.made_at)
        return ChargedRefund(refund.id, refund.attempt, amount, self.standing(refund), made_at)


def _said(step: Step) -> Said:
    return Said.SETTLED if step.arrived else _SAID[step.status]


def _step(described: Mapping[str, Any]) -> Step:
    return Step(0, described["status"], arrived=described["arrived"])


LONGEST_STORY = 12 * DAY
"""After so long a refund of the sandbox has come to its end, whatever its fate."""
