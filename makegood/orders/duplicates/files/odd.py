"""Text that is not plain to DuckDB is shown to the reader of its column, once for each different text."""

# Every piece of SQL here is a constant of our own.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from makegood.orders.duplicates.files import columns
from makegood.orders.duplicates.files.engine import Engine
from makegood.orders.duplicates.files.staging import LINES
from makegood.orders.importing.cells import BadCell, Read
from makegood.orders.importing.problems import TOLD
from makegood.orders.importing.sheets import Sheet


def mark_bad_texts(engine: Engine, sheet: Sheet, at: datetime) -> bool:
    """Whether there are texts that are not good; the lines of the first TOLD of them become `wrong`."""
    readers = {column.name: column.read for column in sheet.columns}
    known = columns.readings(at)
    texts = {column: source for column, source in LINES.items() if known[source].is_text}
    bad = [
        (column, text)
        for column, source in texts.items()
        for text in islice(_bad(engine, column, known[source].plain_of(column), readers[source]), TOLD)
    ]
    engine.table("bad_texts", "place VARCHAR, said VARCHAR", bad)
    for column in {column for column, _ in bad}:
        said = f"SELECT said FROM bad_texts WHERE place = '{column}'"
        engine.execute(f"UPDATE lines SET wrong = true WHERE {column} IN ({said})")
    return bool(bad)


def _bad(engine: Engine, column: str, plain: str, read: Read) -> Iterator[str]:
    for (text,) in engine.rows(f"SELECT DISTINCT {column} FROM lines WHERE NOT ({plain})"):
        if not _is_good(text, read):
            yield text


def _is_good(text: str, read: Read) -> bool:
    try:
        return read(text) is not None and text == text.strip()
    except BadCell:
        return False
