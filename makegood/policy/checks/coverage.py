"""Finds choices that no clause speaks of, and choices for which a table has no row."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.deciding.weighing import roles_of
from makegood.policy.documents.clauses import Role
from makegood.policy.documents.policy import Policy
from makegood.policy.errors import Span
from makegood.policy.facts import Fact, Kind
from makegood.policy.rules.lookups import ANY, Column

SPEAKING = frozenset({Role.GRANT, Role.MAY, Role.EXCLUSION, Role.REVIEW})


def uncovered(policy: Policy) -> Iterator[Finding]:
    """Yield a warning for each choice of a fact for which no clause that decides something can apply.

    A choice with which an example is left to a person is not told: the document says so itself.
    """
    speaking = [clause for clause in policy.clauses if roles_of(clause) & SPEAKING]
    unknown = dict.fromkeys(policy.facts)
    known = set(_left_to_a_person(policy))
    for fact in choices(policy):
        for choice in fact.choices:
            values = {**unknown, fact.name: choice}
            if (fact.name, choice) in known:
                continue
            if all(policy.applies(clause, values) is False for clause in speaking):
                yield Finding(
                    Severity.WARNING,
                    "uncovered choice",
                    fact.span,
                    f"no clause speaks of `{fact.name} = '{choice}'`: such a case goes to a person",
                    f"write a clause that applies to '{choice}', or take the choice out",
                )


def without_row(policy: Policy) -> Iterator[Finding]:
    """Yield a note for each choice for which a table that is looked up has no row."""
    seen: set[tuple[str, str, str]] = set()
    for column in policy.columns.values():
        for place, key in enumerate(column.keys):
            fact = policy.facts.get(key)
            for choice in _missing(column, place, fact) if fact else ():
                if (column.title, key, choice) not in seen:
                    seen.add((column.title, key, choice))
                    yield Finding(
                        Severity.NOTE,
                        "choice without a row",
                        _table(policy, column),
                        f"the table “{column.title}” has no row for `{key} = '{choice}'`",
                        "add a row for it, or one for `any other`; without a row the case goes to a person",
                    )


def choices(policy: Policy) -> Iterator[Fact]:
    """Yield the facts that are one of some choices."""
    return (fact for fact in policy.facts.values() if fact.kind is Kind.CHOICE)


def _left_to_a_person(policy: Policy) -> Iterator[tuple[str, str]]:
    for example in policy.examples:
        if example.decision.startswith("a person decides"):
            yield from ((name, value) for name, value in example.facts.items() if isinstance(value, str))


def _missing(column: Column, place: int, fact: Fact) -> Iterator[str]:
    named = {cells[place] for cells in column.rows}
    if ANY not in named:
        yield from (choice for choice in fact.choices if choice not in named)


def _table(policy: Policy, column: Column) -> Span:
    """Where the heading of the section of a table stands."""
    return next(part.heading.span for part in policy.sections if part.heading.title == column.title)
