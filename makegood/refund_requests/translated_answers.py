"""What the policy answered, in the language of its reader: only the words are those of a translation."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet

from makegood.policy import Answer
from makegood.policy.explaining.retelling import retold
from makegood.refund_requests import policies
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.models import Assessment, DecisionLine
from makegood.refund_requests.models.policy_version import translations_of


def in_language(live: LiveAnswer, language: str) -> LiveAnswer:
    """The same answer, and its document, in the words of `language` where the version is translated.

    A statute speaks in its own language.
    """
    words = policies.worded(live.version, language)
    if_so = in_language(live.if_so, language) if live.if_so else None
    answer = live.answer if live.law else retold(live.answer, words, live.facts)
    return replace(live, policy=words, answer=answer, if_so=if_so)


def kept_answer(assessment: Assessment, language: str) -> Answer:
    """An answer that was kept, in the words of `language`, where its version is translated into it."""
    if assessment.statute_version_id is not None:
        return Answer.from_json(assessment.trace)
    words = policies.worded(assessment.policy_version, language)
    return retold(Answer.from_json(assessment.trace), words, assessment.facts)


def with_languages(rows: QuerySet[DecisionLine]) -> list[DecisionLine]:
    """Lines read with the versions that decided them, and with them the languages of these: one query."""
    translated = translations_of("assessment__policy_version")
    lines: list[DecisionLine] = list(rows.annotate(described_translations=translated))
    for line in lines:
        vars(line.assessment.policy_version)["described_translations"] = vars(line)["described_translations"]
    return lines
