"""The staged lines of a file of orders: what to check of them, and how they become rows."""

# Every piece of SQL here is a constant of our own; what the file says is only ever in rows.
# ruff: noqa: S608

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db.backends.utils import CursorWrapper

from makegood.accounts.models import User
from makegood.orders.importing.checks import Check
from makegood.orders.importing.files import changed

TYPES = {
    "order_number": "text",
    "email": "text",
    "name": "text",
    "product": "text",
    "purchased_at": "timestamptz",
    "amount_minor": "bigint",
    "currency": "text",
    "places": "int",  # decimal places of the currency
    "renews": "text",
    "auto_renewal_chosen": "boolean",
    "country": "text",
    "tax_minor": "bigint",
    "tax_rate": "numeric",
    "provider": "text",
    "provider_reference": "text",
    "method": "text",
    "method_label": "text",
    "captured_minor": "bigint",
    "captured_at": "timestamptz",
}
KEYS = {"key": "order_number", "renews_key": "renews"}

_MEMBERS_AT_ONCE = 2_000


def _moment(value: str) -> str:
    return f"""to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""


def _amount(value: str) -> str:
    return f"round({value} / power(10::numeric, here.places), here.places)::text"


def _yes_no(value: str) -> str:
    return f"CASE {value} WHEN true THEN 'yes' WHEN false THEN 'no' END"


# Two tellings of one order, `here` and `there`: field, whether they differ, and what each says. A cell left
# empty says nothing, so it contradicts nothing.
_ORDER_DIFFERENCES = f"""
    ('email', lower(here.email) <> lower(there.email), here.email, there.email),
    ('product', here.product <> there.product, here.product, there.product),
    ('purchased_at', here.purchased_at <> there.purchased_at,
        {_moment("here.purchased_at")}, {_moment("there.purchased_at")}),
    ('amount', here.amount_minor <> there.amount_minor,
        {_amount("here.amount_minor")}, {_amount("there.amount_minor")}),
    ('currency', here.currency <> there.currency, here.currency, there.currency),
    ('renews', here.renews_key IS NOT NULL AND here.renews_key IS DISTINCT FROM there.renews_key,
        here.renews, there.renews),
    ('auto_renewal_chosen', here.auto_renewal_chosen IS NOT NULL
        AND here.auto_renewal_chosen IS DISTINCT FROM there.auto_renewal_chosen,
        {_yes_no("here.auto_renewal_chosen")}, {_yes_no("there.auto_renewal_chosen")}),
    ('country', here.country IS NOT NULL AND here.country IS DISTINCT FROM there.country,
        here.country, there.country),
    ('tax_amount', here.tax_minor <> there.tax_minor,
        {_amount("here.tax_minor")}, {_amount("there.tax_minor")}),
    ('tax_rate', here.tax_rate <> there.tax_rate, here.tax_rate::text, there.tax_rate::text)
"""

_PAYMENT_DIFFERENCES = f"""
    ('order_number', here.key <> there.key, here.order_number, there.order_number),
    ('captured_amount', here.captured_minor <> there.captured_minor,
        {_amount("here.captured_minor")}, {_amount("there.captured_minor")}),
    ('captured_at', here.captured_at <> there.captured_at,
        {_moment("here.captured_at")}, {_moment("there.captured_at")}),
    ('method', here.method <> there.method, here.method, there.method),
    ('method_label', here.method_label <> there.method_label, here.method_label, there.method_label)
"""

_KNOWN_ORDER = """
    SELECT upper(o.number) AS key, o.number AS order_number, u.email, p.sku AS product, o.purchased_at,
        o.amount_minor, o.currency, r.number AS renews, upper(r.number) AS renews_key,
        o.auto_renewal_chosen, nullif(o.country, '') AS country, o.tax_minor,
        trim_scale(o.tax_rate) AS tax_rate
    FROM orders_order o
    JOIN accounts_user u ON u.id = o.member_id
    JOIN orders_product p ON p.id = o.product_id
    LEFT JOIN orders_order r ON r.id = o.renews_id
"""

_KNOWN_PAYMENT = """
    SELECT m.provider, m.provider_reference, m.captured_minor, m.captured_at, m.method, m.method_label,
        upper(o.number) AS key, o.number AS order_number
    FROM orders_payment m JOIN orders_order o ON o.id = m.order_id
"""


def _differences(there: str, joined: str, fields: str, last: str) -> str:
    return f"""
        SELECT here.line, differing.field, differing.said, differing.other, {last}
        FROM staged here
        JOIN ({there}) there USING ({joined})
        CROSS JOIN LATERAL (VALUES {fields}) AS differing (field, differ, said, other)
        WHERE here.sound AND differing.differ
    """


def _first_line_of(joined: str) -> str:
    return f"SELECT DISTINCT ON ({joined}) * FROM staged WHERE sound ORDER BY {joined}, line"


def _first_of_several(joined: str) -> str:
    # Nearly every line stands alone, so that sorting only the others is ten times faster.
    return f"""
        SELECT DISTINCT ON ({joined}) * FROM staged
        WHERE sound AND ({joined}) IN (
            SELECT {joined} FROM staged WHERE sound GROUP BY {joined} HAVING count(*) > 1
        ) ORDER BY {joined}, line
    """


# What the order a line renews is known by, wherever it is known from.
_RENEWED = f"""
    SELECT here.line, here.email, here.product, here.purchased_at, here.renews,
        there.key IS NOT NULL OR known.key IS NOT NULL AS found,
        coalesce(there.email, known.email) AS other_email,
        coalesce(there.product, known.product) AS other_product,
        coalesce(there.purchased_at, known.purchased_at) AS other_purchased_at
    FROM staged here
    LEFT JOIN (
        SELECT DISTINCT ON (key) * FROM staged WHERE key IS NOT NULL ORDER BY key, line
    ) there ON there.key = here.renews_key
    LEFT JOIN ({_KNOWN_ORDER}) known ON known.key = here.renews_key
    WHERE here.sound AND here.renews_key IS NOT NULL
"""

CHECKS = [
    Check(
        "It says {0}, but line {2} of this file says {1} of the same order.",
        _differences(_first_of_several("key"), "key", _ORDER_DIFFERENCES, "there.line"),
    ),
    Check(
        "It says {0}, but order {2} is known with {1}. What is known is not overwritten.",
        _differences(_KNOWN_ORDER, "key", _ORDER_DIFFERENCES, "there.order_number"),
    ),
    Check(
        "It says {0}, but line {2} of this file says {1} of the same payment.",
        _differences(
            _first_of_several("provider, provider_reference"),
            "provider, provider_reference",
            _PAYMENT_DIFFERENCES,
            "there.line",
        ),
    ),
    Check(
        "It says {0}, but payment {2} is known with {1}. What is known is not overwritten.",
        _differences(
            _KNOWN_PAYMENT,
            "provider, provider_reference",
            _PAYMENT_DIFFERENCES,
            "there.provider || ' ' || there.provider_reference",
        ),
    ),
    Check(
        "Order {0} is neither known nor in this file.",
        f"SELECT line, 'renews' AS field, renews FROM ({_RENEWED}) renewed WHERE NOT found",
    ),
    Check(
        "Order {0} is of another member ({1}).",
        f"SELECT line, 'renews' AS field, renews, other_email FROM ({_RENEWED}) renewed "
        "WHERE lower(email) <> lower(other_email)",
    ),
    Check(
        "Order {0} is of another product ({1}).",
        f"SELECT line, 'renews' AS field, renews, other_product FROM ({_RENEWED}) renewed "
        "WHERE product <> other_product",
    ),
    Check(
        "Order {0} was purchased at {1}, which is not before this one.",
        f"SELECT line, 'renews' AS field, renews, {_moment('other_purchased_at')} FROM ({_RENEWED}) renewed "
        "WHERE purchased_at <= other_purchased_at",
    ),
]


def count(cursor: CursorWrapper) -> int:
    """How many different orders the lines tell of."""
    cursor.execute("SELECT count(DISTINCT key) FROM staged")
    (orders,) = cursor.fetchone()
    return int(orders)


def add_members(cursor: CursorWrapper) -> int:
    """Create the members whose e-mail is not known; they set a password by asking for a reset."""
    cursor.execute("""
        CREATE TEMPORARY TABLE new_members ON COMMIT DROP AS
        SELECT DISTINCT ON (lower(here.email)) here.line, here.email, coalesce(here.name, '') AS name
        FROM staged here
        WHERE NOT EXISTS (SELECT 1 FROM accounts_user u WHERE lower(u.email) = lower(here.email))
        ORDER BY lower(here.email), here.name IS NULL, here.line
    """)
    added, last = 0, -1
    while True:
        cursor.execute(
            "SELECT line, email, name FROM new_members WHERE line > %s ORDER BY line LIMIT %s",
            [last, _MEMBERS_AT_ONCE],
        )
        batch = cursor.fetchall()
        if not batch:
            break
        User.objects.bulk_create(_member(email, name) for _, email, name in batch)
        added, last = added + len(batch), batch[-1][0]
    cursor.execute("DROP TABLE new_members")
    if added:
        cursor.execute("ANALYZE accounts_user")  # the planner would take it for as small as it was
    return added


def _member(email: str, name: str) -> User:
    return User(email=User.objects.normalize_email(email), name=name, password=make_password(None))


def add_orders(cursor: CursorWrapper) -> int:
    """Create the orders that are not known, in the order of the lines, each with the order it renews."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.new_orders")
    # Their keys are taken beforehand, so that a renewal can name an order of the same file as it is written.
    cursor.execute(f"""
        CREATE TEMPORARY TABLE new_orders ON COMMIT DROP AS
        SELECT nextval(pg_get_serial_sequence('orders_order', 'id')) AS id, new.*
        FROM (
            SELECT here.* FROM ({_first_line_of("key")}) here
            WHERE NOT EXISTS (SELECT 1 FROM orders_order o WHERE upper(o.number) = here.key)
            ORDER BY here.line
        ) new
    """)
    cursor.execute("ANALYZE new_orders")
    return changed(
        cursor,
        """
        INSERT INTO orders_order (id, number, member_id, product_id, purchased_at, amount_minor, currency,
            renews_id, auto_renewal_chosen, country, tax_minor, tax_rate)
        SELECT here.id, here.order_number, u.id, p.id, here.purchased_at, here.amount_minor, here.currency,
            coalesce(renewed.id, known.id), here.auto_renewal_chosen, coalesce(here.country, ''),
            here.tax_minor, here.tax_rate
        FROM new_orders here
        JOIN accounts_user u ON lower(u.email) = lower(here.email)
        JOIN orders_product p ON p.sku = here.product
        LEFT JOIN new_orders renewed ON renewed.key = here.renews_key
        LEFT JOIN orders_order known ON upper(known.number) = here.renews_key
        ORDER BY here.id
        """,
    )


def add_taxes(cursor: CursorWrapper) -> int:
    """Note the tax of orders whose tax was not known; a known one is never another."""
    return changed(
        cursor,
        """
        UPDATE orders_order o SET tax_minor = here.tax_minor, tax_rate = here.tax_rate
        FROM (
            SELECT DISTINCT ON (key) key, tax_minor, tax_rate FROM staged
            WHERE sound AND tax_minor IS NOT NULL ORDER BY key, line
        ) here
        WHERE upper(o.number) = here.key AND o.tax_minor IS NULL
        """,
    )


def add_payments(cursor: CursorWrapper) -> int:
    """Create the payments that are not known, in the order of the lines."""
    return changed(
        cursor,
        f"""
        INSERT INTO orders_payment (order_id, provider, provider_reference, method, method_label, currency,
            captured_minor, reserved_minor, captured_at)
        SELECT o.id, here.provider, here.provider_reference, here.method, here.method_label, here.currency,
            here.captured_minor, 0, here.captured_at
        FROM ({_first_line_of("provider, provider_reference")}) here
        JOIN orders_order o ON upper(o.number) = here.key
        WHERE here.provider IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM orders_payment known
            WHERE known.provider = here.provider AND known.provider_reference = here.provider_reference)
        ORDER BY here.line
        """,
    )
