"""What people type of transfers, read for the doors, which know refunds but no adapters."""

from __future__ import annotations

from makegood.refunds.providers.sepa.accounts import Account, NotAnAccount, masked, read_account
from makegood.refunds.providers.sepa.bank_days import next_bank_day
from makegood.refunds.providers.sepa.returns import NotACode, read_code

__all__ = ["Account", "NotACode", "NotAnAccount", "masked", "next_bank_day", "read_account", "read_code"]
