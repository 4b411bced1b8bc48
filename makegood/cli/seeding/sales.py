"""What the members bought: some of it told one by one, the rest drawn from a fixed seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from random import Random

from makegood.cli.seeding.cast import OLENA_BUYS, OTHERS, Buyer
from makegood.cli.seeding.catalogue import BY_SKU, WARES
from makegood.money import Money, exponent

ORDERS = 400
_SEED = 20261123
_FIRST_NUMBER = 9_400_118

# What a US dollar is priced at in other currencies, by a vendor who rounds.
_PER_DOLLAR = {
    "USD": "1", "EUR": "0.95", "GBP": "0.80", "JPY": "150", "BRL": "5.5", "INR": "85", "PLN": "4",
    "UAH": "41", "CAD": "1.35", "AUD": "1.5", "SEK": "10.5", "CHF": "0.9", "KWD": "0.31", "KRW": "1400",
    "ILS": "3.7", "CZK": "23", "NGN": "1600", "VND": "25000", "MXN": "19", "TRY": "34",
}  # fmt: skip
_METHODS = (
    ("card", "Visa ending {}"),
    ("card", "Mastercard ending {}"),
    ("card", "American Express ending {}"),
    ("paypal", "PayPal"),
    ("sepa", "SEPA direct debit ending {}"),
)


@dataclass(eq=False)
class Sale:
    """One order. `number` and `charge_id` are given once all orders are there, in the order of their time.

    `fate` is what the sandbox makes of a refund; None when the order was paid by bank transfer.
    """

    buyer: Buyer
    sku: str
    at: datetime
    price: Money
    method: str = "card"
    method_label: str = "Visa ending 4242"
    renews: Sale | None = None
    auto_renewal_chosen: bool | None = None
    fate: str | None = "settles"
    number: str = ""
    charge_id: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """Some units of a service used under a sale."""

    sale: Sale
    at: datetime
    units: int
    what: str


@dataclass(slots=True)
class Books:
    """All sales and uses so far."""

    at: datetime
    random: Random = field(default_factory=lambda: Random(_SEED))  # noqa: S311 (the same data each time)
    sales: list[Sale] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)

    def sell(
        self,
        buyer: Buyer,
        sku: str,
        *,
        days: float,
        minutes: float = 0,
        renews: Sale | None = None,
        auto_renewal_chosen: bool | None = None,
        fate: str | None = "settles",
    ) -> Sale:
        """A sale so long ago; a renewal is paid the way its purchase was."""
        sale = Sale(
            buyer,
            sku,
            self.at - timedelta(days=days, minutes=minutes),
            price(sku, buyer.currency),
            renews=renews,
            auto_renewal_chosen=auto_renewal_chosen,
            fate=fate,
        )
        sale.method, sale.method_label = (
            (renews.method, renews.method_label) if renews else self._method(buyer)
        )
        if fate is None:
            sale.method, sale.method_label = "wire", "Bank transfer"
        self.sales.append(sale)
        return sale

    def use(self, sale: Sale, *, days: float, units: int) -> None:
        """The service was used so long ago."""
        self.uses.append(Use(sale, self.at - timedelta(days=days), units, _WHAT[sale.sku]))

    def number(self) -> None:
        """Number the sales in the order of their time, as a shop does, with gaps for what was not paid."""
        number = _FIRST_NUMBER
        self.sales.sort(key=lambda sale: sale.at)
        for sale in self.sales:
            number += self.random.randint(1, 3)
            sale.number = str(number)

    def _method(self, buyer: Buyer) -> tuple[str, str]:
        usable = [pair for pair in _METHODS if pair[0] != "sepa" or buyer.currency == "EUR"]
        method, label = self.random.choice(usable)
        return method, label.format(f"{self.random.randint(0, 9999):04d}")


_WHAT = {
    "verifier-online": "Addresses verified",
    "sms-balance": "Messages sent",
    "atomic-mail": "Letters sent",
}


def price(sku: str, currency: str) -> Money:
    """The price of a product in `currency`, in whole units, large ones in hundreds."""
    amount = Decimal(BY_SKU[sku].usd) * Decimal(_PER_DOLLAR[currency])
    step = Decimal(100) if exponent(currency) == 0 or amount > 20_000 else Decimal(1)
    return Money.of(max(step, (amount / step).quantize(Decimal(1)) * step), currency)


def sell_to_olena(books: Books) -> None:
    """Something for each way to ask: in time, too late, twice, renewed and unused, renewed and used."""
    books.sell(OLENA_BUYS, "mail-sender", days=21)
    books.sell(OLENA_BUYS, "list-manager", days=45)
    books.sell(OLENA_BUYS, "address-extractor", days=3, minutes=4)
    books.sell(OLENA_BUYS, "address-extractor", days=3)
    unused = _subscription(books, OLENA_BUYS, "atomic-mail", days=(70, 40, 10))
    books.use(unused[0], days=61, units=420)
    books.use(unused[1], days=22, units=380)
    used = _subscription(books, OLENA_BUYS, "verifier-online", days=(65, 35, 5))
    books.use(used[2], days=2, units=250)


def _subscription(books: Books, buyer: Buyer, sku: str, *, days: tuple[float, ...]) -> list[Sale]:
    terms = [books.sell(buyer, sku, days=days[0], auto_renewal_chosen=True)]
    for later in days[1:]:
        terms.append(books.sell(buyer, sku, days=later, renews=terms[-1], auto_renewal_chosen=True))
    return terms


def sell_to_everyone(books: Books) -> None:
    """Fill up to ORDERS with what members of such a vendor buy in a year and a half."""
    drawn = _lives(books)
    while len(books.sales) < ORDERS:
        next(drawn)


def _lives(books: Books) -> Iterator[None]:
    """Forever another sale: first one to each member, then to whoever comes."""
    random = books.random
    for buyer in chain(OTHERS, iter(lambda: random.choice(OTHERS), None)):
        ware = random.choice(WARES)
        days = random.uniform(32, 540)
        if ware.term_days is not None:
            yield from _renewing(books, buyer, ware.sku, days, ware.term_days)
            continue
        sale = books.sell(buyer, ware.sku, days=days)
        if ware.sku in _WHAT:
            books.use(sale, days=days * random.random(), units=random.randint(3, 180))
        yield


def _renewing(books: Books, buyer: Buyer, sku: str, days: float, term: int) -> Iterator[None]:
    """A purchase and its renewals until the member leaves; old shops did not record the choice."""
    random = books.random
    chosen = random.choice((True, True, True, None))
    terms = [books.sell(buyer, sku, days=days, auto_renewal_chosen=chosen)]
    yield
    for _ in range(random.randint(0, 8)):
        if random.random() < 0.8:
            books.use(terms[-1], days=max(days - term * random.random(), 0.1), units=random.randint(5, 900))
        days -= term
        if days < 1:
            return
        terms.append(books.sell(buyer, sku, days=days, renews=terms[-1], auto_renewal_chosen=chosen))
        yield
