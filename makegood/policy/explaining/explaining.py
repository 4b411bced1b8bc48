"""Explains an answer to the customer or to the desk: a headline, and each condition with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from makegood.policy.deciding.answers import (
    Answer,
    ClauseResult,
    ConditionResult,
    Mark,
    OpenFact,
    Outcome,
    Why,
)
from makegood.policy.explaining.sentences import spoken
from makegood.policy.facts import Source

Audience = Literal["customer", "desk"]

WAITING: dict[Audience, dict[Source, str]] = {
    "customer": {
        Source.CUSTOMER: "You have not told us yet",
        Source.REQUEST: "You have not told us yet",
        Source.ORDER: "We look this up",
        Source.USAGE: "We look this up",
        Source.HISTORY: "We look this up",
        Source.ENGINEER: "We will find out",
        Source.REPRESENTATIVE: "We will find out",
    },
    "desk": {
        Source.CUSTOMER: "Ask the customer",
        Source.REQUEST: "Ask the customer",
        Source.ORDER: "Not in our orders",
        Source.USAGE: "Not in the usage log",
        Source.HISTORY: "Not in our records",
        Source.ENGINEER: "For an engineer",
        Source.REPRESENTATIVE: "For the representative",
    },
}
THE_CUSTOMERS = frozenset({Source.CUSTOMER, Source.REQUEST})


@dataclass(frozen=True, slots=True)
class Line:
    """One condition for people. `anchor`: its id on the policy page."""

    id: str
    anchor: str
    mark: Mark
    text: str
    because: str


@dataclass(frozen=True, slots=True)
class ClauseLines:
    """The lines of one clause that applies, or may apply. `anchor` is its id on the policy page."""

    number: str
    title: str
    anchor: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What to show of an answer."""

    headline: str
    clauses: tuple[ClauseLines, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines of all clauses."""
        return tuple(line for clause in self.clauses for line in clause.lines)


def explain(answer: Answer, audience: Audience = "customer") -> Explanation:
    """Return the answer in words; needs only the answer, so a stored one is explained years later."""
    clauses = tuple(
        ClauseLines(clause.number, clause.title, clause.id, tuple(_lines(clause, audience)))
        for clause in answer.clauses
        if clause.applies is not False
    )
    return Explanation(
        _headline(answer, audience, clauses), tuple(clause for clause in clauses if clause.lines)
    )


def _lines(clause: ClauseResult, audience: Audience) -> Iterator[Line]:
    for condition in clause.conditions:
        if condition.mark is not Mark.NOT_SO:
            anchor = "c-" + condition.id.replace("(", "").replace(")", "")
            text = condition.prose[:1].upper() + condition.prose[1:]
            yield Line(condition.id, anchor, condition.mark, text, _because(condition, audience))


def _because(condition: ConditionResult, audience: Audience) -> str:
    if condition.mark is not Mark.OPEN or not condition.waits_for:
        return condition.because
    return " ".join(_waiting(fact, audience) for fact in condition.waits_for)


def _waiting(fact: OpenFact, audience: Audience) -> str:
    words = WAITING[audience][fact.source]
    return f"{words}: {fact.question}" if audience == "desk" or fact.source in THE_CUSTOMERS else f"{words}."


def _headline(answer: Answer, audience: Audience, clauses: tuple[ClauseLines, ...]) -> str:
    if answer.outcome is Outcome.ELIGIBLE:
        amount = spoken(answer.amount, money=True, currency=answer.currency)
        return f"By our policy you get {amount} back." if audience == "customer" else f"Refund {amount}."
    if answer.outcome is Outcome.INELIGIBLE:
        cited = ", ".join(answer.decided_by)
        return (
            f"By our policy this cannot be refunded: see {cited}."
            if audience == "customer"
            else f"Refuse: {cited}."
        )
    return {
        Why.PERSON: "A person decides this.",
        Why.NOT_COVERED: "The policy does not speak of this case; a person decides.",
        Why.CONTRADICTION: "The policy says two different things of this case; a person decides.",
    }.get(answer.why) or _still_open(answer, audience, clauses)


def _still_open(answer: Answer, audience: Audience, clauses: tuple[ClauseLines, ...]) -> str:
    if audience == "desk":
        return f"To be established: {len(answer.open)}." if answer.open else "A person decides this."
    against = any(line.mark is Mark.NOT_MET for clause in clauses for line in clause.lines)
    yours = sum(fact.source in THE_CUSTOMERS for fact in answer.open)
    ours = len(answer.open) - yours
    words = [
        "Not everything speaks for your request."
        if against
        else "Nothing speaks against your request so far."
    ]
    if yours:
        words.append(f"{_things(yours)} for you to tell us.")
    if ours:
        words.append(f"{_things(ours)} for us to find out.")
    if not answer.open:
        words.append("A person decides this.")
    return " ".join(words)


def _things(count: int) -> str:
    return "1 thing is" if count == 1 else f"{count} things are"
