"""Asks a solver for a case, makes the case plain, and believes it only once `decide` says the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import z3

from makegood.policy.checks.proofs.logic import Weighed
from makegood.policy.checks.proofs.models import NotWritten, facts_in
from makegood.policy.checks.proofs.plain import Plainer
from makegood.policy.checks.proofs.values import Term
from makegood.policy.checks.proofs.world import World, world_of
from makegood.policy.checks.replies import CannotCompare, Reply, Said
from makegood.policy.checks.solver import SECONDS
from makegood.policy.checks.witnesses import answers_of, witness_of
from makegood.policy.deciding.answers import Answer
from makegood.policy.documents.policy import Policy
from makegood.policy.facts import FactError, Kind

MOST_TRIES = 4
"""Cases that `decide` does not confirm before a question is left open."""


Confirmed = Callable[[Mapping[str, Answer]], bool]


class Questions:
    """Questions about every case of some policies, each under the name it goes by. Raises CannotCompare.

    `seconds` bounds each question.
    """

    def __init__(self, policies: Mapping[str, Policy], seconds: float = SECONDS) -> None:
        self.policies, self.seconds = policies, seconds
        self.world: World = world_of(policies.values())
        self.weighed = {name: Weighed(policy, self.world) for name, policy in policies.items()}
        self._solver = z3.Solver()
        self._solver.add(*self.world.assumed)
        self.plainer = Plainer(self.world, self._solver)
        self._bounds = 0
        self._bounded()
        if self._check(self.seconds) == z3.unsat:
            raise CannotCompare("No case fits these documents, so nothing can be asked of them.")

    def ask(self, condition: Term, confirmed: Confirmed) -> Reply:
        """Return a case of which a z3 truth holds, that there is none, or why neither was found.

        `confirmed` is given what each policy decides of the case; one that it does not accept is not shown.
        """
        self._bounded()
        self._solver.push()
        try:
            self._solver.add(condition)
            return self._asked(confirmed)
        finally:
            self._solver.pop()

    def never(self, condition: Term) -> Said:
        """Return whether no case is such that a z3 truth holds, looking for no witness."""
        self._bounded()
        self._solver.push()
        try:
            self._solver.add(condition)
            found = self._check(self.seconds)
        finally:
            self._solver.pop()
        if found == z3.unknown:
            return Said.OPEN
        return Said.NONE if found == z3.unsat else Said.CASE

    @property
    def limits(self) -> str:
        """Within what a proof holds, as a sentence."""
        years = self.world.years
        parts = list(self._limits())
        first, last = years.first.year, years.last.year
        dated = [f"dates from {first} to {last}"] if parts[0] else []
        return (
            f"Proved for {', '.join([*dated, *parts[1:], 'and cases in which every other fact is known'])}."
        )

    def _limits(self) -> Iterator[str]:
        kinds = {fact.kind for fact in self.world.facts.values()}
        yield "dates" if kinds & {Kind.DATE, Kind.MOMENT, Kind.LIST} else ""
        if kinds & {Kind.MONEY, Kind.NUMBER}:
            yield "amounts and numbers of 0 and more"
        if Kind.CURRENCY in kinds:
            yield f"the currencies {' and '.join(self.world.currencies)}"
        if Kind.LIST in kinds:
            yield f"lists of at most {self.world.most_items} items"

    def _bounded(self) -> None:
        """Tell the solver what was assumed of reckoned days since it was asked last."""
        within = self.world.years.within
        self._solver.add(*within[self._bounds :])
        self._bounds = len(within)

    def _asked(self, confirmed: Confirmed) -> Reply:
        ends = time.monotonic() + self.seconds
        for tried in range(MOST_TRIES):
            found = self._check(ends - time.monotonic())
            if found == z3.unsat:
                return Reply(Said.NONE) if tried == 0 else Reply(Said.OPEN, why=NOT_CONFIRMED)
            if found != z3.sat:
                return Reply(Said.OPEN, why=f"not decided within {self.seconds:g} s")
            model = self.plainer.plain(self._solver.model(), ends)
            try:
                facts = facts_in(model, self.world)
                if confirmed(answers_of(self.policies, facts)):
                    return Reply(Said.CASE, witness_of(self.policies, facts))
            except (NotWritten, FactError):
                facts = {}
            self._solver.add(self.plainer.another(facts))
        return Reply(Said.OPEN, why=NOT_CONFIRMED)

    def _check(self, seconds: float) -> Any:
        self._solver.set("timeout", max(int(seconds * 1000), 1))
        return self._solver.check()


NOT_CONFIRMED = "the cases that were found are decided otherwise, so nothing is proved"
