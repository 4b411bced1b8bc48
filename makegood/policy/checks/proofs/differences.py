"""What changes for customers between two versions, each kind of change with a case; what a statute asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import z3

from makegood.policy.checks.names import names_used
from makegood.policy.checks.proofs.asking import Questions
from makegood.policy.checks.proofs.logic import Weighed
from makegood.policy.checks.proofs.values import Term, both
from makegood.policy.checks.replies import Reply, Said
from makegood.policy.checks.solver import SECONDS
from makegood.policy.deciding.answers import Answer, Outcome, Why
from makegood.policy.deciding.weighing import CONTRADICTION, NOT_COVERED, PERSON, REFUSED, UNDECIDED
from makegood.policy.documents.policy import Policy

REFUNDED, REFUSES, LEFT, WAITING = "refunded", "refused", "left to a person", "to be established"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change, in words, and which of the two documents' decisions it is about."""

    words: str
    before: str
    after: str
    how: str = ""  # of two refunds: less, more, another way


DECIDED = (REFUNDED, REFUSES, LEFT)
KINDS = (
    *(Kind(f"was {a}, now {b}", a, b) for a in DECIDED for b in DECIDED if a != b),
    Kind("was refunded, now something more must be told first", REFUNDED, WAITING),
    Kind("something had to be told first, now refunded without it", WAITING, REFUNDED),
    Kind("less money", REFUNDED, REFUNDED, "less"),
    Kind("more money", REFUNDED, REFUNDED, "more"),
    Kind("the same money another way", REFUNDED, REFUNDED, "another way"),
)
STRICTER = (
    Kind("the statute refunds, the policy refuses", REFUNDED, REFUSES),
    Kind("the statute refunds, the policy leaves it to a person", REFUNDED, LEFT),
    Kind("the policy refunds less than the statute", REFUNDED, REFUNDED, "less"),
    Kind("the policy wants to be told more before it refunds what the statute does", REFUNDED, WAITING),
)


@dataclass(frozen=True, slots=True)
class Change:
    """Whether a kind of change occurs: a case, proved not to, or not found out."""

    kind: Kind
    reply: Reply


@dataclass(frozen=True, slots=True)
class Difference:
    """The kinds of change between two documents. `limits` says within what a proof holds."""

    names: tuple[str, str]
    changes: tuple[Change, ...]
    limits: str
    notes: tuple[str, ...] = ()

    def of(self, said: Said) -> tuple[Change, ...]:
        """Return the changes answered in one way."""
        return tuple(change for change in self.changes if change.reply.said is said)

    def to_json(self) -> dict[str, Any]:
        """Return the difference as JSON values; `proved_none` and `open` name kinds of change."""
        return {
            "old": self.names[0],
            "new": self.names[1],
            "changes": [
                {"kind": change.kind.words, "witness": change.reply.witness.to_json()}
                for change in self.of(Said.CASE)
                if change.reply.witness
            ],
            "proved_none": [change.kind.words for change in self.of(Said.NONE)],
            "open": [{"kind": each.kind.words, "why": each.reply.why} for each in self.of(Said.OPEN)],
            "limits": self.limits,
            "notes": list(self.notes),
        }


def difference(old: Policy, new: Policy, seconds: float = SECONDS) -> Difference:
    """Return each kind of change from one document to another; `seconds` bounds each question.

    Raises CannotCompare.
    """
    names = _apart(f"version {old.version}", f"version {new.version}", "old", "new")
    return _compared(old, new, names, KINDS, seconds)


def strictness(statute: Policy, policy: Policy, seconds: float = SECONDS) -> Difference:
    """Return in which ways a policy is stricter than a statute on a case that both are asked about.

    It is proved never to be stricter where every change is answered with NONE. Raises CannotCompare.
    """
    names = _apart(
        f"{statute.name} {statute.version}", f"{policy.name} {policy.version}", "statute", "policy"
    )
    found = _compared(statute, policy, names, STRICTER, seconds)
    alone = [name for name in statute.facts if name not in policy.facts and name in names_used(statute)]
    note = f"Only the statute knows {', '.join(alone)}: the policy cannot take account of it."
    return replace(found, notes=(*found.notes, note)) if alone else found


def _compared(
    old: Policy, new: Policy, names: tuple[str, str], kinds: tuple[Kind, ...], seconds: float
) -> Difference:
    questions = Questions(dict(zip(names, (old, new), strict=True)), seconds)
    comparison = _Comparison(questions, names)
    # Without `told(…)` all is known: to say that nothing more must be told first would say nothing.
    waits = bool(questions.world.is_told)
    changes = tuple(
        comparison.change(kind) for kind in kinds if waits or WAITING not in (kind.before, kind.after)
    )
    return Difference(names, changes, questions.limits, tuple(_notes(old, new)))


class _Comparison:
    """Two documents over the same cases."""

    def __init__(self, questions: Questions, names: tuple[str, str]) -> None:
        self.questions, self.names = questions, names
        self.old, self.new = (questions.weighed[name] for name in names)
        self._told = both(questions.world.is_told.values())

    def change(self, kind: Kind) -> Change:
        condition = both((self._ends(self.old, kind.before), self._ends(self.new, kind.after)))
        if WAITING in (kind.before, kind.after):
            condition = both((condition, z3.Not(self._told)))
        else:  # learning a fact never turns a decision around, so that nothing is lost by telling all
            condition = both((condition, self._told))
        if kind.how:
            condition = both((condition, self._money(kind.how)))
        return Change(kind, self.questions.ask(condition, lambda answers: self._confirmed(kind, answers)))

    def _ends(self, weighed: Weighed, end: str) -> Term:
        if end == REFUNDED:
            return weighed.refunded
        if end == REFUSES:
            return weighed.ends(REFUSED)
        if end == WAITING:
            return weighed.ends(UNDECIDED)
        return weighed.ends(PERSON, NOT_COVERED, CONTRADICTION, UNDECIDED)

    def _money(self, how: str) -> Term:
        old, new = self.old.amount, self.new.amount
        if how == "another way":
            return z3.And(old == new, self.old.method != self.new.method)
        return new < old if how == "less" else new > old

    def _confirmed(self, kind: Kind, answers: Mapping[str, Answer]) -> bool:
        old, new = (answers[name] for name in self.names)
        if (end_of(old), end_of(new)) != (kind.before, kind.after):
            return False
        return not kind.how or how_differs(old, new) == kind.how


def end_of(answer: Answer) -> str:
    """Return which of the ends a decision is."""
    if answer.outcome is Outcome.ELIGIBLE:
        return REFUNDED
    if answer.outcome is Outcome.INELIGIBLE:
        return REFUSES
    return WAITING if answer.why is Why.TO_ESTABLISH else LEFT


def how_differs(old: Answer, new: Answer) -> str:
    """Return how two refunds differ; "" where they are alike."""
    before, after = old.amount or Decimal(0), new.amount or Decimal(0)
    if before != after:
        return "less" if after < before else "more"
    return "another way" if old.method != new.method else ""


def _apart(old: str, new: str, one: str, other: str) -> tuple[str, str]:
    """Two names, with what each is added where they are alike."""
    return (old, new) if old != new else (f"{old} ({one})", f"{new} ({other})")


def _notes(old: Policy, new: Policy) -> list[str]:
    """What cannot be asked of both documents, because only one of them has it."""
    notes = []
    for name in (name for name in old.facts if name in new.facts):
        gone = [each for each in old.facts[name].choices if each not in new.facts[name].choices]
        come = [each for each in new.facts[name].choices if each not in old.facts[name].choices]
        notes += [f"`{name} = '{each}'` is no choice any more; such cases are not compared." for each in gone]
        notes += [f"`{name} = '{each}'` is a new choice; such cases are not compared." for each in come]
    return notes
