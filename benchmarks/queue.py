"""Taking the next request, against the same SQL sent by pgbench, from a short and from a long queue."""

from __future__ import annotations

import re
import subprocess
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from benchmarks import frame
from benchmarks.frame import Row

LENGTHS = (1_000, 1_000_000)
PEOPLE = 4
TAKES = 60
"""By each of PEOPLE, on each side: together fewer than the shorter queue has."""
FIRST_PERSON, FIRST_REQUEST = 700_000_001, 800_000_001
"""Keys that are no other number in the SQL, so that pgbench can put its own in their places."""

FILL = """
    INSERT INTO refund_requests_refundrequest
        (id, reference, member_id, ground, product_id, state, form_token, received_at, queued_at, examine_by,
         answers, round)
    SELECT %(first)s + number, 'R-' || number, %(member)s, 'defect', %(product)s, 'waiting',
        gen_random_uuid(), at, at, date_trunc('day', at) + interval '66 hours', '{}', 1
    FROM generate_series(0, %(rows)s - 1) AS number,
         LATERAL (SELECT now() - interval '90 days' + number * interval '7 seconds') AS t(at)
"""


def main() -> None:
    """For a short and a long queue: takes a second and milliseconds, by the program and by pgbench.

    PEOPLE take at the same time, each in a process and with a connection of their own.
    """
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, nargs="*", default=LENGTHS, help="how many requests wait")
    arguments.add_argument("--pgbench", default="pgbench", help="the program pgbench, if not on the PATH")
    given = arguments.parse_args()
    told: list[Row] = []
    for rows in given.rows:
        frame.live_in_a_fresh_database("queue")
        _fill(rows)
        script = _same_sql()
        told += [_by_the_program(rows), _by_pgbench(rows, script, given.pgbench)]
        _require_taken(1 + 2 * PEOPLE * TAKES)
    frame.tell("queue", f"Taking the next request, {PEOPLE} people at once", told)


def _fill(rows: int) -> None:
    from django.db import connection

    from makegood.accounts.models import StaffRole, User
    from makegood.accounts.roles import Role
    from makegood.orders.models import Product
    from makegood.queue.models import Worker

    member = User.objects.create_user("olena@example.com", name="Olena")
    product = Product.objects.create(sku="mail-sender", name="Mail Sender", kind="software")
    for number in range(PEOPLE):
        person = User.objects.create_user(f"person{number}@northwind.example", id=FIRST_PERSON + number)
        StaffRole.objects.create(user=person, role=Role.REPRESENTATIVE)
        Worker.objects.create(person=person)
    with connection.cursor() as cursor:
        names = {"first": FIRST_REQUEST, "member": member.pk, "product": product.pk, "rows": rows}
        cursor.execute(FILL, names)
        cursor.execute("VACUUM ANALYZE refund_requests_refundrequest")
    connection.close()


def _same_sql() -> str:
    """What one take sends to PostgreSQL, as a script of pgbench: the person and the request are variables."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as sent:
        _take(0, _now())
    connection.close()
    lines = []
    for query in sent.captured_queries:
        statement = " ".join(query["sql"].split()).replace(
            str(FIRST_PERSON), f"({FIRST_PERSON} + :client_id)"
        )
        statement = re.sub(rf"\b{FIRST_REQUEST}\b", ":id", statement)
        picks = "SKIP LOCKED" in statement and "LIMIT 1 " in statement
        lines.append(statement + (" \\gset" if picks else ";"))
    return "\n".join(lines) + "\n"


def _take(number: int, at: datetime) -> None:
    from makegood.accounts.models import User
    from makegood.queue.leases import take_next

    if take_next(by=User(pk=FIRST_PERSON + number), at=at, limit=TAKES * 3) is None:
        raise SystemExit("Nothing waits any more: the figures would be of an empty queue.")


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def _by_the_program(rows: int) -> Row:
    begun = perf_counter()
    with ProcessPoolExecutor(PEOPLE, initializer=_begin) as pool:
        list(pool.map(_ready, range(PEOPLE)))
        begun = perf_counter()
        taken = [one for each in pool.map(_takes_of, range(PEOPLE)) for one in each]
    return _row("makegood", rows, taken, perf_counter() - begun)


def _begin() -> None:
    import django

    django.setup()


def _ready(number: int) -> int:
    from django.db import connection

    connection.ensure_connection()
    return number


def _takes_of(number: int) -> list[float]:
    """Milliseconds of each take of one person."""
    taken = []
    for _ in range(TAKES):
        begun = perf_counter()
        _take(number, _now())
        taken.append(1000 * (perf_counter() - begun))
    return taken


def _by_pgbench(rows: int, script: str, program: str) -> Row:
    import os

    folder = frame.VAR / "queue"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "take.sql").write_text(script, encoding="utf-8")
    for old in folder.glob("takes.*"):
        old.unlink()
    command = [program, "--no-vacuum", "--file", "take.sql", "--client", str(PEOPLE), "--jobs", str(PEOPLE)]
    command += ["--transactions", str(TAKES), "--log", "--log-prefix", "takes", os.environ["DATABASE_URL"]]
    begun = perf_counter()
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603  # ours alone
    return _row("pgbench", rows, _latencies(folder), perf_counter() - begun)


def _latencies(folder: Path) -> list[float]:
    """Milliseconds of each take; the third column of pgbench's log is in microseconds."""
    lines = [line for log in folder.glob("takes.*") for line in log.read_text(encoding="utf-8").splitlines()]
    return [int(line.split()[2]) / 1000 for line in lines]


def _require_taken(expected: int) -> None:
    """Both sides took as many as they say, and none twice."""
    from django.db import connection

    from makegood.audit.models import Event
    from makegood.refund_requests.models import RefundRequest

    taken = RefundRequest.objects.filter(state="examining").count()
    events = Event.objects.filter(action="refund_request.taken").values("subject_id").distinct().count()
    connection.close()
    if not taken == events == expected:
        raise SystemExit(f"{expected} should be taken; {taken} are, with {events} events.")


def _row(who: str, rows: int, taken: list[float], seconds: float) -> Row:
    if len(taken) != PEOPLE * TAKES:
        raise SystemExit(f"{who} took {len(taken)} requests, not {PEOPLE * TAKES}.")
    cuts = quantiles(taken, n=100)
    return {
        "who": who,
        "waiting": rows,
        "takes a second": round(len(taken) / seconds),
        "ms p50": round(cuts[49], 1),
        "ms p99": round(cuts[98], 1),
    }


if __name__ == "__main__":
    main()
