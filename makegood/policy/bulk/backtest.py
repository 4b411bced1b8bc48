"""Back-tests a policy: what it would have refunded, told as an interval because facts are unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlglot import exp

from makegood.policy.bulk import terms
from makegood.policy.bulk.comparing import difference
from makegood.policy.bulk.errors import BulkError
from makegood.policy.bulk.logic import places_of
from makegood.policy.bulk.stages import Stages
from makegood.policy.bulk.terms import call, case, is_unknown, two, whole
from makegood.policy.bulk.values import Plain, plain_in
from makegood.policy.bulk.weighed import Weighed
from makegood.policy.bulk.weighing_rows import Engine, clauses_of, weighed
from makegood.policy.deciding.answers import Outcome, Why
from makegood.policy.documents.policy import Policy
from makegood.policy.facts import Kind, Source
from makegood.policy.rules.types import Type

CLAUSE, MONTH = "clause", "month"


@dataclass(frozen=True, slots=True)
class Interval:
    """Money of one currency: at least and at most; `unbounded` rows have no upper bound and are not in it."""

    least: Decimal
    most: Decimal
    unbounded: int = 0

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.least + other.least, self.most + other.most, self.unbounded + other.unbounded)


NOTHING = Interval(Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that are alike in all that was asked. `by`: a value for each thing asked, None for unknown.

    `clauses` decided them, where that was asked. The last two only against an older version.
    """

    rows: int
    outcome: Outcome
    why: Why
    currency: str | None
    by: Mapping[str, Any]
    clauses: tuple[str, ...]
    refunded: Interval
    before: Interval = NOTHING
    more: Interval = NOTHING
    """What the new version refunds more than the old one; negative where less."""


@dataclass(frozen=True)
class Backtest:
    """What a back-test found, as the smallest groups of rows that it tells apart."""

    policy: Policy
    against: Policy | None
    groups: Sequence[Group]

    @property
    def rows(self) -> int:
        """How many rows there were."""
        return sum(group.rows for group in self.groups)

    @property
    def currencies(self) -> list[str]:
        """The currencies that were told, in alphabetical order."""
        return sorted({group.currency for group in self.groups if group.currency})

    def by(self, name: str) -> dict[Any, list[Group]]:
        """Return the groups by one thing asked; in `clause` a group counts for each that decided it."""
        found: dict[Any, list[Group]] = {}
        for group in self.groups:
            for value in (group.clauses or (None,)) if name == CLAUSE else (group.by[name],):
                found.setdefault(value, []).append(group)
        return dict(sorted(found.items(), key=lambda item: (item[0] is None, str(item[0]))))


def refunded(groups: Iterable[Group], currency: str) -> Interval:
    """Return what the groups refund in a currency."""
    return sum((group.refunded for group in groups if group.currency == currency), NOTHING)


def more(groups: Iterable[Group], currency: str) -> Interval:
    """Return what the new version refunds more than the old one in a currency."""
    return sum((group.more for group in groups if group.currency == currency), NOTHING)


def before(groups: Iterable[Group], currency: str) -> Interval:
    """Return what the old version refunds in a currency."""
    return sum((group.before for group in groups if group.currency == currency), NOTHING)


def backtest(
    policy: Policy, engine: Engine, *, against: Policy | None = None, by: Sequence[str] = ()
) -> Backtest:
    """Return what a policy, and an older version of it, refund of an engine's rows.

    `by`: "clause", "month" (of the first date that the order tells), or facts that are no numbers. Raises
    BulkError.
    """
    stages = Stages()
    new = weighed(policy, engine, stages)
    old = weighed(against, engine, stages) if against else None
    keys = _keys(new, by)
    sums = [*_sums("new", new.refunded, new.at_most)]
    if old:
        sums += [*_sums("old", old.refunded, old.at_most), *_sums("more", *difference(new, old))]
    rows = engine.grouped(stages, keys, sums)
    return Backtest(policy, against, [_group(row, new, old, by) for row in rows])


def _keys(new: Weighed, by: Sequence[str]) -> list[tuple[str, exp.Expr]]:
    keys: list[tuple[str, exp.Expr]] = [("_new", new.verdict), ("_currency", new.logic.currency)]
    if CLAUSE in by:
        keys += [(f"_mask_{place}", mask) for place, mask in enumerate(new.masks)]
    named = [name for name in by if name != CLAUSE]
    return keys + [(f"_by_{place}", _key(new, name)) for place, name in enumerate(named)]


def _key(new: Weighed, name: str) -> exp.Expr:
    policy, translator = new.policy, new.translator
    if name == MONTH:
        dates = [fact for fact in policy.facts.values() if fact.kind in (Kind.DATE, Kind.MOMENT)]
        told = [fact for fact in dates if fact.source is Source.ORDER] or dates
        if not told:
            raise BulkError("No fact of the policy is a date, so there are no months to tell apart.")
        first = plain_in(translator.name(told[0].name))
        day = translator.dates.day(first.expr, first.type is Type.MOMENT)
        months = two(exp.Mul, call(terms.YEAR, day), whole(100))
        return translator.stages.name(two(exp.Add, months, call(terms.MONTH, day)))
    if name not in policy.facts:
        raise BulkError(f"`{name}` is neither clause nor month nor a fact of the policy.")
    value = translator.name(name)
    if not isinstance(value, Plain) or value.type in (Type.LIST, Type.MOMENT):
        raise BulkError(
            f"`{name}` is {policy.facts[name].kind}; rows are told apart by texts, choices, days or yes/no."
        )
    return value.expr


def _sums(name: str, least: exp.Expr, most: exp.Expr) -> list[tuple[str, exp.Expr]]:
    """The sums of an interval; a row without a bound counts at neither end."""
    least_known, most_known = terms.known(least), terms.known(most)
    both = terms.every((least_known, most_known))
    zero = call(terms.NARROW, whole(0))
    return [
        (f"{name}_least", case([(both if name == "more" else least_known, least)], zero)),
        (
            f"{name}_most",
            case([(both if name == "more" else most_known, most)], least if name != "more" else zero),
        ),
        (f"{name}_unbounded", case([(terms.some((is_unknown(least), is_unknown(most))), whole(1))], zero)),
    ]


def _group(row: Mapping[str, Any], new: Weighed, old: Weighed | None, by: Sequence[str]) -> Group:
    verdict, currency = new.verdicts[row["_new"]], row["_currency"]
    named = [name for name in by if name != CLAUSE]
    told = {name: _told(name, row[f"_by_{place}"]) for place, name in enumerate(named)}
    masks = [row[f"_mask_{place}"] for place in range(len(new.masks))] if CLAUSE in by else []
    return Group(
        rows=int(row["_rows"]),
        outcome=verdict.outcome,
        why=verdict.why,
        currency=currency,
        by=told,
        clauses=clauses_of(new.policy, masks) if masks else (),
        refunded=_interval(row, "new", currency),
        before=_interval(row, "old", currency) if old else NOTHING,
        more=_interval(row, "more", currency) if old else NOTHING,
    )


def _told(name: str, value: Any) -> Any:
    return f"{value // 100:04}-{value % 100:02}" if name == MONTH and value is not None else value


def _interval(row: Mapping[str, Any], name: str, currency: str | None) -> Interval:
    places = places_of(currency or "")
    least, most = (Decimal(int(row[f"{name}_{end}"] or 0)).scaleb(-places) for end in ("least", "most"))
    return Interval(least, most, int(row[f"{name}_unbounded"] or 0))
