"""Comparisons of one thing with written numbers or dates, and the stretch of values that they leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlglot import exp

from makegood.policy.rules.compiling import plain, value_of
from makegood.policy.rules.dialect import names_in, printed

Bound = tuple[Decimal | date, bool]
"""A value, and whether it lies inside the stretch itself."""
MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.EQ: exp.EQ,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The values of `subject` (as rules write it) from `low` to `high`; None is without end."""

    subject: str
    low: Bound | None
    high: Bound | None

    @property
    def is_empty(self) -> bool:
        """Whether no value lies in it."""
        return _ends_before(self.high, self.low)

    def misses(self, other: Stretch) -> bool:
        """Whether no value lies in both."""
        return _ends_before(self.high, other.low) or _ends_before(other.high, self.low)

    def inside(self, other: Stretch) -> bool:
        """Whether every value of this one lies in the other."""
        return _not_lower(self.low, other.low) and _not_higher(self.high, other.high)


def stretches(node: exp.Expr) -> Iterator[Stretch]:
    """Yield what each comparison says that must hold for the rule to hold."""
    node = node.unnest()
    if isinstance(node, exp.Between):
        node = plain(node)
    if isinstance(node, exp.And):
        for part in node.flatten():
            yield from stretches(part)
    elif type(node) in MIRRORED:
        yield from _comparison(type(node), node.this.unnest(), node.expression.unnest())


def narrowed(trees: Iterable[exp.Expr]) -> dict[str, Stretch]:
    """Return, by its subject, the stretch that rules which all hold leave of each thing."""
    found: dict[str, Stretch] = {}
    for tree in trees:
        for each in stretches(tree):
            known = found.get(each.subject, each)
            low = each.low if _not_lower(each.low, known.low) else known.low
            high = each.high if _not_higher(each.high, known.high) else known.high
            found[each.subject] = Stretch(each.subject, low, high)
    return found


def apart(some: Mapping[str, Stretch], others: Mapping[str, Stretch]) -> bool:
    """Whether what is left of some thing in one is not left of it in the other."""
    return any(subject in others and each.misses(others[subject]) for subject, each in some.items())


def is_one_comparison(node: exp.Expr) -> bool:
    """Whether a rule is one comparison of something with a written value."""
    return type(node.unnest()) in MIRRORED and any(stretches(node))


def _comparison(sign: type[exp.Expr], left: exp.Expr, right: exp.Expr) -> Iterator[Stretch]:
    if _written(left) is not None:
        sign, left, right = MIRRORED[sign], right, left
    value = _written(right)
    if value is None or not names_in(left):
        return
    inside = sign not in (exp.LT, exp.GT)
    low = (value, inside) if sign in (exp.GT, exp.GTE, exp.EQ) else None
    high = (value, inside) if sign in (exp.LT, exp.LTE, exp.EQ) else None
    yield Stretch(printed(left), low, high)


def _written(node: exp.Expr) -> Decimal | date | None:
    """The number or date written out; None for anything else."""
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return -Decimal(node.this.name)
    if isinstance(node, exp.Cast) or (isinstance(node, exp.Literal) and not node.is_string):
        found: Decimal | date = value_of(node)
        return found
    return None


def _ends_before(high: Bound | None, low: Bound | None) -> bool:
    if high is None or low is None:
        return False
    return bool(high[0] < low[0]) or (high[0] == low[0] and not (high[1] and low[1]))  # type: ignore[operator]


def _not_lower(low: Bound | None, other: Bound | None) -> bool:
    if low is None or other is None:
        return other is None
    return bool(low[0] > other[0]) or (low[0] == other[0] and (other[1] or not low[1]))  # type: ignore[operator]


def _not_higher(high: Bound | None, other: Bound | None) -> bool:
    if high is None or other is None:
        return other is None
    return bool(high[0] < other[0]) or (high[0] == other[0] and (other[1] or not high[1]))  # type: ignore[operator]
