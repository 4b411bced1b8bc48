"""Taking the next request, against the same SQL sent by pgbench, from a short and from a long queue."""

from __future__ import annotations

import multiprocessing
import re
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks import frame
from benchmarks.frame import Row

if TYPE_CHECKING:
    from makegood.accounts.models import User

LENGTHS = (1_000, 1_000_000)
PEOPLE = 32
TAKES = 15
"""By each of PEOPLE in a round: together fewer than the shorter queue has."""
ROUNDS = 4
"""Of each side, by turns, so that both have the same machine; what was taken waits again before each."""
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


# The words of each and how many there are, which PostgreSQL keeps by triggers, matter to no take.
QUIETLY = "SET session_replication_role = replica"

PUT_BACK = """
    UPDATE refund_requests_refundrequest SET state = 'waiting', holder_id = NULL, lease_until = NULL
    WHERE state = 'examining'
"""


def main() -> None:
    """For a short and a long queue: takes a second and milliseconds, by the program and by pgbench.

    PEOPLE take at the same time, each in a process and with a connection of their own, as somebody who is
    signed in: who they are was read before. `round trips`: what one take sends to PostgreSQL.
    """
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, nargs="*", default=LENGTHS, help="how many requests wait")
    arguments.add_argument("--pgbench", default="pgbench", help="the program pgbench, if not on the PATH")
    given = arguments.parse_args()
    told: list[Row] = []
    for rows in given.rows:
        frame.live_in_a_fresh_database("queue")
        _fill(rows)
        told += _both(rows, given.pgbench)
    frame.tell("queue", f"Taking the next request, {PEOPLE} people at once", told)


def _both(rows: int, program: str) -> list[Row]:
    sent = _sent_for_one_take()
    ours, theirs = _Taken(), _Taken()
    for _ in range(ROUNDS):
        _put_back()
        ours.add(*_by_the_program())
        _require_taken()
        _put_back()
        theirs.add(*_by_pgbench(_script_of(sent), program))
        _require_taken()
    return [
        {
            "who": who,
            "waiting": rows,
            "round trips": len(sent),
            "takes a second": round(taken.a_second),
            "of pgbench": f"{taken.a_second / theirs.a_second:.0%}",
            **taken.milliseconds(),
        }
        for who, taken in (("makegood", ours), ("pgbench", theirs))
    ]


class _Taken:
    """What one side took in all its rounds."""

    def __init__(self) -> None:
        self.each = list[float]()
        self.seconds = 0.0

    def add(self, each: list[float], a_second: float) -> None:
        """A round: milliseconds of each take, and how many there were in a second."""
        if len(each) != PEOPLE * TAKES:
            raise SystemExit(f"{len(each)} requests were taken, not {PEOPLE * TAKES}.")
        self.each += each
        self.seconds += len(each) / a_second

    @property
    def a_second(self) -> float:
        return len(self.each) / self.seconds

    def milliseconds(self) -> dict[str, float]:
        """The middle and the slow ones."""
        cuts = quantiles(self.each, n=100)
        return {"ms p50": round(cuts[49], 1), "ms p99": round(cuts[98], 1)}


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
        cursor.execute(QUIETLY)
        cursor.execute(FILL, names)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE refund_requests_refundrequest")
    connection.close()


def _put_back() -> None:
    """All wait as before, and what that left behind in tables and indexes is cleared away."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PUT_BACK)
        cursor.execute("VACUUM refund_requests_refundrequest")
        cursor.execute("VACUUM ANALYZE audit_event")
        cursor.execute("CHECKPOINT")
    connection.close()


def _sent_for_one_take() -> list[str]:
    """What one take sends to PostgreSQL: one text a round trip."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    person = _person(0)
    with CaptureQueriesContext(connection) as sent:
        _take(person)
    connection.close()
    return [" ".join(query["sql"].split()) for query in sent.captured_queries]


def _script_of(sent: list[str]) -> str:
    """The same for pgbench, where the person is a variable; what goes together goes together there too."""
    one_by_one = (re.sub(rf"\b{FIRST_PERSON}\b", f"({FIRST_PERSON} + :client_id)", each) for each in sent)
    return "".join(each.replace("; ", " \\; ") + ";\n" for each in one_by_one)


def _person(number: int) -> User:
    """Somebody who is signed in."""
    from makegood.accounts.models import User

    person = User.objects.get(pk=FIRST_PERSON + number)
    if not person.is_staff:  # reads the roles, as every page has before its view begins
        raise SystemExit("Whoever takes must work at the desk.")
    return person


def _take(person: User) -> None:
    from django.utils import timezone

    from makegood.queue.leases import take_next

    if take_next(by=person, at=timezone.now(), limit=TAKES * 2) is None:
        raise SystemExit("Nothing waits any more: the figures would be of an empty queue.")


def _by_the_program() -> tuple[list[float], float]:
    """Milliseconds of each take, and takes a second."""
    forked = multiprocessing.get_context("fork")
    ready, told = forked.Barrier(PEOPLE + 1), forked.SimpleQueue()
    people = [forked.Process(target=_takes_of, args=(number, ready, told)) for number in range(PEOPLE)]
    for each in people:
        each.start()
    ready.wait()
    begun = perf_counter()
    taken = [one for _ in people for one in told.get()]
    seconds = perf_counter() - begun
    for each in people:
        each.join()
    return taken, len(taken) / seconds


def _takes_of(number: int, ready: Any, told: Any) -> None:
    """Tell the milliseconds of each take of one person; all begin once everybody is `ready`."""
    person, taken = _person(number), []
    ready.wait()
    for _ in range(TAKES):
        begun = perf_counter()
        _take(person)
        taken.append(1000 * (perf_counter() - begun))
    told.put(taken)


def _by_pgbench(script: str, program: str) -> tuple[list[float], float]:
    """Milliseconds of each take, and takes a second, by pgbench's own count without connecting."""
    import os

    folder = frame.VAR / "queue"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "take.sql").write_text(script, encoding="utf-8")
    for old in folder.glob("takes.*"):
        old.unlink()
    command = [program, "--no-vacuum", "--file", "take.sql", "--client", str(PEOPLE), "--jobs", "2"]
    command += ["--transactions", str(TAKES), "--log", "--log-prefix", "takes", os.environ["DATABASE_URL"]]
    said = subprocess.run(command, check=True, cwd=folder, capture_output=True, text=True).stdout  # noqa: S603
    a_second = re.search(r"tps = ([\d.]+) \(without initial connection time\)", said)
    if a_second is None:
        raise SystemExit(f"pgbench says something else than before: {said}")
    return _latencies(folder), float(a_second.group(1))


def _latencies(folder: Path) -> list[float]:
    """Milliseconds of each take; the third column of pgbench's log is in microseconds."""
    lines = [line for log in folder.glob("takes.*") for line in log.read_text(encoding="utf-8").splitlines()]
    return [int(line.split()[2]) / 1000 for line in lines]


def _require_taken() -> None:
    """As many were taken in this round as were meant to be, each once and with its event."""
    from django.db import connection

    from makegood.audit.models import Event
    from makegood.refund_requests.models import RefundRequest

    expected = PEOPLE * TAKES
    taken = RefundRequest.objects.filter(state="examining").count()
    newest = Event.objects.filter(action="refund_request.taken").order_by("-pk")[:expected]
    subjects = len(set(newest.values_list("subject_id", flat=True)))
    connection.close()
    if not taken == subjects == expected:
        raise SystemExit(f"{expected} should be taken; {taken} are, with events of {subjects}.")


if __name__ == "__main__":
    main()
