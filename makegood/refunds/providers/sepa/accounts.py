"""Whether an IBAN and a BIC can be right, said in sentences; nothing here asks a bank."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from schwifty import BIC, IBAN
from schwifty.exceptions import (
    InvalidChecksumDigits,
    InvalidCountryCode,
    InvalidLength,
    SchwiftyException,
)

from makegood.refunds.providers.sepa.characters import NothingToWrite, in_bank_letters

LONGEST_NAME = 70


class NotAnAccount(ValueError):
    """The name, IBAN or BIC cannot be one; `field` says which, the message what is wrong with it."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Account:
    """Where money goes, or comes from: checked, without spaces; `bic` empty: the IBAN finds the bank."""

    name: str
    iban: str
    bic: str = ""


def read_account(*, name: str, iban: str, bic: str = "") -> Account:
    """The account that somebody typed. Raises NotAnAccount."""
    holder = " ".join(name.split())
    try:
        in_bank_letters(holder, longest=LONGEST_NAME)
    except NothingToWrite:
        raise NotAnAccount("name", _("Please give the name of the account holder.")) from None
    return Account(holder, _iban(iban), _bic(bic))


def masked(iban: str) -> str:
    """The country and the last four characters, for pages: “DE •••• 3000”."""
    return f"{iban[:2]} •••• {iban[-4:]}"


def _iban(typed: str) -> str:
    text = "".join(typed.split()).upper()
    # Not with the library's own words: they repeat the number, and they are English.
    try:
        iban = IBAN(text)
    except InvalidCountryCode:
        sentence = _("An IBAN begins with the two letters of a country that has IBANs, such as DE.")
        raise NotAnAccount("iban", sentence) from None
    except InvalidLength:
        wanted = IBAN(text, allow_invalid=True).spec.iban_length
        sentence = _("This IBAN has {n} characters; those of {country} have {wanted}.")
        words = sentence.format(n=len(text), country=text[:2], wanted=wanted)
        raise NotAnAccount("iban", words) from None
    except InvalidChecksumDigits:
        sentence = _("A character of this IBAN is wrong: its check digits do not fit.")
        raise NotAnAccount("iban", sentence) from None
    except SchwiftyException:
        sentence = _("An IBAN has letters and digits only, such as DE89 3704 0044 0532 0130 00.")
        raise NotAnAccount("iban", sentence) from None
    if not iban.in_sepa_zone:
        sentence = _("No SEPA transfer reaches an account in {country}.").format(country=iban.country_code)
        raise NotAnAccount("iban", sentence)
    return str(iban)


def _bic(typed: str) -> str:
    text = "".join(typed.split()).upper()
    try:
        return str(BIC(text)) if text else ""
    except SchwiftyException:
        sentence = _("A BIC has 8 or 11 letters and digits, such as COBADEFFXXX; it can be left out.")
        raise NotAnAccount("bic", sentence) from None
