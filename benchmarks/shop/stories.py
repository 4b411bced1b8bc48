"""What customers of a made-up shop do: what they meant, and what they did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from benchmarks.shop.planting import CURRENCIES, FAMILIES, SOFTWARE, Shop, Sold, Story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# What was meant


def one_purchase(shop: Shop, first: Sold) -> list[Sold]:
    """Somebody buys once."""
    return [first]


def another_product(shop: Shop, first: Sold) -> list[Sold]:
    """Somebody comes back for something else."""
    other = shop.chance.choice([product for product in SOFTWARE if product != first.product])
    return [first, shop.of(shop.again(first, shop.between(HOUR / 6, 90 * DAY)), other)]


def a_family(shop: Shop, first: Sold) -> list[Sold]:
    """The small edition, and soon the large one."""
    small, large = shop.chance.choice(FAMILIES)
    first = shop.of(first, small)
    return [first, shop.of(shop.again(first, shop.between(HOUR / 60, DAY)), large)]


def the_next_version(shop: Shop, first: Sold) -> list[Sold]:
    """A year later they buy it anew."""
    return [first, shop.again(first, shop.between(200 * DAY, 500 * DAY))]


def a_subscription(shop: Shop, first: Sold) -> list[Sold]:
    """A service that renews each month."""
    first = shop.service(first)
    orders = [first]
    for month in range(1, shop.chance.randrange(3, 13)):
        charge = shop.again(first, month * 30 * DAY, ip="", means=first.means, renews=orders[-1].number)
        orders.append(charge)
    return orders


def two_subscriptions(shop: Shop, first: Sold) -> list[Sold]:
    """Two of one service on purpose, which renew on the same days."""
    first = shop.service(first)
    second = replace(shop.again(first, shop.between(HOUR / 6, 3 * DAY)), used=900)
    orders, last = [replace(first, used=300), second], [first, second]
    for month in range(1, 5):
        last = [
            shop.again(begun, month * 30 * DAY, ip="", means=begun.means, renews=before.number)
            for begun, before in zip((first, second), last, strict=True)
        ]
        orders += last
    return orders


def a_second_licence(shop: Shop, first: Sold) -> list[Sold]:
    """The same again on purpose, and nothing says so."""
    return [first, shop.again(first, shop.between(HOUR / 4, 5 * DAY), used=first.used and 75)]


def a_licence_for_a_colleague(shop: Shop, first: Sold) -> list[Sold]:
    """The same again, for somebody who is named."""
    return [first, shop.again(first, shop.between(HOUR / 12, 3 * DAY), recipient="colleague@work.example")]


def more_licences(shop: Shop, first: Sold) -> list[Sold]:
    """First one, then several."""
    quantity = shop.chance.randrange(2, 6)
    amount = first.amount * quantity
    return [first, shop.again(first, shop.between(HOUR / 12, 3 * DAY), quantity=quantity, amount=amount)]


def a_gift(shop: Shop, first: Sold) -> list[Sold]:
    """The same again as a present; a third of them say for whom nowhere."""
    recipient = "friend@home.example" if shop.chance.random() < 0.7 else ""
    return [first, shop.again(first, shop.between(HOUR / 30, 3 * DAY), recipient=recipient)]


def another_plan(shop: Shop, first: Sold) -> list[Sold]:
    """A larger plan of the same service."""
    first = shop.service(first)
    return [first, shop.again(first, shop.between(HOUR / 12, 3 * DAY), amount=first.amount * 3)]


def given_back_and_bought_again(shop: Shop, first: Sold) -> list[Sold]:
    """Refunded, and bought again: nothing is left to refund of the first."""
    return [replace(first, refunded=True), shop.again(first, shop.between(HOUR / 12, 3 * DAY))]


def a_shared_mailbox(shop: Shop, first: Sold) -> list[Sold]:
    """A second person with the same mailbox buys on purpose."""
    email = first.email.replace("@", "+team@")
    return [first, shop.again(first, shop.between(HOUR / 2, 5 * DAY), email=email)]


def a_second_subscription(shop: Shop, first: Sold) -> list[Sold]:
    """A second subscription, begun as the first renews."""
    first = shop.service(first)
    charge = shop.again(first, 30 * DAY, ip="", means=first.means, renews=first.number)
    return [first, charge, shop.again(first, 30 * DAY + shop.between(HOUR, 3 * DAY), used=first.used and 80)]


def a_reseller(shop: Shop, first: Sold) -> list[Sold]:
    """Somebody buys it all the time; sometimes even they click twice."""
    orders = [first]
    for _ in range(shop.chance.randrange(20, 80)):
        orders.append(shop.again(orders[-1], shop.between(HOUR, 8 * DAY), ip=first.ip, means=first.means))
    if shop.chance.random() < 0.3:
        orders[-1:] = a_double_click(shop, orders[-1])
    return orders


# What was not


def a_double_click(shop: Shop, first: Sold) -> list[Sold]:
    """Two orders within seconds."""
    after = timedelta(seconds=shop.chance.randrange(1, 40))
    return shop.twins(first, shop.again(first, after, ip=first.ip, means=first.means))


def three_clicks(shop: Shop, first: Sold) -> list[Sold]:
    """Three orders within seconds."""
    orders = [first]
    for _ in range(2):
        orders.append(shop.again(orders[-1], timedelta(seconds=shop.chance.randrange(1, 40)), ip=first.ip))
    return shop.twins(*orders)


def a_slow_page(shop: Shop, first: Sold) -> list[Sold]:
    """Nothing seemed to happen, so they paid again."""
    return shop.twins(first, shop.again(first, shop.between(HOUR / 60, HOUR / 2)))


def bought_again(shop: Shop, first: Sold) -> list[Sold]:
    """They forgot that they have it, or never found the letter with the licence."""
    used = first.used and 0
    return shop.twins(first, shop.again(first, shop.between(2 * HOUR, 10 * DAY), used=used))


def the_e_mail_spelled_otherwise(shop: Shop, first: Sold) -> list[Sold]:
    """Again from what is the same mailbox, so that the shop took them for somebody new."""
    box, _, domain = first.email.partition("@")
    other = [f"{box}+shop@{domain}", f"{box.upper()}@{domain}"]
    if domain == "gmail.com":
        other += [f"{box.replace('.', '')}@{domain}", f"{box}@googlemail.com"]
    email = shop.chance.choice(other)
    return shop.twins(first, shop.again(first, shop.between(HOUR / 20, 5 * DAY), email=email))


def in_another_currency(shop: Shop, first: Sold) -> list[Sold]:
    """Again, where the page showed another currency."""
    currency = shop.chance.choice([code for code in CURRENCIES if code != first.currency])
    second = shop.again(first, shop.between(HOUR / 60, 2 * DAY), currency=currency)
    return shop.twins(first, shop.of(second, first.product))


def a_renewal_charged_twice(shop: Shop, first: Sold) -> list[Sold]:
    """One renewal was charged twice."""
    first = shop.service(first)
    once = shop.again(first, 30 * DAY, ip="", means=first.means, renews=first.number)
    twice = shop.again(once, shop.between(HOUR / 60, 2 * DAY), ip="", means=first.means, renews=first.number)
    return [first, *shop.twins(once, twice)]


def bought_although_it_renews(shop: Shop, first: Sold) -> list[Sold]:
    """They buy anew what renews by itself in those days."""
    first = shop.service(first)
    charge = shop.again(
        first, 30 * DAY, ip="", means=first.means, renews=first.number, used=first.used and 60
    )
    anew = shop.again(first, 30 * DAY - shop.between(HOUR / 2, 3 * DAY), used=first.used and 0)
    return [first, *shop.twins(anew, charge)]


STORIES: dict[Story, float] = {
    one_purchase: 560,
    another_product: 120,
    a_family: 50,
    the_next_version: 60,
    a_subscription: 100,
    two_subscriptions: 7,
    a_second_licence: 6,
    a_licence_for_a_colleague: 6,
    more_licences: 6,
    a_gift: 6,
    another_plan: 8,
    given_back_and_bought_again: 7,
    a_shared_mailbox: 2,
    a_second_subscription: 2,
    a_reseller: 1,
    a_double_click: 10,
    three_clicks: 2,
    a_slow_page: 8,
    bought_again: 8,
    the_e_mail_spelled_otherwise: 6,
    in_another_currency: 3,
    a_renewal_charged_twice: 3,
    bought_although_it_renews: 4,
}
"""How many of about a thousand customers have each story."""


def sold(count: int, *, seed: int) -> Iterator[Sold]:
    """`count` orders of a shop in which all of this happens."""
    return Shop(seed).orders(count, STORIES)
