"""The taxes of the credit notes of one order are its tax, to the cent, however it is given back."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from makegood.books.credit_notes.splitting import tax_within
from makegood.money import Money, total


@st.composite
def orders_given_back_in_parts(draw: st.DrawFn) -> tuple[Money, Money, list[Money]]:
    """An order's amount, the tax in it, and parts of the amount that sum to it."""
    gross = draw(st.integers(1, 10**9))
    tax = draw(st.integers(0, gross))
    cuts = sorted(draw(st.sets(st.integers(1, max(1, gross - 1)), max_size=8)) - {gross})
    currency = draw(st.sampled_from(["USD", "JPY", "KWD"]))
    ends = [0, *cuts, gross]
    parts = [Money(b - a, currency) for a, b in pairwise(ends)]
    return Money(gross, currency), Money(tax, currency), parts


def taxes_of(order: Money, tax: Money, parts: list[Money]) -> list[Money]:
    taxes: list[Money] = []
    for number, part in enumerate(parts):
        taxes.append(
            tax_within(
                part,
                credited=total(parts[:number], order.currency),
                tax_credited=total(taxes, order.currency),
                order=order,
                order_tax=tax,
            )
        )
    return taxes


@given(orders_given_back_in_parts())
def test_the_parts_sum_to_the_tax_of_the_order(given_back: tuple[Money, Money, list[Money]]) -> None:
    order, tax, parts = given_back
    taxes = taxes_of(order, tax, parts)
    assert total(taxes, order.currency) == tax
    for part, within in zip(parts, taxes, strict=True):
        assert 0 <= within.minor <= part.minor


@given(orders_given_back_in_parts())
def test_no_part_is_more_than_a_minor_unit_off_its_share(
    given_back: tuple[Money, Money, list[Money]],
) -> None:
    order, tax, parts = given_back
    for part, within in zip(parts, taxes_of(order, tax, parts), strict=True):
        assert abs(within.minor * order.minor - part.minor * tax.minor) <= order.minor


def test_119_single_cents_hold_19_cents_of_tax() -> None:
    order, tax = Money(119, "EUR"), Money(19, "EUR")
    assert total(taxes_of(order, tax, [Money(1, "EUR")] * 119), "EUR") == tax
