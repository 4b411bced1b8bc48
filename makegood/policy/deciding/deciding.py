"""Decides a case of a policy and keeps the whole trace of why."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from makegood.policy.deciding.answers import Answer, ClauseResult, ConditionResult, OpenFact, Outcome, Why
from makegood.policy.deciding.diagram import Diagram, Leaf, parts_of
from makegood.policy.deciding.three_valued import ThreeValued
from makegood.policy.deciding.unknowns import Unknowns
from makegood.policy.deciding.weighing import UNDECIDED, Verdict, Weighing, exceptions_to, speaks_against
from makegood.policy.documents.clauses import Clause, Condition, Part, Role
from makegood.policy.documents.offers import keeping
from makegood.policy.documents.policy import Policy
from makegood.policy.explaining.sentences import because
from makegood.policy.rules.kleene import every, opposite, some

GRANTING = (Role.GRANT, Role.MAY)
BARRING = (Role.ONLY, Role.NEEDED, Role.EXCLUSION)
BEARING = (*GRANTING, *BARRING)  # what speaks for or against a refund


def decide(policy: Policy, facts: Mapping[str, object]) -> Answer:
    """Return what the policy says of these facts; one not given is unknown, or what its row says.

    Raises FactError for a fact the policy does not know and for a value that is not of its kind.
    """
    values = policy.values(facts)
    logic = ThreeValued(policy, values)
    weighing = Weighing(policy, logic)
    verdict: Verdict = weighing.end()
    undecided = _Undecided(policy, values, logic) if verdict == UNDECIDED else None
    open_facts = undecided.open() if undecided else ()
    why = Why.NOT_COVERED if undecided and not open_facts else verdict.why
    paid = policy.offers[verdict.offer] if verdict.offer is not None else None
    amount = logic.rounded(paid.index) if paid else None
    return Answer(
        policy=policy.name,
        version=policy.version,
        sha256=policy.sha256,
        outcome=verdict.outcome,
        why=why,
        amount=amount,
        currency=logic.currency if paid else None,
        method=paid.method if paid else None,
        at_stake=undecided.at_stake() if undecided else amount,
        decided_by=tuple(_decided_by(verdict, weighing, {fact.name for fact in open_facts})),
        open=open_facts,
        clauses=tuple(_clause_result(weighing, clause, values) for clause in policy.clauses),
        terms={name: policy.compiled[term.rule](values) for name, term in policy.terms.items()},
    )


class _Undecided:
    """A case that is not decided yet: how it can still end, and on what that depends."""

    def __init__(self, policy: Policy, values: Mapping[str, Any], reckoned: ThreeValued) -> None:
        self._policy, self._values, self._reckoned = policy, values, reckoned
        self._unknowns = Unknowns(policy, values, reckoned)
        self._weighed: Diagram = Weighing(policy, self._unknowns).end()
        ends = (part.value for part in parts_of(self._weighed) if isinstance(part, Leaf))
        self._payable = [
            policy.offers[end.offer] for end in ends if isinstance(end, Verdict) and end.offer is not None
        ]

    def at_stake(self) -> Decimal | None:
        """Return the one amount that can still be refunded; None when there is none or several."""
        amounts = {self._reckoned.rounded(offer.index) for offer in self._payable}
        return amounts.pop() if len(amounts) == 1 else None

    def open(self) -> tuple[OpenFact, ...]:
        """Return the unknown facts the end or the amount depends on, in the order of the document.

        Where rules say a thing twice (a OR NOT a) no single fact changes the end, yet three-valued logic
        waits for one: then every unknown fact of an undecided condition is open. A fact that does not apply
        to the case is never open: nobody could tell it.
        """
        names = self._unknowns.facts_of(self._weighed)
        for offer in self._payable:
            names |= (
                self._unknowns.unknown_of(offer) if self._reckoned.rounded(offer.index) is None else set()
            )
        found = tuple(_unknown_among(self._policy, self._values, names))
        if found or not isinstance(self._weighed, Leaf):
            return found
        return tuple(_unknown_among(self._policy, self._values, set(self._waiting())))

    def _waiting(self) -> Iterator[str]:
        """The facts under every rule that is still unknown."""
        for rule, compiled in self._policy.compiled.items():
            if compiled(self._values) is None:
                yield from self._policy.facts_under(rule.names)


def _unknown_among(policy: Policy, values: Mapping[str, Any], names: Container[str]) -> Iterator[OpenFact]:
    for name, fact in policy.facts.items():
        if name in names and values[name] is None and policy.concerns(name, values) is not False:
            yield OpenFact(name, fact.source, fact.question)


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
        for clause in applying:
            yield from _against(weighing, clause)
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


def _against(weighing: Weighing[Any], clause: Clause) -> Iterator[str]:
    """What in an applying clause speaks against the refund by itself; of grants only where none holds."""
    granting = any(_holding(weighing, clause, role) for role in GRANTING)
    for part, holds in weighing.lists_of(clause, BEARING):
        if granting and part.role in GRANTING:
            continue
        if part.role is Role.EXCLUSION and holds is True:
            yield from _ids(weighing, part, True)
        elif part.role is not Role.EXCLUSION and holds is False:
            yield from _ids(weighing, part, False)
            if exceptions := exceptions_to(clause, part):
                yield from _ids(weighing, exceptions, True)
    for offer in weighing.policy.offers:
        nothing_left = clause in offer.clauses and weighing.logic.left(offer, weighing.kept()) is False
        if nothing_left and weighing.grants(clause, offer) is True:
            yield clause.number
            yield from _keeping(weighing)


def _ids(weighing: Weighing[Any], part: Part, value: bool) -> Iterator[str]:
    return (each.id for each in part.conditions if weighing.logic.truth(each) is value)


def _clause_result(weighing: Weighing[Any], clause: Clause, values: Mapping[str, Any]) -> ClauseResult:
    grants = [holds for _, holds in weighing.lists_of(clause, GRANTING)]
    favours = [
        opposite(holds) if part.role is Role.EXCLUSION else holds
        for part, holds in weighing.lists_of(clause, BARRING)
    ]
    favours += [some(grants)] if grants else []
    conditions = tuple(
        _condition_result(weighing, part, condition, values, against=speaks_against(clause, part))
        for part in clause.parts
        for condition in part.conditions
    )
    applies = weighing.applies(clause)
    return ClauseResult(clause.id, clause.number, clause.title, applies, every(favours), conditions)


def _condition_result(
    weighing: Weighing[Any], part: Part, condition: Condition, values: Mapping[str, Any], *, against: bool
) -> ConditionResult:
    policy = weighing.policy
    under = policy.facts_under(condition.rule.names)
    return ConditionResult(
        id=condition.id,
        prose=condition.prose,
        rule=condition.rule.text,
        role=part.role,
        against=against,
        value=weighing.logic.truth(condition),
        because=because(policy, condition.rule, values),
        facts=tuple(name for name in policy.facts if name in under),
        waits_for=tuple(_unknown_among(policy, values, under)),
    )
