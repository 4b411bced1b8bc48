"""Why a file was not searched, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from makegood.orders.importing.problems import ImportRefused, Problem, Problems


class FileRefused(Exception):
    """The file has problems, so it was not searched: a duplicate may hide in a line that says nothing.

    `problems` are the first of them; `more` is how many others there are. `unit` is what the file is made of:
    lines, or the rows of a table. `line` 0 of a problem is the whole file.
    """

    def __init__(self, problems: Sequence[Problem], more: int = 0, *, unit: str = "line") -> None:
        self.problems, self.more, self.unit = list(problems), more, unit
        count = len(self.problems) + more
        found = "1 problem was" if count == 1 else f"{count:,} problems were"
        super().__init__(f"The file was not searched, because {found} found in it.")

    @classmethod
    def because(cls, problems: Problems, *, unit: str = "line") -> FileRefused:
        """The refusal for the `problems` collected."""
        told = sorted(problems.kept)
        return cls(told, problems.count - len(told), unit=unit)

    @classmethod
    def of_import(cls, refusal: ImportRefused, *, unit: str = "line") -> FileRefused:
        """The same problems, of a file that was to be searched."""
        return cls(refusal.problems, refusal.more, unit=unit)

    @property
    def sentences(self) -> list[str]:
        """What is wrong, one sentence after another."""
        return [
            str(self),
            *map(self._told, self.problems),
            *([f"and {self.more:,} more."] if self.more else []),
        ]

    def _told(self, problem: Problem) -> str:
        place = [f"{self.unit} {problem.line:,}"] if problem.line else []
        place += [problem.column] if problem.column else []
        return f"{', '.join(place)}: {problem.reason}" if place else problem.reason


class BulkMissing(Exception):
    """DuckDB is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Searching a file needs DuckDB, which is not installed: pip install 'makegood[bulk]'"
        )


class NoRoom(Exception):
    """Neither memory nor the temporary folder was large enough."""

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(
            f"There is not enough room to search the file, in memory or in {folder}: {reason} "
            "TMPDIR names another folder."
        )
