"""Puts policies to an engine: one query that weighs every row of the orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from sqlglot import exp

from makegood.policy.bulk.engines.sql import Outputs
from makegood.policy.bulk.input_lists import ListInputs
from makegood.policy.bulk.inputs import Held, Inputs
from makegood.policy.bulk.logic import places_of
from makegood.policy.bulk.numbers import Reckoning
from makegood.policy.bulk.stages import Stages
from makegood.policy.bulk.translating import Translator
from makegood.policy.bulk.weighed import MASK, Weighed
from makegood.policy.deciding.answers import Outcome, Why
from makegood.policy.documents.policy import Policy
from makegood.policy.facts import Kind


class Engine(Protocol):
    """What weighs rows. `widest`: the largest whole number it reckons exactly."""

    name: str
    widest: int

    def columns(self) -> Mapping[str, Held]:
        """Return what each column of the orders holds."""
        ...

    def grouped(self, stages: Stages, keys: Outputs, sums: Outputs) -> list[dict[str, Any]]:
        """Return the number of rows and the sums for each group."""
        ...

    def rows(self, stages: Stages, outputs: Outputs) -> Iterator[dict[str, Any]]:
        """Yield the outputs of every row."""
        ...


@dataclass(frozen=True, slots=True)
class Decided:
    """How one row ends. `amount` in the case's currency; `decided_by`: numbers of clauses."""

    key: Any
    outcome: Outcome
    why: Why
    offer: int | None
    amount: Decimal | None
    currency: str | None
    decided_by: tuple[str, ...]


def weighed(policy: Policy, engine: Engine, stages: Stages | None = None) -> Weighed:
    """Return a policy weighed over an engine's columns. Raises CannotReckon, WrongColumn."""
    stages = Stages() if stages is None else stages
    reckoning = Reckoning(engine.widest)
    inputs = Inputs(engine.columns(), stages, engine.name, str(policy.zone), reckoning)
    lists, facts = ListInputs(inputs), policy.facts
    translator = Translator(
        policy,
        engine.name,
        engine.widest,
        stages,
        fact=lambda name: (lists if facts[name].kind is Kind.LIST else inputs).value(facts[name]),
        untold=lambda name: inputs.untold(facts[name]),
    )
    return Weighed(translator)


def decided_rows(policy: Policy, engine: Engine, key: str | None = None) -> Iterator[Decided]:
    """Yield how every row ends, in no order. `key`: a column that tells rows apart, returned with each."""
    result = weighed(policy, engine)
    stages = result.translator.stages
    masks = [(f"_mask_{place}", mask) for place, mask in enumerate(result.masks)]
    outputs: list[tuple[str, exp.Expr]] = [
        *([("_key", stages.source(key))] if key else []),
        ("_verdict", result.verdict),
        ("_amount", result.amount),
        ("_currency", result.logic.currency),
        *masks,
    ]
    for row in engine.rows(stages, outputs):
        verdict, currency = result.verdicts[row["_verdict"]], row["_currency"]
        paid = verdict.offer is not None
        yield Decided(
            key=row.get("_key"),
            outcome=verdict.outcome,
            why=verdict.why,
            offer=verdict.offer,
            amount=in_units(row["_amount"], currency) if paid else None,
            currency=currency if paid else None,
            decided_by=clauses_of(policy, [row[name] for name, _ in masks]),
        )


def in_units(minor: int, currency: str) -> Decimal:
    """Return an amount in the smallest units of a currency as people write it."""
    return Decimal(int(minor)).scaleb(-places_of(currency))


def clauses_of(policy: Policy, masks: list[int]) -> tuple[str, ...]:
    """Return the numbers of the clauses that masks name."""
    return tuple(
        clause.number
        for place, clause in enumerate(policy.clauses)
        if int(masks[place // MASK]) >> (place % MASK) & 1
    )
