"""Stand-ins of payment providers as programs: for the command line, which knows no providers."""

from __future__ import annotations

from makegood.refunds.providers.sandbox.running import SecretMissing, Wish, add_arguments, run

__all__ = ["SecretMissing", "Wish", "add_arguments", "run"]
