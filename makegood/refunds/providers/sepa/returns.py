"""Why a bank sends a transfer back: the codes of its message (pacs.004, camt.053 or camt.054), in words.

European Payments Council, EPC135-18 “Guidance on Reason Codes for SEPA Credit Transfer R-transactions”:
https://www.europeanpaymentscouncil.eu/document-library/guidance-documents/guidance-reason-codes-sepa-credit-transfer-r-transactions-0
"""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS: dict[str, Promise] = {
    "AC01": gettext_lazy("the account number is wrong"),
    "AC04": gettext_lazy("the account is closed"),
    "AC06": gettext_lazy("the account is blocked"),
    "AG01": gettext_lazy("this account takes no transfers"),
    "AM05": gettext_lazy("the bank takes it for a duplicate"),
    "BE04": gettext_lazy("the address of the account holder is missing"),
    "CNOR": gettext_lazy("the bank takes no SEPA transfers"),
    "FOCR": gettext_lazy("we asked for it back"),
    "MD07": gettext_lazy("the account holder has died"),
    "MS02": gettext_lazy("the account holder did not want it"),
    "MS03": gettext_lazy("the bank gives no reason"),
    "RC01": gettext_lazy("the BIC is wrong"),
    "RR04": gettext_lazy("a regulation forbids it"),
}
_CODE = re.compile(r"[A-Z0-9]{4}")


class NotACode(ValueError):
    """No bank gives such a code."""

    def __init__(self) -> None:
        super().__init__(_("The code of the bank has four letters and digits, such as AC04."))


def read_code(typed: str) -> str:
    """The code that somebody typed; banks may use others than `REASONS`. Raises NotACode."""
    code = typed.strip().upper()
    if not _CODE.fullmatch(code):
        raise NotACode
    return code


def reason_in_words(code: str) -> str:
    """The code with what it means; alone where we do not know it."""
    return f"{code}: {REASONS[code]}" if code in REASONS else code
