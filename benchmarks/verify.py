"""How long it takes to prove that the money is right, from few refunds to a hundred thousand."""

from __future__ import annotations

from argparse import ArgumentParser
from time import perf_counter

from benchmarks import frame
from benchmarks.frame import Row

SIZES = (1_000, 10_000, 100_000)

# Refunds that were opened, sent, paid and arrived, each with what that leaves behind.
FILL = """
    INSERT INTO orders_order
        (id, number, member_id, product_id, purchased_at, amount_minor, currency, country)
    SELECT number, 'B-' || number, %(member)s, %(product)s, now(), 7900, 'USD', ''
    FROM generate_series(1, %(rows)s) AS number;

    INSERT INTO orders_payment (id, order_id, provider, provider_reference, method, method_label, currency,
        captured_minor, reserved_minor, captured_at)
    SELECT id, id, 'sandbox', 'ch_' || id, 'card', '', 'USD', 7900, 7900, now() FROM orders_order;

    INSERT INTO refunds_refund (id, key_stem, payment_id, reference, decision_round, currency, amount_minor,
        provider, state, consent, opened_at, last_asked_at, succeeded_at, settled_at, provider_refund_id,
        trace_reference)
    SELECT id, gen_random_uuid(), id, 'R-' || id, 1, 'USD', 7900, 'sandbox', 'settled', '', now(), now(),
        now(), now(), 're_' || id, '' FROM orders_payment;

    INSERT INTO refunds_attempt (id, refund_id, number, key, made_at)
    SELECT id, id, 1, replace(key_stem::text, '-', '') || '-1', now() FROM refunds_refund;

    INSERT INTO refunds_attemptanswer (attempt_id, heard_by, said, provider_refund_id, trace_reference,
        amount_minor, reason, body, at)
    SELECT id, 'look_up', said, 're_' || id, '', 7900, '', '{}', now()
    FROM refunds_attempt, unnest(ARRAY['pending', 'succeeded', 'settled']) AS said;

    INSERT INTO refunds_ledgertransaction (id, refund_id, kind, number, at)
    SELECT id * 2, id, 'owed', 0, now() FROM refunds_refund
    UNION ALL SELECT id * 2 + 1, id, 'paid', 1, now() FROM refunds_refund;

    INSERT INTO refunds_ledgerentry (transaction_id, account, currency, minor)
    SELECT id, CASE WHEN kind = 'owed' THEN 'refunds_given' ELSE 'refunds_owed' END, 'USD', 7900
    FROM refunds_ledgertransaction
    UNION ALL SELECT id, CASE WHEN kind = 'owed' THEN 'refunds_owed' ELSE 'provider:sandbox' END, 'USD', -7900
    FROM refunds_ledgertransaction;

    INSERT INTO audit_event (at, action, subject_kind, subject_id, thread, actor_kind, actor_part, details)
    SELECT opened_at, 'refund.' || action, 'refund', id, reference, 'system', 'worker',
        CASE WHEN was IS NULL THEN '{}' ELSE jsonb_build_object('from', was, 'to', action) END
    FROM refunds_refund, (VALUES (1, 'opened', NULL), (2, 'sending', 'approved'), (3, 'pending', 'sending'),
        (4, 'succeeded', 'pending'), (5, 'settled', 'succeeded')) AS steps(number, action, was)
    ORDER BY id, number;
"""


def main() -> None:
    """Seconds in which all is proved that the database alone tells, and milliseconds of each refund."""
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, nargs="*", default=SIZES, help="how many refunds there are")
    told = [_proved(rows) for rows in arguments.parse_args().rows]
    frame.tell("verify", "Proving that the refunds are right, offline", told)


def _proved(rows: int) -> Row:
    frame.live_in_a_fresh_database("verify")
    from django.db import connection
    from django.utils import timezone

    from makegood.refunds.verifying import problems

    _fill(rows)
    begun = perf_counter()
    wrong = list(problems(at=timezone.now()))
    seconds = perf_counter() - begun
    connection.close()
    if wrong:
        raise SystemExit(f"What was filled in is wrong: {wrong[0]}")
    return {"refunds": rows, "seconds": round(seconds, 2), "ms a refund": round(1000 * seconds / rows, 3)}


def _fill(rows: int) -> None:
    from django.db import connection

    from makegood.accounts.models import User
    from makegood.orders.models import Product

    member = User.objects.create_user("olena@example.com", name="Olena")
    product = Product.objects.create(sku="mail-sender", name="Mail Sender", kind="software")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"member": member.pk, "product": product.pk, "rows": rows})
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
