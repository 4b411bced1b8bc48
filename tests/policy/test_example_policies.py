"""The example policies: real vendors' terms in the language of policies, and no Python for any of them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from makegood.policy import Outcome, Policy, decide
from makegood.policy.documents.policy import PAID

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted((ROOT / "policies" / "examples").glob("*.md"))
EACH_DOCUMENT = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)


@cache
def policy_in(document: Path) -> Policy:
    """Return the policy a file holds."""
    return Policy.parse(document.read_text(encoding="utf-8"), source=document.name)


def test_there_are_example_policies() -> None:
    assert len(DOCUMENTS) >= 7


@EACH_DOCUMENT
def test_every_example_comes_out_as_it_is_written(document: Path) -> None:
    different = {
        result.example.case: (result.example.decision, result.found)
        for result in policy_in(document).run_examples()
        if not result.passed
    }
    assert not different


@EACH_DOCUMENT
def test_there_are_enough_examples_and_no_two_have_one_name(document: Path) -> None:
    cases = [example.case for example in policy_in(document).examples]
    assert len(cases) >= 5
    assert len(set(cases)) == len(cases)


@EACH_DOCUMENT
def test_every_clause_that_decides_something_is_cited_by_an_example(document: Path) -> None:
    policy = policy_in(document)
    cited = {each.partition("(")[0] for result in policy.run_examples() for each in result.answer.decided_by}
    assert cited == {clause.number for clause in policy.clauses}


@EACH_DOCUMENT
def test_no_refund_is_more_than_was_paid(document: Path) -> None:
    policy = policy_in(document)
    for example in policy.examples if PAID in policy.facts else ():
        paid = example.facts.get(PAID)
        assert (decide(policy, example.facts).amount or 0) <= (paid or 0), example.case
        assert (decide(policy, {**example.facts, PAID: "0.01"}).amount or 0) <= Decimal("0.01"), example.case


@EACH_DOCUMENT
def test_nothing_is_refunded_while_nothing_is_known(document: Path) -> None:
    assert decide(policy_in(document), {}).outcome is not Outcome.ELIGIBLE


@EACH_DOCUMENT
def test_the_document_names_the_page_of_the_vendor(document: Path) -> None:
    introduction = policy_in(document).text.partition("\n## ")[0]
    assert re.search(r"https?://\S+", introduction)


@EACH_DOCUMENT
def test_no_vendor_is_known_to_any_python(document: Path) -> None:
    for file in (ROOT / "makegood").rglob("*.py"):
        assert document.stem not in file.read_text(encoding="utf-8").lower(), file
