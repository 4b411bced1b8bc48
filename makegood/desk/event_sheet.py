"""Events as a CSV file, which no program that opens it takes for formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
"""By this, spreadsheets see that the file is UTF-8."""
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
    yield (BYTE_ORDER_MARK + _line(COLUMNS)).encode()
    for event in events:
        yield _line(
            (
                str(event.pk),
                event.at.isoformat(),
                event.action,
                event.subject_kind,
                str(event.subject_id),
                event.thread,
                event.actor_part or event.actor_kind,
                "" if event.actor_id is None else str(event.actor_id),
                event.actor_name or "",
                json.dumps(event.details, ensure_ascii=False, sort_keys=True),
            )
        ).encode()


def safe(text: str) -> str:
    """`text`, so that a spreadsheet shows it and never calculates it."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return written.getvalue()
