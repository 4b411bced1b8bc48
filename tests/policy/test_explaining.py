"""The answer in words: for the customer and for the desk, from a stored answer too."""

from __future__ import annotations

import json

from makegood.policy import Answer, Mark, decide, explain
from tests.policy.documents import refund_policy

POLICY = refund_policy()
FACTS = next(example.facts for example in POLICY.examples if example.case == "Nobody has looked yet")


def test_the_customer_reads_dates_as_people_say_them() -> None:
    lines = {line.id: line for line in explain(decide(POLICY, FACTS)).lines}
    assert lines["1(a)"].because == (
        "It was purchased on 2 November 2026; the last day to ask is 2 December 2026; "
        "we received the request on 23 November 2026."
    )


def test_what_we_find_out_and_what_the_customer_tells_are_said_apart() -> None:
    lines = {line.id: line for line in explain(decide(POLICY, {**FACTS, "screenshots": None})).lines}
    assert lines["2(b)"].because == "We will find out."
    assert lines["2(e)"].because == "You have not told us yet: Pictures of it"
    assert lines["2(b)"].mark is lines["2(e)"].mark is Mark.OPEN


def test_the_desk_reads_who_can_tell() -> None:
    lines = {line.id: line for line in explain(decide(POLICY, FACTS), "desk").lines}
    assert lines["2(b)"].because == "For an engineer: Can it be fixed?"


def test_only_clauses_of_the_ground_are_told() -> None:
    assert [clause.anchor for clause in explain(decide(POLICY, FACTS)).clauses] == ["every-request", "defect"]


def test_the_headline_says_where_it_stands() -> None:
    said = explain(decide(POLICY, FACTS)).headline
    assert said == "Nothing speaks against your request so far. 2 things are for us to find out."
    done = {**FACTS, "bug_confirmed": True, "fixable": False}
    assert explain(decide(POLICY, done)).headline == "By our policy you get $79.00 back."
    late = explain(decide(POLICY, {**done, "received_on": "2026-12-03"}))
    assert late.headline == "By our policy this cannot be refunded: see 1(a)."


def test_what_is_not_the_case_is_not_told() -> None:
    unused = next(example.facts for example in POLICY.examples if example.case == "Renewal not used")
    assert "4(d)" not in [line.id for line in explain(decide(POLICY, unused)).lines]


def test_what_no_longer_matters_is_not_called_unknown() -> None:
    software = {"ground": "duplicate", "product": "mail-sender", "product_kind": "software"}
    lines = {line.id: line for line in explain(decide(POLICY, software)).lines}
    assert lines["3(b)"].mark is Mark.MET
    assert "not known" not in lines["3(b)"].because


def test_a_stored_answer_is_explained_alike_years_later() -> None:
    answer = decide(POLICY, FACTS)
    stored = json.loads(json.dumps(answer.to_json()))
    assert explain(Answer.from_json(stored), "desk") == explain(answer, "desk")
