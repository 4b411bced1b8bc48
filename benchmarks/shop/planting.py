"""Made-up orders of a shop in which duplicates were planted, so that a search for them can be marked.

Everything is from a seed. What a shop is like is our guess: `stories` says what happens, and how often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

BEGAN = datetime(2022, 11, 1, tzinfo=UTC)
YEARS = timedelta(days=730)

SOFTWARE = {
    "mail-sender": 79,
    "mail-sender-pro": 129,
    "mail-sender-team": 249,
    "list-manager": 39,
    "list-manager-pro": 69,
    "verifier": 49,
    "subscriber-form": 29,
}
SERVICES = {"atomic-mail": 12, "atomic-sms": 20, "verifier-online": 15}
FAMILIES = [("mail-sender", "mail-sender-pro"), ("list-manager", "list-manager-pro")]
CURRENCIES = {"USD": 1.0, "EUR": 0.95, "GBP": 0.85}
DOMAINS = ["gmail.com"] * 9 + ["outlook.com", "yahoo.com", "icloud.com", "web.de"] * 2
MEANS = ["Visa ending {}", "Mastercard ending {}", "PayPal", "Bank transfer"]

COLUMNS = (
    "order_number,email,product,purchased_at,amount,currency,renews,method,method_label,captured_amount,"
    "refunded_amount,ip,quantity,recipient,used"
)


@dataclass(frozen=True, slots=True)
class Sold:
    """One order. `twin` is the same for orders of which one was meant; empty: each was meant."""

    email: str
    product: str
    at: datetime
    amount: int
    currency: str
    means: str
    ip: str
    number: str = ""
    renews: str = ""
    quantity: int = 1
    recipient: str = ""
    used: int | None = None
    refunded: bool = False
    twin: str = ""

    def line(self, *, quantity: str | None = None) -> str:
        """Its line of a CSV file with COLUMNS; `quantity` None: as it is."""
        method = self.means.partition(" ")[0].lower()
        refunded = f"{self.amount}.00" if self.refunded else ""
        used = "" if self.used is None else self.used
        return (
            f"{self.number},{self.email},{self.product},{self.at.isoformat(timespec='seconds')},{self.amount}.00,"
            f"{self.currency},{self.renews},{method},{self.means},{self.amount}.00,{refunded},{self.ip},"
            f"{self.quantity if quantity is None else quantity},{self.recipient},{used}"
        )


@dataclass(slots=True)
class Shop:
    """Tells stories of customers, one after another, from its `seed`."""

    seed: int
    chance: Random = field(init=False)
    _customers: int = 0
    _numbers: int = 0
    _twins: int = 0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311  a made-up shop keeps no secret

    def orders(self, count: int, happens: Mapping[Story, float]) -> Iterator[Sold]:
        """The first `count` orders, customer after customer, of stories that happen so often."""
        stories, weights = list(happens), list(happens.values())
        told = 0
        while told < count:
            (story,) = self.chance.choices(stories, weights)
            for sold in story(self, self._first_order()):
                yield sold
                told += 1
                if told == count:
                    return

    def _first_order(self) -> Sold:
        chance = self.chance
        self._customers += 1
        product, price = chance.choice([*SOFTWARE.items(), *SERVICES.items()])
        return self._numbered(
            self._named(
                Sold(
                    email=f"user.{self._customers}@{chance.choice(DOMAINS)}",
                    product=product,
                    at=BEGAN + timedelta(seconds=chance.randrange(int(YEARS.total_seconds()))),
                    amount=price,
                    currency=chance.choice(list(CURRENCIES)),
                    means=self.means(),
                    ip=self.ip(),
                ),
                product,
            )
        )

    def _named(self, sold: Sold, product: str) -> Sold:
        price = SOFTWARE.get(product) or SERVICES[product]
        return replace(sold, product=product, amount=round(price * CURRENCIES[sold.currency]))

    def _numbered(self, sold: Sold) -> Sold:
        self._numbers += 1
        used = None
        if sold.product in SERVICES and self.chance.random() < 0.8:
            used = self.chance.choice([0, 0, 120, 2500, 40])
        return replace(sold, number=f"B-{self._numbers}", used=used)

    # What the stories are told with

    def again(self, sold: Sold, after: timedelta, **changed: object) -> Sold:
        """Another order by the same customer; sometimes from elsewhere, or paid otherwise."""
        chance = self.chance
        long = after > timedelta(hours=6)
        ip = self.ip() if chance.random() < (0.4 if long else 0.05) else sold.ip
        means = self.means() if chance.random() < (0.3 if long else 0.1) else sold.means
        later = replace(
            sold, at=sold.at + after, ip=ip, means=means, renews="", twin="", recipient="", refunded=False
        )
        return self._numbered(replace(later, **changed))  # type: ignore[arg-type]

    def of(self, sold: Sold, product: str) -> Sold:
        """The same order, of another product at its price."""
        return self._named(sold, product)

    def service(self, sold: Sold) -> Sold:
        """The same order, of a service."""
        return self._numbered(self.of(sold, self.chance.choice(list(SERVICES))))

    def twins(self, *sold: Sold) -> list[Sold]:
        """These orders, of which one was meant."""
        self._twins += 1
        return [replace(each, twin=f"T{self._twins}") for each in sold]

    def between(self, least: timedelta, most: timedelta) -> timedelta:
        """Some time from `least` to `most`, short rather than long."""
        low, high = least.total_seconds(), most.total_seconds()
        return timedelta(seconds=int(low * (high / low) ** self.chance.random()))

    def means(self) -> str:
        """How somebody pays."""
        return self.chance.choice(MEANS).format(f"{self.chance.randrange(10_000):04d}")

    def ip(self) -> str:
        """An address of the network 198.18.0.0/15, which is for tests."""
        return (
            f"198.{self.chance.randrange(18, 20)}.{self.chance.randrange(256)}.{self.chance.randrange(256)}"
        )


Story = Callable[[Shop, Sold], list[Sold]]
"""What a customer does, whose first order is given."""
