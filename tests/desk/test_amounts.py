"""Amounts as people write them."""

from __future__ import annotations

import pytest
from django.utils import translation

from makegood.desk.forms.amounts import plainly_written


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("en", "79", "79"),
        ("en", " 79.00 ", "79.00"),
        ("en", "79,00", "79.00"),
        ("de", "79,00", "79.00"),
        ("de", "79.00", "79.00"),
        ("en", "1,234", "1234"),
        ("en", "1.234", "1.234"),
        ("de", "1.234", "1234"),
        ("de", "1,234", "1.234"),
        ("uk", "1 234,50", "1234.50"),
        ("fr", "1\u202f234,50", "1234.50"),
        ("en", "1,234.50", "1234.50"),
        ("pt-br", "1.234,50", "1234.50"),
        ("en", "1.234.567", "1234567"),
        ("en", "1,234,567.5", "1234567.5"),
        ("en", "12'345.50", "12345.50"),
        ("en", "-5,00", "-5.00"),
        ("en", "12,34,5", "12,34,5"),
        ("en", "1 2", "1 2"),
        ("en", "much", "much"),
        ("en", "", ""),
    ],
)
def test_a_comma_and_a_point_are_both_understood(language: str, typed: str, meant: str) -> None:
    with translation.override(language):
        assert plainly_written(typed) == meant
