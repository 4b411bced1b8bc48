"""Weighs the clauses of a policy in whatever logic it is given: the one place that says who beats whom."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from makegood.policy.deciding.answers import Outcome, Why
from makegood.policy.documents.clauses import Clause, Condition, Part, Role
from makegood.policy.documents.policy import Policy
from makegood.policy.rules import kleene
from makegood.policy.rules.parsing import Rule

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One way a case can end. `grant`: which of the case's grants is paid (index), None when none is."""

    outcome: Outcome
    why: Why
    grant: int | None = None


REFUSED = Verdict(Outcome.INELIGIBLE, Why.DECIDED)
PERSON = Verdict(Outcome.NEEDS_REVIEW, Why.PERSON)
NOT_COVERED = Verdict(Outcome.NEEDS_REVIEW, Why.NOT_COVERED)
CONTRADICTION = Verdict(Outcome.NEEDS_REVIEW, Why.CONTRADICTION)
UNDECIDED = Verdict(Outcome.NEEDS_REVIEW, Why.TO_ESTABLISH)


@dataclass(frozen=True, slots=True)
class Grant:
    """What may be refunded, how, and by which clauses. `amount` None = unknown."""

    clauses: tuple[Clause, ...]
    parts: tuple[Part, ...]
    rule: Rule
    amount: Decimal | None

    @property
    def method(self) -> str:
        """How the money goes back."""
        return self.parts[0].method

    def verdict(self, index: int) -> Verdict:
        """Return how a case ends that is granted this; nothing left to refund is a refusal."""
        if self.amount is not None and self.amount <= 0:
            return REFUSED
        return Verdict(Outcome.ELIGIBLE, Why.DECIDED, index)


class Logic(Protocol[T]):
    """What weighing needs of a logic; T stands for its truths and for its results."""

    def truth(self, condition: Condition) -> T:
        """Return the truth of a condition."""
        ...

    def applies(self, clause: Clause) -> T:
        """Return whether a clause applies."""
        ...

    def every(self, values: Iterable[T]) -> T:
        """Return the AND."""
        ...

    def some(self, values: Iterable[T]) -> T:
        """Return the OR."""
        ...

    def opposite(self, value: T) -> T:
        """Return NOT value."""
        ...

    def choose(self, condition: T, then: T, otherwise: T) -> T:
        """Return `then` where the condition holds, else `otherwise`."""
        ...

    def verdict(self, verdict: Verdict) -> T:
        """Return the result that is this verdict."""
        ...


class ThreeValued:
    """Kleene's logic over the values of a case; UNDECIDED where an unknown matters."""

    def __init__(self, policy: Policy, values: Mapping[str, Any]) -> None:
        self._policy, self._values = policy, values

    def truth(self, condition: Condition) -> Any:
        """Return the truth of a condition."""
        return self._policy.compiled[condition.rule](self._values)

    def applies(self, clause: Clause) -> Any:
        """Return whether a clause applies."""
        return self._policy.applies(clause, self._values)

    def every(self, values: Iterable[Any]) -> Any:
        """Return the AND."""
        return kleene.every(values)

    def some(self, values: Iterable[Any]) -> Any:
        """Return the OR."""
        return kleene.some(values)

    def opposite(self, value: Any) -> Any:
        """Return NOT value."""
        return kleene.opposite(value)

    def choose(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return `then` where the condition holds, else `otherwise`."""
        if condition is None:
            return then if then == otherwise else UNDECIDED
        return then if condition else otherwise

    def verdict(self, verdict: Verdict) -> Any:
        """Return the result that is this verdict."""
        return verdict


def grants_of(policy: Policy, values: Mapping[str, Any]) -> tuple[Grant, ...]:
    """Return what the clauses grant in a case; the same formula paid the same way is one grant."""
    found: dict[tuple[str, str], list[tuple[Clause, Part, Rule]]] = {}
    for clause in policy.clauses:
        for part in clause.parts:
            if part.role is Role.GRANT and part.amount:
                found.setdefault((part.amount.sql, part.method), []).append((clause, part, part.amount))
    return tuple(_grant(alike, policy, values) for alike in found.values())


def _grant(alike: Sequence[tuple[Clause, Part, Rule]], policy: Policy, values: Mapping[str, Any]) -> Grant:
    clauses, parts, rules = zip(*alike, strict=True)
    return Grant(tuple(dict.fromkeys(clauses)), parts, rules[0], policy.compiled[rules[0]](values))


def weigh(policy: Policy, logic: Logic[T], grants: tuple[Grant, ...]) -> T:
    """Return how the case ends, in any logic.

    A person first where the policy says so; then what forbids a refund; then what grants one; then what
    leaves it to a person. A case not spoken of, or granted two different amounts, goes to a person too.
    """
    granted = [logic.some(grant_holds(logic, clause, grant) for clause in grant.clauses) for grant in grants]
    pairs = [(one, other) for index, one in enumerate(granted) for other in granted[:index]]
    speaking = [clause for clause in policy.clauses if roles_of(clause) & {Role.GRANT, Role.MAY}]
    spoken_of = logic.some(logic.applies(clause) for clause in speaking)

    result = logic.choose(spoken_of, logic.verdict(REFUSED), logic.verdict(NOT_COVERED))
    result = logic.choose(_any_list(policy, logic, Role.MAY), logic.verdict(PERSON), result)
    for index, grant in enumerate(grants):
        result = logic.choose(granted[index], logic.verdict(grant.verdict(index)), result)
    result = logic.choose(
        logic.some(logic.every(pair) for pair in pairs), logic.verdict(CONTRADICTION), result
    )
    result = logic.choose(_forbidden(policy, logic), logic.verdict(REFUSED), result)
    return logic.choose(_any_list(policy, logic, Role.REVIEW), logic.verdict(PERSON), result)


def roles_of(clause: Clause) -> set[Role]:
    """Return what the lists of a clause do."""
    return {part.role for part in clause.parts}


def grant_holds(logic: Logic[T], clause: Clause, grant: Grant) -> T:
    """Return whether a clause applies and grants this."""
    lists = [holds for part, holds in lists_of(logic, clause, (Role.GRANT,)) if part in grant.parts]
    return logic.every((logic.applies(clause), logic.some(lists)))


def lists_of(logic: Logic[T], clause: Clause, roles: Container[Role]) -> Iterator[tuple[Part, T]]:
    """Yield each list that has one of the roles, and whether it holds, its exceptions taken off."""
    for part in clause.parts:
        if part.role not in roles:
            continue
        holds = list_holds(logic, part)
        if exceptions := exceptions_to(clause, part):
            holds = logic.every((holds, logic.opposite(list_holds(logic, exceptions))))
        yield part, holds


def exceptions_to(clause: Clause, part: Part) -> Part | None:
    """Return the list of exceptions that follows a list, None when none does."""
    following = clause.parts[clause.parts.index(part) + 1 :]
    return following[0] if following and following[0].role is Role.UNLESS else None


def speaks_against(clause: Clause, part: Part) -> bool:
    """Whether a list's conditions, when they hold, speak against the refund."""
    if part.role is Role.UNLESS:
        return clause.parts[clause.parts.index(part) - 1].role is not Role.EXCLUSION
    return part.role is Role.EXCLUSION


def list_holds(logic: Logic[T], part: Part) -> T:
    """Return whether all (or any) of a list's conditions hold."""
    truths = [logic.truth(condition) for condition in part.conditions]
    return logic.every(truths) if part.together else logic.some(truths)


def _any_list(policy: Policy, logic: Logic[T], role: Role) -> T:
    return logic.some(
        logic.every((logic.applies(clause), holds))
        for clause in policy.clauses
        for _, holds in lists_of(logic, clause, (role,))
    )


def _forbidden(policy: Policy, logic: Logic[T]) -> T:
    """Whether an applying clause excludes the case, or asks for something the case does not meet."""
    return logic.some(
        logic.every((logic.applies(clause), holds if part.role is Role.EXCLUSION else logic.opposite(holds)))
        for clause in policy.clauses
        for part, holds in lists_of(logic, clause, (Role.EXCLUSION, Role.ONLY, Role.NEEDED))
    )
