"""Amounts as people write them, with a comma or a point."""

from __future__ import annotations

import re
from typing import Any

from babel import Locale
from babel.numbers import get_group_symbol
from django import forms
from django.utils.translation import get_language

_GROUPED = re.compile(r"\d{1,3}(?:([.,'’  \u202f])\d{3})(?:\1\d{3})*")
_THREE_DIGITS = 3


class AmountField(forms.DecimalField):
    """“79.00”, “79,00”, “1 234,50” and “1,234.50”; “1,234” as the language of the page groups digits."""

    def to_python(self, value: Any) -> Any:
        """A Decimal; None: nothing was typed. Raises ValidationError."""
        return super().to_python(plainly_written(value) if isinstance(value, str) else value)


def plainly_written(typed: str) -> str:
    """The number with a point before its decimals and nothing between its digits; what is none, unchanged."""
    text = typed.strip()
    point = max(text.rfind("."), text.rfind(","))
    whole, decimals = (text[:point], text[point + 1 :]) if point >= 0 else (text, "")
    if point >= 0 and (text.count(text[point]) > 1 or _is_grouping(whole, text[point], decimals)):
        whole, decimals = text, ""
    digits = re.sub(r"[.,'’  \u202f]", "", whole) if _GROUPED.fullmatch(whole) else whole
    return f"{digits}.{decimals}" if decimals else digits


def _is_grouping(whole: str, sign: str, decimals: str) -> bool:
    """Whether the only comma or point of a number stands between thousands in the language of the page."""
    if len(decimals) != _THREE_DIGITS or not re.fullmatch(r"\d{1,3}", whole):
        return False
    return get_group_symbol(Locale.parse((get_language() or "en").replace("-", "_"))) == sign
