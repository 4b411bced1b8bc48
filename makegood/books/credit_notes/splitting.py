"""How much of an amount given back is tax: to the cent, also over many partial refunds of one order."""

from __future__ import annotations

from makegood.money import Money


def tax_within(
    gross: Money, *, credited: Money, tax_credited: Money, order: Money, order_tax: Money
) -> Money:
    """The tax in `gross`, after `credited` of the same order was given back with `tax_credited` in it.

    All in one currency, `order` (above zero) containing `order_tax`. Split by largest remainder over all that
    was given back so far: once the whole order is, the taxes of its notes sum to its tax exactly. Between
    nothing and `gross`.
    """
    so_far = (credited + gross).allocate([(order - order_tax).minor, order_tax.minor])[1]
    nothing = Money(0, gross.currency)
    return min(max(so_far - tax_credited, nothing), gross)
