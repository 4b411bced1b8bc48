"""Shows that work goes on, and how far it is where that is known, to whoever watches on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillWorking
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")
GLANCE = 0.2  # seconds between two looks


def watched(
    what: str,
    work: Callable[[], Result],
    *,
    progress: Callable[[], float] | None = None,
    stop: Callable[[], None] | None = None,
) -> Result:
    """Do the work and return its result; on a terminal show a bar, named `what`, and the time that passed.

    `progress` tells how much is done in percent, below 0 while that is not known; None: it is never known.
    `stop` ends the work when a person interrupts it; None: it ends with the program.
    """
    if not sys.stderr.isatty():
        return work()
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task, result = shown.add_task(what, total=None), _begun(work)
        try:
            while True:
                try:
                    return result.result(timeout=GLANCE)
                except StillWorking:
                    done = -1.0 if progress is None else progress()
                    # Without a total the bar moves to and fro.
                    shown.update(task, total=100 if done >= 0 else None, completed=max(done, 0))
        except KeyboardInterrupt:
            if stop:
                stop()
            raise


def _begun(work: Callable[[], Result]) -> Future[Result]:
    """The work, done beside: in a thread that nobody waits for when the program ends."""
    result: Future[Result] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # handed over to who waits for the result
            result.set_exception(error)

    Thread(target=run, daemon=True).start()
    return result
