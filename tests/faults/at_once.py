"""Doing one thing several times at once, each in its own thread with its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(times: int, act: Callable[[int], T]) -> list[T | Exception]:
    """What each call of `act` (told its number from 0) returned or raised; all begin together."""
    barrier = threading.Barrier(times)

    def run(number: int) -> T | Exception:
        try:
            connections["default"].ensure_connection()
            barrier.wait(timeout=20)
            return act(number)
        except Exception as problem:  # the caller looks at each
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))
