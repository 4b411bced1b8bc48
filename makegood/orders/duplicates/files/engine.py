"""DuckDB as it is used here: a bounded memory, a folder to spill to, and nothing fetched from anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, suppress
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from makegood.orders.duplicates.files.refusals import BulkMissing, NoRoom

if TYPE_CHECKING:
    import duckdb

MEMORY = "2GB"
"""So much may DuckDB use for itself; what is beyond goes to the temporary folder."""

AT_ONCE = 10_000
"""So many rows are in Python's memory at a time."""

Progress = Callable[[str, float | None], None]
"""Told what is being done, and which part of it is done, from 0 to 1; None: not known."""


_FULL = "No space left"


def silent(what: str, part: float | None) -> None:
    """No progress is shown."""


@contextmanager
def engine(progress: Progress = silent) -> Iterator[Engine]:
    """An engine with a folder of its own, gone afterwards. Raises BulkMissing, and NoRoom when it is full."""
    try:
        import duckdb
    except ImportError:
        raise BulkMissing from None
    with tempfile.TemporaryDirectory(prefix="makegood-duplicates-") as name:
        folder = Path(name)
        connection = duckdb.connect(
            str(folder / "orders.duckdb"),
            config={
                "memory_limit": MEMORY,
                "temp_directory": str(folder / "spilled"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        # Without these it does not know how far it is.
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET enable_progress_bar_print = false")
        try:
            yield Engine(connection, folder, progress)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise NoRoom(tempfile.gettempdir(), str(error).splitlines()[0]) from error
        except OSError as error:
            if error.errno != ENOSPC:
                raise
            raise NoRoom(tempfile.gettempdir(), f"{error.strerror}.") from error
        finally:
            connection.close()


class Engine:
    """One search: tables that lie in `folder`, and who is told of the progress."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Progress) -> None:
        self._connection, self.folder, self.progress = connection, folder, progress

    def run(self, what: str, statement: str) -> None:
        """Run a statement that takes long, telling its progress as `what`; Ctrl-C stops it."""
        with ThreadPoolExecutor(max_workers=1) as thread:
            running = thread.submit(self._connection.execute, statement)
            try:
                self._watch(what, running)
            except BaseException:
                self._connection.interrupt()
                with suppress(Exception):  # that it was interrupted is told by what interrupted it
                    running.result()
                raise
            running.result()

    def _watch(self, what: str, running: Future[Any]) -> None:
        self.progress(what, None)
        while wait_for([running], timeout=0.2).not_done:
            percent = self._connection.query_progress()
            self.progress(what, percent / 100 if 0 <= percent <= 100 else None)

    def could(self, read: Callable[[], None]) -> bool:
        """Whether `read` went through; False: DuckDB could not read the file. Raises NoRoom as ever."""
        import duckdb

        try:
            read()
        except (duckdb.OutOfMemoryException, duckdb.BinderException, duckdb.CatalogException):
            raise  # of those no file is to blame
        except duckdb.Error as error:
            if _FULL in str(error):
                raise
            return False
        return True

    def execute(self, statement: str) -> None:
        """Run a statement that takes no time."""
        self._connection.execute(statement)

    def rows(self, statement: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, AT_ONCE at a time. Take them all before the next call."""
        self._connection.execute(statement, list(values))
        while rows := self._connection.fetchmany(AT_ONCE):
            yield from rows

    def value(self, statement: str) -> Any:
        """The first cell of what a query tells."""
        row = self._connection.execute(statement).fetchone()
        if row is None:
            raise LookupError(statement)
        return row[0]

    def table(self, name: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
        """Create the table `name` of a few `rows`."""
        self._connection.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
        if rows:
            places = ", ".join("?" for _ in rows[0])
            self._connection.executemany(f"INSERT INTO {name} VALUES ({places})", list(rows))  # noqa: S608
