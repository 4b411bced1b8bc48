"""A case that shows something: its facts in words, and what each document decides of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from makegood.policy.deciding.answers import Answer, Outcome, Why
from makegood.policy.deciding.deciding import decide
from makegood.policy.documents.examples import said
from makegood.policy.documents.policy import Policy
from makegood.policy.explaining.sentences import spoken
from makegood.policy.facts import Fact, Kind
from makegood.policy.languages.vocabulary import ORIGINAL


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of a case: its question, and the value as people say it."""

    name: str
    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Witness:
    """A case that `decide` was asked about.

    `facts` can be given to `decide` as they are. `decisions` are what the documents say of it, by the name
    each goes by ("version 2026-11"), in the words of the examples table. `like`: the example with whose
    facts the case agrees, None where it agrees with none.
    """

    facts: Mapping[str, Any]
    told: tuple[Told, ...]
    decisions: tuple[tuple[str, str], ...]
    like: str | None = None

    def lines(self) -> list[str]:
        """Return the case in lines of plain text."""
        rows = [f"As in the example “{self.like}”:"] if self.like else []
        rows += [f"- {told.question or told.name} {told.value} (`{told.name}`)" for told in self.told]
        return [*rows, *(f"{name}: {decision}" for name, decision in self.decisions)]

    def to_json(self) -> dict[str, Any]:
        """Return the case as JSON values; its `facts` can be given to `makegood policy decide`."""
        return {
            "facts": {name: _plain(value) for name, value in self.facts.items()},
            "in_words": [
                {"fact": told.name, "question": told.question, "value": told.value} for told in self.told
            ],
            "decisions": dict(self.decisions),
            "like": self.like,
        }


def witness_of(policies: Mapping[str, Policy], facts: Mapping[str, Any]) -> Witness:
    """Return the case with as few facts told as leave every decision what it is.

    `policies` by the name each goes by; each is asked about the facts that it knows. Raises FactError where a
    value is not of its kind.
    """
    kept = dict(facts)
    wanted = [_ending(answer) for answer in answers_of(policies, kept).values()]
    for name in facts:
        without = {each: value for each, value in kept.items() if each != name}
        if [_ending(answer) for answer in answers_of(policies, without).values()] == wanted:
            kept = without
    known = {name: fact for policy in policies.values() for name, fact in policy.facts.items()}
    answers = answers_of(policies, kept)
    zone = next(iter(policies.values())).zone
    said_in = {policy.currency_of(policy.values(_known_to(policy, kept))) for policy in policies.values()}
    currency = next(iter(said_in - {None}), None)
    witness = Witness(
        facts=kept,
        told=tuple(_told(known[name], value, currency, zone) for name, value in kept.items()),
        decisions=tuple((name, in_words(answer)) for name, answer in answers.items()),
    )
    return replace(witness, like=_like(policies, kept))


def answers_of(policies: Mapping[str, Policy], facts: Mapping[str, Any]) -> dict[str, Answer]:
    """Return what each policy says of the facts that it knows. Raises FactError."""
    return {name: decide(policy, _known_to(policy, facts)) for name, policy in policies.items()}


def _known_to(policy: Policy, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name in policy.facts}


def in_words(answer: Answer) -> str:
    """Return a decision in the words of the examples table, with the reason where a person must decide."""
    reasons = {
        Why.NOT_COVERED: ": the document does not settle such a case",
        Why.CONTRADICTION: ": two clauses refund differently",
    }
    words = said(answer) + reasons.get(answer.why, "")
    other_way = answer.method if answer.method != ORIGINAL else None
    return f"{words}, as {other_way.replace('_', ' ')}" if other_way else words


def _ending(answer: Answer) -> tuple[Outcome, Why, Decimal | None, str | None, tuple[str, ...]]:
    return answer.outcome, answer.why, answer.amount, answer.method, answer.decided_by


def _told(fact: Fact, value: Any, currency: str | None, zone: ZoneInfo) -> Told:
    if isinstance(value, datetime):
        value = value.astimezone(zone)
    return Told(fact.name, fact.question, spoken(value, money=fact.kind is Kind.MONEY, currency=currency))


def _like(policies: Mapping[str, Policy], facts: Mapping[str, Any]) -> str | None:
    for policy in policies.values():
        for example in policy.examples:
            if all(name in example.facts and example.facts[name] == facts[name] for name in facts):
                return example.case
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return str(value) if isinstance(value, Decimal) else value
