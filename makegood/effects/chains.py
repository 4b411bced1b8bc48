"""The orders of one licence: a purchase and what renewed it, with what was paid, refunded and given."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from makegood.orders.models import ProductKind
from makegood.refunds.states import PAID

# UNION, not UNION ALL, so that orders which renew each other by mistake still come to an end.
_CHAINS = """
    WITH RECURSIVE up(asked, id, renews_id) AS (
        SELECT id, id, renews_id FROM orders_order WHERE id = ANY(%(asked)s)
        UNION
        SELECT up.asked, o.id, o.renews_id FROM up JOIN orders_order o ON o.id = up.renews_id
    ), first AS (
        SELECT asked, coalesce(min(id) FILTER (WHERE renews_id IS NULL), min(id)) AS id FROM up GROUP BY asked
    ), down(first_id, id) AS (
        SELECT DISTINCT first.id, first.id FROM first
        UNION
        SELECT down.first_id, o.id FROM down JOIN orders_order o ON o.renews_id = down.id
    )
    SELECT down.first_id, o.id, o.number, o.renews_id, o.purchased_at, o.auto_renewal_chosen, p.kind,
        coalesce(g.licence, ''), g.ends_on,
        coalesce((SELECT sum(captured_minor) FROM orders_payment WHERE order_id = o.id), 0),
        coalesce((
            SELECT sum(r.amount_minor) FROM refunds_refund r JOIN orders_payment m ON m.id = r.payment_id
            WHERE m.order_id = o.id AND r.state = ANY(%(paid)s)
        ), 0),
        coalesce((
            SELECT sum(e.amount_minor) FROM refunds_externalrefund e
            JOIN orders_payment m ON m.id = e.payment_id
            WHERE m.order_id = o.id AND e.undone_at IS NULL
        ), 0),
        (
            SELECT coalesce(jsonb_agg(jsonb_build_array(
                id, kind, state, was, becomes, reverses_id IS NOT NULL,
                taken_back_at IS NULL, taken_back_by_id IS NOT NULL) ORDER BY id), '[]')::text
            FROM effects_effect WHERE order_id = o.id
        )
    FROM down
    JOIN orders_order o ON o.id = down.id
    JOIN orders_product p ON p.id = o.product_id
    LEFT JOIN effects_given g ON g.order_id = o.id
    ORDER BY o.purchased_at, o.id
"""


@dataclass(frozen=True, slots=True)
class Made:
    """An effect as lists show it; `reverses`: it takes back another one.

    `stands`: it was not taken back; `by_hand`: a person took it back.
    """

    pk: int
    kind: str
    state: str
    was: str
    becomes: str
    reverses: bool
    stands: bool
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Link:
    """One order of a chain. Amounts are minor units of its currency; `refunded_here`: through this desk.

    `licence` "" and `ends_on` None: the shop did not tell, or it does not end. `chosen` None: not recorded.
    `made`: what was changed at the shop because of it, the earliest first.
    """

    pk: int
    number: str
    renews: int | None
    purchased_at: datetime
    chosen: bool | None
    is_software: bool
    licence: str
    ends_on: date | None
    captured: int
    refunded_here: int
    refunded_outside: int
    made: tuple[Made, ...]

    @property
    def refunded(self) -> int:
        """What went back in all."""
        return self.refunded_here + self.refunded_outside

    @property
    def stands(self) -> bool:
        """Whether it is still paid for, at least in part."""
        return self.captured == 0 or self.refunded < self.captured


@dataclass(frozen=True, slots=True)
class Chain:
    """What began with the order `first`: its links by the time of their purchase."""

    first: int
    links: tuple[Link, ...]

    def link(self, order_id: int) -> Link:
        """The link of this order. Raises StopIteration for one of another chain."""
        return next(link for link in self.links if link.pk == order_id)


def chains_of(order_ids: Iterable[int]) -> list[Chain]:
    """The chains of these orders, each once; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_CHAINS, {"asked": list(order_ids), "paid": sorted(state.value for state in PAID)})
        rows = cursor.fetchall()
    found: dict[int, list[Link]] = {}
    for first, pk, number, renews, bought, chosen, kind, licence, ends, captured, here, outside, made in rows:
        found.setdefault(first, []).append(
            Link(
                pk=pk,
                number=number,
                renews=renews,
                purchased_at=bought,
                chosen=chosen,
                is_software=kind == ProductKind.SOFTWARE,
                licence=licence,
                ends_on=ends,
                captured=int(captured),
                refunded_here=int(here),
                refunded_outside=int(outside),
                made=tuple(Made(*each) for each in json.loads(made)),
            )
        )
    return [Chain(first, tuple(links)) for first, links in found.items()]
