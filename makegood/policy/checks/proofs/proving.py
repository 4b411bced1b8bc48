"""What a solver finds in one policy: conditions that cannot matter, overlaps, holes, each shown or proved."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import z3

from makegood.policy.checks import conditions, overlaps
from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.checks.proofs.asking import Questions
from makegood.policy.checks.proofs.values import Term, Truth, both, either
from makegood.policy.checks.replies import Reply, Said
from makegood.policy.checks.solver import SECONDS
from makegood.policy.checks.witnesses import Witness
from makegood.policy.deciding.answers import Answer, Why
from makegood.policy.deciding.deciding import decide
from makegood.policy.deciding.weighing import CONTRADICTION, NOT_COVERED, UNDECIDED
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.policy import Policy
from makegood.policy.errors import Span

NAME = "decision"
HOLES = (
    ("case not covered", "no clause speaks of some cases: they go to a person", NOT_COVERED),
    ("rules come to nothing", "some cases are not decided though all is known: a person decides", UNDECIDED),
)
MOST_QUESTIONS_TIMES = 12
"""So many times the bound of one question bounds all questions about one document."""


@dataclass
class Proofs:
    """What was asked of one policy. `proved` counts the questions answered for every case there is."""

    policy: Policy
    seconds: float
    findings: list[Finding] = field(default_factory=list)
    proved: int = 0
    left_open: list[str] = field(default_factory=list)
    limits: str = ""


def prove(policy: Policy, seconds: float = SECONDS) -> Proofs:
    """Return what a solver finds. `seconds` bounds each question, twelve times as many all of them.

    Raises CannotCompare where no case fits the document, and where it is too large.
    """
    proofs = Proofs(policy, seconds)
    prover = _Prover(proofs)
    for clause in policy.clauses:
        proofs.findings += prover.clause(clause)
    proofs.findings += prover.overlaps()
    proofs.findings += prover.holes()
    proofs.limits = prover.questions.limits
    return proofs


class _Prover:
    def __init__(self, proofs: Proofs) -> None:
        self.proofs, self.policy = proofs, proofs.policy
        self.questions = Questions({NAME: proofs.policy}, proofs.seconds)
        self.weighed = self.questions.weighed[NAME]
        self.ends = time.monotonic() + proofs.seconds * MOST_QUESTIONS_TIMES

    def clause(self, clause: Clause) -> Iterator[Finding]:
        applies = self.weighed.weighing.applies(clause).holds
        names = [name for rule in clause.rules() for name in rule.names]
        if long := self.questions.world.too_long & self.policy.facts_under(names):
            self.proofs.left_open.append(
                f"clause {clause.number}, which counts too many items of {', '.join(sorted(long))}"
            )
            return
        if self.never(f"whether clause {clause.number} can apply", applies):
            message = f"clause {clause.number} never applies"
            advice = "correct what it applies to, or which clauses go before it"
            yield Finding(Severity.WARNING, "clause never applies", clause.span, message, advice)
            return
        for part in clause.parts:
            yield from self.part(part, applies, self.weighed.logic.applies(clause).holds)

    def part(self, part: Part, applies: Term, alone: Term) -> Iterator[Finding]:
        """What cannot matter in one list where its clause applies; `alone`: though others go before it."""
        truths = {each.id: self._truth(each) for each in part.conditions}
        dead = [
            each
            for each in part.conditions
            if self.never(f"whether {each.id} can hold", applies, truths[each.id].holds)
        ]
        yield from (conditions.dead(each, only_here=True) for each in dead)
        if dead and (part.together or len(dead) == len(part.conditions)):
            return
        if part.together and (ids := self._never_together(applies, truths)):
            yield conditions.empty(part, f"{_joined(ids)} never hold together")
            return
        needed = [each for each in part.conditions if each not in dead]
        for condition in reversed(needed.copy()):
            others = [truths[each.id].holds for each in needed if each is not condition]
            if why := self._matters_not(condition, part, alone, truths[condition.id], others):
                needed.remove(condition)  # what is said twice is needed once
                yield conditions.implied(condition, why)

    def overlaps(self) -> Iterator[Finding]:
        """Each two offers that a case is granted both of."""
        contradiction = self.weighed.ends(CONTRADICTION)
        if len(self.policy.offers) < 2 or self.never("whether clauses overlap", contradiction):
            return
        weighing = self.weighed.weighing
        for one, other in combinations(self.policy.offers, 2):
            granted = (weighing.granted(one).holds, weighing.granted(other).holds)
            said = f"whether clauses {overlaps.numbers(one)} and {overlaps.numbers(other)} overlap"
            reply = self.ask(said, Why.CONTRADICTION, contradiction, *granted)
            if reply and reply.witness:
                yield overlaps.found(one, other, Severity.WARNING, "hold together", reply.witness)

    def holes(self) -> Iterator[Finding]:
        """A case no clause speaks of, and one whose rules come to nothing although everything is known."""
        told = both(self.questions.world.is_told.values())
        for about, message, verdict in HOLES:
            reply = self.ask(f"whether there is a {about}", Why.NOT_COVERED, told, self.weighed.ends(verdict))
            if reply and reply.witness:
                advice = "nothing, if a person is to decide them; else a clause, a row or a rule for them"
                if stuck := self._stuck(reply.witness):
                    advice += f"; in this case {_joined(stuck)} cannot be told"
                yield Finding(Severity.NOTE, about, self._top, message, advice, reply.witness)

    def _stuck(self, witness: Witness) -> list[str]:
        """The conditions of a case, where its clauses may apply, that are neither so nor not so."""
        clauses = decide(self.policy, witness.facts).clauses
        return [
            condition.id
            for clause in clauses
            if clause.applies is not False
            for condition in clause.conditions
            if condition.value is None
        ]

    def never(self, question: str, *terms: Term) -> bool:
        """Whether it is proved that some z3 truths never hold together."""
        if time.monotonic() > self.ends:
            self.proofs.left_open.append(question)
            return False
        said = self.questions.never(both(terms))
        if said is Said.OPEN:
            self.proofs.left_open.append(question)
        else:
            self.proofs.proved += 1
        return said is Said.NONE

    def ask(self, question: str, why: Why, *terms: Term) -> Reply | None:
        """A case that ends so; None where it was not found out."""

        def confirmed(answers: Mapping[str, Answer]) -> bool:
            return answers[NAME].why is why

        reply = self.questions.ask(both(terms), confirmed) if time.monotonic() < self.ends else None
        if reply is None or reply.said is Said.OPEN:
            self.proofs.left_open.append(question)
            return None
        self.proofs.proved += 1
        return reply

    def _truth(self, condition: Condition) -> Any:
        return self.weighed.logic.truth(condition)

    def _matters_not(
        self, condition: Condition, part: Part, applies: Term, mine: Truth, others: Sequence[Term]
    ) -> str:
        """Why a condition changes nothing beside the others of its list, "" where it may change something."""
        question = f"whether {condition.id} matters"
        if len(part.conditions) == 1:  # it may say what its clause is about, but not nothing
            return "it always holds" if self.never(question, z3.Not(mine.holds)) else ""
        if self.never(question, applies, z3.Not(mine.holds)):
            return "it holds wherever its clause applies"
        if others and part.together and self.never(question, applies, *others, z3.Not(mine.holds)):
            return "it holds wherever the others of its list do"
        if others and not part.together and self.never(question, applies, mine.holds, z3.Not(either(others))):
            return "where it holds, another of its list does"
        return ""

    def _never_together(self, applies: Term, truths: Mapping[str, Truth]) -> Sequence[str]:
        """The fewest conditions of a list that exclude each other; none where all can hold."""
        ids = list(truths)
        question = f"whether {_joined(ids)} can hold together"
        if not self.never(question, applies, *(truths[each].holds for each in ids)):
            return ()
        for one in truths:
            rest = [each for each in ids if each != one]
            if rest and self.never(question, applies, *(truths[each].holds for each in rest)):
                ids = rest
        return ids

    @property
    def _top(self) -> Span:
        return self.policy.clauses[0].span


def _joined(ids: Sequence[str]) -> str:
    return f"{', '.join(ids[:-1])} and {ids[-1]}" if len(ids) > 1 else ids[0]
