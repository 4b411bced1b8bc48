"""Pages that are told what changed: what a stream costs and how soon it tells, and what telling costs."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import quantiles
from time import perf_counter, sleep
from uuid import uuid4

import httpx
import psutil
import psycopg

from benchmarks import frame
from benchmarks.frame import Row

PAGES = 500
CHANGES = 20
APART = 1.3
"""Seconds; a stream tells what happens within one of them at once."""
IDLE = 20.0
ASKED_EVERY = 20
QUESTIONS = 300
WRITERS = (1, 8)
WRITING = 4.0
EVENT = """
    INSERT INTO audit_event
        (at, action, subject_kind, subject_id, thread, actor_kind, actor_part, details)
    VALUES (now(), 'refund_request.taken', 'refundrequest', 1, %s, 'system', 'bench', '{}')
"""


TELL = "SELECT pg_notify('makegood_changed', 'request ' || %s)"
WITHIN = f"WITH event AS ({EVENT} RETURNING thread) SELECT pg_notify('makegood_changed', thread) FROM event"  # noqa: S608
"""What a trigger would do: told in the transaction that writes the event."""
WAYS: dict[str, Sequence[str]] = {"not": [EVENT], "in the transaction": [WITHIN], "after it": [EVENT, TELL]}


def main() -> None:
    """Hold PAGES streams in one process, beside pages that ask; then write events, told in three ways.

    `KiB a page`: what the process grew. `ms`: from the commit until a page hears of it. `% of a core`: what
    the process needs while nothing happens.
    """
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=PAGES, help="how many are open (500)")
    pages: int = arguments.parse_args().pages
    frame.live_in_a_fresh_database("live")
    sessions, reference = _people(pages)
    with _served() as (address, worker):
        rows = [
            asyncio.run(_streams(address, worker, sessions, pages)),
            _questions(
                "asks: a ticket", f"{address}/desk/requests/{reference}/news/", worker, sessions[0], pages
            ),
            _questions("asks: the board", f"{address}/desk/news/", worker, sessions[0], pages),
        ]
    frame.tell("live", f"{pages:,} pages that are open, in one process", rows)
    told = [_writing(writers, way) for writers in WRITERS for way in WAYS]
    frame.tell("live-telling", "Transactions that write one event, a second", told)


def _people(pages: int) -> tuple[list[str], str]:
    """Sessions of as many people of the desk as may open so many streams, and a request to ask about."""
    from django.test import Client
    from django.utils import timezone

    from makegood.accounts.models import StaffRole, User
    from makegood.accounts.roles import Role
    from makegood.config.streams.hub import PER_PERSON
    from makegood.orders.models import Product
    from makegood.refund_requests.models import RefundRequest
    from makegood.refund_requests.states import State

    (frame.VAR / "live" / "static").mkdir(parents=True, exist_ok=True)
    sessions = []
    for number in range(-(-pages // PER_PERSON)):
        person = User.objects.create_user(f"person{number}@northwind.example")
        StaffRole.objects.create(user=person, role=Role.REPRESENTATIVE)
        client = Client()
        client.force_login(person, backend="makegood.accounts.backends.Backend")
        sessions.append(client.cookies["session"].value)
    member = User.objects.create_user("olena@example.com", name="Olena")
    product = Product.objects.create(sku="mail-sender", name="Mail Sender", kind="software")
    at = timezone.now()
    refund_request = RefundRequest.objects.create(
        reference="R-1",
        member=member,
        ground="defect",
        product=product,
        state=State.WAITING,
        received_at=at,
        queued_at=at,
        answers={},
        form_token=uuid4(),
    )
    return sessions, refund_request.reference


@contextmanager
def _served() -> Iterator[tuple[str, psutil.Process]]:
    """The address of a web process as `makegood serve` runs it, and its worker."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "python:makegood.config.gunicorn"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1"]
    running = subprocess.Popen(command, env={**os.environ})  # noqa: S603  # ours alone
    try:
        address = f"http://localhost:{port}"
        _until_answered(address)
        [worker] = psutil.Process(running.pid).children()
        yield address, worker
    finally:
        running.terminate()
        running.wait()


def _until_answered(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{address}/readyz").raise_for_status()
        except httpx.HTTPError:
            sleep(0.1)
        else:
            return
    raise SystemExit("The web process does not answer.")


async def _streams(address: str, worker: psutil.Process, sessions: Sequence[str], pages: int) -> Row:
    before = worker.memory_info().rss
    heard: list[float] = []
    lines = [await _opened(address, sessions[page % len(sessions)]) for page in range(pages)]
    listening = [asyncio.create_task(_hear(line, heard)) for line in lines]
    await asyncio.sleep(2)
    grown = worker.memory_info().rss - before
    used = _processor_seconds(worker)
    await asyncio.sleep(IDLE)
    idle = (_processor_seconds(worker) - used) / IDLE
    taken = []
    for _ in range(CHANGES):
        heard.clear()
        committed = await asyncio.to_thread(_commit_one)
        await _until(lambda: len(heard) >= pages)
        await asyncio.sleep(APART)
        if len(heard) != pages:
            raise SystemExit(f"{pages} pages heard of a change {len(heard)} times.")
        taken += [1000 * (at - committed) for at in heard]
    for each in listening:
        each.cancel()
    for line in lines:
        line.close()
    return _row("is told", pages, grown, taken, idle)


async def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(200):
        if is_so():
            return
        await asyncio.sleep(0.05)


class _Line:
    """One stream, as a browser reads it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self._writer = reader, writer

    def close(self) -> None:
        self._writer.close()


async def _opened(address: str, session: str) -> _Line:
    url = httpx.URL(address)
    reader, writer = await asyncio.open_connection("127.0.0.1", url.port)
    asked = f"GET /desk/live/ HTTP/1.1\r\nHost: {url.netloc.decode()}\r\nCookie: session={session}\r\n"
    writer.write(f"{asked}Accept: text/event-stream\r\n\r\n".encode())
    first = await reader.readline()
    if b" 200 " not in first:
        raise SystemExit(f"A stream was not opened: {first.decode()}")
    return _Line(reader, writer)


async def _hear(line: _Line, heard: list[float]) -> None:
    while each := await line.reader.readline():
        if each.startswith(b"data:"):
            heard.append(perf_counter())


def _commit_one() -> float:
    """The moment before one event was committed."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute(EVENT, ["R-1"])
        begun = perf_counter()
        connection.commit()
        connection.execute(TELL, ["R-1"])
    return begun


def _questions(who: str, url: str, worker: psutil.Process, session: str, pages: int) -> Row:
    """What pages cost that ask every ASKED_EVERY seconds, by what QUESTIONS without news cost."""
    with httpx.Client(cookies={"session": session}, timeout=30) as browser:
        headers = {"If-None-Match": browser.get(url).raise_for_status().headers["ETag"]}
        used = _processor_seconds(worker)
        answers = {browser.get(url, headers=headers).status_code for _ in range(QUESTIONS)}
    # The board says for how long the oldest has waited, so now and then it reads differently.
    if not answers <= {200, 304}:
        raise SystemExit(f"No news came from {url}: {answers}")
    each = (_processor_seconds(worker) - used) / QUESTIONS
    late = [1000 * ASKED_EVERY * part / 100 for part in range(101)]
    return _row(who, pages, 0, late, each * pages / ASKED_EVERY)


def _row(who: str, pages: int, grown: int, taken: Sequence[float], processor: float) -> Row:
    cuts = quantiles(taken, n=100)
    return {
        "who": who,
        "pages": pages,
        "KiB a page": round(grown / 1024 / pages),
        "ms p50": round(cuts[49]),
        "ms p99": round(cuts[98]),
        "% of a core": round(100 * processor, 1),
    }


def _processor_seconds(worker: psutil.Process) -> float:
    times = worker.cpu_times()
    return float(times.user + times.system)


def _writing(writers: int, way: str) -> Row:
    """How many events `writers` write a second, each in a transaction of its own, told in this `way`."""
    with ThreadPoolExecutor(writers) as pool:
        written = sum(pool.map(lambda number: _write(f"R-{number}", WAYS[way]), range(writers)))
    return {"writers": writers, "told": way, "a second": round(written / WRITING)}


def _write(reference: str, statements: Sequence[str]) -> int:
    written, until = 0, perf_counter() + WRITING
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        while perf_counter() < until:
            for statement in statements:
                connection.execute(statement, [reference])
            written += 1
    return written


if __name__ == "__main__":
    main()
