"""Decides a case of a policy and keeps the whole trace of why."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from babel.numbers import get_currency_precision

from makegood.policy.deciding.answers import Answer, ClauseResult, ConditionResult, OpenFact, Outcome, Why
from makegood.policy.deciding.diagram import Diagram, Leaf, parts_of
from makegood.policy.deciding.unknowns import Unknowns
from makegood.policy.deciding.weighing import (
    UNDECIDED,
    Grant,
    ThreeValued,
    Verdict,
    exceptions_to,
    grant_holds,
    grants_of,
    lists_of,
    speaks_against,
    weigh,
)
from makegood.policy.documents.clauses import Clause, Condition, Part, Role
from makegood.policy.documents.policy import Policy
from makegood.policy.explaining.sentences import because
from makegood.policy.rules.kleene import every, opposite

BEARING = (
    Role.ONLY,
    Role.NEEDED,
    Role.GRANT,
    Role.MAY,
    Role.EXCLUSION,
)  # what speaks for or against a refund


def decide(policy: Policy, facts: Mapping[str, object]) -> Answer:
    """Return what the policy says of these facts; one not given is unknown, or what its row says.

    Raises FactError for a fact the policy does not know and for a value that is not of its kind.
    """
    values = policy.values(facts)
    logic = ThreeValued(policy, values)
    grants = grants_of(policy, values)
    currency = values[policy.currency_fact] if policy.currency_fact else None
    verdict = _payable(weigh(policy, logic, grants), grants, currency)
    paid = grants[verdict.grant] if verdict.grant is not None else None
    amount = _rounded(paid.amount, currency) if paid else None
    undecided = _Undecided(policy, values, grants) if verdict == UNDECIDED else None
    return Answer(
        policy=policy.name,
        version=policy.version,
        sha256=policy.sha256,
        outcome=verdict.outcome,
        why=verdict.why,
        amount=amount,
        currency=currency if paid else None,
        method=paid.method if paid else None,
        at_stake=undecided.at_stake(currency) if undecided else amount,
        decided_by=tuple(_decided_by(verdict, policy, logic, grants)),
        open=undecided.open() if undecided else (),
        clauses=tuple(_clause_result(policy, logic, clause, values) for clause in policy.clauses),
        terms={name: policy.compiled[term.rule](values) for name, term in policy.terms.items()},
    )


def _payable(verdict: Verdict, grants: tuple[Grant, ...], currency: str | None) -> Verdict:
    """A refund whose amount or currency is unknown is not decided yet."""
    if verdict.grant is not None and (grants[verdict.grant].amount is None or currency is None):
        return UNDECIDED
    return verdict


def _rounded(amount: Decimal | None, currency: str | None) -> Decimal | None:
    """The amount in the currency's places, half up, or None when either is unknown."""
    if amount is None or currency is None:
        return None
    places = Decimal(1).scaleb(-get_currency_precision(currency))
    return amount.quantize(places, rounding=ROUND_HALF_UP, context=Context(prec=100))


class _Undecided:
    """A case that is not decided yet: how it can still end, and on what that depends."""

    def __init__(self, policy: Policy, values: Mapping[str, Any], grants: tuple[Grant, ...]) -> None:
        self._policy, self._values = policy, values
        self._unknowns = Unknowns(policy, values)
        self._weighed: Diagram = weigh(policy, self._unknowns, grants)
        ends = (part.value for part in parts_of(self._weighed) if isinstance(part, Leaf))
        self._payable = [
            grants[end.grant] for end in ends if isinstance(end, Verdict) and end.grant is not None
        ]

    def at_stake(self, currency: str | None) -> Decimal | None:
        """Return the one amount that can still be refunded; None when there is none or several."""
        amounts = {_rounded(grant.amount, currency) for grant in self._payable}
        return amounts.pop() if len(amounts) == 1 else None

    def open(self) -> tuple[OpenFact, ...]:
        """Return the unknown facts the end or the amount depends on, in the order of the document.

        Where rules say a thing twice (a OR NOT a) no single fact changes the end, yet three-valued logic
        waits for one: then every unknown fact of an undecided condition is open.
        """
        names = self._unknowns.facts_of(self._weighed)
        for grant in self._payable:
            names |= self._policy.facts_under(grant.rule.names) | {self._policy.currency_fact or ""}
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
        if name in names and values[name] is None:
            yield OpenFact(name, fact.source, fact.question)


def _decided_by(
    verdict: Verdict, policy: Policy, logic: ThreeValued, grants: tuple[Grant, ...]
) -> Iterator[str]:
    """The clauses and conditions that made the decision; none while it is open or not covered."""
    applying = [clause for clause in policy.clauses if logic.applies(clause) is True]
    if verdict.why is Why.PERSON:
        review = [clause for clause in applying if _holding(logic, clause, Role.REVIEW)]
        for clause in review or [clause for clause in applying if _holding(logic, clause, Role.MAY)]:
            yield from _true_conditions(logic, clause, Role.REVIEW) if review else (clause.number,)
    elif verdict.outcome is Outcome.ELIGIBLE or verdict.why is Why.CONTRADICTION:
        for index, grant in enumerate(grants):
            if verdict.grant in (None, index):
                yield from (
                    clause.number for clause in grant.clauses if grant_holds(logic, clause, grant) is True
                )
    elif verdict.outcome is Outcome.INELIGIBLE:
        for clause in applying:
            yield from _against(logic, clause, grants)


def _holding(logic: ThreeValued, clause: Clause, role: Role) -> bool:
    return any(holds is True for _, holds in lists_of(logic, clause, (role,)))


def _true_conditions(logic: ThreeValued, clause: Clause, role: Role) -> Iterator[str]:
    for part, holds in lists_of(logic, clause, (role,)):
        if holds is True:
            yield from _ids(logic, part, True)


def _against(logic: ThreeValued, clause: Clause, grants: tuple[Grant, ...]) -> Iterator[str]:
    """What in an applying clause speaks against the refund by itself."""
    for part, holds in lists_of(logic, clause, BEARING):
        if part.role is Role.EXCLUSION and holds is True:
            yield from _ids(logic, part, True)
        elif part.role is not Role.EXCLUSION and holds is False:
            yield from _ids(logic, part, False)
            if exceptions := exceptions_to(clause, part):
                yield from _ids(logic, exceptions, True)
    for grant in grants:
        nothing_left = grant.amount is not None and grant.amount <= 0
        if nothing_left and clause in grant.clauses and grant_holds(logic, clause, grant) is True:
            yield clause.number


def _ids(logic: ThreeValued, part: Part, value: bool) -> Iterator[str]:
    return (condition.id for condition in part.conditions if logic.truth(condition) is value)


def _clause_result(
    policy: Policy, logic: ThreeValued, clause: Clause, values: Mapping[str, Any]
) -> ClauseResult:
    favours = [
        opposite(holds) if part.role is Role.EXCLUSION else holds
        for part, holds in lists_of(logic, clause, BEARING)
    ]
    conditions = tuple(
        _condition_result(policy, logic, part, condition, values, against=speaks_against(clause, part))
        for part in clause.parts
        for condition in part.conditions
    )
    return ClauseResult(
        clause.id, clause.number, clause.title, logic.applies(clause), every(favours), conditions
    )


def _condition_result(
    policy: Policy,
    logic: ThreeValued,
    part: Part,
    condition: Condition,
    values: Mapping[str, Any],
    *,
    against: bool,
) -> ConditionResult:
    under = policy.facts_under(condition.rule.names)
    return ConditionResult(
        id=condition.id,
        prose=condition.prose,
        rule=condition.rule.text,
        role=part.role,
        against=against,
        value=logic.truth(condition),
        because=because(policy, condition.rule, values),
        facts=tuple(name for name in policy.facts if name in under),
        waits_for=tuple(_unknown_among(policy, values, under)),
    )
