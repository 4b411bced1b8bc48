"""Names that nothing decides by are told."""

from __future__ import annotations

from makegood.policy import Policy
from makegood.policy.checks import Severity, check
from tests.policy.checks.documents import EVERY_FACT, found
from tests.policy.documents import grant, policy_of, refund_policy, text_of

TERMS = (
    "\n## Terms {{#terms}}\n\n| Term | Rule | In words |\n|---|---|---|\n| `twice` | `n * 2` | {words} |\n"
)
TABLE = "\n## Steps {#steps}\n\n| `k` | Kind | `most` |\n|---|---|---|\n| `x` | the first | 2 |\n"


def test_the_refund_policy_has_no_warnings() -> None:
    assert [finding.message for finding in check(refund_policy())] == []


def test_a_fact_that_nothing_decides_by_is_a_warning_with_its_place() -> None:
    policy = policy_of(grant(EVERY_FACT.replace("n > 0 AND ", "")))
    (finding,) = [each for each in check(policy) if each.about == "unused fact"]
    assert finding.severity is Severity.WARNING
    assert "`n`" in finding.message
    assert policy.text.splitlines()[finding.span.line - 1].startswith("| `n` |")


def test_a_fact_is_used_through_a_term_and_through_a_table() -> None:
    policy = Policy.parse(text_of(grant("twice > most")) + TERMS.format(words="") + TABLE, source="small.md")
    unused = found(check(policy), "unused fact")
    assert not any("`n`" in message or "`k`" in message for message in unused)
    assert found(check(policy), "unused term") == []
    assert found(check(policy), "unused column") == []


def test_an_unused_term_and_an_unused_column_are_told() -> None:
    policy = Policy.parse(text_of(grant("a")) + TERMS.format(words="") + TABLE, source="small.md")
    assert found(check(policy), "unused term") == ["nothing decides by the term `twice`"]
    assert found(check(policy), "unused column") == ["nothing decides by the column `most`"]


def test_a_term_that_people_are_told_is_only_noted() -> None:
    policy = Policy.parse(text_of(grant("a")) + TERMS.format(words="twice as many: {}"), source="small.md")
    (finding,) = [each for each in check(policy) if each.about == "unused term"]
    assert finding.severity is Severity.NOTE
