"""Whatever is written in a document, reading it ends in a policy or in PolicyErrors, and in nothing else.

With `--faults` it goes on for a minute instead of a few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from makegood.policy import Policy, PolicyErrors, decide
from tests.policy.documents import FACTS, HEAD, grant, text_of

FOLDER = Path(__file__).resolve().parents[2] / "policies"
DOCUMENTS = [path.read_text("utf-8") for path in sorted(FOLDER.glob("**/*.md"))]
PIECES = [
    *(
        "`",
        "``",
        "|",
        "\n",
        "\n\n",
        "- ",
        "# ",
        "## 1. ",
        "{#x}",
        "---",
        "**all**",
        "any of these:",
        ":",
        "\0",
        "\ufeff",
    ),
    *(
        "'",
        '"',
        "(",
        ")",
        "((((",
        ",",
        ";",
        "/*",
        "--",
        "{}",
        "[",
        "]",
        "=",
        "<>",
        "NOT ",
        " AND ",
        " OR ",
        "NULL",
    ),
    *(
        "We refund ",
        "Unless ",
        "Applies to ",
        "This clause replaces clauses ",
        "We keep `",
        "each",
        "each.on",
        "told(",
    ),
    *(
        "count(",
        "sum(",
        "choose(",
        "any(",
        "lookup",
        "DATE '2026-02-30'",
        "999999999999999999999",
        "0.0000000001",
    ),
    *(
        "list of dates",
        "list: a date, b money",
        "choice: ",
        "any other",
        "0 to 7",
        "yes",
        "unknown",
        "\u202e",
        "🙂",
        "й",
    ),
]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A real document with some stretches cut out, doubled, moved or replaced."""
    text = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        stretch = text[start:end]
        put = draw(st.sampled_from(["", stretch * 2, *PIECES]) | st.text(max_size=12))
        text = text[:start] + put + text[end:]
    return text


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Something like a rule, of names, signs and pieces."""
    words = [
        *PIECES,
        "a",
        "b",
        "k",
        "n",
        "bought_on",
        "paid",
        "days(",
        "+",
        "-",
        "*",
        "/",
        " 1 ",
        " <= ",
        "max(",
    ]
    return "".join(draw(st.lists(st.sampled_from(words), max_size=14))).replace("`", "").replace("\n", " ")


def read(text: str) -> None:
    """Read a document; what can be read can decide, too."""
    try:
        policy = Policy.parse(text)
    except PolicyErrors as found:
        sentence = str(found)
    else:
        sentence = str(decide(policy, {}).outcome) + policy.page_html()
    assert sentence


COUNT = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@COUNT
@given(damaged())
def test_a_damaged_document(text: str) -> None:
    read(text)


@COUNT
@given(rules())
def test_a_rule_of_anything(rule: str) -> None:
    read(text_of(grant(rule or "a")))


@COUNT
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    read(text)
    read(HEAD + text + FACTS)


@pytest.mark.faults
def test_for_a_while(fault_runs: Callable[[int], int]) -> None:
    until = time.monotonic() + fault_runs(60)
    for number in count():
        for test in (test_a_damaged_document, test_a_rule_of_anything, test_any_text):
            seed(number)(test)()
        if time.monotonic() > until:
            return
