"""Euro transfers from the vendor's own bank account, sent in batches (ISO 20022, SEPA Credit Transfer)."""

NAME = "sepa"
"""As stored in `Payment.provider` and `Refund.provider`."""

CURRENCY = "EUR"
"""The only one of the scheme (Regulation (EU) 260/2012, article 1)."""
