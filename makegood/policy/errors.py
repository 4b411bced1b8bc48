"""Problems of a policy document, each with its place in the file and what was expected there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in the document: line and column count from 1, length in characters."""

    line: int
    column: int
    length: int = 1

    def part(self, start: int, length: int) -> Span:
        """Return the span of `length` characters beginning `start` characters into this one."""
        return Span(self.line, self.column + start, max(length, 1))


NOWHERE = Span(1, 1)
LONGEST_LINE = 400
"""Characters of a line that are shown with a problem; of a longer one those around it."""
MOST_TOLD = 100
"""Problems of a document that are told; of more nobody reads, and each shows a line of it."""
LONGEST_NAME = 100
"""Characters of a word for which another is suggested; looking takes the longer, the longer it is."""
MOST_LISTED = 50
MOST_COMPARED = 100_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document. `near`: what the writer may have meant, None when nothing is near."""

    span: Span
    message: str
    expected: str = ""
    near: str | None = None


class PolicyErrors(Exception):
    """A document that cannot be used, with every problem found in it; `str()` is ready to print."""

    def __init__(self, source: str, text: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(_told(sorted(problems, key=lambda problem: problem.span)))
        self._lines = Lines(source, text)
        super().__init__(source, self.problems)

    def __str__(self) -> str:
        return "\n\n".join(self.shown(problem) for problem in self.problems)

    def shown(self, problem: Problem) -> str:
        """Return one problem as compilers print it: place, line, underline, expectation, suggestion."""
        return self._lines.shown(problem)


class Lines:
    """The lines of a document, in which its problems are shown; `source` names its file."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self._lines = text.splitlines()

    def shown(self, problem: Problem) -> str:
        """Return one problem as compilers print it: place, line, underline, expectation, suggestion."""
        span = problem.span
        whole = self._lines[span.line - 1] if span.line <= len(self._lines) else ""
        line, before = _excerpt(whole, span.column - 1)
        gutter = f"{span.line:>5}"
        under = "".join("\t" if c == "\t" else " " for c in line[:before])
        rows = [
            f"{self.source}:{span.line}:{span.column}: {problem.message}",
            f"{gutter} | {line}",
            f"{' ' * len(gutter)} | {under}{'^' * min(span.length, max(len(line) - before, 1))}",
        ]
        if problem.expected:
            rows.append(f"      expected: {problem.expected}")
        if problem.near:
            rows.append(f"      did you mean {problem.near}?")
        return "\n".join(rows)


def _told(problems: Sequence[Problem]) -> Iterator[Problem]:
    yield from problems[:MOST_TOLD]
    if (left := len(problems) - MOST_TOLD) > 0:
        message = f"from here on there are {left:,} more problems"
        yield Problem(problems[MOST_TOLD].span, message, "those above mended first")


def _excerpt(line: str, place: int) -> tuple[str, int]:
    """Return as much of a line as people look at, and where in it `place` (from 0) then is."""
    if len(line) <= LONGEST_LINE:
        return line, place
    start = min(max(place - LONGEST_LINE // 4, 0), len(line) - LONGEST_LINE)
    head, tail = "…" * (start > 0), "…" * (start + LONGEST_LINE < len(line))
    return f"{head}{line[start : start + LONGEST_LINE]}{tail}", len(head) + place - start


def listed(names: Collection[str]) -> str:
    """Return names with commas between; of very many the first, and how many there are."""
    told = ", ".join(islice(names, MOST_LISTED))
    return told if len(names) <= MOST_LISTED else f"{told} … ({len(names):,} in all)"


def nearest(word: str, known: Collection[str], told: Sized = ()) -> str | None:
    """Return the known word most like `word` in back quotes, or None when none is near.

    `told`: the problems found before. None too once looking for each would have compared MOST_COMPARED words.
    """
    if len(word) > LONGEST_NAME or len(told) * len(known) > MOST_COMPARED:
        return None
    by_folded = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f"`{by_folded[found[0]]}`" if found else None
