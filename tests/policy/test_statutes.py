"""Statutes: each document's examples, and law as a floor under a policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.policy import FactError, Outcome, Policy
from makegood.policy.deciding.layers import Layered, decide_above
from tests.policy.documents import grant, policy_of, text_of

FOLDER = Path(__file__).parents[2] / "policies" / "statutes"
STATUTES = {
    path.stem: Policy.parse(path.read_text("utf-8"), source=path.name) for path in FOLDER.glob("*.md")
}
IN_TIME = {
    "is_consumer": True,
    "country": "DE",
    "product_kind": "software",
    "concluded_on": "2026-12-11",
    "withdrawn_on": "2026-12-28",
    "told_of_right": True,
    "performance_began": False,
    "amount_paid": "79.00",
    "currency": "EUR",
    "payment_kind": "other",
}


@pytest.mark.parametrize("name", sorted(STATUTES))
def test_a_statute_decides_each_of_its_examples_as_written(name: str) -> None:
    results = STATUTES[name].run_examples()
    assert len(results) >= 5
    assert [(each.example.case, each.found) for each in results if not each.passed] == []


@pytest.mark.parametrize("name", sorted(STATUTES))
def test_a_statute_names_its_law_and_when_it_was_compared(name: str) -> None:
    text = " ".join(STATUTES[name].text.split())
    assert "This is not legal advice; the text was compared with the" in text


def test_the_five_statutes_are_there() -> None:
    assert sorted(STATUTES) == [
        "au-consumer-guarantees",
        "eu-digital-conformity",
        "eu-withdrawal",
        "sepa-direct-debit",
        "uk-consumer-rights",
    ]


@pytest.mark.parametrize(
    ("statute", "term", "facts", "day"),
    [
        ("eu-withdrawal", "last_day", {"concluded_on": "2026-12-11", "country": "DE"}, "2026-12-28"),
        ("eu-withdrawal", "pay_by", {"withdrawn_on": "2026-11-23"}, "2026-12-07"),
        ("sepa-direct-debit", "last_day", {"debited_on": "2026-11-23"}, "2027-01-18"),
    ],
)
def test_a_last_day_is_counted_as_the_law_counts(
    statute: str, term: str, facts: dict[str, object], day: str
) -> None:
    assert str(STATUTES[statute].term(term, facts)) == day


def layered(rule: str, amount: str, **told: object) -> Layered:
    """The answers where a vendor refunds `amount` when `rule` holds, above German law."""
    floors = [STATUTES["eu-withdrawal"], STATUTES["sepa-direct-debit"]]
    return decide_above(policy_of(grant(rule, amount=amount)), floors, {**IN_TIME, "paid": "79.00", **told})


def test_without_a_better_statute_the_policy_counts() -> None:
    found = layered("a", "paid", a=True)
    assert (found.answer.outcome, found.statute) == (Outcome.ELIGIBLE, None)


def test_the_law_refunds_what_the_policy_refuses_and_says_so() -> None:
    found = layered("a", "paid", a=False)
    assert found.own.outcome is Outcome.INELIGIBLE
    assert (found.answer.outcome, str(found.answer.amount), found.statute) == (
        Outcome.ELIGIBLE,
        "79.00",
        "eu-withdrawal",
    )


def test_the_law_refunds_more_than_the_policy() -> None:
    found = layered("a", "paid / 2", a=True)
    assert (str(found.own.amount), str(found.answer.amount)) == ("39.50", "79.00")


def test_a_statute_that_is_open_keeps_a_refusal_from_being_final() -> None:
    done = dict.fromkeys(("consented_to_begin", "acknowledged_loss", "confirmation_sent"), True)
    found = layered("a", "paid", a=False, performance_began=None, **done)
    assert (found.answer.outcome, found.statute) == (Outcome.NEEDS_REVIEW, "eu-withdrawal")


def between(own: str, law: str, **told: object) -> Layered:
    """The answers where both grant by clauses of these texts, fifty euros paid."""
    facts = {"paid": "50.00", "currency": "EUR", "a": True, **told}
    return decide_above(policy_of(own), [policy_of(law)], facts)


def test_what_is_certain_by_law_is_not_kept_waiting_for_the_same_by_the_policy() -> None:
    found = between(grant("b"), grant("a"))
    assert (found.own.outcome, str(found.own.at_stake)) == (Outcome.NEEDS_REVIEW, "50.00")
    assert (found.answer.outcome, str(found.answer.amount)) == (Outcome.ELIGIBLE, "50.00")


def test_money_by_law_is_better_than_as_much_credit() -> None:
    found = between(grant("a").replace("`paid`", "`paid` as store credit"), grant("a"))
    assert (found.own.method, found.answer.method) == ("store_credit", "original")


def test_amounts_of_two_currencies_are_not_compared() -> None:
    law = text_of(grant("a", amount="900")).replace("calendar:", "currency: JPY\ncalendar:")
    law = "\n".join(line for line in law.splitlines() if not line.startswith("| `currency`"))
    found = decide_above(
        policy_of(grant("a")), [Policy.parse(law)], {"paid": "50.00", "currency": "EUR", "a": True}
    )
    assert [answer.currency for answer in (found.own, *found.floors)] == ["EUR", "JPY"]
    assert found.answer is found.own


def test_a_statute_that_does_not_speak_of_the_case_is_left_out() -> None:
    found = layered("a", "paid", a=False, country="US")
    assert (found.answer.outcome, found.statute) == (Outcome.INELIGIBLE, None)


def test_a_fact_that_no_document_knows_is_refused_with_what_was_meant() -> None:
    with pytest.raises(FactError, match=r"No document knows a fact `contry`\. Did you mean `country`\?"):
        layered("a", "paid", a=True, contry="DE")
