"""The answer of a policy with its whole trace: readable, storable as JSON, shown again without the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from makegood.policy.documents.clauses import Role
from makegood.policy.facts import Source
from makegood.policy.rules.kleene import Truth

Value = bool | str | Decimal | date | datetime | None


class Outcome(StrEnum):
    """What the policy says."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    NEEDS_REVIEW = "needs_review"


class Why(StrEnum):
    """Why the outcome is what it is; the last four are the ways a request needs review."""

    DECIDED = "decided"
    TO_ESTABLISH = "to_establish"  # facts are still unknown: see `open`
    PERSON = "person"  # the policy leaves it to a person
    NOT_COVERED = "not_covered"  # no clause speaks of such a case
    CONTRADICTION = "contradiction"  # two clauses grant different amounts


class Mark(StrEnum):
    """How a condition bears on the request, for people."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"
    PERSON = "person"
    NOT_SO = "not_so"  # what would speak against the request is not the case: nothing to show


@dataclass(frozen=True, slots=True)
class OpenFact:
    """An unknown fact that can still change the answer, who tells it, and how it is asked."""

    name: str
    source: Source
    question: str


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition: what it says, its rule, how it came out (None = unknown), and what made it so.

    `against`: when it holds it speaks against the refund. `waits_for`: the unknown facts it looks at.
    """

    id: str
    prose: str
    rule: str
    role: Role
    against: bool
    value: Truth
    because: str
    facts: tuple[str, ...]
    waits_for: tuple[OpenFact, ...]

    @property
    def mark(self) -> Mark:
        """How the condition bears on the refund."""
        if self.value is None:
            return Mark.OPEN
        if self.role is Role.REVIEW:
            return Mark.PERSON if self.value else Mark.NOT_SO
        if self.against:
            return Mark.NOT_MET if self.value else Mark.NOT_SO
        return Mark.MET if self.value else Mark.NOT_MET


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """One clause: does it apply, does it speak for the refund (None = unknown), and its conditions."""

    id: str
    number: str
    title: str
    applies: Truth
    value: Truth
    conditions: tuple[ConditionResult, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a policy says of a case. `amount`, `currency` and `method` are set when it is eligible, else None.

    `at_stake` is what would be refunded if everything open came out well; None when not known.
    `incomplete` are the conditions the customer must still meet by sending something (asked at the door).
    """

    policy: str
    version: str
    sha256: str
    outcome: Outcome
    why: Why
    amount: Decimal | None
    currency: str | None
    method: str | None
    at_stake: Decimal | None
    decided_by: tuple[str, ...]
    open: tuple[OpenFact, ...]
    clauses: tuple[ClauseResult, ...]
    terms: Mapping[str, Value]

    @property
    def incomplete(self) -> tuple[ConditionResult, ...]:
        """The conditions on what a request must contain that are not met yet."""
        return tuple(
            condition
            for clause in self.clauses
            if clause.applies is True
            for condition in clause.conditions
            if condition.role is Role.NEEDED and condition.value is not True
        )

    def to_json(self) -> dict[str, Any]:
        """Return the whole trace as JSON values; amounts are decimal texts, dates ISO 8601."""
        return {
            "policy": self.policy,
            "version": self.version,
            "sha256": self.sha256,
            "outcome": str(self.outcome),
            "why": str(self.why),
            "amount": None if self.amount is None else str(self.amount),
            "currency": self.currency,
            "method": self.method,
            "at_stake": None if self.at_stake is None else str(self.at_stake),
            "decided_by": list(self.decided_by),
            "open": [_open_to_json(fact) for fact in self.open],
            "clauses": [_clause_to_json(clause) for clause in self.clauses],
            "terms": {name: _to_json(value) for name, value in self.terms.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Answer:
        """Return the answer `to_json` made. Raises KeyError or ValueError when it is not one."""
        return cls(
            policy=stored["policy"],
            version=stored["version"],
            sha256=stored["sha256"],
            outcome=Outcome(stored["outcome"]),
            why=Why(stored["why"]),
            amount=None if stored["amount"] is None else Decimal(stored["amount"]),
            currency=stored["currency"],
            method=stored["method"],
            at_stake=None if stored["at_stake"] is None else Decimal(stored["at_stake"]),
            decided_by=tuple(stored["decided_by"]),
            open=tuple(_open_from_json(fact) for fact in stored["open"]),
            clauses=tuple(_clause_from_json(clause) for clause in stored["clauses"]),
            terms={name: _from_json(value) for name, value in stored["terms"].items()},
        )


def _open_to_json(fact: OpenFact) -> dict[str, str]:
    return {"name": fact.name, "source": str(fact.source), "question": fact.question}


def _open_from_json(stored: Mapping[str, str]) -> OpenFact:
    return OpenFact(stored["name"], Source(stored["source"]), stored["question"])


def _clause_to_json(clause: ClauseResult) -> dict[str, Any]:
    return {
        "id": clause.id,
        "number": clause.number,
        "title": clause.title,
        "applies": clause.applies,
        "value": clause.value,
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
        stored["id"], stored["number"], stored["title"], stored["applies"], stored["value"], conditions
    )


def _to_json(value: Value) -> Any:
    """A value as JSON: numbers, dates and moments say what they are, the rest is itself."""
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value


def _from_json(stored: Any) -> Value:
    if not isinstance(stored, dict):
        return stored  # type: ignore[no-any-return]  # bool, text or None, as written by _to_json
    ((kind, text),) = stored.items()
    if kind == "number":
        return Decimal(text)
    return datetime.fromisoformat(text) if kind == "moment" else date.fromisoformat(text)
