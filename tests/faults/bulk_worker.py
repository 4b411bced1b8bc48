"""A worker that carries out bulk actions and is killed while doing so; see `sender`.

Run as `python -m tests.faults.bulk_worker`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.faults.sender import DyingBeforeStatement, fork_for_each


@dataclass(frozen=True)
class Turn:
    """Carry out what is due `at`, and die before statement `number`, if it comes to that."""

    at: str
    number: int


def _obey(turn: dict[str, Any]) -> None:
    from django.db import connection

    from makegood.bulk_actions import carrying_out

    with connection.execute_wrapper(DyingBeforeStatement(turn["number"])):
        carrying_out.carry_out_due(at=datetime.fromisoformat(turn["at"]))


if __name__ == "__main__":
    fork_for_each(_obey)
