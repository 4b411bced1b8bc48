"""Small policies for tests of checks, and what was found in them."""

from __future__ import annotations

from collections.abc import Iterable

from makegood.policy import Policy
from makegood.policy.checks import Finding
from tests.policy.documents import REFUND_POLICY

EVERY_FACT = " AND ".join(
    ("a", "b", "c", "k = 'x'", "n > 0", "spam", "bought_on < asked_on", "paid > 0", "fee < paid")
)
"""A rule that uses all facts of the small policies, for tests in which none is to be unused."""


def found(findings: Iterable[Finding], about: str) -> list[str]:
    """Return the messages of the findings about one thing."""
    return [finding.message for finding in findings if finding.about == about]


def fourteen_days() -> Policy:
    """Return the vendor's policy with 14 days instead of 30, and without its examples."""
    text = REFUND_POLICY.read_text(encoding="utf-8")
    shorter = (
        text.replace("within 30 days", "within 14 days")
        .replace("add_days(purchased_on, 30)", "add_days(purchased_on, 14)")
        .replace('version: "2026-11"', 'version: "2026-12"')
    )
    return Policy.parse(shorter[: shorter.index("## Examples")], source="shorter.md")
