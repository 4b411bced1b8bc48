"""The frame of every import: the file is read once into a temporary table, and written down at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db.backends.utils import CursorWrapper

from makegood.audit.actions import Action
from makegood.audit.actors import Actor
from makegood.audit.recording import record
from makegood.orders.importing.lines import lines_of
from makegood.orders.importing.problems import Problems
from makegood.orders.importing.sheets import Sheet, rows
from makegood.orders.models import ImportedFile

Progress = Callable[[int], None]
"""Told how many more bytes of the file were read."""


def silent(_: int) -> None:
    """No progress is shown."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `new` and `known` count orders or uses; `known` were there before."""

    lines: int
    new: int
    known: int
    new_members: int = 0
    new_payments: int = 0


class CountedFile:
    """A file that tells how much of it was read, and what its SHA-256 is so far."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file, self._progress, self._hash = file, progress, hashlib.sha256()

    def readline(self, limit: int) -> bytes:
        """The next line, or its first `limit` bytes."""
        raw = self._file.readline(limit)
        self._hash.update(raw)
        self._progress(len(raw))
        return raw

    @property
    def sha256(self) -> str:
        """The hash of what was read so far, in hexadecimal."""
        return self._hash.hexdigest()


def stage(
    cursor: CursorWrapper,
    file: CountedFile,
    sheet: Sheet,
    types: Mapping[str, str],
    keys: Mapping[str, str],
    problems: Problems,
) -> int:
    """Bring the lines of `file` into the temporary table `staged`, and return how many they are.

    `types` maps the columns of the table to their PostgreSQL types. `keys` maps further columns, each an
    order number in capitals (numbers that differ only in case are one order), to the column it follows.
    All of them are fixed in our code.
    """
    columns = [f"{name} {kind}" for name, kind in types.items()]
    columns += [f"{key} text GENERATED ALWAYS AS (upper({name})) STORED" for key, name in keys.items()]
    cursor.execute("DROP TABLE IF EXISTS pg_temp.staged")
    cursor.execute(
        f"CREATE TEMPORARY TABLE staged (line bigint, sound boolean, {', '.join(columns)}) ON COMMIT DROP"
    )
    count = 0
    with cursor.copy(f"COPY staged (line, sound, {', '.join(types)}) FROM STDIN") as copy:
        for line, values, sound in rows(sheet, lines_of(file, problems), problems):
            copy.write_row((line, sound, *map(values.get, types)))
            count += 1
    cursor.execute("ANALYZE staged")
    return count


def write_down(
    action: Action, imported: Imported, file: CountedFile, *, name: str, by: Actor, at: datetime
) -> None:
    """Remember the file and record the event; a file that brought nothing new leaves no trace."""
    if not imported.new and not imported.new_payments:
        return
    row = ImportedFile.objects.create(
        kind=action.value.partition(".")[0],
        name=name[:200],
        sha256=file.sha256,
        lines=imported.lines,
        new=imported.new,
        known=imported.known,
        at=at,
    )
    record(action, subject=row, by=by, at=at, lines=imported.lines, new=imported.new, known=imported.known)


def wait_for_other_imports(cursor: CursorWrapper) -> None:
    """Two imports of overlapping files would each find the other's orders unknown: one after the other."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('makegood.orders.importing'))")


def changed(cursor: CursorWrapper, statement: str) -> int:
    """Run `statement` and return how many rows it wrote."""
    cursor.execute(statement)
    return int(cursor.rowcount)
