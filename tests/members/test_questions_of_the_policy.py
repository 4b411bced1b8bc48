"""A vendor adds a ground or a question to the document, and the form asks it: no code is touched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from makegood.audit.actors import System
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
