"""Finds what people write who mean something else: demands on every request, tables not read."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.deciding.deciding import GRANTING
from makegood.policy.deciding.weighing import roles_of
from makegood.policy.documents.clauses import Clause, Role
from makegood.policy.documents.lookup_tables import is_lookup
from makegood.policy.documents.policy import Policy

DEMAND, UNREAD = "demand on every request", "table not read"
"""What a finding is about."""
READ_BY = {
    "Who tells us": "Fact",
    "If missing": "Fact",
    "Rule": "Term",
    "Orders to name": "Ground",
    "Decision": "Case",
}
"""Headings that tell what a table is, each with the first heading by which it is read."""
DEMANDING = frozenset({Role.ONLY, Role.NEEDED})


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
        others = [each for each in policy.clauses if each is not clause and _grants(each)]
        # A clause that only demands is about every request, and says nothing else.
        if clause.applies is None and others and _grants(clause):
            yield from _demanded(clause, others)


def _grants(clause: Clause) -> bool:
    return not roles_of(clause).isdisjoint(GRANTING)


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
