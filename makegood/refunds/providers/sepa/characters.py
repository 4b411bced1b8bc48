"""Names and texts in the letters that every bank of the scheme takes.

a–z A–Z 0–9 / - ? : ( ) . , ' + and the space; references neither begin nor end with a slash, nor have two
in a row: European Payments Council, “SEPA Credit Transfer Customer-to-PSP Implementation Guidelines”, 1.4,
https://www.europeanpaymentscouncil.eu/document-library/guidance-documents/sepa-requirements-extended-character-set-unicode-subset-best
"""

from __future__ import annotations

import re
import string

from text_unidecode import unidecode

PERMITTED = frozenset(string.ascii_letters + string.digits + "/-?:().,'+ ")
_INSTEAD = str.maketrans({"&": "+", "_": "-", "[": "(", "]": ")", "{": "(", "}": ")", ";": ","})
_QUOTES = str.maketrans(dict.fromkeys('"„“”«»‚‘’', "'"))
LONGEST_REFERENCE = 35


class NothingToWrite(ValueError):
    """Of this text nothing is left in the letters of banks."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}” has no letter that a bank can write.")


def in_bank_letters(text: str, *, longest: int) -> str:
    """`text` transliterated, at most `longest` characters: “Müßig & Ødegård” is “Mussig + Odegard”.

    Raises NothingToWrite.
    """
    plain = unidecode(text.translate(_QUOTES)).translate(_INSTEAD)
    permitted = "".join(each if each in PERMITTED else " " for each in plain)
    slashes = re.sub(r"/{2,}", "/", permitted)
    written = re.sub(r" +", " ", slashes).strip(" /")[:longest].strip(" /")
    if not any(each.isalnum() for each in written):
        raise NothingToWrite(text)
    return written
