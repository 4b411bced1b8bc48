"""How much a service was used under an order and its renewals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet, Sum

from makegood.orders.models import Order, Usage


@dataclass(frozen=True, slots=True)
class Use:
    """The units used of a service since something, and when last; `last_at` None: not at all."""

    units: int
    last_at: datetime | None


def used_since_purchase(orders: Sequence[Order]) -> dict[int, Use]:
    """For each order, by its key, the use of its subscription since its purchase; one query for all."""
    with connection.cursor() as cursor:
        cursor.execute(_USED_SINCE_PURCHASE, [[order.pk for order in orders]])
        return {int(pk): Use(int(units), last_at) for pk, units, last_at in cursor.fetchall()}


def uses_since(order: Order, moment: datetime) -> int:
    """How many units of the service were used after `moment`: 5,000 letters sent at once are 5,000.

    Counted are the uses under the order, the orders it renews and their renewals, for they are one
    subscription and the service may report a use under any of them.
    """
    used = uses_of(order).filter(used_at__gt=moment).aggregate(units=Sum("units"))
    return used["units"] or 0


def uses_of(order: Order) -> QuerySet[Usage]:
    """The uses of the order's subscription."""
    return Usage.objects.filter(order__in=subscription_of(order))


def subscription_of(order: Order) -> list[int]:
    """The keys of the order, the orders it renews, and every renewal of those."""
    with connection.cursor() as cursor:
        cursor.execute(_SUBSCRIPTION, [order.pk])
        return [int(pk) for (pk,) in cursor.fetchall()]


# UNION without ALL ends even where orders were made to renew each other in a circle.
_SUBSCRIPTION = """
    WITH RECURSIVE earlier (id, renews_id) AS (
        SELECT id, renews_id FROM orders_order WHERE id = %s
        UNION
        SELECT o.id, o.renews_id FROM orders_order o JOIN earlier ON o.id = earlier.renews_id
    ), subscription (id) AS (
        SELECT id FROM earlier
        UNION
        SELECT o.id FROM orders_order o JOIN subscription ON o.renews_id = subscription.id
    )
    SELECT id FROM subscription ORDER BY id
"""

_USED_SINCE_PURCHASE = """
    WITH RECURSIVE earlier (root, id, renews_id) AS (
        SELECT id, id, renews_id FROM orders_order WHERE id = ANY(%s)
        UNION
        SELECT earlier.root, o.id, o.renews_id FROM orders_order o JOIN earlier ON o.id = earlier.renews_id
    ), subscription (root, id) AS (
        SELECT root, id FROM earlier
        UNION
        SELECT s.root, o.id FROM orders_order o JOIN subscription s ON o.renews_id = s.id
    )
    SELECT root.id, COALESCE(SUM(used.units), 0), MAX(used.used_at)
    FROM subscription s
    JOIN orders_order root ON root.id = s.root
    LEFT JOIN orders_usage used ON used.order_id = s.id AND used.used_at > root.purchased_at
    GROUP BY root.id
"""
