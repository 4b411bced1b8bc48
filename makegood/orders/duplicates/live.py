"""The likely duplicates among the orders of this desk, searched where they are, in PostgreSQL."""

# Every piece of SQL here is a constant of our own or a whole number; what people say is only ever in rows.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Model

from makegood.accounts.models import User
from makegood.orders.duplicates.found import Found, found
from makegood.orders.duplicates.searching import NEAR, Source, customer, query
from makegood.orders.models import Order, Product

Row = TypeVar("Row", bound=Model)

AT_ONCE = 2_000
"""So many pairs are in memory at a time."""


def live_duplicates(
    *,
    within: timedelta = NEAR,
    least_points: int | None = None,
    equivalents: Mapping[str, str] | None = None,
) -> Generator[Found]:
    """The likely duplicates of the whole desk, the likeliest first.

    `equivalents` names, for the code of a product, the group in which products count as the same; a product
    that is not in it stands for itself. They are all of one moment, read in a transaction that lasts until
    the last is taken.
    """
    source = _source(_kin(equivalents or {}))
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query(source, within=within, least_points=least_points))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from map(found, rows)


def duplicates_of(member: User, *, within: timedelta = NEAR) -> list[tuple[Found, Order, Order]]:
    """The likely duplicates among the orders of one member's account, the likeliest first.

    Each with its order and the earlier one, which know their products: all in one query.
    """
    pairs = query(_source("o.product_id", member), within=within)
    rows = {"a": Order, "b": Order, "of_a": Product, "of_b": Product}
    columns = ", ".join(f"{name}.{column}" for name, model in rows.items() for column in _columns(model))
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT {columns}, pair.* FROM ({pairs}) pair
            JOIN orders_order a ON a.id = pair.rn JOIN orders_product of_a ON of_a.id = a.product_id
            JOIN orders_order b ON b.id = pair.other JOIN orders_product of_b ON of_b.id = b.product_id
            ORDER BY pair.points DESC, pair.apart_us, pair.rn
        """)
        return [_with_orders(iter(row)) for row in cursor.fetchall()]


def _with_orders(row: Iterator[Any]) -> tuple[Found, Order, Order]:
    order, other = _made(Order, row), _made(Order, row)
    order.product, other.product = _made(Product, row), _made(Product, row)
    return found(list(row)), order, other


def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def _made(model: type[Row], row: Iterator[Any]) -> Row:
    """The row that the next values of `row` are."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, list(islice(row, len(names))))


def count_orders() -> int:
    """How many orders the desk knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_order")
        (count,) = cursor.fetchone()
    return int(count)


def _source(kin: str, member: User | None = None) -> Source:
    of_whom = "" if member is None else f"AND o.member_id = {int(member.pk):d}"
    placed = f"""
        placed AS NOT MATERIALIZED (
            SELECT o.id AS rn, ({customer("u.email")}) COLLATE "C" AS customer, {kin} AS kin,
                {_microseconds("o.purchased_at")} AS at_us, o.renews_id IS NOT NULL AS is_renewal
            FROM orders_order o
            JOIN accounts_user u ON u.id = o.member_id
            WHERE EXISTS (
                SELECT 1 FROM orders_payment p
                WHERE p.order_id = o.id AND p.reserved_minor < p.captured_minor
            ) {of_whom}
        )"""
    return Source(placed, _DETAILS)


def _microseconds(moment: str) -> str:
    return f"(extract(epoch FROM {moment}) * 1000000)::bigint"


# The use of a service may be told under any order of its subscription. Where nobody ever told any use, that
# none is known says nothing. UNION without ALL ends even where orders were made to renew each other in a
# circle.
_DETAILS = f"""
    asked AS MATERIALIZED (
        SELECT rn FROM near UNION SELECT other FROM near
    ), earlier (root, id, renews_id) AS (
        SELECT o.id, o.id, o.renews_id FROM orders_order o JOIN asked ON asked.rn = o.id
        JOIN orders_product p ON p.id = o.product_id
        WHERE p.kind = 'service' AND EXISTS (SELECT 1 FROM orders_usage)
        UNION
        SELECT earlier.root, o.id, o.renews_id FROM orders_order o JOIN earlier ON o.id = earlier.renews_id
    ), subscription (root, id) AS (
        SELECT root, id FROM earlier
        UNION
        SELECT s.root, o.id FROM orders_order o JOIN subscription s ON o.renews_id = s.id
    ), uses AS (
        SELECT root.id, coalesce(sum(used.units), 0) AS units
        FROM subscription s
        JOIN orders_order root ON root.id = s.root
        LEFT JOIN orders_usage used ON used.order_id = s.id AND used.used_at > root.purchased_at
        GROUP BY root.id
    ), paid AS (
        SELECT p.order_id, string_agg(DISTINCT p.method_label, ' + ' ORDER BY p.method_label) AS means
        FROM orders_payment p JOIN asked ON asked.rn = p.order_id
        GROUP BY p.order_id
    ), details AS MATERIALIZED (
        SELECT o.id AS rn, o.id AS identity, o.renews_id AS renews, o.number, u.email, product.sku AS product,
            {_microseconds("o.purchased_at")} AS at_us, o.amount_minor, o.currency, paid.means,
            NULL::text AS fingerprint, NULL::text AS ip, NULL::bigint AS quantity, NULL::text AS recipient,
            uses.units AS used
        FROM asked
        JOIN orders_order o ON o.id = asked.rn
        JOIN accounts_user u ON u.id = o.member_id
        JOIN orders_product product ON product.id = o.product_id
        LEFT JOIN paid ON paid.order_id = o.id
        LEFT JOIN uses ON uses.id = o.id
    )"""


def _kin(equivalents: Mapping[str, str]) -> str:
    """SQL for the product that stands for all that are equivalent to it, by its key."""
    known = Product.objects.filter(sku__in=list(equivalents)).order_by("pk").values_list("pk", "sku")
    first: dict[str, int] = {}
    stands_for = {pk: first.setdefault(equivalents[sku], pk) for pk, sku in known}
    return _case(stands_for.items())


def _case(stands_for: Iterable[tuple[int, int]]) -> str:
    whens = " ".join(f"WHEN {one:d} THEN {other:d}" for one, other in stands_for)
    return f"CASE o.product_id {whens} ELSE o.product_id END" if whens else "o.product_id"
