"""`makegood policy decide|explain --statute`: what is better for the customer counts, and is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from makegood.policy import Answer, Outcome
from tests.cli.policy_line import REFUND_POLICY, SIMPLE, Done, run, written
from tests.environment import PROJECT
from tests.policy.test_statutes import IN_TIME

WITHDRAWAL, SEPA = (
    str(PROJECT / "policies" / "statutes" / f"{name}.md") for name in ("eu-withdrawal", "sepa-direct-debit")
)
CASE = {**IN_TIME, "a": False, "paid": "79.00"}


@pytest.fixture
def small(tmp_path: Path) -> str:
    """A policy that refunds what was paid when `a`."""
    return written(tmp_path, SIMPLE)


def told(command: str, file: str, facts: object, *more: str) -> Done:
    return run(
        command,
        file,
        "--facts",
        "-",
        "--statute",
        WITHDRAWAL,
        "--statute",
        SEPA,
        *more,
        stdin=json.dumps(facts),
    )


def decided(file: str, facts: object) -> dict[str, Any]:
    done = told("decide", file, facts)
    assert done.code == 0, done.err
    said: dict[str, Any] = done.lines[0]
    return said


def test_the_law_refunds_what_the_policy_refuses_and_its_answer_is_the_trace(small: str) -> None:
    said = decided(small, CASE)
    assert (said["outcome"], said["amount"], said["statute"]) == ("eligible", "79.00", "eu-withdrawal")
    assert [(each["policy"], each["outcome"]) for each in said["documents"]] == [
        ("small", "ineligible"),
        ("eu-withdrawal", "eligible"),
    ]
    trace = Answer.from_json(said["trace"])
    assert (trace.policy, trace.outcome) == ("eu-withdrawal", Outcome.ELIGIBLE)


def test_where_the_policy_is_as_good_it_counts(small: str) -> None:
    said = decided(small, CASE | {"a": True})
    assert (said["amount"], said["statute"], said["trace"]["policy"]) == ("79.00", None, "small")


def test_what_a_statute_asks_and_nobody_told_is_unknown(small: str) -> None:
    said = decided(small, {name: CASE[name] for name in ("a", "paid", "currency")})
    assert (said["outcome"], said["statute"]) == ("needs_review", "eu-withdrawal")
    assert {"is_consumer", "country"} <= {fact["name"] for fact in said["open"]}


def test_without_a_statute_nothing_is_said_of_any(small: str) -> None:
    done = run("decide", small, "--facts", "-", stdin=json.dumps({"a": True}))
    assert {"statute", "documents"}.isdisjoint(done.lines[0])
    assert "counts" not in run("explain", small, "--facts", "-", stdin=json.dumps({"a": True})).out


def test_a_fact_that_no_document_knows_is_an_error_of_its_case(small: str) -> None:
    done = told("decide", small, CASE | {"contry": "DE"})
    assert done.code == 1
    assert done.lines == [{"error": "No document knows a fact `contry`. Did you mean `country`?"}]


@pytest.mark.parametrize("form", ["text", "html"])
def test_an_explanation_says_which_document_counts_and_what_the_others_say(small: str, form: str) -> None:
    out = told("explain", small, CASE, "--format", form).out
    assert "you get €79.00 back" in out
    assert "eu-withdrawal, version 2026-06, counts: it is better for the customer than the policy." in out
    assert "small, version 1, by itself: By our policy this cannot be refunded" in out
    kept = told("explain", small, CASE | {"a": True}, "--format", form).out
    assert "The policy counts: no statute is better for the customer here." in kept
    assert "eu-withdrawal, version 2026-06, by itself: By our policy you get €79.00 back." in kept


def test_an_explanation_in_json_has_the_same_two_keys(small: str) -> None:
    (said,) = told("explain", small, CASE, "--json").lines
    assert (said["statute"], len(said["documents"])) == ("eu-withdrawal", 2)
    assert said["headline"].startswith("By our policy you get €79.00 back")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["decide", REFUND_POLICY, "--facts", "-", "--statute", "-"],
            "Standard input can be read only once.",
        ),
        (["decide", REFUND_POLICY, "--facts", "-", "--statute", "none.md"], "There is no file none.md."),
        (["explain", "--trace", "-", "--statute", WITHDRAWAL], "leave --statute out"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: list[str], said: str) -> None:
    done = run(*arguments, stdin="{}")
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
