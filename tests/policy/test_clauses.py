"""What clauses can say beyond granting and refusing: keeping a part, going first, presuming, one currency."""

from __future__ import annotations

import pytest

from makegood.policy import Outcome, Policy, PolicyErrors, Why, decide
from tests.policy.documents import FACTS, HEAD, PAID, grant, listed, policy_of, text_of


def keep(amount: str, *rules: str) -> str:
    """Return a list that keeps an amount when the rules hold."""
    return f"\nWe keep `{amount}` when **all** of these hold:\n\n" + listed(*rules)


def first(sentence: str, clause: str) -> str:
    """Return a clause with a sentence of precedence before it."""
    return f"{sentence}\n\n{clause}"


def test_a_kept_part_is_taken_off_and_cited() -> None:
    answer = decide(policy_of(grant("a"), keep("fee", "b")), {**PAID, "a": True, "b": True, "fee": "2.50"})
    assert (str(answer.amount), answer.decided_by) == ("7.50", ("1", "2"))


def test_a_part_is_not_kept_where_its_condition_does_not_hold() -> None:
    answer = decide(policy_of(grant("a"), keep("fee", "b")), {**PAID, "a": True, "b": False, "fee": "2.50"})
    assert (str(answer.amount), answer.decided_by) == ("10.00", ("1",))


def test_whether_a_part_is_kept_must_be_known_before_paying() -> None:
    answer = decide(policy_of(grant("a"), keep("fee", "b")), {**PAID, "a": True, "fee": "2.50"})
    assert (answer.why, [fact.name for fact in answer.open]) == (Why.TO_ESTABLISH, ["b"])


def test_nothing_left_after_what_is_kept_is_a_refusal() -> None:
    answer = decide(policy_of(grant("a"), keep("fee", "b")), {**PAID, "a": True, "b": True, "fee": "10.00"})
    assert (answer.outcome, answer.decided_by) == (Outcome.INELIGIBLE, ("1", "2"))


def test_two_clauses_that_disagree_go_to_a_person_unless_one_goes_first() -> None:
    half, whole = grant("b", amount="paid / 2"), grant("a")
    facts = {**PAID, "a": True, "b": True}
    assert decide(policy_of(half, whole), facts).why is Why.CONTRADICTION
    ordered = policy_of(half, first("This clause takes precedence over clause 1.", whole))
    assert str(decide(ordered, facts).amount) == "10.00"
    assert str(decide(ordered, {**facts, "a": False}).amount) == "5.00"


def test_who_takes_precedence_beats_an_exclusion_where_it_decides() -> None:
    never = "We do not refund when **any** of these hold:\n\n" + listed("spam")
    policy = policy_of(never, first("This clause takes precedence over every other clause.", grant("a")))
    assert decide(policy, {**PAID, "a": True, "spam": True}).outcome is Outcome.ELIGIBLE
    assert decide(policy, {**PAID, "a": False, "spam": True}).decided_by == ("1(a)", "2(a)")
    assert decide(policy, {**PAID, "spam": True}).why is Why.TO_ESTABLISH


def test_who_replaces_a_clause_does_so_wherever_it_applies() -> None:
    strict = first("Applies to `k = 'x'`.", first("This clause replaces clauses 1.", grant("b")))
    policy = policy_of(grant("a"), strict)
    assert decide(policy, {**PAID, "k": "x", "a": True, "b": False}).outcome is Outcome.INELIGIBLE
    assert decide(policy, {**PAID, "k": "y", "a": True, "b": False}).outcome is Outcome.ELIGIBLE


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        (("This clause replaces clause 7.", ""), "goes before `7`, which is no other clause"),
        (("This clause replaces clause 1.", ""), "goes before `1`, which is no other clause"),
        (
            ("This clause takes precedence over clause 2.", "This clause replaces clauses 1."),
            "and the clauses it goes before also go before it",
        ),
    ],
)
def test_precedence_that_cannot_be_meant_is_an_error(sentences: tuple[str, str], message: str) -> None:
    with pytest.raises(PolicyErrors) as errors:
        policy_of(*(first(sentence, grant(rule)) for sentence, rule in zip(sentences, "ab", strict=True)))
    assert message in str(errors.value)


def test_a_person_may_be_left_to_name_the_amount() -> None:
    policy = policy_of("We may refund a fair part when **all** of these hold:\n\n" + listed("a"))
    answer = decide(policy, {**PAID, "a": True})
    assert (answer.why, answer.amount, answer.decided_by) == (Why.PERSON, None, ("1",))


PRESUMED = FACTS.replace("| If missing |", "| If missing | If it cannot be established |").replace(
    "|---|---|---|---|---|", "|---|---|---|---|---|---|"
)


def presuming(what: str) -> Policy:
    """The policy that grants on `b`, which is presumed to be `what` when it cannot be established."""
    rows = PRESUMED.replace("Is it b? | unknown |", f"Is it b? | unknown | {what} |")
    return Policy.parse(HEAD + f"\n## 1. One {{#one}}\n\n{grant('b')}\n" + rows)


@pytest.mark.parametrize(
    ("presumed", "outcome"),
    [("yes", Outcome.ELIGIBLE), ("no", Outcome.INELIGIBLE), ("unknown", Outcome.NEEDS_REVIEW)],
)
def test_what_cannot_be_established_is_what_the_policy_presumes(presumed: str, outcome: Outcome) -> None:
    assert decide(presuming(presumed), {**PAID, "b": "cannot be established"}).outcome is outcome


def test_not_asked_yet_is_not_presumed() -> None:
    assert decide(presuming("yes"), PAID).why is Why.TO_ESTABLISH


def test_a_fact_that_does_not_apply_is_never_open() -> None:
    rows = PRESUMED.replace("If it cannot be established", "When it applies")
    rows = rows.replace("Is it b? | unknown |", "Is it b? | unknown | `k = 'x'` |")
    policy = Policy.parse(HEAD + f"\n## 1. One {{#one}}\n\n{grant('b')}\n" + rows)
    assert [fact.name for fact in decide(policy, {**PAID, "k": "x"}).open] == ["b"]
    answer = decide(policy, {**PAID, "k": "y"})
    assert (answer.outcome, answer.why, answer.open) == (Outcome.NEEDS_REVIEW, Why.NOT_COVERED, ())


IN_DOLLARS = HEAD.replace("calendar:", "currency: USD\ncalendar:")


def test_an_amount_written_in_dollars_does_not_decide_a_case_in_euro() -> None:
    policy = Policy.parse(text_of(grant("a"), keep("3", "a")).replace(HEAD, IN_DOLLARS))
    assert str(decide(policy, {"paid": "10.00", "currency": "USD", "a": True}).amount) == "7.00"
    answer = decide(policy, {"paid": "10.00", "currency": "EUR", "a": True})
    assert (answer.outcome, answer.amount, answer.open) == (Outcome.NEEDS_REVIEW, None, ())


def test_an_amount_written_without_a_currency_is_an_error() -> None:
    with pytest.raises(PolicyErrors, match="nothing says in which currency this amount is"):
        policy_of(grant("a"), keep("3", "a"))


def test_never_more_than_was_paid() -> None:
    text = text_of(grant("a", amount="amount_paid * 2")).replace("| `paid` |", "| `amount_paid` |")
    answer = decide(Policy.parse(text), {"amount_paid": "10.00", "currency": "EUR", "a": True})
    assert str(answer.amount) == "10.00"
