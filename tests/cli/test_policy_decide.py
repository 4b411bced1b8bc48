"""`makegood policy decide`: one line of JSON for each case, whatever the other cases are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from makegood.cli.policy import cases
from makegood.policy import Answer, Outcome
from tests.cli.policy_line import NO, OPEN, REFUND_POLICY, SIMPLE, TOO_LATE, YES, Done, command, run, written
from tests.policy.documents import grant, listed, text_of


@pytest.fixture
def small(tmp_path: Path) -> str:
    """A policy that refunds what was paid when `a`."""
    return written(tmp_path, SIMPLE)


def decided(file: str, *told: Any) -> list[dict[str, Any]]:
    """What is decided of these cases, given one a line."""
    done = run("decide", file, "--facts", "-", stdin="\n".join(json.dumps(each) for each in told))
    assert done.code == 0, done.err
    return done.lines


def of_text(file: str, text: str | bytes) -> Done:
    return run("decide", file, "--facts", "-", stdin=text)


def test_a_granted_case_tells_amount_currency_method_and_clause(small: str) -> None:
    (said,) = decided(small, YES)
    trace = said.pop("trace")
    assert said == {
        "outcome": "eligible",
        "why": "decided",
        "amount": "10.00",
        "currency": "EUR",
        "method": "original",
        "decided_by": ["1"],
        "open": [],
    }
    assert Answer.from_json(trace).outcome is Outcome.ELIGIBLE


def test_a_refused_case_has_no_amount(small: str) -> None:
    (said,) = decided(small, NO)
    assert (said["outcome"], said["amount"], said["decided_by"]) == ("ineligible", None, ["1"])


def test_an_open_case_says_what_is_asked_and_who_tells_it(small: str) -> None:
    (said,) = decided(small, OPEN)
    assert (said["outcome"], said["why"]) == ("needs_review", "to_establish")
    (fact,) = said["open"]
    assert (fact["name"], fact["source"], fact["question"]) == ("a", "customer", "Is it a?")


def test_the_clauses_that_decide_are_named_once_without_letters_as_the_document_numbers_them(
    tmp_path: Path,
) -> None:
    text = text_of(grant("a", "b"), "We do not refund when **any** of these hold:\n\n" + listed("c", "spam"))
    file = written(tmp_path, text.replace("## 2. ", "## AF1. "))
    (said,) = decided(file, {"a": False, "b": False, "c": True, "spam": True})
    assert said["trace"]["decided_by"] == ["1(a)", "1(b)", "AF1(a)", "AF1(b)"]
    assert said["decided_by"] == ["1", "AF1"]


@pytest.mark.parametrize("layout", ["lines", "list", "wrapped"])
def test_cases_come_one_a_line_or_in_a_list_and_may_have_an_id(small: str, layout: str) -> None:
    told = [{"id": "first", "facts": YES}, {"id": 2, "facts": NO}, OPEN]
    text = {
        "lines": "\n\n".join(json.dumps(each) for each in told) + "\n",
        "list": json.dumps(told),
        "wrapped": json.dumps(told, indent=2),
    }[layout]
    said = of_text(small, text).lines
    assert [each.get("id") for each in said] == ["first", 2, None]
    assert [each["outcome"] for each in said] == ["eligible", "ineligible", "needs_review"]


def test_one_case_may_be_written_over_several_lines(small: str) -> None:
    (said,) = of_text(small, json.dumps(YES, indent=2)).lines
    assert said["outcome"] == "eligible"


def test_facts_are_read_from_a_file_and_the_policy_from_standard_input(tmp_path: Path) -> None:
    facts = written(tmp_path, json.dumps(YES), "facts.json")
    done = run("decide", "-", "--facts", facts, stdin=SIMPLE)
    assert (done.code, done.lines[0]["outcome"]) == (0, "eligible")


def test_files_from_windows_are_read(tmp_path: Path) -> None:
    file = written(tmp_path, "\ufeff" + SIMPLE.replace("\n", "\r\n"))
    (said,) = of_text(file, "\ufeff" + json.dumps(YES, indent=2).replace("\n", "\r\n")).lines
    assert said["outcome"] == "eligible"


def test_numbers_are_read_exactly_as_they_are_written(tmp_path: Path) -> None:
    file = written(tmp_path, text_of(grant("n = 0.1 + 0.2", amount="paid")))
    said = of_text(file, '{"n": 0.3, "paid": 4503599627.375, "currency": "JOD"}').lines[0]
    assert (said["outcome"], said["amount"]) == ("eligible", "4503599627.375")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ('{"aa": true}', "The policy knows no fact `aa`."),
        ('{"id": "x", "facts": {"bougth_on": 1}}', "Did you mean `bought_on`?"),
        ('{"a": 7}', "`a` must be yes or no, not 7."),
        ('{"n": 1.23456789012}', "not 1.23456789012."),
        ('{"bought_on": "0001-01-01T00:00:00+14:00"}', "`bought_on` must be a date"),
        ('{"n": NaN}', "NaN is not a number."),
        ('{"n": 1e9999999999999999999}', "is too large."),
        (f'{{"n": {"1" * 5000}}}', "A number in it is too long."),
        ('{"a": true, "a": false}', "`a` is told twice."),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": true', "is not JSON: expecting ',' delimiter."),
        ("a: yes", "Line 2, column 1, is not JSON: expecting value."),
        ("[true]", "A case is an object of facts"),
        ('{"id": 1.5, "facts": {}}', "The `id` of a case is a text or a whole number."),
        ('{"id": "\\ud800", "facts": {"k": "\\ud800"}}', "`k` must be one of the choices"),
        ('{"k": "' + "x" * 1000 + '"}', "xxx…. It is one of x, y, z."),
        (b'{"k": "\xff"}', "Line 2 is not a text in UTF-8."),
        (b'{"k": "\x00"}', "Line 2 is not a text: it holds zero bytes."),
    ],
)
def test_a_wrong_case_says_why_and_the_others_are_decided(small: str, wrong: str | bytes, why: str) -> None:
    given = wrong if isinstance(wrong, bytes) else wrong.encode()
    good = json.dumps(YES).encode()
    done = of_text(small, b"\n".join([good, given, good]))
    first, second, third = done.lines
    assert (first["outcome"], third["outcome"]) == ("eligible", "eligible")
    assert why in second["error"]
    assert set(second) <= {"id", "error"}
    assert done.code == 1
    assert done.err == "makegood policy: 1 of 3 cases are wrong; `error` says why.\n"


def test_the_id_of_a_wrong_case_is_given_back(small: str) -> None:
    done = of_text(small, '[{"id": "x", "facts": {"weather": 1}}]')
    assert done.lines == [{"id": "x", "error": "The policy knows no fact `weather`."}]
    assert done.code == 1


def test_one_json_value_that_is_wrong_is_shown_with_its_place(small: str) -> None:
    done = of_text(small, '{\n  "a": true\n  "b": true\n}')
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[:3] == [
        "<stdin>:3:3: this is not JSON: expecting ',' delimiter",
        '    3 |   "b": true',
        "      |   ^",
    ]


@pytest.mark.parametrize("nothing", ["", "\n \n", "[]"])
def test_no_case_at_all_is_said(small: str, nothing: str) -> None:
    done = of_text(small, nothing)
    assert (done.code, done.out, done.err) == (1, "", "makegood policy decide: <stdin> holds no case.\n")


def test_what_is_too_large_to_hold_is_refused(small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "LARGEST", 1_000)
    many = [YES] * 50
    as_list, as_lines = json.dumps(many), "\n".join(json.dumps(each) for each in many)
    assert "Line 1 of <stdin> is larger than" in of_text(small, as_list).err
    assert "written one a line, cases are read one by one" in of_text(small, json.dumps(many, indent=1)).err
    assert len(of_text(small, as_lines).lines) == 50


def test_only_one_of_the_two_comes_from_standard_input() -> None:
    done = run("decide", "-", "--facts", "-")
    assert (done.code, done.err) == (
        2,
        "makegood policy decide: Standard input can be read only once.\n",
    )


def test_facts_must_be_given(small: str) -> None:
    done = run("decide", small)
    assert done.code == 2
    assert "the following arguments are required: --facts" in done.err


def test_no_database_and_no_settings_are_needed(tmp_path: Path) -> None:
    facts = written(tmp_path, json.dumps(TOO_LATE), "facts.json")
    for address in (None, "mysql://nobody@nowhere/nothing"):
        done = command(
            "decide",
            REFUND_POLICY,
            "--facts",
            facts,
            DATABASE_URL=address,
            DJANGO_SETTINGS_MODULE=None,
            MAKEGOOD_VENDR="no such setting",
        )
        assert (done.code, done.err) == (0, "")
        assert (done.lines[0]["outcome"], done.lines[0]["decided_by"]) == ("ineligible", ["1"])


def test_django_is_not_even_imported(small: str) -> None:
    program = (
        "import sys; from makegood.cli.policy.frame import policy; "
        f"policy(['decide', {small!r}, '--facts', '-']); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'django', 'duckdb', 'z3', 'rich'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(YES), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_each_line_is_answered_before_the_next_is_written(small: str) -> None:
    line = [sys.executable, "-m", "makegood.cli", "policy", "decide", small, "--facts", "-"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as asked:
        assert asked.stdin
        assert asked.stdout
        for told, outcome in ((YES, "eligible"), (NO, "ineligible")):
            asked.stdin.write(json.dumps(told) + "\n")
            asked.stdin.flush()
            assert json.loads(asked.stdout.readline())["outcome"] == outcome
        asked.stdin.close()
        assert asked.wait(timeout=30) == 0


def test_who_stops_reading_gets_no_traceback(small: str) -> None:
    line = [sys.executable, "-m", "makegood.cli", "policy", "decide", small, "--facts", "-"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(line, **pipes) as asked:  # type: ignore[call-overload]
        asked.stdout.close()
        _, said = asked.communicate(json.dumps(YES).encode(), timeout=30)
    assert (asked.returncode, said) == (141, b"")
