"""The public page: every section reachable, every rule on demand, nothing dangerous."""

from __future__ import annotations

import re

import pytest

from makegood.policy import Policy
from tests.policy.documents import grant, refund_policy, text_of

PAGE = refund_policy().page_html()


@pytest.mark.parametrize("anchor", ["defect", "duplicate", "automatic-charge", "used", "facts", "examples"])
def test_each_section_has_its_id(anchor: str) -> None:
    assert f'<h2 id="{anchor}">' in PAGE
    assert f"{{#{anchor}}}" not in PAGE


def test_each_condition_has_its_id_and_its_rule_on_demand() -> None:
    for clause in refund_policy().clauses:
        for condition in (each for part in clause.parts for each in part.conditions):
            plain = condition.id.replace("(", "").replace(")", "")
            assert f'<li id="c-{plain}">' in PAGE
            assert f"<summary>Rule {condition.id}</summary>" in PAGE


def test_a_list_that_goes_on_goes_on_lettering() -> None:
    assert '<ol type="a" start="3">\n<li id="c-2c">' in PAGE


def test_prose_lists_stay_lists() -> None:
    assert '<ul>\n<li>A trial of our software can be downloaded from the <a href="http://www.massmail' in PAGE


def test_the_tables_the_desk_works_by_are_folded_and_the_policys_own_is_not() -> None:
    before_used = PAGE[PAGE.index('<h2 id="used">') :]
    assert before_used.index("<table>") < before_used.index("<details")
    assert "<summary>The examples</summary>" in PAGE


def test_each_table_scrolls_by_itself_and_can_be_reached_by_keyboard() -> None:
    assert PAGE.count("<table>") == PAGE.count('class="scroll" tabindex="0" role="region" aria-label="')


@pytest.mark.parametrize(
    "words",
    [
        "and cannot be fixed",
        "within 30 days of the date of the product's purchase",
        "A trial of our software can be downloaded",
        "registering a free trial account",
        "submitted using the Refund form",
        "the software or service which is in question",
        "a description of the bugs found",
        "a description of your actions before the bug appeared",
        "in the most careful way, and such examination takes time",
        "managed in a queue",
        "not managed in chat or over the phone",
        "cannot be resolved in a short period of time",
        "keeps you updated about it in your submitted ticket",
        "may take several weeks to process",
        "insert both order numbers and specify the one you need a refund for",
        "varies depending on the service",
        "the option is selected by you while purchasing",
        "that are automatic charges",
        "have been using the service after the automatic",
    ],
)
def test_every_sentence_of_the_published_policy_is_on_the_page(words: str) -> None:
    assert words in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", PAGE))


HOSTILE = """
<script>alert(1)</script> <img src=x onerror=alert(1)> [click](javascript:alert(1))
[two](data:text/html;base64,AA)

<div style="position:fixed">over</div>
"""


def test_nothing_dangerous_reaches_the_page() -> None:
    page = Policy.parse(text_of(grant("a") + HOSTILE)).page_html()
    tags = [tag for tag in re.findall(r"<[a-z][^>]*>", page) if not tag.startswith('<div class="scroll"')]
    assert not [tag for tag in tags if re.search(r"script|img|div|style|onerror|javascript|data:", tag)]
    assert "&lt;script&gt;" in page


def test_no_inline_style_is_left_by_a_table() -> None:
    page = Policy.parse(text_of(grant("a") + "\n| Sum |\n|:---:|\n| many |\n")).page_html()
    assert "<td>many</td>" in page
    assert "style" not in page


def test_a_page_that_says_the_title_itself_can_do_without_the_documents() -> None:
    untitled = refund_policy().page_html(titled=False)
    title = re.search(r"<h1.*?</h1>\n?", PAGE)
    assert title
    assert untitled == PAGE.replace(title[0], "", 1)
