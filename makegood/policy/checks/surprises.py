"""Finds what people write who mean something else: gaps, demands on every request, tables not read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlglot import exp

from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.documents.clauses import Clause, Role
from makegood.policy.documents.lookup_tables import is_lookup
from makegood.policy.documents.policy import Policy
from makegood.policy.rules.lookups import ANY, Column, Key, Range

GAP, DEMAND, UNREAD = "gap between rows", "demand on every request", "table not read"
"""What a finding is about."""
READ_BY = {
    "Who tells us": "Fact",
    "If missing": "Fact",
    "Rule": "Term",
    "Orders to name": "Ground",
    "Decision": "Case",
}
"""Headings that tell what a table is, each with the first heading by which it is read."""
GRANTING = frozenset({Role.GRANT, Role.MAY})
DEMANDING = frozenset({Role.ONLY, Role.NEEDED})


def gaps(policy: Policy) -> Iterator[Finding]:
    """Yield a note for each two ranges of a table between which a value with a fraction finds no row.

    Only of hours and quotients: days are whole, and "0 to 7" before "8 to 14" is right.
    """
    seen: set[tuple[str, str, Decimal, Decimal]] = set()
    for column in policy.columns.values():
        for place, key in enumerate(column.keys):
            for low, high in _gaps(column, place) if _has_fractions(policy, key) else ():
                if (column.title, key, low, high) not in seen:
                    seen.add((column.title, key, low, high))
                    span = next(
                        part.heading.span for part in policy.sections if part.heading.title == column.title
                    )
                    message = f"the table “{column.title}” has no row for `{key}` between {low} and {high}"
                    advice = f"write {high} in both rows; of two rows that fit, the upper one is taken"
                    yield Finding(Severity.NOTE, GAP, span, message, advice)


def unread(policy: Policy) -> Iterator[Finding]:
    """Yield a warning for each table that is read by nobody, though a heading of it is one that is read."""
    words = policy.vocabulary.words
    for table in (table for section in policy.sections for table in section.tables()):
        first, *others = (words.heading(cell.spoken) for cell in table.header)
        meant = next((READ_BY[each] for each in others if each in READ_BY), None)
        if meant and first not in READ_BY.values() and not is_lookup(table):
            message = f"this table is not read: its first heading is `{table.header[0].spoken}`"
            advice = f"write `{words.said_heading(meant)}` there, or call the other headings otherwise"
            yield Finding(Severity.WARNING, UNREAD, table.header[0].span, message, advice)


def demands(policy: Policy) -> Iterator[Finding]:
    """Yield a note for each clause that grants and demands, of every request, beside others that grant."""
    for clause in policy.clauses:
        others = [each for each in policy.clauses if each is not clause and _roles(each) & GRANTING]
        # A clause that only demands is about every request, and says nothing else.
        if clause.applies is None and others and _roles(clause) & GRANTING:
            yield from _demanded(clause, others)


def _demanded(clause: Clause, others: list[Clause]) -> Iterator[Finding]:
    for part in clause.parts:
        if part.role in DEMANDING:
            first, last = part.conditions[0].id, part.conditions[-1].id
            cited = first if first == last else f"{first} to {last}"
            numbers = ", ".join(each.number for each in others)
            plural = "s" if len(others) > 1 else ""
            message = f"{cited} must hold for every refund, also one by clause{plural} {numbers}"
            advice = f"say what clause {clause.number} applies to, or move the list into a clause of its own"
            yield Finding(Severity.NOTE, DEMAND, part.conditions[0].rule.span, message, advice)


def _roles(clause: Clause) -> set[Role]:
    return {part.role for part in clause.parts}


def _gaps(column: Column, place: int) -> Iterator[tuple[Decimal, Decimal]]:
    """The ends of two ranges beside each other that do not touch, among rows alike but for this key."""
    rows: dict[tuple[Key, ...], list[Key]] = {}
    for cells in column.rows:
        rows.setdefault((*cells[:place], *cells[place + 1 :]), []).append(cells[place])
    for keys in rows.values():
        if ANY not in keys:
            yield from _between(keys)


def _between(keys: list[Key]) -> Iterator[tuple[Decimal, Decimal]]:
    ends = [(key.low, key.high) for key in keys if isinstance(key, Range)]
    ends += [(key, key) for key in keys if isinstance(key, Decimal)]
    for _, high in ends:
        above = [low for low, _ in ends if high is not None and low is not None and low > high]
        covered = any(
            high is not None and (low is None or low <= high) and (upper is None or upper > high)
            for low, upper in ends
        )
        if high is not None and above and not covered:
            yield high, min(above)


def _has_fractions(policy: Policy, key: str) -> bool:
    """Whether a key is sure not to be counted in whole numbers: a term of hours, or of what is divided."""
    if key not in policy.terms:
        return False
    tree = policy.terms[key].rule.tree
    calls = {str(call.this) for call in tree.find_all(exp.Anonymous)}
    whole = calls & {"floor", "ceil", "round"}
    return not whole and ("hours" in calls or tree.find(exp.Div) is not None)
