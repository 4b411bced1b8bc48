"""Doing things at the same moment, each in a thread and a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(*calls: Callable[[], T]) -> list[T | Exception]:
    """What each call returned or raised, in the order given; all start when the last one is ready."""
    barrier = Barrier(len(calls))
    ends: list[T | Exception | None] = [None] * len(calls)

    def run(place: int, call: Callable[[], T]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            ends[place] = call()
        except Exception as refused:
            ends[place] = refused
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    return [end for end in ends if end is not None]


def refusals(ends: Sequence[object]) -> list[Exception]:
    """Those that were refused."""
    return [end for end in ends if isinstance(end, Exception)]


def successes(ends: Sequence[T | Exception]) -> list[T]:
    """Those that went through."""
    return [end for end in ends if not isinstance(end, Exception)]
