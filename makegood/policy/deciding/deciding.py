"""Decides a case of a policy and keeps the whole trace of why."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from makegood.policy.deciding.answers import (
    Answer,
    ClauseResult,
    ConditionResult,
    OpenFact,
    Outcome,
    Reckoning,
    Why,
)
from makegood.policy.deciding.traced import Traced, TracedWeighing
from makegood.policy.deciding.undecided import Undecided, unknown_among
from makegood.policy.deciding.weighing import UNDECIDED, Verdict, Weighing, exceptions_to, speaks_against
from makegood.policy.documents.clauses import Clause, Condition, Part, Role
from makegood.policy.documents.offers import Offer, keeping
from makegood.policy.documents.policy import Policy
from makegood.policy.explaining.reckoning import reckoning_of
from makegood.policy.explaining.sentences import Sentences
from makegood.policy.facts import CANNOT_BE_ESTABLISHED
from makegood.policy.generated.program import Raw
from makegood.policy.rules.kleene import every, opposite, some

GRANTING = (Role.GRANT, Role.MAY)
BARRING = (Role.ONLY, Role.NEEDED, Role.EXCLUSION)
BEARING = (*GRANTING, *BARRING)  # what speaks for or against a refund


def decide(policy: Policy, facts: Mapping[str, object]) -> Answer:
    """Return what the policy says of these facts; one not given is unknown, or what its row says.

    Raises FactError for a fact the policy does not know and for a value that is not of its kind.
    """
    values = policy.values(facts)
    lost = frozenset(name for name, value in facts.items() if value == CANNOT_BE_ESTABLISHED)
    return Answer.later(_Case(policy, values, lost, policy.program.run(values)))


class _Case:
    """A case that has been run: what its answer says, each part made when it is looked at."""

    def __init__(self, policy: Policy, values: Mapping[str, Any], lost: Container[str], raw: Raw) -> None:
        self._policy, self._values, self._lost, self._raw = policy, values, lost, raw
        self._verdict = policy.program.verdict(raw)

    @property
    def policy(self) -> str:
        return self._policy.name

    @property
    def version(self) -> str:
        return self._policy.version

    @property
    def sha256(self) -> str:
        return self._policy.sha256

    @property
    def language(self) -> str:
        return self._policy.front.language

    @property
    def outcome(self) -> Outcome:
        return self._verdict.outcome

    @property
    def why(self) -> Why:
        nothing_open = self._verdict == UNDECIDED and not self.open
        return Why.NOT_COVERED if nothing_open else self._verdict.why

    @property
    def amount(self) -> Decimal | None:
        return self._logic.rounded(self._paid.index) if self._paid else None

    @property
    def currency(self) -> str | None:
        return self._logic.currency if self._paid else None

    @property
    def method(self) -> str | None:
        return self._paid.method if self._paid else None

    @property
    def at_stake(self) -> Decimal | None:
        return self._undecided.at_stake() if self._undecided else self.amount

    @property
    def decided_by(self) -> tuple[str, ...]:
        waits_for = {fact.name for fact in self.open}
        return tuple(dict.fromkeys(_decided_by(self._verdict, self._weighing, waits_for)))

    @cached_property
    def open(self) -> tuple[OpenFact, ...]:
        return self._undecided.open() if self._undecided else ()

    @property
    def clauses(self) -> tuple[ClauseResult, ...]:
        return tuple(
            _clause_result(self._weighing, clause, self._sentences) for clause in self._policy.clauses
        )

    @property
    def terms(self) -> dict[str, Any]:
        return self._policy.program.terms(self._raw)

    @property
    def reckoning(self) -> Reckoning | None:
        offer = _shown(self._verdict, self._weighing, self._undecided)
        return reckoning_of(self._sentences, self._weighing, offer)

    @property
    def _paid(self) -> Offer | None:
        return None if self._verdict.offer is None else self._policy.offers[self._verdict.offer]

    @cached_property
    def _sentences(self) -> Sentences:
        return Sentences(self._policy, self._values, self.terms, self._lost)

    @cached_property
    def _logic(self) -> Traced:
        return Traced(self._policy, self._values, self._raw)

    @cached_property
    def _weighing(self) -> TracedWeighing:
        return TracedWeighing(self._policy, self._logic)

    @cached_property
    def _undecided(self) -> Undecided | None:
        if self._verdict != UNDECIDED:
            return None
        return Undecided(self._policy, self._values, self._weighing, self._logic, self._lost)


def _shown(verdict: Verdict, weighing: Weighing[Any], undecided: Undecided | None) -> Offer | None:
    """The offer whose arithmetic is worth showing: paid, at stake, or granted with nothing left of it."""
    if undecided:
        return undecided.offer_at_stake()
    offers = weighing.policy.offers
    if verdict.offer is not None:
        return offers[verdict.offer]
    if verdict.outcome is not Outcome.INELIGIBLE:
        return None
    granted = (offer for offer in offers if weighing.granted(offer) is not False)
    return next((each for each in granted if weighing.logic.left(each, weighing.kept()) is False), None)


def _decided_by(verdict: Verdict, weighing: Weighing[Any], waits_for: Container[str]) -> Iterator[str]:
    """The clauses and conditions that made the decision; while it is open, the clauses that wait."""
    applying = [clause for clause in weighing.policy.clauses if weighing.applies(clause) is True]
    if verdict.why is Why.PERSON:
        yield from _left_to_a_person(applying, weighing)
    elif verdict.outcome is Outcome.ELIGIBLE or verdict.why is Why.CONTRADICTION:
        for offer in weighing.policy.offers:
            if verdict.offer in (None, offer.index):
                yield from (each.number for each in offer.clauses if weighing.grants(each, offer) is True)
        if verdict.outcome is Outcome.ELIGIBLE:
            yield from _keeping(weighing)
    elif verdict.outcome is Outcome.INELIGIBLE:
        granted = any(_holding(weighing, clause, role) for clause in applying for role in GRANTING)
        for clause in applying:
            yield from _against(weighing, clause, granted=granted)
    elif verdict == UNDECIDED:
        yield from _waiting(weighing, waits_for)


def _left_to_a_person(applying: Sequence[Clause], weighing: Weighing[Any]) -> Iterator[str]:
    """What says that a person decides; of what a person may grant also the clauses it had to meet."""
    review = [clause for clause in applying if _holding(weighing, clause, Role.REVIEW)]
    for clause in review:
        for part, holds in weighing.lists_of(clause, (Role.REVIEW,)):
            if holds is True:
                yield from _ids(weighing, part, True)
    for clause in () if review else applying:
        if any(_holding(weighing, clause, role) for role in (Role.MAY, Role.ONLY)):
            yield clause.number


def _keeping(weighing: Weighing[Any]) -> Iterator[str]:
    kept = [part for part, holds in weighing.kept() if holds is True]
    for clause, part in keeping(weighing.policy.clauses):
        if part in kept:
            yield clause.number


def _waiting(weighing: Weighing[Any], waits_for: Container[str]) -> Iterator[str]:
    """The clauses that may apply and look at a fact that is open."""
    policy = weighing.policy
    for clause in policy.clauses:
        names = policy.facts_under(name for rule in clause.rules() for name in rule.names)
        if weighing.applies(clause) is not False and any(name in waits_for for name in names):
            yield clause.number


def _holding(weighing: Weighing[Any], clause: Clause, role: Role) -> bool:
    return any(holds is True for _, holds in weighing.lists_of(clause, (role,)))


def _against(weighing: Weighing[Any], clause: Clause, *, granted: bool) -> Iterator[str]:
    """What in an applying clause speaks against the refund by itself.

    `granted`: whether any clause would grant it. Then a grant that fails is no reason: another one did not.
    """
    for part, holds in weighing.lists_of(clause, BEARING):
        if granted and part.role in GRANTING:
            continue
        if part.role is Role.EXCLUSION and holds is True:
            yield from _ids(weighing, part, True)
        elif part.role is not Role.EXCLUSION and holds is False:
            yield from _ids(weighing, part, False)
            if exceptions := exceptions_to(clause, part):
                yield from _ids(weighing, exceptions, True)
    for offer in weighing.policy.offers:
        nothing_left = clause in offer.clauses and weighing.logic.left(offer, weighing.kept()) is False
        if nothing_left and weighing.grants(clause, offer) is not False:  # it comes to nothing either way
            yield clause.number
            yield from _keeping(weighing)


def _ids(weighing: Weighing[Any], part: Part, value: bool) -> Iterator[str]:
    return (each.id for each in part.conditions if weighing.logic.truth(each) is value)


def _clause_result(weighing: Weighing[Any], clause: Clause, sentences: Sentences) -> ClauseResult:
    grants = [holds for _, holds in weighing.lists_of(clause, GRANTING)]
    favours = [
        opposite(holds) if part.role is Role.EXCLUSION else holds
        for part, holds in weighing.lists_of(clause, BARRING)
    ]
    favours += [some(grants)] if grants else []
    conditions = tuple(
        _condition_result(weighing, part, condition, sentences, against=speaks_against(clause, part))
        for part in clause.parts
        for condition in part.conditions
    )
    applies = weighing.applies(clause)
    return ClauseResult(
        id=clause.id,
        number=clause.number,
        title=clause.title,
        applies=applies,
        value=every(favours),
        conditions=conditions,
        set_aside_by=tuple(other.number for other in weighing.set_aside_by(clause)),
    )


def _condition_result(
    weighing: Weighing[Any],
    part: Part,
    condition: Condition,
    sentences: Sentences,
    *,
    against: bool,
) -> ConditionResult:
    policy = weighing.policy
    under = policy.facts_under(condition.rule.names)
    value = weighing.logic.truth(condition)
    return ConditionResult(
        id=condition.id,
        prose=condition.prose,
        rule=condition.rule.text,
        role=part.role,
        against=against,
        value=value,
        because=sentences.because(condition.rule, settled=value is not None),
        facts=tuple(policy.in_order(under)),
        waits_for=tuple(unknown_among(policy, sentences.values, under, sentences.lost)),
    )
