"""The provider for money that a person sends: a bank wire, or the store of last resort."""

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


class ManualProvider:
    """Asking it puts the refund in the list of finance, who send the money and record its reference."""

    name = "manual"
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
        """Nothing leaves the house, so a person is needed."""
        return Answer(Said.ACTION_NEEDED, amount=instruction.amount, reason="A person sends this money.")

    def look_up(self, instruction: Instruction) -> Answer:  # noqa: ARG002 (the port's)
        """Raises CannotLookUp: only the person who sent the money knows."""
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
        """Raises EventRefused: nobody sends events for it."""
        raise EventRefused("unexpected", "The manual provider sends no messages.")
