"""`makegood policy explain`: what was decided and why, for the customer and for the desk."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.policy_line import NO, OPEN, REFUND_POLICY, SIMPLE, TOO_LATE, YES, Done, run, written


def explained(*options: str, told: object = TOO_LATE, file: str = REFUND_POLICY) -> Done:
    return run("explain", file, "--facts", "-", *options, stdin=json.dumps(told))


def test_a_customer_reads_why_in_plain_words() -> None:
    done = explained()
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Case 1\n------\n")
    assert "we received the request on 3 December 2026" in done.out
    assert "received_on <= last_day_to_ask" not in done.out


def test_the_desk_reads_the_rules_too() -> None:
    assert "received_on <= last_day_to_ask" in explained("--for", "desk").out


def test_several_cases_are_told_apart_by_their_names(tmp_path: Path) -> None:
    told = [{"id": "R-7", "facts": YES}, NO]
    done = explained(told=told, file=written(tmp_path, SIMPLE))
    assert [line for line in done.out.splitlines() if line.startswith("Case")] == ["Case R-7", "Case 2"]


def test_what_a_case_brings_is_shown_by_a_terminal_and_not_obeyed(tmp_path: Path) -> None:
    told = [{"id": "\x1b[2J", "facts": YES}, {"id": "\x9b2J", "facts": {"a\x07": 1}}]
    done = explained(told=told, file=written(tmp_path, SIMPLE))
    assert "Case \ufffd[2J" in done.out
    assert not {"\x1b", "\x9b", "\x07"} & {*done.out, *done.err}


@pytest.mark.parametrize("option", [("--json",), ("--format", "json")])
def test_as_json_it_is_one_line_for_each_case(tmp_path: Path, option: tuple[str, ...]) -> None:
    told = [{"id": "R-7", "facts": YES}, {"id": "R-8", "facts": {"weather": 1}}]
    done = explained(*option, told=told, file=written(tmp_path, SIMPLE))
    first, second = done.lines
    assert first["id"] == "R-7"
    assert first["clauses"][0]["lines"][0]["mark"] == "met"
    assert second == {"id": "R-8", "error": "The policy knows no fact `weather`."}
    assert done.code == 1


def test_a_wrong_case_is_told_on_standard_error_and_the_others_are_explained(tmp_path: Path) -> None:
    done = explained(told=[{"weather": 1}, YES], file=written(tmp_path, SIMPLE))
    assert (done.code, done.err) == (1, "Case 1: The policy knows no fact `weather`.\n")
    assert done.out.startswith("Case 2\n")


def test_as_html_it_is_a_page_in_which_nothing_of_a_case_is_mark_up(tmp_path: Path) -> None:
    told = {"id": "<script>alert(1)</script>", "facts": YES}
    done = explained("--format", "html", told=told, file=written(tmp_path, SIMPLE))
    seen = _Tags()
    seen.feed(done.out)
    assert seen.opened.count("html") == seen.opened.count("main") == 1
    assert "script" not in seen.opened
    assert "&lt;script&gt;" in done.out
    assert done.out.rstrip().endswith("</html>")


def test_where_no_case_is_right_there_is_no_page(tmp_path: Path) -> None:
    done = explained("--format", "html", told={"weather": 1}, file=written(tmp_path, SIMPLE))
    assert (done.code, done.out) == (1, "")


def test_a_stored_decision_is_explained_without_its_policy(tmp_path: Path) -> None:
    file = written(tmp_path, SIMPLE)
    told = "\n".join(json.dumps({"id": name, "facts": facts}) for name, facts in (("n", NO), ("o", OPEN)))
    decided = run("decide", file, "--facts", "-", stdin=told).out
    by_policy = run("explain", file, "--facts", "-", "--for", "desk", stdin=told)
    stored = run("explain", "--trace", "-", "--for", "desk", stdin=decided)
    assert stored == by_policy
    assert stored.code == 0


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        ('{"outcome": "eligible"}', "This is no decision as `decide` prints it."),
        ('{"trace": 7}', "This is no decision as `decide` prints it."),
        ('{"trace": {"format": 99}}', "This answer is stored in format 99"),
        ("[1]", "A case is an object of facts"),
    ],
)
def test_what_is_no_stored_decision_is_said(stored: str, why: str) -> None:
    done = run("explain", "--trace", "-", stdin=stored)
    assert (done.code, done.out) == (1, "")
    assert why in done.err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--facts", "-"], "By which policy? Give its FILE, too."),
        (["--trace", "-", REFUND_POLICY], "leave FILE out"),
        ([REFUND_POLICY], "one of the arguments --facts --trace is required"),
        ([REFUND_POLICY, "--facts", "-", "--for", "judge"], "invalid choice: 'judge'"),
        ([REFUND_POLICY, "--facts", "-", "--json", "--format", "html"], "not allowed with"),
    ],
)
def test_what_does_not_go_together_is_bad_usage(arguments: list[str], why: str) -> None:
    done = run("explain", *arguments)
    assert (done.code, done.out) == (2, "")
    assert why in done.err


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  # as HTMLParser calls it
        self.opened.append(tag)
