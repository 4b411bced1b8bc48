"""A vendor adds a ground or a question to the document, and the form asks it: no code is touched."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from makegood.audit.actors import System
from makegood.policy import Policy
from makegood.refund_requests import policies
from makegood.refund_requests.models import Draft, RefundRequest
from tests.cases import POLICY
from tests.members.conftest import AtHome
from tests.members.scenes import TOLD, a_png, begin, olenas_order, step, up_to_questions, words
from tests.people import olena

FACT = "| `steps` | text | customer |"
CONDITION = "- a description of your actions before the bug appeared. `told(steps)`"


def publish(text: str) -> None:
    """In force since two months ago, so that it governs the orders of these tests."""
    since = (timezone.now() - timedelta(days=60)).date()
    new = text.replace('version: "2026-11"', 'version: "2"').replace("2010-01-01", since.isoformat())
    policies.publish(text=new, by=System("a test"), at=timezone.now())


def with_question(kind: str, *, question: str = "How is it?") -> str:
    """The policy with one question more, needed for a defect."""
    text = POLICY.read_text()
    row = f"| `extra` | {kind} | customer | {question} | | unknown | |\n{FACT}"
    asked = f"- an answer to the new question. `told(extra)`\n{CONDITION}"
    return text.replace(FACT, row, 1).replace(CONDITION, asked, 1)


@pytest.mark.parametrize(
    ("kind", "control", "typed", "kept", "read_back"),
    [
        ("text", "<textarea", "slow", "slow", "slow"),
        ("yes/no", 'type="radio"', "no", False, "No"),
        ("yes/no", 'type="radio"', "yes", True, "Yes"),
        ("number", 'type="number"', "0", "0", "0"),
        ("money", 'type="number"', "12.50", "12.50", "12.50"),
        ("date", 'type="date"', "2026-11-02", "2026-11-02", "2026-11-02"),
        (
            "moment",
            'type="datetime-local"',
            "2026-11-02T18:30",
            "2026-11-02T18:30:00+02:00",
            "2026-11-02T18:30:00+02:00",
        ),
        ("choice: slow, very_slow", 'value="very_slow"', "very_slow", "very_slow", "Very slow"),
    ],
)
def test_a_question_of_any_kind_is_asked_kept_and_read_back(
    at_home: AtHome, kind: str, control: str, typed: str, kept: object, read_back: str
) -> None:
    publish(with_question(kind))
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    page = browser.get(step(draft, "what-happened"))
    assert "How is it?" in words(page)
    assert control in page.content.decode()
    told = browser.post(step(draft, "what-happened"), TOLD | {"extra": typed, "screenshots": [a_png()]})
    assert told["Location"] == step(draft, "check")
    assert Draft.objects.get().answers["extra"] == kept
    assert f"How is it? {read_back}" in words(browser.get(step(draft, "check")))
    browser.post(step(draft, "check"))
    assert RefundRequest.objects.get().answers["extra"] == kept


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("yes/no", "perhaps", "Please choose yes or no."),
        ("number", "many", "Please give a number, such as 12 or 12.5."),
        ("date", "yesterday", "Please give a date, such as 2026-11-23."),
        ("moment", "noon", "Please give a date and a time, such as 2026-11-23 14:30."),
        ("choice: slow, very_slow", "fast", "Please choose one of the answers."),
        ("text", "", "Please answer “How is it?”"),
    ],
)
def test_a_wrong_answer_is_told_and_stays_on_the_page(
    at_home: AtHome, kind: str, typed: str, sentence: str
) -> None:
    publish(with_question(kind))
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    answer = browser.post(step(draft, "what-happened"), TOLD | {"extra": typed, "screenshots": [a_png()]})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "It stops after 400 letters" in words(answer)
    assert "extra" not in Draft.objects.get().answers


def test_an_answer_is_shown_again_on_the_page(at_home: AtHome) -> None:
    publish(with_question("moment"))
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    browser.post(step(draft, "what-happened"), {"extra": "2026-11-02T18:30"})
    page = browser.get(step(draft, "what-happened")).content.decode()
    assert 'value="2026-11-02T18:30"' in page


def test_a_new_ground_is_offered(at_home: AtHome) -> None:
    text = POLICY.read_text()
    text = text.replace("choice: defect, duplicate,", "choice: defect, regret, duplicate,")
    text = text.replace(
        "| `duplicate` | I ordered it twice |",
        "| `regret` | I changed my mind | Within a day. | one |\n| `duplicate` | I ordered it twice |",
    )
    publish(text)
    browser = at_home(olena())
    draft = begin(browser, olenas_order())
    assert "I changed my mind Within a day." in words(browser.get(step(draft, "reason")))
    assert browser.post(step(draft, "reason"), {"ground": "regret"}).status_code == 303


def test_a_ground_without_questions_has_no_page_for_them(at_home: AtHome) -> None:
    browser, order = at_home(olena()), olenas_order()
    draft = begin(browser)
    browser.post(step(draft, "reason"), {"ground": "duplicate"})
    assert "What happened" not in words(browser.get(step(draft, "order")))
    assert browser.get(step(draft, "what-happened")).status_code == 303
    assert order.number in words(browser.get(step(draft, "order")))


# Lists, questions that depend on another answer, and documents without grounds


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("list of dates", "2026-11-02\r\n\r\n 2026-11-03", ["2026-11-02", "2026-11-03"]),
        ("list of texts", "one\ntwo words", ["one", "two words"]),
        (
            "list: paid_on date, amount money",
            "2026-11-02; 79.00",
            [{"paid_on": "2026-11-02", "amount": "79.00"}],
        ),
    ],
)
def test_a_list_is_written_line_by_line(at_home: AtHome, kind: str, typed: str, kept: object) -> None:
    publish(with_question(kind))
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    told = browser.post(step(draft, "what-happened"), TOLD | {"extra": typed, "screenshots": [a_png()]})
    assert told["Location"] == step(draft, "check")
    assert Draft.objects.get().answers["extra"] == kept
    shown = words(browser.get(step(draft, "what-happened")))
    assert all(line.strip() in shown for line in typed.splitlines())


@pytest.mark.parametrize(
    ("kind", "typed", "example"),
    [
        ("list of dates", "yesterday", "2026-11-23"),
        ("list: paid_on date, amount money", "79.00", "2026-11-23; 79.00"),
    ],
)
def test_a_list_that_cannot_be_read_says_how_to_write_it(
    at_home: AtHome, kind: str, typed: str, example: str
) -> None:
    publish(with_question(kind))
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    answer = browser.post(step(draft, "what-happened"), TOLD | {"extra": typed, "screenshots": [a_png()]})
    assert f"Please write one on each line, such as: {example}" in words(answer)
    assert typed in words(answer)


def with_a_question_that_depends() -> str:
    """The policy asks whether it is slow, and only where it is, how slow."""
    text = POLICY.read_text()
    head = "| If missing | In words |\n|---|---|---|---|---|---|---|"
    text = text.replace(
        head, "| If missing | When it applies | In words |\n|---|---|---|---|---|---|---|---|"
    )
    lines = []
    inside = False
    for line in text.splitlines():
        inside = line.startswith("| Fact |") or (inside and line.startswith("|"))
        if inside and line.startswith("| `"):
            cells = line.strip().strip("|").split("|")
            line = "|" + "|".join([*cells[:6], " ", cells[6]]) + "|"
            if line.startswith("| `steps` "):
                lines += [
                    "| `slow` | yes/no | customer | Is it slow? | | unknown | | |",
                    "| `how_slow` | number | customer | How many seconds? | | unknown | `slow` | |",
                ]
        lines.append(line)
    asked = "- whether it is slow, and how slow. `told(slow) AND (NOT slow OR told(how_slow))`\n"
    return "\n".join(lines).replace(CONDITION, asked + CONDITION, 1)


def hidden_questions(page: str) -> list[str]:
    return re.findall(r'data-question="(\w+)"\s+hidden', page)


def test_a_question_that_depends_on_another_appears_with_its_answer(at_home: AtHome) -> None:
    publish(with_a_question_that_depends())
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    address = step(draft, "what-happened")
    assert hidden_questions(browser.get(address).content.decode()) == ["how_slow"]
    live = browser.post(address, {"slow": "yes", "save": "1"}, headers={"HX-Request": "true"})
    assert "how_slow" in json.loads(live["HX-Trigger"])["asked"]["names"]
    assert hidden_questions(browser.get(address).content.decode()) == []
    missing = browser.post(address, TOLD | {"slow": "yes", "screenshots": [a_png()]})
    assert "Please answer “How many seconds?”" in words(missing)
    assert browser.post(address, TOLD | {"slow": "yes", "how_slow": "9"})["Location"] == step(draft, "check")
    assert "How many seconds? 9" in words(browser.get(step(draft, "check")))


def test_a_question_that_does_not_apply_is_neither_asked_nor_missed(at_home: AtHome) -> None:
    publish(with_a_question_that_depends())
    browser = at_home(olena())
    draft = up_to_questions(browser, olenas_order())
    told = TOLD | {"slow": "no", "how_slow": "", "screenshots": [a_png()]}
    assert browser.post(step(draft, "what-happened"), told)["Location"] == step(draft, "check")
    assert "How many seconds?" not in words(browser.get(step(draft, "check")))
    assert browser.post(step(draft, "check"))["Location"].endswith("?sent=1")


EXAMPLES = sorted((POLICY.parent / "examples").glob("*.md"))
ANSWERS = {"list": "A-1", "yes/no": "yes"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_policy_of_another_vendor_is_a_form_that_can_be_filled_in(at_home: AtHome, example: Path) -> None:
    """None of them knows grounds: the form begins with the order, and no page is without a way on."""
    policies.publish(text=example.read_text(), by=System("a test"), at=timezone.now())
    policy = Policy.parse(example.read_text())
    browser, order = at_home(olena()), olenas_order(2)
    draft = begin(browser)
    assert browser.get(step(draft, "reason"))["Location"] == step(draft, "order")
    assert "Step 1 of" in words(browser.get(step(draft, "order")))
    chosen = browser.post(step(draft, "order"), {"order": order.number})
    if chosen.status_code == 422:
        assert "Our policy does not allow this refund" in words(chosen)
    elif policy.questions(""):
        assert chosen["Location"] == step(draft, "what-happened")
        page = browser.get(step(draft, "what-happened"))
        told = {}
        for question in policy.questions(""):
            assert question.question in words(page)
            told[question.name] = question.choices[0] if question.choices else ANSWERS[question.kind]
        chosen = browser.post(step(draft, "what-happened"), told)
    if chosen.status_code != 422:
        assert chosen["Location"] == step(draft, "check")
    assert "Check your answers" in words(browser.get(step(draft, "check")))
    sent = browser.post(step(draft, "check"), follow=True)
    said = ("We have your request", "Our policy does not allow this refund")
    assert any(sentence in words(sent) for sentence in said)
