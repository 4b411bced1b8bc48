"""Exact amounts: whole minor units of one currency, split without losing a cent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from iso4217 import Currency


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum or comparison."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"An amount in {left} cannot be combined with an amount in {right}.")


class UnknownCurrency(ValueError):
    """The code is not in ISO 4217."""

    def __init__(self, code: str) -> None:
        super().__init__(f"“{code}” is not a currency code of ISO 4217, such as USD or EUR.")


class TooPrecise(ValueError):
    """The amount has more decimal places than its currency."""

    def __init__(self, amount: Decimal, currency: str) -> None:
        places = exponent(currency)
        super().__init__(f"{amount} has more than the {places} decimal places that {currency} allows.")


@lru_cache
def exponent(currency: str) -> int:
    """Decimal places of `currency` in ISO 4217 (USD 2, JPY 0, KWD 3). Raises UnknownCurrency."""
    try:
        places = Currency(currency).exponent
    except ValueError:
        raise UnknownCurrency(currency) from None
    return places or 0


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` whole minor units (cents) of `currency` (ISO 4217 code). May be negative."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """An exact amount in major units: `Money.of("79.00", "USD")`. Raises TooPrecise, UnknownCurrency."""
        scaled = Decimal(amount).scaleb(exponent(currency))
        if scaled != scaled.to_integral_value():
            raise TooPrecise(Decimal(amount), currency)
        return cls(int(scaled), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """`amount` in major units, rounded half-up to the currency's places."""
        scaled = amount.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_UP)
        return cls(int(scaled), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with the currency's number of places."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other).minor

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split by `weights` (whole numbers ≥ 0, at least one > 0) so that the parts sum to the whole.

        Largest remainder; a tie goes to the earlier part. The amount must not be negative.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0 or self.minor < 0:
            raise ValueError("An amount is split by weights that are not negative and not all zero.")
        floors = [self.minor * weight // whole for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(self.minor * weights[i] % whole), i))
        for i in by_remainder[: self.minor - sum(floors)]:
            floors[i] += 1
        return [Money(part, self.currency) for part in floors]


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of `amounts`, all in `currency`; zero of it when there are none. Raises CurrencyMismatch."""
    return sum(amounts, start=Money(0, currency))


@lru_cache(maxsize=10_000)
def format_money(money: Money, locale: str = "en") -> str:
    """As people of `locale` write it: “$79.00”, “79,00 €”, “¥9,800”."""
    # CLDR rounds some currencies for display (UGX, IRR); money shown must be the money moved.
    places, spoken = exponent(money.currency), _locale(locale)
    pattern = copy(spoken.currency_formats["standard"])
    pattern.frac_prec = (places, places)
    written = pattern.apply(money.decimal, spoken, currency=money.currency, currency_digits=False)
    # A code that stands beside a digit gets a space, which Babel leaves out (UTS #35, currencySpacing).
    return re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", "\N{NO-BREAK SPACE}", written)


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))
