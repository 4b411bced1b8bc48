"""What is wrong with a file, line by line, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

TOLD = 100
"""So many problems are told one by one; the others are counted."""

_EXCERPT = 40


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Why a line cannot be imported. `line` 1 is the header; `column` is empty when it is the whole line."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {self.reason}"


class ImportRefused(Exception):
    """The file has problems, so nothing of it was imported.

    `problems` are the first of them by line, at most TOLD; `more` is how many others there are.
    """

    def __init__(self, problems: list[Problem], more: int) -> None:
        self.problems, self.more = problems, more
        count = len(problems) + more
        found = "1 problem was" if count == 1 else f"{count:,} problems were"
        super().__init__(f"Nothing was imported, because {found} found in the file.")

    def __reduce__(self) -> tuple[type[ImportRefused], tuple[list[Problem], int]]:
        return type(self), (self.problems, self.more)


@dataclass(slots=True)
class Problems:
    """Collects problems, keeping the first TOLD of each source, so that memory stays bounded."""

    kept: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, column: str, reason: str) -> None:
        """One more problem; callers add them in the order of lines."""
        self.count += 1
        if len(self.kept) < TOLD:
            self.kept.append(Problem(line, column, reason))

    def join(self, others: Problems) -> None:
        """Take in what another pass over the same file found."""
        self.count += others.count
        self.kept = sorted({*self.kept, *others.kept})[:TOLD]

    def refuse_if_any(self) -> None:
        """Raises ImportRefused when there is a problem."""
        if self.count:
            told = sorted(self.kept)
            raise ImportRefused(told, self.count - len(told))


def quoted(cell: object) -> str:
    """A cell as it is shown in a problem: short, in quotes, with nothing that a terminal would obey."""
    text = "".join(
        char if char.isprintable() else f"\\x{ord(char):02x}" for char in str(cell)[: _EXCERPT + 1]
    )
    return f"“{text}”" if len(str(cell)) <= _EXCERPT else f"“{text[:_EXCERPT]}…”"


def or_words(names: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
