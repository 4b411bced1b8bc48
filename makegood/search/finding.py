"""The requests that meet a question, the best first, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value

from makegood.refund_requests.models import RefundRequest
from makegood.search.asking import Asked
from makegood.search.models import Entry

RANKED = 500
"""Of so many, the newest that meet the question, the best come first; who finds more asks more closely."""

LEAST_LOOKED_THROUGH = 2_000
THEN = 4
"""So many times as many requests are looked through when those looked through first were too few."""

_KEY = re.compile(r"(\d{1,9}(?:\.\d{1,30})?(?:e-\d{1,2})?)_(\d{1,18})", re.ASCII)
_LEAST_RANK = 1e-37
"""What is smaller, but not nothing, is no `real` of PostgreSQL."""


@dataclass(frozen=True)
class Found:
    """Keys of requests, the best first. `total` counts all, up to RANKED, `is_more` when there are more.

    `next`: the key after which the next page begins; empty on the last.
    """

    keys: list[int]
    total: int
    is_more: bool
    next: str


def best(rows: QuerySet[RefundRequest], asked: Asked, *, after: str, size: int) -> Found:
    """Those of `rows` that meet the question, from `after` on; from the best on when that is no key."""
    bounds = _bounds(asked, is_filtered=bool(rows.query.where))
    matching = rows.order_by().filter(_has(asked, "found_by__words")).values("pk")
    ctes, parameters = _windows(matching, bounds)
    met = " UNION ALL ".join(f"SELECT id FROM window_{number}" for number in range(len(bounds) - 1))  # noqa: S608
    key = _key(after)
    further = "WHERE (rank, id) < (%s::real, %s)" if key else ""
    sql = f"""
        {_READ_THE_INDEX}
        WITH {ctes},
        candidates AS (
            SELECT id FROM (
                {met}
            ) AS met ORDER BY id DESC LIMIT %s
        ),
        ranked AS (
            SELECT id, ts_rank(words, %s::tsquery, 1) AS rank
            FROM (SELECT id FROM candidates ORDER BY id DESC LIMIT %s) AS newest
            JOIN search_entry ON refund_request_id = id
        )
        SELECT id, rank, (SELECT count(*) FROM candidates) FROM ranked {further}
        ORDER BY rank DESC, id DESC LIMIT %s
    """  # noqa: S608  # what came from outside is a parameter
    values = [*parameters, RANKED + 1, asked.every, RANKED, *(key or ()), size + 1]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while cursor.nextset():  # what was set says nothing
            pass
        found = cursor.fetchall()
    return _page(found, size)


def _key(after: str) -> tuple[str, str] | None:
    """The rank and the key after which the page begins; None for what no page wrote."""
    written = _KEY.fullmatch(after)
    if written is None or 0 < float(written[1]) < _LEAST_RANK:
        return None
    return written[1], written[2]


# Words that are each in half of all requests it takes to be in a quarter together, and would read everything
# rather than the index. To start workers takes longer than what they would read, and is done even for windows
# that are not needed. Set for this statement alone, with which it is sent.
_READ_THE_INDEX = """
    SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0;
"""
_MATCHES: dict[str, Any] = {
    "template": "(%(expressions)s)",
    "arg_joiner": " @@ ",
    "output_field": BooleanField(),
}


def _has(asked: Asked, words: str) -> Func:
    query = Func(Value(asked.every), template="%(expressions)s::tsquery")
    return Func(F(words), query, **_MATCHES)


def _bounds(asked: Asked, *, is_filtered: bool) -> list[int]:
    """The keys between which is looked, the highest first: the newest requests, more of them, then the rest.

    How many are looked through at once goes by how many PostgreSQL expects to hold the words. Those of words
    that few use are all read off the index; words that many use are looked for among the newest requests
    first, for to read them to their end takes longer. Filters leave fewer of them than anybody can tell
    beforehand, so once more. A wrong guess costs time, and changes nothing that is found.
    """
    holding, values = Entry.objects.filter(_has(asked, "words")).values("pk").query.sql_with_params()
    table = RefundRequest._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table}; EXPLAIN (FORMAT JSON) {holding}", values)  # noqa: S608  # ours
        newest: int = cursor.fetchone()[0] or 0
        cursor.nextset()
        expected: int = cursor.fetchone()[0][0]["Plan"]["Plan Rows"]
    width = max(LEAST_LOOKED_THROUGH, 2 * RANKED * newest // max(1, expected))
    if expected <= width:
        return [newest, 0]
    widths = accumulate(width * THEN**number for number in range(3 if is_filtered else 2))
    return [newest, *(newest - each for each in widths if each < newest), 0]


def _windows(matching: QuerySet[Any, Any], bounds: Sequence[int]) -> tuple[str, list[Any]]:
    """The newest requests, then older ones, each only where those before it were too few.

    Materialised, so that PostgreSQL does not plan for the first rows: two words that are each in most
    requests and never together would have it read them all.
    """
    ctes, parameters = [], list[Any]()
    for number, (upper, lower) in enumerate(pairwise(bounds)):
        # Both keys: PostgreSQL does not see that what bounds the one bounds the other.
        between = matching.filter(
            pk__lte=upper, pk__gt=lower, found_by__pk__lte=upper, found_by__pk__gt=lower
        )
        sql, values = between.query.sql_with_params()
        before = " + ".join(f"(SELECT count(*) FROM window_{earlier})" for earlier in range(number))  # noqa: S608
        enough = f" WHERE {before} <= {RANKED}" if before else ""
        ctes.append(f"window_{number}(id) AS MATERIALIZED (SELECT * FROM ({sql}) AS met{enough})")  # noqa: S608
        parameters += values
    return ", ".join(ctes), parameters


def _page(found: list[tuple[int, float, int]], size: int) -> Found:
    shown = found[:size]
    total = found[0][2] if found else 0
    last = f"{shown[-1][1]!r}_{shown[-1][0]}" if len(found) > size else ""
    return Found([key for key, _, _ in shown], min(total, RANKED), total > RANKED, last)
