"""What a page of the desk costs in the server, through Django's test client."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

TIMES = 20


def milliseconds(browser: Client, address: str) -> tuple[float, int]:
    """The fastest of TIMES after a first look, and the queries of that look.

    SystemExit where the page is not there.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address)
    queries = len(asked)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answers {answer.status_code}.")
    taken = []
    for _ in range(TIMES):
        begun = perf_counter()
        browser.get(address)
        taken.append(perf_counter() - begun)
    return round(1000 * min(taken), 1), queries
