"""The file for the bank: pain.001.001.09 of ISO 20022, checked against its XSD."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from xml.etree import ElementTree

from sepaxml import SepaTransfer
from sepaxml.validation import try_valid_xml

from makegood.money import CurrencyMismatch, Money
from makegood.refunds.providers.sepa import CURRENCY
from makegood.refunds.providers.sepa.accounts import LONGEST_NAME, Account
from makegood.refunds.providers.sepa.characters import LONGEST_REFERENCE, in_bank_letters

SCHEMA = "pain.001.001.09"
LONGEST_TEXT = 140
_NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """One payment of a file: `amount` in euro to `account`; `text` is what the customer reads with it."""

    end_to_end_id: str
    account: Account
    amount: Money
    text: str


def end_to_end_id(key: str) -> str:
    """The key of an attempt in at most 35 characters: itself, or its digest where it is longer."""
    return key if len(key) <= LONGEST_REFERENCE else sha256(key.encode()).hexdigest()[:LONGEST_REFERENCE]


def written(
    transfers: Sequence[CreditTransfer], *, message_id: str, debtor: Account, execute_on: date, at: datetime
) -> bytes:
    """The file of these transfers, made at `at`; `message_id` names it at the bank, in at most 33 characters.

    Raises CurrencyMismatch for another currency than the euro, sepaxml's ValidationError, NothingToWrite.
    """
    file = SepaTransfer(
        {
            "name": in_bank_letters(debtor.name, longest=LONGEST_NAME),
            "IBAN": debtor.iban,
            "BIC": debtor.bic,
            "batch": True,
            "currency": CURRENCY,
        },
        schema=SCHEMA,
        clean=False,
    )
    for transfer in transfers:
        file.add_payment(_payment(transfer, execute_on))
    named = _named(file.export(validate=False), message_id=message_id, at=at)
    try_valid_xml(named, SCHEMA)
    return named


def _payment(transfer: CreditTransfer, execute_on: date) -> dict[str, object]:
    if transfer.amount.currency != CURRENCY:
        raise CurrencyMismatch(transfer.amount.currency, CURRENCY)
    payment: dict[str, object] = {
        "name": in_bank_letters(transfer.account.name, longest=LONGEST_NAME),
        "IBAN": transfer.account.iban,
        "amount": transfer.amount.minor,
        "execution_date": execute_on,
        "description": in_bank_letters(transfer.text, longest=LONGEST_TEXT),
        "endtoend_id": transfer.end_to_end_id,
    }
    return payment | ({"BIC": transfer.account.bic} if transfer.account.bic else {})


def _named(file: bytes, *, message_id: str, at: datetime) -> bytes:
    """The same file under our own name and time, where the library takes random ones and reads the clock."""
    document = ElementTree.fromstring(file)  # noqa: S314  # made by us a moment ago
    for name, text in (
        ("MsgId", message_id),
        ("CreDtTm", at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("PmtInfId", f"{message_id}-1"),
    ):
        for element in document.iter(f"{{{_NAMESPACE}}}{name}"):
            element.text = text
    text = ElementTree.tostring(document, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
