"""What a ticket costs while a million requests wait: its place in the queue, and a question for news."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks import frame
from benchmarks.frame import Row

if TYPE_CHECKING:
    from makegood.accounts.models import User
    from makegood.refund_requests.models import RefundRequest

WAITING = 1_000_000
TIMES = 40

# A second lies between a request and the next, but one in seven came in the same second as its neighbour.
FILL = """
    INSERT INTO refund_requests_refundrequest
        (reference, member_id, ground, product_id, state, form_token, received_at, queued_at, answers, round)
    SELECT 'R-' || number, %(member)s, 'defect', %(product)s, 'waiting', gen_random_uuid(), at, at, '{}', 1
    FROM generate_series(1, %(rows)s) AS number,
         LATERAL (SELECT now() - interval '90 days' + (number - number / 7) * interval '1 second') AS t(at)
"""
TELL = """
    INSERT INTO audit_event
        (at, action, subject_kind, subject_id, thread, actor_kind, actor_id, actor_part, details)
    SELECT queued_at, 'refund_request.submitted', 'refundrequest', id, reference, 'member', member_id, '',
        '{}'
    FROM refund_requests_refundrequest
"""


def main() -> None:
    """Fill the queue and look at places at its front, in its middle and at its end.

    `read`: entries of the index that PostgreSQL reads for the place. Then milliseconds, the fastest of TIMES:
    for the `place`, for a question without news (304), and for one with news (200).
    """
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=WAITING, help="how many requests wait (1 M)")
    rows: int = arguments.parse_args().rows
    frame.live_in_a_fresh_database("ticket")
    member = _fill(rows)
    places = {"first": 1, "501st": 501, "1,001st": 1_001, "middle": rows // 2, "last": rows}
    told = [_measured(name, f"R-{number}", member) for name, number in places.items()]
    frame.tell("ticket", f"Milliseconds for a ticket while {rows:,} requests wait", told)


def _fill(rows: int) -> User:
    from django.db import connection

    from makegood.accounts.models import User
    from makegood.orders.models import Product

    member = User.objects.create_user("olena@example.com", name="Olena")
    product = Product.objects.create(sku="mail-sender", name="Mail Sender", kind="software")
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"member": member.pk, "product": product.pk, "rows": rows})
        cursor.execute(TELL)
        cursor.execute("VACUUM ANALYZE refund_requests_refundrequest, audit_event")
    return member


def _measured(name: str, reference: str, member: User) -> Row:
    from django.conf import settings
    from django.test import Client

    from makegood.queue import board
    from makegood.refund_requests.models import RefundRequest

    refund_request = RefundRequest.objects.get(reference=reference)
    place = board.place_of(refund_request) or board.Place(0, is_more=False)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(member)
    address = f"/refunds/{reference}/news/"
    version = browser.get(address)["ETag"]
    return {
        "who": name,
        "said": f"{'more than ' if place.is_more else ''}{place.before:,} before",
        "read": _entries_read(refund_request),
        "place": _milliseconds(lambda: board.place_of(refund_request)),
        "304": _milliseconds(lambda: browser.get(address, headers={"If-None-Match": version})),
        "200": _milliseconds(lambda: browser.get(address)),
    }


def _entries_read(refund_request: RefundRequest) -> int:
    """How many entries of the index PostgreSQL reads for the place, by its own account."""
    import json

    from makegood.queue import board

    plan = json.loads(board.before(refund_request).explain(analyze=True, format="json"))
    node = plan[0]["Plan"]
    while "Plans" in node:
        node = node["Plans"][0]
    if node.get("Index Name") != "queue_in_turn":
        raise SystemExit(f"The place is not read off the index: {node}")
    return int(node["Actual Rows"]) + int(node.get("Rows Removed by Filter", 0))


def _milliseconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        begun = perf_counter()
        work()
        taken.append(perf_counter() - begun)
    return round(1000 * min(taken), 1)


if __name__ == "__main__":
    main()
