"""Orders that a file tells on several lines: one for each payment, as an import has them."""

# Every piece of SQL here is a constant of our own.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from makegood.orders.duplicates.files.engine import Engine
from makegood.orders.duplicates.files.refusals import FileRefused
from makegood.orders.importing.problems import TOLD, Problem, quoted

MATCHING = "Matching payments"

_KEY = "upper(number)"

_SAID = {
    "email": ("lower(here.email) <> lower(there.email)", "{}.email"),
    "product": ("here.product <> there.product", "{}.product"),
    "purchased_at": (
        "here.at_us <> there.at_us",
        "strftime(make_timestamp({}.at_us), '%Y-%m-%dT%H:%M:%S.%fZ')",
    ),
    "amount": ("here.amount <> there.amount", "rtrim(rtrim(CAST({}.amount AS VARCHAR), '0'), '.')"),
    "currency": ("here.currency <> there.currency", "{}.currency"),
    "renews": (
        "here.renews IS NOT NULL AND upper(here.renews) IS DISTINCT FROM upper(there.renews)",
        "{}.renews",
    ),
}
"""What two lines of one order may not tell differently: when they do, and what one of them says."""


def join_repeats(engine: Engine, *, has_payments: bool) -> None:
    """Make one order of the lines that tell one: table `merged` by its first line, `passed_over` the others.

    `has_payments`: the file tells what was captured; else the amount was.
    """
    # Hashes first, for nearly every number stands once and is longer than its hash.
    engine.run(
        MATCHING,
        f"""
        CREATE OR REPLACE TABLE told AS
        SELECT *, rowid AS rn, min(rowid) OVER same AS first, count(*) OVER same AS times
        FROM lines
        WHERE hash({_KEY}) IN (SELECT hash({_KEY}) FROM lines GROUP BY 1 HAVING count(*) > 1)
        WINDOW same AS (PARTITION BY {_KEY})
        """,
    )
    left_over = "sum(left_over)" if has_payments else "min(left_over)"
    means = "coalesce(method_label, method)"
    engine.execute(f"""
        CREATE OR REPLACE TABLE merged AS
        SELECT first AS rn, {left_over} AS left_over,
            string_agg(DISTINCT {means}, ' + ' ORDER BY {means}) AS means,
            string_agg(DISTINCT fingerprint, ' + ' ORDER BY fingerprint) AS fingerprint
        FROM told WHERE times > 1 GROUP BY first
    """)
    engine.execute("CREATE OR REPLACE TABLE passed_over AS SELECT rn FROM told WHERE rn <> first")


def refuse_contradictions(
    engine: Engine, numbers_of: Callable[[Iterable[int]], Mapping[int, int]], *, unit: str
) -> None:
    """Raise FileRefused when two lines tell one order differently; `numbers_of` maps places to lines."""
    differing = " UNION ALL ".join(
        f"SELECT here.rn, here.first, '{column}' AS field, {said.replace('{}', 'here')} AS said, "
        f"{said.replace('{}', 'there')} AS other "
        f"FROM told here JOIN told there ON there.rn = here.first WHERE {differ}"
        for column, (differ, said) in _SAID.items()
    )
    query = f"SELECT *, count(*) OVER () FROM ({differing}) ORDER BY rn, field LIMIT {TOLD}"
    found = list(engine.rows(query))
    if not found:
        return
    numbers = numbers_of(place for rn, first, *_ in found for place in (rn, first))
    problems = [
        Problem(
            numbers[rn],
            field,
            f"It says {_shown(said)}, but {unit} {numbers[first]:,} of this file says {_shown(other)} "
            "of the same order.",
        )
        for rn, first, field, said, other, _ in found
    ]
    raise FileRefused(problems, found[0][-1] - len(problems), unit=unit)


def _shown(said: str | None) -> str:
    return "nothing" if said is None else quoted(said)
