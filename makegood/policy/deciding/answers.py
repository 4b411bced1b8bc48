"""The answer of a policy with its whole trace: readable, storable as JSON, shown again without the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from makegood.policy.deciding.later import Later
from makegood.policy.documents.clauses import Role
from makegood.policy.facts import Source
from makegood.policy.rules.kleene import Truth

Value = bool | str | Decimal | Fraction | date | datetime | tuple[Any, ...] | None


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
    """An unknown fact that can still change the answer, who tells it, and how it is asked.

    `lost`: it was looked for and cannot be established, and the policy presumes nothing: a person decides.
    """

    name: str
    source: Source
    question: str
    lost: bool = False


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
    """One clause: does it apply, does it speak for the refund (None = unknown), and its conditions.

    `set_aside_by`: the numbers of the clauses that take its place in this case.
    """

    id: str
    number: str
    title: str
    applies: Truth
    value: Truth
    conditions: tuple[ConditionResult, ...]
    set_aside_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One amount of a reckoning: what `clauses` (their numbers) refund, or keep of it.

    `shown` is its rule with the values put in, such as 59.99 × 358 ÷ 365; `plain` when nothing is reckoned in
    it. `amount` is what it comes to, to the places of the currency. `because` says what the values are.
    """

    clauses: tuple[str, ...]
    kept: bool
    rule: str
    shown: str
    plain: bool
    amount: Decimal
    because: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How an amount came about: the steps, then no more than what was paid, then rounded once.

    `total` is what the steps come to and `amount` the end, both to the places of the currency. `at_most` is
    set where what was paid is less than the steps come to; `rounded` where places fell off.
    """

    currency: str
    steps: tuple[Step, ...]
    total: Decimal
    at_most: Decimal | None
    rounded: bool
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Answer(Later):
    """What a policy says of a case. `amount`, `currency` and `method` are set when it is eligible, else None.

    `at_stake` is what would be refunded if everything open came out well; None when not known.
    `incomplete` are the conditions the customer must still meet by sending something (asked at the door).
    `reckoning` shows the arithmetic of the amount, of what is at stake while facts are open, and of a granted
    refund of which nothing is left; else None. `language` (ISO 639) is the document's.
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
    reckoning: Reckoning | None = None
    language: str = "en"

    @property
    def looked_for(self) -> tuple[OpenFact, ...]:
        """The open facts that somebody may still tell: those that are not lost."""
        return tuple(fact for fact in self.open if not fact.lost)

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
        from makegood.policy.deciding.stored import to_json

        return to_json(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Answer:
        """Return the answer `to_json` made, by this version or an older one.

        Raises KeyError or ValueError when it is not one, UnknownFormat when a newer version made it.
        """
        from makegood.policy.deciding.stored import from_json

        return from_json(stored)
