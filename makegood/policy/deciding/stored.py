"""Answers as JSON: written in one numbered format, read in it and in every older one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from makegood.policy.deciding.answers import (
    Answer,
    ClauseResult,
    ConditionResult,
    OpenFact,
    Outcome,
    Reckoning,
    Step,
    Why,
)
from makegood.policy.documents.clauses import Role
from makegood.policy.facts import Source

FORMAT = 2
"""Counts up when what is stored changes its meaning. 1 had no number, no reckoning and no language."""


class UnknownFormat(ValueError):
    """An answer stored in a format that only a newer version of the program knows."""

    def __init__(self, found: object) -> None:
        known = f"this version of the program reads formats 1 to {FORMAT}"
        super().__init__(f"This answer is stored in format {found}, and {known}.")


def to_json(answer: Answer) -> dict[str, Any]:
    """Return the whole trace as JSON values; amounts are decimal texts, dates ISO 8601."""
    return {
        "format": FORMAT,
        "language": answer.language,
        "policy": answer.policy,
        "version": answer.version,
        "sha256": answer.sha256,
        "outcome": str(answer.outcome),
        "why": str(answer.why),
        "amount": _text(answer.amount),
        "currency": answer.currency,
        "method": answer.method,
        "at_stake": _text(answer.at_stake),
        "decided_by": list(answer.decided_by),
        "open": [_open_to_json(fact) for fact in answer.open],
        "clauses": [_clause_to_json(clause) for clause in answer.clauses],
        "terms": {name: _value_to_json(value) for name, value in answer.terms.items()},
        "reckoning": _reckoning_to_json(answer.reckoning) if answer.reckoning else None,
    }


def from_json(stored: Mapping[str, Any]) -> Answer:
    """Return the answer `to_json` made. Raises KeyError or ValueError when it is not one, UnknownFormat."""
    form = stored.get("format", 1)
    if form not in range(1, FORMAT + 1):
        raise UnknownFormat(form)
    reckoning = stored["reckoning"] if form > 1 else None
    return Answer(
        policy=stored["policy"],
        version=stored["version"],
        sha256=stored["sha256"],
        outcome=Outcome(stored["outcome"]),
        why=Why(stored["why"]),
        amount=_decimal(stored["amount"]),
        currency=stored["currency"],
        method=stored["method"],
        at_stake=_decimal(stored["at_stake"]),
        decided_by=tuple(stored["decided_by"]),
        open=tuple(_open_from_json(fact) for fact in stored["open"]),
        clauses=tuple(_clause_from_json(clause) for clause in stored["clauses"]),
        terms={name: _value_from_json(value) for name, value in stored["terms"].items()},
        reckoning=_reckoning_from_json(reckoning) if reckoning else None,
        language=stored["language"] if form > 1 else "en",
    )


def _open_to_json(fact: OpenFact) -> dict[str, Any]:
    return {"name": fact.name, "source": str(fact.source), "question": fact.question, "lost": fact.lost}


def _open_from_json(stored: Mapping[str, Any]) -> OpenFact:
    return OpenFact(
        stored["name"], Source(stored["source"]), stored["question"], lost=stored.get("lost", False)
    )


def _clause_to_json(clause: ClauseResult) -> dict[str, Any]:
    return {
        "id": clause.id,
        "number": clause.number,
        "title": clause.title,
        "applies": clause.applies,
        "value": clause.value,
        "set_aside_by": list(clause.set_aside_by),
        "conditions": [
            {
                "id": condition.id,
                "prose": condition.prose,
                "rule": condition.rule,
                "role": str(condition.role),
                "against": condition.against,
                "value": condition.value,
                "because": condition.because,
                "facts": list(condition.facts),
                "waits_for": [_open_to_json(fact) for fact in condition.waits_for],
            }
            for condition in clause.conditions
        ],
    }


def _clause_from_json(stored: Mapping[str, Any]) -> ClauseResult:
    conditions = tuple(
        ConditionResult(
            id=condition["id"],
            prose=condition["prose"],
            rule=condition["rule"],
            role=Role(condition["role"]),
            against=condition["against"],
            value=condition["value"],
            because=condition["because"],
            facts=tuple(condition["facts"]),
            waits_for=tuple(_open_from_json(fact) for fact in condition["waits_for"]),
        )
        for condition in stored["conditions"]
    )
    return ClauseResult(
        id=stored["id"],
        number=stored["number"],
        title=stored["title"],
        applies=stored["applies"],
        value=stored["value"],
        conditions=conditions,
        set_aside_by=tuple(stored.get("set_aside_by", ())),
    )


def _reckoning_to_json(reckoning: Reckoning) -> dict[str, Any]:
    return {
        "currency": reckoning.currency,
        "steps": [
            {
                "clauses": list(step.clauses),
                "kept": step.kept,
                "rule": step.rule,
                "shown": step.shown,
                "plain": step.plain,
                "amount": str(step.amount),
                "because": step.because,
            }
            for step in reckoning.steps
        ],
        "total": str(reckoning.total),
        "at_most": _text(reckoning.at_most),
        "rounded": reckoning.rounded,
        "amount": str(reckoning.amount),
    }


def _reckoning_from_json(stored: Mapping[str, Any]) -> Reckoning:
    steps = tuple(
        Step(
            clauses=tuple(step["clauses"]),
            kept=step["kept"],
            rule=step["rule"],
            shown=step["shown"],
            plain=step["plain"],
            amount=Decimal(step["amount"]),
            because=step["because"],
        )
        for step in stored["steps"]
    )
    return Reckoning(
        currency=stored["currency"],
        steps=steps,
        total=Decimal(stored["total"]),
        at_most=_decimal(stored["at_most"]),
        rounded=stored["rounded"],
        amount=Decimal(stored["amount"]),
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _decimal(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)


def _value_to_json(value: Any) -> Any:
    """A value as JSON: numbers, dates, moments, lists and records say what they are, the rest is itself."""
    if isinstance(value, Decimal | Fraction):
        return {"number" if isinstance(value, Decimal) else "fraction": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return {"list": [_value_to_json(item) for item in value]}
    if isinstance(value, dict):
        return {"record": {name: _value_to_json(item) for name, item in value.items()}}
    return value


def _value_from_json(stored: Any) -> Any:
    if not isinstance(stored, dict):
        return stored
    ((kind, held),) = stored.items()
    return _READERS[kind](held)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "number": Decimal,
    "fraction": Fraction,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "list": lambda held: tuple(_value_from_json(item) for item in held),
    "record": lambda held: {name: _value_from_json(item) for name, item in held.items()},
}
