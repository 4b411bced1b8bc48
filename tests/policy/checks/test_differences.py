"""What changes between two versions is told completely, and every case shown is decided as it is said."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from makegood.policy import Outcome, Policy, Why, decide
from makegood.policy.checks.proofs.differences import Change, difference, end_of, how_differs, strictness
from makegood.policy.checks.replies import Said
from makegood.policy.checks.witnesses import answers_of
from tests.policy.checks.documents import fourteen_days
from tests.policy.documents import PAID, grant, policy_of, refund_policy
from tests.policy.test_properties import GRANTED, RULES, Rule, a_policy, completions

AMOUNTS = {"paid": "10.00", "fee": "0", "currency": "EUR"}
REFUSES = "was refunded, now refused"


def kinds(changes: tuple[Change, ...]) -> list[str]:
    return [change.kind.words for change in changes]


def confirmed(change: Change, old: Policy, new: Policy) -> bool:
    """Whether `decide` says of the case what the change says."""
    assert change.reply.witness
    before, after = answers_of({"old": old, "new": new}, change.reply.witness.facts).values()
    if change.kind.how and how_differs(before, after) != change.kind.how:
        return False
    return (end_of(before), end_of(after)) == (change.kind.before, change.kind.after)


def test_fourteen_days_instead_of_thirty_refuse_more_and_nothing_else() -> None:
    found = difference(refund_policy(), fourteen_days())
    assert kinds(found.of(Said.CASE)) == [REFUSES, "was left to a person, now refused"]
    assert found.of(Said.OPEN) == ()
    assert all(confirmed(change, refund_policy(), fourteen_days()) for change in found.of(Said.CASE))


def test_the_case_is_told_in_words_as_in_an_example() -> None:
    witness = difference(refund_policy(), fourteen_days()).of(Said.CASE)[0].reply.witness
    assert witness
    assert witness.lines()[0] == "As in the example “An unfixable bug”:"
    assert "- When was it purchased? 2 November 2026 (`purchased_on`)" in witness.lines()
    assert witness.decisions == (
        ("version 2026-11", "refund 79.00 USD (2)"),
        ("version 2026-12", "refuse (1(a))"),
    )


def test_a_document_does_not_differ_from_itself() -> None:
    found = difference(refund_policy(), refund_policy())
    assert len(found.of(Said.NONE)) == len(found.changes)


def test_less_and_more_money_are_told_apart() -> None:
    full, part = policy_of(grant("a")), policy_of(grant("a", amount="paid * 0.9"))
    assert kinds(difference(full, part).of(Said.CASE)) == ["less money"]
    assert kinds(difference(part, full).of(Said.CASE)) == ["more money"]


def test_an_amount_that_is_rounded_alike_is_no_change() -> None:
    full, same = policy_of(grant("a", amount="round(paid, 2)")), policy_of(grant("a"))
    assert difference(full, same).of(Said.CASE) == ()


def test_store_credit_instead_of_money_is_another_way() -> None:
    credit = grant("a").replace("`paid` when", "`paid` as store credit when")
    assert kinds(difference(policy_of(grant("a")), policy_of(credit)).of(Said.CASE)) == [
        "the same money another way"
    ]


def test_asking_for_more_is_a_change_of_its_own() -> None:
    found = difference(policy_of(grant("a")), policy_of(grant("a", "told(n)")))
    (change,) = found.of(Said.CASE)
    assert change.kind.words == "was refunded, now something more must be told first"
    assert change.reply.witness
    assert "n" not in change.reply.witness.facts


def test_a_choice_that_only_one_version_has_is_noted() -> None:
    text = policy_of(grant("a")).text
    new = Policy.parse(text.replace("choice: x, y, z", "choice: x, y, w"), source="new.md")
    notes = difference(policy_of(grant("a")), new).notes
    assert notes == (
        "`k = 'z'` is no choice any more; such cases are not compared.",
        "`k = 'w'` is a new choice; such cases are not compared.",
    )


def test_a_policy_is_proved_never_to_be_stricter_than_a_statute() -> None:
    statute = policy_of(grant("days(bought_on, asked_on) <= 14"))
    generous = policy_of(grant("asked_on <= add_days(bought_on, 30)"))
    found = strictness(statute, generous)
    assert len(found.of(Said.NONE)) == len(found.changes)
    assert "dates from" in found.limits


def test_a_policy_that_is_stricter_is_shown_by_a_case() -> None:
    statute = policy_of(grant("days(bought_on, asked_on) <= 14"))
    strict = policy_of(grant("days(bought_on, asked_on) <= 14", "NOT a"))
    (change,) = strictness(statute, strict).of(Said.CASE)
    assert change.kind.words == "the statute refunds, the policy refuses"
    assert confirmed(change, statute, strict)


@settings(max_examples=40)
@given(GRANTED, RULES, RULES, GRANTED, RULES, RULES)
def test_every_kind_of_change_is_found_and_every_case_confirmed(
    granted: list[Rule],
    excluded: Rule,
    reviewed: Rule,
    now_granted: list[Rule],
    now_excluded: Rule,
    now_reviewed: Rule,
) -> None:
    old, new = a_policy(granted, excluded, reviewed), a_policy(now_granted, now_excluded, now_reviewed)
    found = difference(old, new)
    assert found.of(Said.OPEN) == ()
    assert all(confirmed(change, old, new) for change in found.of(Said.CASE))
    ends = {
        tuple(ends_of(policy, {**case, "paid": paid}) for policy in (old, new))
        for case in completions({})
        for paid in ("10.00", "0.00")
    }
    shown = {(change.kind.before, change.kind.after) for change in found.of(Said.CASE)}
    assert shown == {(before, after) for before, after in ends if before != after}


def ends_of(policy: Policy, case: dict[str, Any]) -> str:
    return end_of(decide(policy, {**PAID, **case}))


def test_the_ends_are_what_they_are_called() -> None:
    policy = policy_of(grant("a"))
    assert end_of(decide(policy, {**AMOUNTS, "a": True})) == "refunded"
    assert end_of(decide(policy, {**AMOUNTS, "a": False})) == "refused"
    undecided = decide(policy, AMOUNTS)
    assert (undecided.outcome, undecided.why) == (Outcome.NEEDS_REVIEW, Why.TO_ESTABLISH)
    assert end_of(undecided) == "to be established"


def test_what_must_be_told_first_is_said_only_of_documents_that_ask_whether_it_is_told() -> None:
    def words(*rules: str) -> list[str]:
        return kinds(difference(policy_of(grant("a")), policy_of(grant(*rules))).changes)

    waits = [each for each in words("a", "told(n)") if "told first" in each]
    assert len(waits) == 2
    assert [each for each in words("a", "b") if "told first" in each] == []
