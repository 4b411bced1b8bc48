"""Tells an answer again in the words of another document with the same rules: its translation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from makegood.policy.deciding.answers import (
    Answer,
    ClauseResult,
    ConditionResult,
    OpenFact,
    Reckoning,
)
from makegood.policy.deciding.deciding import decide
from makegood.policy.documents.policy import Policy


def retold(answer: Answer, policy: Policy, facts: Mapping[str, object]) -> Answer:
    """Return `answer`, which was given to `facts`, in the words of `policy`.

    The rules of `policy` must be those of the document that decided. Only words are taken from it: titles,
    conditions, what made them so, questions. The outcome, the amounts and the hash stay as they were decided.
    Raises FactError for facts the policy does not know, KeyError for an answer of other rules.
    """
    if answer.language == policy.front.language:
        return answer
    words = decide(policy, facts)
    clauses = {clause.id: clause for clause in words.clauses}
    return replace(
        answer,
        language=policy.front.language,
        open=_asked(answer.open, policy),
        clauses=tuple(_clause(clause, clauses[clause.id], policy) for clause in answer.clauses),
        reckoning=_reckoning(answer.reckoning, words.reckoning),
    )


def _asked(facts: tuple[OpenFact, ...], policy: Policy) -> tuple[OpenFact, ...]:
    return tuple(replace(fact, question=policy.facts[fact.name].question) for fact in facts)


def _clause(clause: ClauseResult, words: ClauseResult, policy: Policy) -> ClauseResult:
    said = {condition.id: condition for condition in words.conditions}
    conditions = tuple(_condition(each, said[each.id], policy) for each in clause.conditions)
    return replace(clause, title=words.title, conditions=conditions)


def _condition(condition: ConditionResult, words: ConditionResult, policy: Policy) -> ConditionResult:
    return replace(
        condition,
        prose=words.prose,
        because=words.because,
        waits_for=_asked(condition.waits_for, policy),
    )


def _reckoning(reckoning: Reckoning | None, words: Reckoning | None) -> Reckoning | None:
    """The arithmetic with the values as the other language writes and names them."""
    if reckoning is None or words is None:
        return reckoning
    steps = tuple(
        replace(step, shown=said.shown, because=said.because)
        for step, said in zip(reckoning.steps, words.steps, strict=True)
    )
    return replace(reckoning, steps=steps)
