"""Weighs the clauses of a policy in whatever logic it is given: the one place that says who beats whom."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from makegood.policy.deciding.answers import Outcome, Why
from makegood.policy.documents.clauses import Clause, Condition, Part, Role
from makegood.policy.documents.offers import Offer, keeping
from makegood.policy.documents.policy import Policy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One way a case can end. `offer`: which of the policy's offers is paid (index), None when none is."""

    outcome: Outcome
    why: Why
    offer: int | None = None


REFUSED = Verdict(Outcome.INELIGIBLE, Why.DECIDED)
PERSON = Verdict(Outcome.NEEDS_REVIEW, Why.PERSON)
NOT_COVERED = Verdict(Outcome.NEEDS_REVIEW, Why.NOT_COVERED)
CONTRADICTION = Verdict(Outcome.NEEDS_REVIEW, Why.CONTRADICTION)
UNDECIDED = Verdict(Outcome.NEEDS_REVIEW, Why.TO_ESTABLISH)
DECISIVE = (Role.GRANT, Role.MAY, Role.EXCLUSION, Role.REVIEW)


class Logic(Protocol[T]):
    """What weighing needs of a logic; T stands for its truths and for its results."""

    def truth(self, condition: Condition) -> T:
        """Return the truth of a condition."""
        ...

    def applies(self, clause: Clause) -> T:
        """Return the truth of what a clause says it applies to; true where it says nothing."""
        ...

    def left(self, offer: Offer, kept: Sequence[tuple[Part, T]]) -> T:
        """Return whether anything is left to refund of an offer; `kept`: what is kept, and whether."""
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


class Weighing(Generic[T]):
    """The clauses of one policy weighed in one logic."""

    def __init__(self, policy: Policy, logic: Logic[T]) -> None:
        self.policy, self.logic = policy, logic
        self._applies: dict[str, T] = {}
        self._kept: list[tuple[Part, T]] | None = None

    def end(self) -> T:
        """Return how the case ends.

        A person first where the policy says so; then what forbids a refund; then what grants one; then what
        leaves it to a person. A case not spoken of, or granted two different amounts, goes to a person too.
        """
        logic = self.logic
        granted = [self.granted(offer) for offer in self.policy.offers]
        speaking = [clause for clause in self.policy.clauses if roles_of(clause) & {Role.GRANT, Role.MAY}]
        spoken_of = logic.some(self.applies(clause) for clause in speaking)

        result = logic.choose(spoken_of, logic.verdict(REFUSED), logic.verdict(NOT_COVERED))
        result = logic.choose(self._any_list(Role.MAY), logic.verdict(PERSON), result)
        for offer, holds in zip(self.policy.offers, granted, strict=True):
            pays = logic.verdict(Verdict(Outcome.ELIGIBLE, Why.DECIDED, offer.index))
            paid = logic.choose(logic.left(offer, self.kept()), pays, logic.verdict(REFUSED))
            result = logic.choose(holds, paid, result)
        result = logic.choose(self._two_of(granted), logic.verdict(CONTRADICTION), result)
        result = logic.choose(self._forbidden(), logic.verdict(REFUSED), result)
        return logic.choose(self._any_list(Role.REVIEW), logic.verdict(PERSON), result)

    def applies(self, clause: Clause) -> T:
        """Return whether a clause applies and none that goes before it does."""
        if clause.number not in self._applies:
            before = self.policy.precedence[clause.number]
            self._applies[clause.number] = self.logic.every(
                (
                    self.logic.applies(clause),
                    *(self.logic.opposite(self._goes_first(other, always)) for other, always in before),
                )
            )
        return self._applies[clause.number]

    def set_aside_by(self, clause: Clause) -> Iterator[Clause]:
        """Yield the clauses that take the place of one that would apply by itself."""
        if self.logic.applies(clause) is not False:
            for other, always in self.policy.precedence[clause.number]:
                if self._goes_first(other, always) is True:
                    yield other

    def granted(self, offer: Offer) -> T:
        """Return whether any clause grants an offer."""
        return self.logic.some(self.grants(clause, offer) for clause in offer.clauses)

    def grants(self, clause: Clause, offer: Offer) -> T:
        """Return whether a clause applies and grants an offer."""
        lists = [holds for part, holds in self.lists_of(clause, (Role.GRANT,)) if part in offer.parts]
        return self.logic.every((self.applies(clause), self.logic.some(lists)))

    def kept(self) -> list[tuple[Part, T]]:
        """Return each list that keeps a part of any refund, and whether it does."""
        if self._kept is None:
            self._kept = [
                (part, self.logic.every((self.applies(clause), self.list_holds(part))))
                for clause, part in keeping(self.policy.clauses)
            ]
        return self._kept

    def lists_of(self, clause: Clause, roles: Container[Role]) -> Iterator[tuple[Part, T]]:
        """Yield each list that has one of the roles, and whether it holds, its exceptions taken off."""
        for part in clause.parts:
            if part.role not in roles:
                continue
            holds = self.list_holds(part)
            if exceptions := exceptions_to(clause, part):
                holds = self.logic.every((holds, self.logic.opposite(self.list_holds(exceptions))))
            yield part, holds

    def list_holds(self, part: Part) -> T:
        """Return whether all (or any) of a list's conditions hold."""
        truths = [self.logic.truth(condition) for condition in part.conditions]
        return self.logic.every(truths) if part.together else self.logic.some(truths)

    def _goes_first(self, clause: Clause, always: bool) -> T:
        """Whether a clause sets aside those it goes before: wherever it applies, or where it decides."""
        if always:
            return self.applies(clause)
        decides = self.logic.some(holds for _, holds in self.lists_of(clause, DECISIVE))
        return self.logic.every((self.applies(clause), decides))

    def _two_of(self, truths: Sequence[T]) -> T:
        """Whether two or more hold: one that holds after another did, in one pass."""
        any_yet, two = self.logic.some(()), self.logic.some(())
        for holds in truths:
            two = self.logic.some((two, self.logic.every((any_yet, holds))))
            any_yet = self.logic.some((any_yet, holds))
        return two

    def _any_list(self, role: Role) -> T:
        return self.logic.some(
            self.logic.every((self.applies(clause), holds))
            for clause in self.policy.clauses
            for _, holds in self.lists_of(clause, (role,))
        )

    def _forbidden(self) -> T:
        """Whether an applying clause excludes the case, or asks for something the case does not meet."""
        logic = self.logic
        return logic.some(
            logic.every(
                (self.applies(clause), holds if part.role is Role.EXCLUSION else logic.opposite(holds))
            )
            for clause in self.policy.clauses
            for part, holds in self.lists_of(clause, (Role.EXCLUSION, Role.ONLY, Role.NEEDED))
        )


def roles_of(clause: Clause) -> set[Role]:
    """Return what the lists of a clause do."""
    return {part.role for part in clause.parts}


def exceptions_to(clause: Clause, part: Part) -> Part | None:
    """Return the list of exceptions that follows a list, None when none does."""
    following = clause.parts[clause.parts.index(part) + 1 :]
    return following[0] if following and following[0].role is Role.UNLESS else None


def speaks_against(clause: Clause, part: Part) -> bool:
    """Whether a list's conditions, when they hold, speak against the refund."""
    if part.role is Role.UNLESS:
        return clause.parts[clause.parts.index(part) - 1].role is not Role.EXCLUSION
    return part.role in (Role.EXCLUSION, Role.KEEP)
