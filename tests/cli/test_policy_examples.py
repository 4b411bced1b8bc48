"""`makegood policy test` and `makegood policy new`: examples that come out, and a document to begin with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from makegood.cli.policy.new import starter
from makegood.policy import Policy
from tests.cli.policy_line import REFUND_POLICY, SIMPLE, run, written

EXAMPLES = """
## Examples {#examples}

| Case | Facts | Decision |
|---|---|---|
| It is a | `a=yes, paid=10.00, currency=EUR` | refund 10.00 EUR (1) |
| It is not a | like It is a: `a=no` | %s |
"""
RIGHT, FAILING = SIMPLE + EXAMPLES % "refuse (1(a))", SIMPLE + EXAMPLES % "refund 9.00 EUR"
WRONG = SIMPLE.replace("`a`", "`aa b`", 1)


def test_examples_that_come_out_are_counted(tmp_path: Path) -> None:
    file = written(tmp_path, RIGHT)
    done = run("test", file)
    assert (done.code, done.out, done.err) == (0, f"{file}: all 2 examples come out as written.\n", "")


def test_one_that_does_not_is_shown_with_its_line_what_is_written_and_what_came_out(tmp_path: Path) -> None:
    file = written(tmp_path, FAILING)
    line = FAILING.splitlines().index("| It is not a | like It is a: `a=no` | refund 9.00 EUR |") + 1
    done = run("test", file)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines() == [
        f"{file}:{line}: “It is not a” comes out differently",
        "      written: refund 9.00 EUR",
        "      decided: refuse (1(a))",
        f"{file}: 1 of 2 examples come out differently.",
    ]


def test_every_document_is_tested_also_after_one_that_is_wrong(tmp_path: Path) -> None:
    wrong = written(tmp_path, WRONG, "wrong.md")
    done = run("test", wrong, "-", written(tmp_path, SIMPLE), stdin=RIGHT)
    assert done.code == 1
    assert done.err.startswith(f"{wrong}:")
    assert (
        done.out
        == f"<stdin>: all 2 examples come out as written.\n{tmp_path}/small.md: there are no examples.\n"
    )


def test_as_json_there_is_one_line_for_each_document(tmp_path: Path) -> None:
    files = [written(tmp_path, text, f"{n}.md") for n, text in enumerate((RIGHT, FAILING, WRONG))]
    done = run("test", "--json", *files)
    right, failing, wrong = done.lines
    assert done.code == 1
    assert right == {"file": files[0], "policy": "small", "version": "1", "examples": 2, "failed": []}
    (failed,) = failing["failed"]
    assert (failed["case"], failed["written"], failed["decided"]) == (
        "It is not a",
        "refund 9.00 EUR",
        "refuse (1(a))",
    )
    assert wrong["file"] == files[2]
    assert wrong["problems"][0]["line"] > 1


def test_standard_input_is_read_once() -> None:
    done = run("test", "-", "-", stdin=RIGHT)
    assert (done.code, done.err) == (2, "makegood policy test: Standard input can be read only once.\n")


@pytest.mark.parametrize(
    "options", [[], ["--name", "trial: “x” # y", "--currency", "JPY"], ["--currency", "KWD"]]
)
def test_a_new_document_passes_its_own_examples(options: list[str]) -> None:
    made = run("new", *options)
    tested = run("test", "-", stdin=made.out)
    assert (made.code, tested.out, tested.err) == (0, "<stdin>: all 8 examples come out as written.\n", "")


def test_a_new_document_passes_the_checks() -> None:
    done = run("check", "-", "--quick", "--json", stdin=run("new").out)
    assert done.code == 0, done.err
    assert '"findings": []' in done.out


def test_it_bears_the_name_the_currency_and_the_day_it_was_made() -> None:
    policy = Policy.parse(starter("%PAID% back", "EUR", today=date(2027, 12, 31)))
    assert (policy.name, policy.version) == ("%PAID% back", "2027-12")
    assert policy.in_force_from == date(2027, 12, 31)
    assert policy.examples[1].facts["received_on"] == date(2028, 1, 14)
    assert policy.front.currency == "EUR"


def test_its_comments_are_on_no_page() -> None:
    made = run("new").out
    assert "Unknown never counts as no" in made
    page = run("page", "-", stdin=made).out
    assert "Unknown never counts as no" not in page
    assert "[//]" not in page


def test_a_new_document_as_json() -> None:
    assert run("new", "--json").lines == [{"document": run("new").out}]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--currency", "usd"], "There is no currency `usd`. Did you mean USD?"),
        (["--currency", "dollars"], "There is no currency `dollars`. It is a code of ISO 4217, such as EUR."),
        (["--name", " "], "--name is one line of at most 60 characters."),
        (["--name", "a\nb"], "--name is one line of at most 60 characters."),
    ],
)
def test_a_name_or_a_currency_that_is_none_is_bad_usage(options: list[str], why: str) -> None:
    done = run("new", *options)
    assert (done.code, done.out, done.err) == (2, "", f"makegood policy new: {why}\n")


def test_the_vendors_policy_is_tested_like_any_other() -> None:
    assert "examples come out as written" in run("test", REFUND_POLICY).out
