"""Money is exact, in its own currency and its own places, and no cent is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.money import CurrencyMismatch, Money, TooPrecise, UnknownCurrency, exponent, format_money, total


@pytest.mark.parametrize(
    ("currency", "places"),
    [
        ("USD", 2),
        ("EUR", 2),
        ("JPY", 0),
        ("KWD", 3),
        ("ISK", 0),
        ("HUF", 2),
        ("TWD", 2),
        ("UGX", 0),
        ("CLF", 4),
    ],
)
def test_places_are_those_of_iso_4217(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize("code", ["usd", "XYZ", "", "US", "$"])
def test_a_currency_that_does_not_exist_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        Money(100, code)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("79.00", "USD", 7900),
        ("9800", "JPY", 9800),
        ("1.234", "KWD", 1234),
        ("-0.01", "EUR", -1),
        (5, "USD", 500),
    ],
)
def test_an_amount_in_words_is_whole_minor_units(amount: str | int, currency: str, minor: int) -> None:
    assert Money.of(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(("amount", "currency"), [("79.001", "USD"), ("9800.5", "JPY"), ("0.00001", "CLF")])
def test_more_places_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(TooPrecise):
        Money.of(amount, currency)


@pytest.mark.parametrize(
    ("amount", "minor"), [("0.005", 1), ("0.0049", 0), ("2.675", 268), ("-0.005", -1), ("1.015", 102)]
)
def test_rounding_is_half_up_on_the_exact_decimal(amount: str, minor: int) -> None:
    assert Money.rounded(Decimal(amount), "USD") == Money(minor, "USD")


def test_two_currencies_never_meet() -> None:
    dollar, euro = Money(100, "USD"), Money(100, "EUR")
    for mix in (lambda: dollar + euro, lambda: dollar - euro, lambda: dollar < euro, lambda: dollar >= euro):
        with pytest.raises(CurrencyMismatch):
            mix()
    assert dollar != euro


def test_nothing_summed_is_zero_of_the_currency() -> None:
    assert total([], "EUR") == Money(0, "EUR")
    assert total([Money(1, "EUR"), Money(2, "EUR")], "EUR") == Money(3, "EUR")


def test_zero_is_false_and_less_than_zero_is_true() -> None:
    assert not Money(0, "USD")
    assert Money(-1, "USD")


MINOR = st.integers(-(10**15), 10**15)
WHOLE = st.integers(0, 10**15)
CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "CLF"])


@given(MINOR, CURRENCIES)
def test_an_amount_and_its_decimal_are_the_same(minor: int, currency: str) -> None:
    assert Money.of(Money(minor, currency).decimal, currency) == Money(minor, currency)


@given(MINOR, MINOR)
def test_what_is_added_can_be_taken_away(left: int, right: int) -> None:
    assert Money(left, "USD") + Money(right, "USD") - Money(right, "USD") == Money(left, "USD")
    assert Money(0, "USD") - Money(left, "USD") == -Money(left, "USD")


@given(WHOLE, st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_parts_sum_to_the_whole_and_none_is_a_cent_off(minor: int, weights: list[int]) -> None:
    parts = Money(minor, "USD").allocate(weights)
    assert total(parts, "USD") == Money(minor, "USD")
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Decimal(part.minor) - Decimal(minor) * weight / sum(weights)) < 1


def test_a_cent_left_over_goes_to_the_earlier_part() -> None:
    assert Money(100, "USD").allocate([1, 1, 1]) == [Money(34, "USD"), Money(33, "USD"), Money(33, "USD")]
    assert Money(5, "JPY").allocate([0, 1, 1]) == [Money(0, "JPY"), Money(3, "JPY"), Money(2, "JPY")]


@pytest.mark.parametrize(("minor", "weights"), [(100, []), (100, [0, 0]), (100, [1, -1, 1]), (-1, [1])])
def test_what_cannot_be_split_is_refused(minor: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="split by weights"):
        Money(minor, "USD").allocate(weights)


@pytest.mark.parametrize(
    ("money", "locale", "words"),
    [
        (Money(7900, "USD"), "en", "$79.00"),
        (Money(7900, "EUR"), "de", "79,00\xa0€"),
        (Money(9800, "JPY"), "en", "¥9,800"),
        (Money(1234, "KWD"), "en", "KWD\xa01.234"),
        (Money(50000, "UGX"), "en", "UGX\xa050,000"),
        (Money(-100, "USD"), "en", "-$1.00"),
        (Money(100_000, "USD"), "pt-BR", "US$\xa01.000,00"),
    ],
)
def test_money_is_written_as_people_write_it_with_every_place_it_has(
    money: Money, locale: str, words: str
) -> None:
    assert format_money(money, locale) == words


def test_in_logs_and_errors_money_is_plain() -> None:
    assert str(Money(7900, "USD")) == "79.00 USD"
    assert str(Money(9800, "JPY")) == "9800 JPY"
