"""An answer told again in another language: the same decision, other words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from makegood.policy import Answer, OpenFact, Policy, decide, explain
from makegood.policy.documents.examples import Example
from makegood.policy.explaining.rendering import as_text
from makegood.policy.explaining.retelling import retold
from makegood.policy.languages.known import LANGUAGES
from tests.policy.documents import REFUND_POLICY, refund_policy

POLICY = refund_policy()
OTHERS = [code for code in LANGUAGES if code != "en"]
WORDS = {
    code: Policy.parse(REFUND_POLICY.with_suffix(f".{code}.md").read_text("utf-8"), source=code)
    for code in OTHERS
}


def example(case: str) -> Example:
    return next(each for each in POLICY.examples if each.case == case)


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("each", POLICY.examples, ids=lambda each: each.case)
def test_only_the_words_are_others(each: Example, code: str) -> None:
    answer = decide(POLICY, each.facts)
    told = retold(answer, WORDS[code], each.facts)
    assert (told.sha256, told.language) == (POLICY.sha256, code)
    assert as_text(explain(told)) == as_text(explain(decide(WORDS[code], each.facts)))
    assert _without_words(told) == _without_words(answer)


def _without_words(answer: Answer) -> Answer:
    """The answer with nothing in it that is said in a language."""
    clauses = tuple(
        replace(
            clause,
            title="",
            conditions=tuple(
                replace(each, prose="", because="", waits_for=_unasked(each.waits_for))
                for each in clause.conditions
            ),
        )
        for clause in answer.clauses
    )
    return replace(answer, language="", clauses=clauses, reckoning=None, open=_unasked(answer.open))


def _unasked(facts: tuple[OpenFact, ...]) -> tuple[OpenFact, ...]:
    return tuple(replace(fact, question="") for fact in facts)


def test_an_answer_kept_as_json_is_told_in_polish() -> None:
    late = example("Day 31 does not")
    kept = Answer.from_json(decide(POLICY, late.facts).to_json())
    line = next(line for line in explain(retold(kept, WORDS["pl"], late.facts)).lines if line.id == "1(a)")
    assert line.text.startswith("Otrzymujemy Państwa wniosek w ciągu 30 dni")
    assert line.because == (
        "Zakupu dokonano 2 listopada 2026; ostatni dzień na złożenie wniosku to 2 grudnia 2026; "
        "otrzymaliśmy wniosek 3 grudnia 2026."
    )


def test_the_language_of_the_document_itself_changes_nothing() -> None:
    answer = decide(POLICY, example("No screenshot").facts)
    assert retold(answer, POLICY, {}) is answer


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("description",), "Jeszcze 1 rzecz muszą nam Państwo podać."),
        (("description", "steps"), "Jeszcze 2 rzeczy muszą nam Państwo podać."),
        (("bug_confirmed", "fixable"), "Jeszcze 2 sprawy ustalamy my."),
    ],
)
def test_polish_counts_in_its_plurals(missing: tuple[str, ...], said: str) -> None:
    facts = {**example("An unfixable bug").facts, **dict.fromkeys(missing)}
    assert said in explain(retold(decide(POLICY, facts), WORDS["pl"], facts)).headline
