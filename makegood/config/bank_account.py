"""The vendor's own bank account, from which refunds by SEPA transfer are paid, as the settings give it."""

from __future__ import annotations

from dataclasses import dataclass

NAMES = ("MAKEGOOD_SEPA_NAME", "MAKEGOOD_SEPA_IBAN", "MAKEGOOD_SEPA_BIC")


@dataclass(frozen=True)
class BankAccount:
    """Its holder, IBAN and BIC, the two without spaces; all three empty: there is none."""

    name: str
    iban: str
    bic: str


def bank_account(name: str, iban: str, bic: str) -> BankAccount:
    """The account as it was written into the settings."""
    return BankAccount(name.strip(), _joined(iban), _joined(bic))


def what_is_wrong(account: BankAccount) -> str:
    """One sentence that names the setting; empty when nothing is."""
    given = dict(zip(NAMES, (account.name, account.iban, account.bic), strict=True))
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(NAMES):
        return ""
    if missing:
        return f"{missing[0]} is not set, and SEPA transfers need it."
    # Only where it is set: its tables of banks take a while to load.
    from schwifty import BIC, IBAN

    if not (IBAN(account.iban, allow_invalid=True).is_valid and IBAN(account.iban).in_sepa_zone):
        return "MAKEGOOD_SEPA_IBAN is no IBAN of a country of SEPA; compare its digits."
    if not BIC(account.bic, allow_invalid=True).is_valid:
        return "MAKEGOOD_SEPA_BIC is no BIC such as COBADEFFXXX."
    return ""


def _joined(typed: str) -> str:
    return "".join(typed.split()).upper()
