"""Finds facts, terms and columns of tables that nothing decides by."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.documents.policy import PAID, Policy
from makegood.policy.errors import Span
from makegood.policy.facts import Fact, Kind

ALWAYS_USED = frozenset({"ground", PAID})
"""Facts that mean something beyond rules: the form begins with the ground, what was paid bounds refunds."""


def unused(policy: Policy) -> Iterator[Finding]:
    """Yield a warning for each name that no clause uses, itself or through other names."""
    used = names_used(policy)
    for name, fact in policy.facts.items():
        if name not in used and name not in ALWAYS_USED and fact.kind is not Kind.CURRENCY:
            yield _unused("fact", name, fact.span, _asked(fact))
    for name, term in policy.terms.items():
        if name not in used:
            # A term with words is told to people, which may be all it is for.
            severity = Severity.NOTE if term.words else Severity.WARNING
            yield _unused("term", name, term.rule.span, "take its row out, or use it in a rule", severity)
    for name, column in policy.columns.items():
        if name not in used:
            span = _heading(policy, name)
            yield _unused("column", name, span, f"take it out of “{column.title}”, or use it in a rule")


def names_used(policy: Policy) -> set[str]:
    """Return the facts, terms and columns that some clause depends on."""
    rules = [rule for clause in policy.clauses for rule in clause.rules()]
    found = policy.names_under(name for rule in rules for name in rule.names)
    for name, rule in policy.asked_when.items():
        if name in found:
            found |= policy.names_under(rule.names)
    return found


def _asked(fact: Fact) -> str:
    asked = f"“{fact.question}” is asked in vain; " if fact.question else ""
    return f"{asked}take its row out, or use it in a rule"


def _unused(what: str, name: str, span: Span, advice: str, severity: Severity = Severity.WARNING) -> Finding:
    message = f"nothing decides by the {what} `{name}`"
    return Finding(severity, f"unused {what}", span, message, advice)


def _heading(policy: Policy, name: str) -> Span:
    cells = (
        code
        for section in policy.sections
        for table in section.tables()
        for cell in table.header
        for code in cell.codes
    )
    return next(code.span for code in cells if code.text == name)
