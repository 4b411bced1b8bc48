"""How many refunds a second go out, each step safe on the disk, against the same SQL sent by pgbench."""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
from argparse import ArgumentParser
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from benchmarks import frame
from benchmarks.frame import Row
from makegood.refunds.providers.base import Answer, Instruction, Said
from makegood.refunds.providers.manual import ManualProvider
from makegood.refunds.providers.sandbox.adapter import SandboxProvider

WORKERS = 4
EACH = 40
ROUNDS = 3
"""Of each side, by turns, so that both have the same machine."""
FIRST_PAYMENT = 850_000_001
NUMBERED = {
    "refunds_refund": 810_000_001,
    "refunds_attempt": 820_000_001,
    "refunds_attemptanswer": 830_000_001,
    "refunds_ledgertransaction": 840_000_001,
}
"""Keys that are no other number in the SQL, so that pgbench can put its own in their places."""

FILL = """
    WITH sold AS (
        INSERT INTO orders_order
            (id, number, member_id, product_id, purchased_at, amount_minor, currency, country)
        SELECT %(first)s + number, 'B-' || number, %(member)s, %(product)s, now(), 7900, 'USD', ''
        FROM generate_series(0, %(rows)s - 1) AS number RETURNING id
    )
    INSERT INTO orders_payment
        (id, order_id, provider, provider_reference, method, method_label, currency, captured_minor,
         reserved_minor, captured_at)
    SELECT id, id, 'sandbox', 'ch_' || id, 'card', '', 'USD', 7900, 0, now() FROM sold
"""


class AtOnce(ManualProvider):
    """A provider that pays at once and is never far away: what is measured is ours alone.

    What only a real provider knows, its charges and events, is refused as by the one whose money people send.
    """

    name = "sandbox"
    promises = SandboxProvider.promises

    def refund(self, instruction: Instruction) -> Answer:
        """Paid."""
        return Answer(Said.SUCCEEDED, f"re_{instruction.key}", "", instruction.amount)

    def look_up(self, instruction: Instruction) -> Answer:
        """Paid."""
        return self.refund(instruction)


def main() -> None:
    """Refunds a second, opened, sent and paid by WORKERS processes at once, with the provider left out.

    `round trips`: what one refund sends to PostgreSQL; `commits`: how often it waits for the disk.
    """
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--pgbench", default="pgbench", help="the program pgbench, if not on the PATH")
    program = arguments.parse_args().pgbench
    frame.live_in_a_fresh_database("refunds")
    _fill(2 + ROUNDS * 2 * WORKERS * EACH)
    sent = _sent_for_one()
    script = _script_of(sent)
    seconds = {"makegood": 0.0, "pgbench": 0.0}
    for number in range(ROUNDS):
        first = FIRST_PAYMENT + 1 + number * 2 * WORKERS * EACH
        seconds["makegood"] += _by_the_program(first)
        seconds["pgbench"] += _by_pgbench(script, first + WORKERS * EACH, program)
        _require((number + 1) * 2 * WORKERS * EACH + 2)
    refunds = ROUNDS * WORKERS * EACH
    told: list[Row] = [
        {
            "who": who,
            "refunds": refunds,
            "round trips": len(sent),
            "commits": sum(each == "COMMIT" for each in sent),
            "refunds a second": round(refunds / taken, 1),
            "of pgbench": f"{seconds['pgbench'] / taken:.0%}",
        }
        for who, taken in seconds.items()
    ]
    frame.tell("refunds", f"Refunds opened, sent and paid, {WORKERS} workers at once", told)


def _fill(rows: int) -> None:
    from django.db import connection

    from makegood.accounts.models import User
    from makegood.orders.models import Product

    member = User.objects.create_user("olena@example.com", name="Olena")
    product = Product.objects.create(sku="mail-sender", name="Mail Sender", kind="software")
    names = {"first": FIRST_PAYMENT, "member": member.pk, "product": product.pk, "rows": rows}
    with connection.cursor() as cursor:
        cursor.execute(FILL, names)
    # The first of a provider, and of an hour, makes rows that are there for all others.
    _refund(FIRST_PAYMENT + rows - 1)
    with connection.cursor() as cursor:
        for table, first in NUMBERED.items():
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [table, first])
        cursor.execute("VACUUM ANALYZE orders_payment")
    connection.close()


def _refund(payment_id: int) -> None:
    from django.utils import timezone

    from makegood.audit.actors import System
    from makegood.money import Money
    from makegood.orders.models import Payment
    from makegood.refunds import advancing, opening

    worker = System("worker")
    refund = opening.open(
        payment=Payment.objects.get(pk=payment_id),
        amount=Money(7900, "USD"),
        reference="R-BENCH",
        decision_round=1,
        by=worker,
        at=timezone.now(),
    )
    advancing.advance(refund.pk, provider=AtOnce(), by=worker, at=timezone.now())


def _sent_for_one() -> list[str]:
    """What one refund sends to PostgreSQL: one text a round trip."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as sent:
        _refund(FIRST_PAYMENT)
    connection.close()
    return [" ".join(str(query["sql"]).split()).rstrip(";") for query in sent.captured_queries]


def _script_of(sent: Sequence[str]) -> str:
    """The same for pgbench: its payments are counted, and what a row is numbered is taken from its answer."""
    numbers, lines = (
        dict(NUMBERED),
        [f"\\set number :number + 1\n\\set payment :first + :client_id * {EACH} + :number\n"],
    )
    for text in sent:
        told = re.match(r'INSERT INTO "(\w+)"', text)
        returned = numbers.get(told.group(1)) if told and "RETURNING" in text else None
        if returned is not None and told is not None:
            numbers[told.group(1)] += 1
        lines.append(_filled_in(text) + (f" \\gset n{returned}_\n" if returned else ";\n"))
    return "".join(lines)


def _filled_in(text: str) -> str:
    text = re.sub(rf"\b{FIRST_PAYMENT}\b", ":payment", text)
    text = re.sub(r"\b(8[1-4]000\d{4})\b", r":n\1_id", text)
    text = re.sub(r"'[0-9a-f]{32}'::uuid", "gen_random_uuid()", text)
    return re.sub(r"'(re_)?[0-9a-f]{32}-1'", "gen_random_uuid()::text", text)


def _by_the_program(first: int) -> float:
    """Seconds for all; each worker is a process with a connection of its own."""
    forked = multiprocessing.get_context("fork")
    ready = forked.Barrier(WORKERS + 1)
    workers = [
        forked.Process(target=_refunds_of, args=(first + number * EACH, ready)) for number in range(WORKERS)
    ]
    for each in workers:
        each.start()
    ready.wait()
    begun = perf_counter()
    for each in workers:
        each.join()
    return perf_counter() - begun


def _refunds_of(first: int, ready: Any) -> None:
    from django.db import connection

    connection.ensure_connection()
    ready.wait()
    for payment in range(first, first + EACH):
        _refund(payment)
    connection.close()


def _by_pgbench(script: str, first: int, program: str) -> float:
    """Seconds for all, by pgbench's own count without connecting."""
    folder = frame.VAR / "refunds"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "refund.sql").write_text(script, encoding="utf-8")
    command = [program, "--no-vacuum", "--file", "refund.sql", "--client", str(WORKERS), "--jobs", "2"]
    command += ["--define", f"first={first}", "--define", "number=-1", "--transactions", str(EACH)]
    command.append(os.environ["DATABASE_URL"])
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    a_second = re.search(r"tps = ([\d.]+) \(without initial connection time\)", ended.stdout)
    if a_second is None or ended.returncode:
        raise SystemExit(f"pgbench says something else than before: {ended.stdout}{ended.stderr}")
    return WORKERS * EACH / float(a_second.group(1))


def _require(refunds: int) -> None:
    """So many refunds are paid, each with its books and events, whoever made them."""
    from django.db import connection

    from makegood.audit.models import Event
    from makegood.refunds.models import LedgerEntry, Refund

    paid = Refund.objects.filter(state="succeeded").count()
    events = Event.objects.filter(subject_kind="refund").count()
    found = (paid, events, LedgerEntry.objects.count())
    connection.close()
    if found != (refunds, refunds * 3, refunds * 4):
        raise SystemExit(f"{refunds} refunds should be paid with 3 events and 4 entries each; found {found}.")


if __name__ == "__main__":
    main()
