"""Makes a case that a solver found plain: near to an example of the documents, numbers simple."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import z3

from makegood.policy.checks.proofs.days import DAY_US
from makegood.policy.checks.proofs.values import Known, Listing, Term, Truth
from makegood.policy.checks.proofs.world import World, midnight
from makegood.policy.documents.examples import Example
from makegood.policy.facts import Fact, Kind

MOST_EXAMPLES = 6
"""Examples that a case is compared with: one for each ground and decision, the fullest first."""
MOST_TEXTS = 8
CHECK_MS = 400
"""How long one attempt to make a case plainer may take; one that takes longer is left."""
GIVEN_UP_FIRST = (
    *(Kind.DATE, Kind.MOMENT, Kind.NUMBER, Kind.FILES, Kind.LIST, Kind.YES_NO),
    *(Kind.MONEY, Kind.TEXT, Kind.CHOICE, Kind.CURRENCY),
)
NUMBERS = (0, 1, 2, 3, 5, 10, 100)
Model = Any


class Plainer:
    """Looks for the plainest case that still fits what a solver was told."""

    def __init__(self, world: World, solver: Any) -> None:
        self.world, self._solver = world, solver
        self._wishes: list[dict[str, Term]] = []
        for place, example in enumerate(_examples(world)):
            self._wishes.append(dict(self._wished(place, example)))

    def plain(self, model: Model, ends: float) -> Model:
        """Return a plainer model than `model`, or it; `ends`: when to stop, on the monotonic clock."""
        self._solver.push()
        try:
            best, kept = model, None
            for wishes in self._wishes:
                found, fulfilled = self._nearest(wishes, ends)
                if found is not None and (kept is None or len(fulfilled) > len(kept)):
                    best, kept = found, fulfilled
                if kept is not None and len(kept) == len(wishes):
                    break
            for wish in kept or ():
                self._solver.add(wish)
            named = {str(wish).split(" ", 1)[1] for wish in kept or ()}
            return self._simple(
                [fact for name, fact in self.world.facts.items() if name not in named], best, ends
            )
        finally:
            self._solver.pop()

    def another(self, facts: Mapping[str, Any]) -> Term:
        """Return the z3 truth that a case is not this one."""
        same = [self.world.told_as(name, value) for name, value in facts.items()]
        terms = [term for term in same if term is not None]
        return z3.Not(z3.And(*terms)) if terms else z3.BoolVal(False)

    def _wished(self, place: int, example: Example) -> Iterator[tuple[str, Term]]:
        """A name for each wish that a fact is as in an example, which makes it so where it is assumed."""
        for name, value in example.facts.items():
            if name in self.world.facts and value is not None:
                term = self._same(name, value)
                if term is not None:
                    wish = z3.Bool(f"example{place} {name}")
                    self._solver.add(z3.Implies(wish, term))
                    yield name, wish

    def _same(self, name: str, value: Any) -> Term | None:
        term = self.world.told_as(name, value)
        told = self.world.is_told.get(name)
        return term if term is None or told is None else z3.And(told, term)

    def _nearest(self, wishes: Mapping[str, Term], ends: float) -> tuple[Model | None, list[Term]]:
        """The case with the most facts as in an example; of wishes that conflict the softest is given up."""
        kept = dict(wishes)
        while time.monotonic() < ends:
            found = self._check(*kept.values())
            if found == z3.sat:
                return self._solver.model(), list(kept.values())
            core = (
                {str(wish).split(" ", 1)[1] for wish in self._solver.unsat_core()}
                if found == z3.unsat
                else set()
            )
            if not core:
                break
            del kept[min(core, key=lambda name: GIVEN_UP_FIRST.index(self.world.facts[name].kind))]
        return None, []

    def _simple(self, facts: Sequence[Fact], model: Model, ends: float) -> Model:
        """Settle one fact after another on the first simple value that it can have."""
        for fact in facts:
            for wanted in self._simple_values(fact):
                if time.monotonic() > ends:
                    return model
                if self._check(wanted) == z3.sat:
                    model = self._solver.model()
                    self._solver.add(wanted)
                    break
            else:
                model = self._near(fact, model, ends)
        return model

    def _simple_values(self, fact: Fact) -> Iterator[Term]:
        value = self.world.values[fact.name]
        told = self.world.is_told.get(fact.name, z3.BoolVal(True))
        if isinstance(value, Listing):
            yield z3.Not(value.items[0].there)
            yield from (z3.Not(item.there) for item in value.items[1:])
        elif isinstance(value, Truth):
            yield z3.And(told, value.fails)
        elif fact.kind in (Kind.TEXT, Kind.CHOICE, Kind.CURRENCY):
            yield from (z3.And(told, value.value == self.world.text(text)) for text in self._texts(fact))
            yield z3.And(told, value.value >= len(self.world.texts))
        elif fact.kind is Kind.MONEY:
            yield from (value.value == amount for amount in (100, 10, 50, 0))
        elif fact.kind not in (Kind.DATE, Kind.MOMENT):
            yield from (value.value == number for number in NUMBERS)

    def _texts(self, fact: Fact) -> list[str]:
        """The choices of a fact, or some of its values in the examples."""
        every = [example for policy in self.world.policies for example in policy.examples]
        written = [value for example in every if isinstance(value := example.facts.get(fact.name), str)]
        return list(dict.fromkeys((*fact.choices, *written)))[:MOST_TEXTS]

    def _near(self, fact: Fact, model: Model, ends: float) -> Model:
        """Settle a number on a whole one, a day as near as can be to the days of the examples."""
        value = self.world.values[fact.name]
        if not isinstance(value, Known) or fact.kind in (Kind.TEXT, Kind.CHOICE, Kind.CURRENCY):
            return model
        step = DAY_US if fact.kind is Kind.MOMENT else 1
        anchor = self._anchor(fact)
        if z3.is_real(value.value):
            whole = value.value == z3.ToReal(z3.ToInt(value.value))
            if self._check(whole) == z3.sat:
                self._solver.add(whole)
                model = self._solver.model()
        reach, low = 1, -1
        while time.monotonic() < ends and reach <= 10**7:
            if self._check(_within(value.value, anchor, reach * step)) == z3.sat:
                return self._halved(value.value, anchor, (low, reach), step)
            low, reach = reach, reach * 4
        return model

    def _halved(self, term: Term, anchor: Term, between: tuple[int, int], step: int) -> Model:
        """The nearest, given that one lies within the larger distance and none within the smaller."""
        low, high = between
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (
                (low, middle)
                if self._check(_within(term, anchor, middle * step)) == z3.sat
                else (middle, high)
            )
        self._solver.add(_within(term, anchor, high * step))
        self._check()
        return self._solver.model()

    def _anchor(self, fact: Fact) -> Term:
        """What a number or a day is best near to: its value in an example, else 0, or the middle year."""
        for policy in self.world.policies:
            for example in policy.examples:
                if example.facts.get(fact.name) is not None:
                    return self.world.constant(fact.kind, example.facts[fact.name])
        years = self.world.years
        middle = years.first.replace(year=(years.first.year + years.last.year) // 2)
        if fact.kind is Kind.DATE:
            return z3.IntVal(middle.toordinal())
        return z3.IntVal(0) if fact.kind is not Kind.MOMENT else z3.IntVal(midnight(middle))

    def _check(self, *wishes: Term) -> Any:
        self._solver.set("timeout", CHECK_MS)
        return self._solver.check(*wishes)


def _within(term: Term, anchor: Term, reach: int) -> Term:
    return z3.And(term >= anchor - reach, term <= anchor + reach)


def _examples(world: World) -> list[Example]:
    """The examples to compare with: the fullest of each ground and each kind of decision."""
    every = [example for policy in world.policies for example in policy.examples]
    chosen: dict[tuple[str, str], Example] = {}
    for example in sorted(every, key=lambda each: -sum(value is not None for value in each.facts.values())):
        chosen.setdefault((str(example.facts.get("ground", "")), example.decision.partition(" ")[0]), example)
    return list(chosen.values())[:MOST_EXAMPLES]
