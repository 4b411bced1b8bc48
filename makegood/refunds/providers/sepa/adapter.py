"""The provider for euro transfers: a refund waits for a batch, which people release and hand to the bank."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from makegood.refunds.providers.base import (
    Answer,
    CannotLookUp,
    Charge,
    EventRefused,
    Instruction,
    Notice,
    Promises,
    Said,
)
from makegood.refunds.providers.sepa import CURRENCY, NAME


class SepaProvider:
    """Asking it puts the refund among those to be transferred; nothing leaves the house by itself."""

    name = NAME
    promises = Promises(
        key_window=timedelta(),
        key_max_length=255,
        remembers_errors=False,
        can_look_up=False,
        final_is_async=True,
        max_refund_age=None,
        caps_total=False,
    )

    def refund(self, instruction: Instruction) -> Answer:
        """It waits for a batch; another currency than the euro is refused, for no batch could carry it."""
        if instruction.amount.currency != CURRENCY:
            reason = f"SEPA transfers are in euro, not in {instruction.amount.currency}."
            return Answer(Said.FAILED, amount=instruction.amount, reason=reason)
        return Answer(
            Said.ACTION_NEEDED, amount=instruction.amount, reason="It waits for a batch of transfers."
        )

    def look_up(self, instruction: Instruction) -> Answer:  # noqa: ARG002 (the port's)
        """Raises CannotLookUp: the bank's statement knows, and a person who reads it."""
        raise CannotLookUp(self.name)

    def charge(self, charge_id: str) -> Charge:  # noqa: ARG002 (the port's)
        """Raises CannotLookUp."""
        raise CannotLookUp(self.name)

    def read_event(
        self,
        body: bytes,  # noqa: ARG002 (the port's)
        headers: Mapping[str, str],  # noqa: ARG002 (the port's)
        *,
        at: datetime,  # noqa: ARG002 (the port's)
    ) -> Notice:
        """Raises EventRefused: the bank sends no events here."""
        raise EventRefused("unexpected", "The bank of SEPA transfers sends no messages.")
