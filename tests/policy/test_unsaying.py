"""A stored answer without what somebody typed: the same decision, the same reasons, no word of theirs."""

from __future__ import annotations

import json

import pytest

from makegood.policy import Answer, Policy, decide
from makegood.policy.deciding.unsaying import unsaid
from tests.policy.documents import PAID, REFUND_POLICY, grant, listed, text_of

ERASED = "[erased]"
AFLETE = Policy.parse((REFUND_POLICY.parent / "examples" / "aflete.md").read_text("utf-8"))
ORDERS = {
    "order_refs": ["O-17", "O-18"],
    "remedy": "refund",
    "same_product": True,
    "same_payment_method": True,
    "unit_price": "30.00",
    "currency": "GBP",
}


def test_every_sentence_about_a_list_goes_also_of_the_reckoning() -> None:
    stored = decide(AFLETE, ORDERS).to_json()
    assert "O-17" in stored["reckoning"]["steps"][0]["because"]
    kept = unsaid(stored, AFLETE, {"order_refs": ORDERS["order_refs"]}, instead=ERASED)
    assert "O-17" not in json.dumps(kept)
    assert kept["reckoning"]["steps"][0]["because"] == ERASED
    answer = Answer.from_json(kept)
    assert (answer.outcome, answer.amount) == (decide(AFLETE, ORDERS).outcome, decide(AFLETE, ORDERS).amount)
    assert {each.because for clause in answer.clauses for each in clause.conditions} > {ERASED}


SAID = Policy.parse(
    text_of(grant("wish = 'x'") + listed("story = 'x'")).replace(
        "| `spam`", "| `story` | text | customer | What happened? | unknown |\n| `spam`"
    )
    + "\n## Terms {#terms}\n\n| Term | Rule |\n|---|---|\n| `wish` | `story` |\n"
)


@pytest.mark.parametrize("told", ["it broke", "It broke"])
def test_a_text_goes_out_of_sentences_and_terms(told: str) -> None:
    stored = decide(SAID, PAID | {"story": told}).to_json()
    assert json.dumps(stored).lower().count("it broke") > 1
    kept = unsaid(stored, SAID, {"story": told}, instead=ERASED)
    assert "it broke" not in json.dumps(kept).lower()
    assert Answer.from_json(kept).terms == {"wish": ERASED}


def test_of_what_nobody_told_nothing_changes() -> None:
    stored = decide(AFLETE, ORDERS).to_json()
    assert unsaid(stored, AFLETE, {}, instead=ERASED) == stored
