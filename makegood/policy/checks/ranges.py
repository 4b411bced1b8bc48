"""Finds rows of a table that two ranges of numbers overlap in, and numbers between them that have no row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.documents.policy import Policy
from makegood.policy.errors import Span
from makegood.policy.rules.lookups import ANY, Column, Key, Range, Written

OVERLAPPING, GAP = "overlapping rows", "gap between rows"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The numbers of one row, from `low` to `high` (None: without end), and the cell that says them."""

    low: Decimal | None
    high: Decimal | None
    cell: Written


def uneven(policy: Policy) -> Iterator[Finding]:
    """Yield what is wrong with ranges: two rows that hold the same number, and gaps between two rows.

    Rows are compared that agree in their other cells. Where a row stands for the rest there is no gap. Steps
    are as fine as the numbers are written: nothing lies between `0 to 7` and `8 to 14`, unless the key is
    sure to have fractions; such rows may touch, the upper one being taken, and a gap of one step is a note.
    """
    tables = {(each.title, each.keys, tuple(each.rows)): each for each in policy.columns.values()}
    for column in tables.values():
        for place, key in enumerate(column.keys):
            fractions = _has_fractions(policy, key)
            for stretches, rest in _beside(column, place):
                yield from _Table(column.title, key, fractions).findings(stretches, rest=rest)


def _beside(column: Column, place: int) -> Iterator[tuple[list[Stretch], bool]]:
    """The rows that differ in one key only, and whether one of them, or one for all, stands for the rest."""
    if not any(isinstance(cells[place], Range) for cells in column.rows):
        return
    groups: dict[tuple[Key, ...], list[Stretch]] = defaultdict(list)
    for cells in column.rows:
        key, others = cells[place], (*cells[:place], *cells[place + 1 :])
        if isinstance(key, Range):
            groups[others].append(Stretch(key.low, key.high, column.written[cells][place]))
        elif isinstance(key, Decimal):
            groups[others].append(Stretch(key, key, column.written[cells][place]))
    for_rest = [cells for cells in column.rows if cells[place] == ANY]
    for others, stretches in groups.items():
        yield stretches, any(_holds((*rest[:place], *rest[place + 1 :]), others) for rest in for_rest)


def _holds(cells: Sequence[Key], others: Sequence[Key]) -> bool:
    return all(cell in (ANY, other) for cell, other in zip(cells, others, strict=True))


@dataclass(frozen=True, slots=True)
class _Table:
    title: str
    key: str
    fractions: bool

    def findings(self, stretches: Sequence[Stretch], *, rest: bool) -> Iterator[Finding]:
        step = _step(stretches)
        last: Stretch | None = None
        for each in sorted(stretches, key=lambda one: (one.low is not None, one.low or 0)):
            if last and self._overlap_in(last, each):
                yield self._overlap(last, each)
            elif last and not rest and last.high is not None and each.low is not None:
                if each.low - last.high > step:
                    yield self._gap(last, each, step)
                elif self.fractions and each.low > last.high:
                    yield self._crack(last.high, each.low, each.cell.span)
            if last is None or (last.high is not None and (each.high is None or each.high > last.high)):
                last = each

    def _overlap_in(self, one: Stretch, other: Stretch) -> bool:
        if one.high is None or other.low is None:
            return True
        return other.low < one.high or (other.low == one.high and not self.fractions)

    def _overlap(self, one: Stretch, other: Stretch) -> Finding:
        ends = [end for end in (one.high, other.high) if end is not None]
        low, high = other.low, min(ends, default=None)
        if low is None:
            said = "the smallest numbers" if high is None else f"{high} and less"
        else:
            said = f"{low} and more" if high is None else _stretch(low, high)
        rows = f"the rows `{one.cell.text}` and `{other.cell.text}`"
        message = f"in the table “{self.title}” {rows} both hold {said}"
        advice = "let each number have one row; as it is, the upper row is taken"
        return Finding(Severity.WARNING, OVERLAPPING, other.cell.span, message, advice)

    def _gap(self, one: Stretch, other: Stretch, step: Decimal) -> Finding:
        low, high = (one.high or 0) + step, (other.low or 0) - step
        rows = f"`{one.cell.text}` and `{other.cell.text}`"
        message = f"the table “{self.title}” has no row for {_stretch(low, high)}, between {rows}"
        advice = "add a row, or one for `any other`; without one the value is unknown and a person decides"
        return Finding(Severity.WARNING, GAP, other.cell.span, message, advice)

    def _crack(self, low: Decimal, high: Decimal, span: Span) -> Finding:
        message = f"the table “{self.title}” has no row for `{self.key}` between {low} and {high}"
        advice = f"write {high} in both rows; of two rows that fit, the upper one is taken"
        return Finding(Severity.NOTE, GAP, span, message, advice)


def _step(stretches: Sequence[Stretch]) -> Decimal:
    """The finest unit in which the ends of the rows are written."""
    ends = [end for each in stretches for end in (each.low, each.high) if end is not None]
    return Decimal(1).scaleb(min((int(end.as_tuple().exponent) for end in ends), default=0))


def _stretch(low: Decimal, high: Decimal) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _has_fractions(policy: Policy, key: str) -> bool:
    """Whether a key is sure not to be counted in whole numbers: a term of hours, or of what is divided."""
    if key not in policy.terms:
        return False
    tree = policy.terms[key].rule.tree
    calls = {str(call.this) for call in tree.find_all(exp.Anonymous)}
    whole = calls & {"floor", "ceil", "round"}
    return not whole and ("hours" in calls or tree.find(exp.Div) is not None)
