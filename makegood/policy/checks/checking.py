"""Checks a policy that can be read: names, choices, conditions, overlaps, examples; no solver is needed."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.policy.checks.conditions import conditions
from makegood.policy.checks.coverage import uncovered, without_row
from makegood.policy.checks.findings import Finding, Severity, in_order
from makegood.policy.checks.names import unused
from makegood.policy.checks.overlaps import overlaps
from makegood.policy.checks.ranges import uneven
from makegood.policy.checks.surprises import demands, unread
from makegood.policy.documents.policy import Policy


def check(policy: Policy) -> tuple[Finding, ...]:
    """Return what is found, as the document goes; errors are examples that come out differently."""
    return in_order(
        (
            *examples(policy),
            *unused(policy),
            *uncovered(policy),
            *without_row(policy),
            *uneven(policy),
            *demands(policy),
            *unread(policy),
            *conditions(policy),
            *overlaps(policy),
        )
    )


WHAT_DECIDES = "the decision is right: correct what stands in brackets, or leave the brackets out"


def examples(policy: Policy) -> Iterator[Finding]:
    """Yield an error for each example that comes out otherwise than written, a note where there are none."""
    if not policy.examples:
        message = "the document has no examples, so nothing shows that it decides as it is meant"
        advice = "add a table with the headings Case, Facts, Decision"
        yield Finding(Severity.NOTE, "no examples", policy.clauses[0].span, message, advice)
    for result in policy.run_examples():
        if not result.passed:
            example = result.example
            message = f"{example.case}: it says “{example.decision}”, the rules say “{result.found}”"
            advice = "correct the rules or the example" if not result.agrees else WHAT_DECIDES
            yield Finding(Severity.ERROR, "example", example.span, message, advice)
