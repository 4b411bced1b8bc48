"""Fills the database with requests: a few that people made with the program, and the rest by plain SQL."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from makegood.orders.models import Product

POLICY = Path(__file__).resolve().parents[2] / "policies" / "refund-policy.md"
PETRO = "petro@northwind.example"
HELD = 12
KEPT_OF_THE_TRACE = ("format", "outcome", "why", "amount", "at_stake", "currency", "decided_by", "open")

# What PostgreSQL keeps by triggers is reckoned below for all rows together; what it checks, holds anyway.
QUIETLY = "SET session_replication_role = replica"

# One in ten still needs somebody: as many of those as a desk ever has, and more.
REQUESTS = """
    INSERT INTO accounts_user (email, password, name, language, time_zone, is_active, joined_at)
    SELECT 'member' || n || '@example.com', '!', 'Olena Kovalenko' || n,
           (ARRAY['en', 'de', 'fr', 'es', 'pl', 'pt-br', 'uk'])[1 + n %% 7], 'UTC', true, now()
    FROM generate_series(%(first)s, %(last)s) AS n;

    CREATE TEMPORARY TABLE made AS
    SELECT n,
           nextval(pg_get_serial_sequence('refund_requests_refundrequest', 'id')) AS request,
           nextval(pg_get_serial_sequence('orders_order', 'id')) AS sold,
           (SELECT id FROM accounts_user WHERE email = 'member' || n || '@example.com') AS member,
           now() - interval '1 year'
               + (n - %(first)s) * (interval '1 year' / (1 + %(last)s - %(first)s)) AS at,
           CASE WHEN n %% 10 > 0 THEN (ARRAY['refunded', 'declined', 'withdrawn'])[1 + n %% 3]
                ELSE (ARRAY['waiting', 'asked', 'with_engineers', 'awaiting_approval'])
                         [1 + n / 10 %% 4] END
           AS state
    FROM generate_series(%(first)s, %(last)s) AS n;

    INSERT INTO refund_requests_refundrequest
        (id, reference, member_id, ground, product_id, state, form_token, received_at, queued_at, answers,
         round, unanswered_since, hears_by)
    SELECT request, 'R-' || lpad(to_hex(n), 8, '0'), member,
           (ARRAY['defect', 'duplicate', 'automatic_charge'])[1 + n %% 3],
           %(product)s, state, gen_random_uuid(), at, at,
           jsonb_build_object('description', 'It stops after 400 letters, in version ' || n %% 977
               || CASE WHEN n %% 20 = 0 THEN ', and the invoice is wrong' ELSE '' END
               || CASE WHEN n %% 200 = 0 THEN ', it shows an elephant' ELSE '' END
               || CASE WHEN n %% 2000 = 0 THEN ' and a zebra' ELSE '' END
               || CASE n %% 2 WHEN 0 THEN '. Since monday it crashed.'
                  ELSE '. Since friday nothing happens.' END
           ),
           1, CASE WHEN n %% 30 = 1 AND state = 'declined' THEN at + interval '9 days' END,
           CASE WHEN state <> ALL ('{refunded,declined,withdrawn}')
                THEN now() + interval '1 hour' + n %% 400 * interval '1 hour' END
    FROM made;

    INSERT INTO refund_requests_statecount (state, process, number)
    SELECT state, -%(last)s, count(*) FROM made GROUP BY state;

    INSERT INTO orders_order
        (id, number, member_id, product_id, purchased_at, amount_minor, currency, country)
    SELECT sold, 'B-' || n, member, %(product)s, at - interval '9 days',
           1000 + n::bigint * 7919 %% 90001, 'USD', 'UA'
    FROM made;

    INSERT INTO refund_requests_namedorder (refund_request_id, order_id, wanted, open)
    SELECT request, sold, true, state <> ALL ('{refunded,declined,withdrawn}') FROM made;

    INSERT INTO refund_requests_message
        (refund_request_id, author_id, visibility, from_staff, body, at, form_token)
    SELECT request, member, 'public', false,
           'I tried it again on another computer with the same letters, and it stopped at letter number ' || n
           || '. Please give me my money back, or tell me what else I can do about it.',
           at + interval '1 hour', gen_random_uuid()
    FROM made;

    INSERT INTO queue_promise (refund_request_id, made_at, due_at)
    SELECT request, at, now() + interval '1 hour' + n %% 400 * interval '1 hour' FROM made
    WHERE state <> ALL ('{refunded,declined,withdrawn}');

    INSERT INTO audit_event
        (at, action, subject_kind, subject_id, thread, actor_kind, actor_id, actor_part, details)
    SELECT at, 'refund_request.submitted', 'refundrequest', request, 'R-' || lpad(to_hex(n), 8, '0'),
           'member', member, '', '{}'
    FROM made;

    INSERT INTO refund_requests_assessment
        (refund_request_id, order_id, policy_version_id, outcome, facts, trace, at)
    SELECT request, sold, %(version)s, 'needs_review', '{}', %(trace)s::jsonb, at FROM made;
"""

# The same that the triggers do one by one, with the indexes made at the end.
WORDS = (
    "ANALYZE",
    "DROP INDEX requests_by_words",
    """
    INSERT INTO search_entry (refund_request_id, words) SELECT request, '' FROM made
    """,
    "SELECT count(search_reckon(request)), count(search_decided(request)) FROM made",
    "CREATE INDEX requests_by_words ON search_entry USING gin (words)",
    "DROP TABLE made",
)


def fill(count: int) -> None:
    """Bring the number of requests up to `count`; the first call makes the people and HELD real ones too."""
    from django.db import connection

    from makegood.refund_requests.models import RefundRequest

    if not RefundRequest.objects.exists():
        _begin()
    with connection.cursor() as cursor:
        cursor.execute(QUIETLY)
        cursor.execute(
            REQUESTS, {"first": RefundRequest.objects.count(), "last": count - 1, **_of_the_real()}
        )
        for statement in WORDS:
            cursor.execute(statement)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")


def _of_the_real() -> dict[str, str | int]:
    """What the made-up requests share with those that people made."""
    from makegood.refund_requests.models import Assessment

    real = Assessment.objects.order_by("pk")[0]
    return {
        "product": real.order.product_id,
        "version": real.policy_version_id,
        "trace": json.dumps({name: real.trace[name] for name in KEPT_OF_THE_TRACE}),
    }


def _begin() -> None:
    """The policy, a product, Petro, and what he examines."""
    from makegood.accounts.granting import grant
    from makegood.accounts.models import User
    from makegood.accounts.roles import Role
    from makegood.audit.actors import System
    from makegood.orders.models import Product
    from makegood.queue import leases
    from makegood.refund_requests import policies

    at, itself = timezone.now(), System("benchmark")
    policies.publish(text=POLICY.read_text(encoding="utf-8"), by=itself, at=at)
    product = Product.objects.create(sku="mail-sender", name="Mail Sender", kind="software")
    petro = User.objects.create_user(PETRO, name="Petro Bondar", language="en")
    grant(petro, Role.REPRESENTATIVE, by=itself, at=at)
    for number in range(HELD):
        _ask(number, product, at)
        leases.take_next(by=petro, at=at)


def _ask(number: int, product: Product, at: datetime) -> None:
    """Send the form of a member who bought the product three days ago."""
    from makegood.accounts.models import User
    from makegood.orders.models import Order, Payment
    from makegood.refund_requests import drafting
    from makegood.refund_requests.models import Evidence
    from makegood.refund_requests.submitting import submit

    member = User.objects.create_user(f"real{number}@example.com", name=f"Mei Lin {number}", language="en")
    order = Order.objects.create(
        number=f"A-{number}",
        member=member,
        product=product,
        purchased_at=at - timedelta(days=3),
        amount_minor=7900,
        currency="USD",
    )
    Payment.objects.create(
        order=order,
        provider="sandbox",
        provider_reference=f"ch_{number}",
        method="card",
        method_label="Visa ending 4242",
        currency="USD",
        captured_minor=7900,
        captured_at=order.purchased_at,
    )
    draft = drafting.choose_ground(drafting.start(by=member, at=at), ground="defect", at=at)
    draft = drafting.name_orders(draft, named=[order.number], wanted=[order.number], at=at)
    told = {"description": "It stops after 400 letters", "steps": "1. I pressed Send"}
    draft = drafting.tell(draft, answers=told, at=at)
    Evidence.objects.create(
        draft=draft,
        uploaded_by=member,
        name="error.png",
        content_type="image/png",
        file="evidence/error.png",
        byte_size=412_000,
        original_sha256=f"{number:064}",
        width=1280,
        height=800,
        at=at,
    )
    submit(draft.token, by=member, at=at)
