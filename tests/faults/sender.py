"""A process that sends refunds and is killed while doing so: a warm parent that forks one child for each.

Run as `python -m tests.faults.sender`. Each line in is a JSON order (`Order`), each line out a JSON object
saying whether the child was killed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True)
class Order:
    """Advance this refund and die: before statement number `point`, around the call, or after `point` ms."""

    refund_id: int
    at: str
    url: str
    secret: str
    crash: str
    point: int


def main() -> None:
    """Send what each order says."""
    fork_for_each(lambda order: _obey(Order(**order)))


def fork_for_each(obey: Callable[[dict[str, Any]], None]) -> None:
    """Fork for each order until there are no more."""
    import django

    django.setup()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            obey(json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        sys.stdout.write(
            json.dumps({"killed": killed, "exit": None if killed else os.WEXITSTATUS(status)}) + "\n"
        )
        sys.stdout.flush()


def _obey(order: Order) -> None:
    from django.db import connection

    from makegood.audit.actors import System
    from makegood.refunds import advancing
    from makegood.refunds.providers.sandbox.adapter import SandboxProvider

    provider: Any = SandboxProvider(url=order.url, secret=order.secret, webhook_secret="")
    if order.crash.endswith("the call"):
        provider.refund = _dying(provider.refund, order)
    elif order.crash == "any time":
        threading.Timer(order.point / 1000, _die).start()
    before = DyingBeforeStatement(order.point if order.crash == "statement" else None)
    with connection.execute_wrapper(before):
        moment = datetime.fromisoformat(order.at)
        advancing.advance(order.refund_id, provider=provider, by=System("worker"), at=moment)


class DyingBeforeStatement:
    """Kills its process before statement `number`, counted from 0; None: never."""

    def __init__(self, number: int | None) -> None:
        self._left = number

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        if self._left == 0:
            _die()
        if self._left is not None:
            self._left -= 1
        return execute(*statement)


def _dying(call: Callable[[Any], Any], order: Order) -> Callable[[Any], Any]:
    def refund(instruction: Any) -> Any:
        if order.crash == "before the call":
            _die()
        if order.crash == "during the call":
            threading.Thread(target=call, args=[instruction], daemon=True).start()
            time.sleep(order.point / 1000)
            _die()
        call(instruction)
        _die()

    return refund


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Sender:
    """The parent, spoken to over its pipes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def obey(self, order: DataclassInstance) -> dict[str, Any]:
        """Whether the child was killed, and how it ended if not."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        outcome: dict[str, Any] = json.loads(self._process.stdout.readline())
        return outcome


@contextmanager
def running(database: dict[str, Any], *, module: str = "tests.faults.sender") -> Iterator[Sender]:
    """A warm parent, `module`, on the test's `database` (Django's settings of it)."""
    host, user, name = (quote(str(database[key]), safe="") for key in ("HOST", "USER", "NAME"))
    port = f":{database['PORT']}" if database["PORT"] else ""
    password = f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    address = f"postgresql://{user}{password}@{host}{port}/{name}"
    with subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": address},
    ) as process:
        yield Sender(process)
        assert process.stdin
        process.stdin.close()


if __name__ == "__main__":
    main()
