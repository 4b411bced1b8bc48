"""`makegood policy page` and `makegood policy form`: what customers read, and what they are asked."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.cli.policy_line import REFUND_POLICY, SIMPLE, run, written
from tests.policy.documents import grant, text_of


def form(*arguments: str) -> dict[str, Any]:
    done = run("form", *arguments)
    assert done.code == 0, done.err
    (said,) = done.lines
    assert isinstance(said, dict)
    return said


def asked(*arguments: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in form(*arguments)["questions"]}


def test_the_page_is_whole_and_shows_the_policy() -> None:
    done = run("page", REFUND_POLICY)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith('<!doctype html>\n<html lang="en">')
    assert done.out.endswith("</html>\n")
    assert "<title>Refund policy</title>" in done.out
    assert '<h2 id="defect">2. It does not work</h2>' in done.out


def test_the_page_loads_nothing_and_allows_only_the_style_in_it() -> None:
    page = run("page", REFUND_POLICY).out
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{hashed}'" in page
    assert not re.search(r"<(script|link|img|iframe)|\bsrc=|url\(|@import", page)


def test_mark_up_in_a_document_stays_text(tmp_path: Path) -> None:
    text = SIMPLE.replace("# Small policy", "# Small <script>alert(1)</script> policy")
    page = run("page", written(tmp_path, text)).out
    assert "<script>" not in page
    assert "<title>Small &lt;script&gt;alert(1)&lt;/script&gt; policy</title>" in page


def test_the_page_is_told_in_the_language_of_the_document(tmp_path: Path) -> None:
    text = (Path(REFUND_POLICY).read_text(encoding="utf-8")).replace(
        "\ncalendar:", "\nlanguage: en\ncalendar:", 1
    )
    assert '<html lang="en">' in run("page", written(tmp_path, text)).out


def test_a_head_that_ends_in_spaces_is_still_the_head(tmp_path: Path) -> None:
    before, head, after = SIMPLE.split("---\n")
    page = run("page", written(tmp_path, f"{before}---\n{head}--- \n{after}")).out
    assert "in_force_from" not in page
    assert "<h1>Small policy</h1>" in page


def test_the_page_as_json_names_its_policy() -> None:
    (said,) = run("page", REFUND_POLICY, "--json").lines
    assert (said["policy"], said["version"], said["title"]) == ("refunds", "2026-11", "Refund policy")
    assert said["html"] + "\n" == run("page", REFUND_POLICY).out


def test_a_form_asks_what_the_clauses_of_its_ground_use() -> None:
    assert list(asked(REFUND_POLICY, "--ground", "defect")) == [
        *("ground", "order_number", "received_on", "description", "steps", "screenshots")
    ]
    assert list(asked(REFUND_POLICY, "--ground", "duplicate")) == [
        *("ground", "order_number", "other_order_number", "received_on")
    ]


def test_a_question_says_everything_a_form_needs() -> None:
    assert asked(REFUND_POLICY, "--ground", "defect")["screenshots"] == {
        "name": "screenshots",
        "kind": "pictures",
        "question": "Pictures of it",
        "hint": "At least 1. Show the bug as you see it.",
        "choices": [],
        "fields": {},
        "items": None,
        "required": True,
        "who": "customer",
        "applies_when": None,
    }


def test_what_a_request_must_contain_is_required_and_the_rest_is_not() -> None:
    questions = asked(REFUND_POLICY, "--ground", "defect")
    assert {name for name, each in questions.items() if each["required"]} == {
        *("order_number", "description", "steps", "screenshots")
    }


def test_with_everyone_it_also_tells_what_others_find_out() -> None:
    questions = asked(REFUND_POLICY, "--ground", "defect", "--everyone")
    assert questions["bug_confirmed"]["who"] == "engineer"
    assert questions["purchased_on"]["who"] == "order"


def test_without_a_ground_it_is_the_form_of_a_case_whose_ground_is_open() -> None:
    said = form(REFUND_POLICY)
    assert [each["value"] for each in said["grounds"]] == ["defect", "duplicate", "automatic_charge"]
    assert said["ground"] is None
    names = [each["name"] for each in said["questions"]]
    assert {"ground", "other_order_number", "screenshots"} <= set(names)
    assert said["questions"][0]["choices"] == ["defect", "duplicate", "automatic_charge"]


def test_a_policy_without_grounds_has_a_form_too(tmp_path: Path) -> None:
    file = written(tmp_path, text_of(grant("a", "k = 'x'")))
    said = form(file)
    assert (said["grounds"], said["ground"]) == ([], None)
    assert [each["name"] for each in said["questions"]] == ["a", "k"]


def test_a_question_says_when_it_applies_and_what_that_hangs_on_is_asked_too(tmp_path: Path) -> None:
    text = text_of(grant("a"))
    head = "| If missing |\n|---|---|---|---|---|\n"
    assert head in text
    table, rows = text.split(head)
    rows = rows.replace("| unknown |\n", "| unknown | |\n").replace("| no |\n", "| no | |\n")
    rows = rows.replace("| 0 |\n", "| 0 | |\n").replace(
        "Is it a? | unknown | |", "Is it a? | unknown | `k = 'x'` |"
    )
    file = written(tmp_path, f"{table}| If missing | When it applies |\n|---|---|---|---|---|---|\n{rows}")
    questions = asked(file)
    assert questions["a"]["applies_when"] == "k = 'x'"
    assert questions["k"]["applies_when"] is None


def test_a_list_says_what_is_in_it(tmp_path: Path) -> None:
    rows = (
        "| `payments` | list: paid_on date, amount money | customer | Which payments? | unknown |\n"
        "| `visits` | list of dates | customer | When? | unknown |\n"
    )
    file = written(tmp_path, text_of(grant("count(payments) > count(visits)")) + rows)
    questions = asked(file)
    assert questions["payments"]["fields"] == {"paid_on": "date", "amount": "money"}
    assert questions["visits"]["items"] == "date"


@pytest.mark.parametrize(
    ("document", "ground", "why"),
    [
        (REFUND_POLICY, "defct", "has no ground `defct`. Did you mean `defect`?"),
        (REFUND_POLICY, "weather", "There are defect, duplicate, automatic_charge."),
        ("-", "defect", "<stdin> has no grounds; leave --ground out."),
    ],
)
def test_a_ground_that_is_none_is_bad_usage(document: str, ground: str, why: str) -> None:
    done = run("form", document, "--ground", ground, stdin=SIMPLE)
    assert (done.code, done.out) == (2, "")
    assert why in done.err


def test_what_a_missing_answer_means_closes_no_question(tmp_path: Path) -> None:
    clause = "Applies to requests with `a`.\n\n" + grant("n > 1")
    text = (
        text_of(clause)
        .replace("Is it a? | unknown", "Is it a? | no")
        .replace("number | usage", "number | customer")
    )
    assert list(asked(written(tmp_path, text))) == ["a", "n"]
