"""Countries by their codes (ISO 3166) and their names in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale
from django.utils.translation import get_language

UNIONS = frozenset({"EU", "EZ", "UN", "ZZ"})
"""Two letters each, but no country: the European Union, the euro zone, the United Nations, unknown."""


def country_names(codes: Iterable[str]) -> list[str]:
    """The names of these countries in order; a code that is none stands for itself."""
    names = _territories()
    return sorted(str(names.get(code, code)) for code in codes)


def is_country(code: str) -> bool:
    """Whether `code` is two letters that a country has."""
    return (
        len(code) == 2 and code.isalpha() and code in _territories() and code not in {"EU", "EZ", "UN", "ZZ"}
    )


def _territories() -> dict[str, str]:
    found: dict[str, str] = dict(Locale.parse((get_language() or "en").replace("-", "_")).territories)
    return found
