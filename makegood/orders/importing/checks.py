"""What only PostgreSQL can tell of the staged lines: what they contradict, and what they name in vain."""

# Every piece of SQL here is a constant of our own; what the file says is only ever in rows.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from makegood.orders.importing.problems import TOLD, Problems, quoted


@dataclass(frozen=True, slots=True)
class Check:
    """`query` finds bad lines: line, column, and what fills the places of `reason`.

    In `reason`, `{0}` is the third value of the row: text in quotation marks, “nothing” when NULL; and so on.
    """

    reason: str
    query: str

    def run(self, cursor: CursorWrapper) -> Problems:
        """The first TOLD problems by line, and the count of all."""
        cursor.execute(f"SELECT *, count(*) OVER () FROM ({self.query}) AS bad ORDER BY 1, 2 LIMIT {TOLD}")
        problems = Problems()
        for line, field, *said, count in cursor.fetchall():
            problems.add(line, field, self.reason.format(*map(_shown, said)))
            problems.count = count
        return problems


def _shown(said: object) -> str:
    if said is None:
        return "nothing"
    return quoted(said) if isinstance(said, str) else f"{said:,}"


def run_all(checks: Sequence[Check], cursor: CursorWrapper, problems: Problems) -> None:
    """Add to `problems` what the `checks` find."""
    for check in checks:
        problems.join(check.run(cursor))
