"""Events as the lines of a CSV file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from makegood import sheets

COLUMNS = (
    "key",
    "at",
    "action",
    "subject",
    "subject_key",
    "thread",
    "actor",
    "actor_key",
    "actor_name",
    "details",
)


def lines(events: Iterable[Any]) -> Iterator[bytes]:
    """The file, line by line: events with `actor_name`, their moments in UTC, their details as JSON."""
    return sheets.lines(COLUMNS, map(_row, events))


def _row(event: Any) -> list[sheets.Value]:
    return [
        event.pk,
        event.at.isoformat(),
        event.action,
        event.subject_kind,
        event.subject_id,
        event.thread,
        event.actor_part or event.actor_kind,
        event.actor_id,
        event.actor_name or "",
        json.dumps(event.details, ensure_ascii=False, sort_keys=True),
    ]
