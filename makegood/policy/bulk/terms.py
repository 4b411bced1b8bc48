"""The small vocabulary a query is written in: what every engine can say, in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlglot import exp

DAY = "DAY_OF"  # (moment, zone): its calendar day there
DAYS = "DAYS_BETWEEN"  # (date, date): whole number
PLUS_DAYS = "PLUS_DAYS"  # (date, whole number)
PLUS_MONTHS = "PLUS_MONTHS"  # (date, whole number): clamped to the end of the month
YEAR, MONTH, DAY_OF_MONTH = "YEAR_OF", "MONTH_OF", "DAY_OF_MONTH"
MICROSECONDS = "MICROSECONDS"  # (moment): since 1970, whole number
PLUS_MICROSECONDS = "PLUS_MICROSECONDS"  # (moment, whole number)
DIVIDED = "DIVIDED"  # (whole number from 0, whole number from 1, the largest quotient): its whole part
WIDE = "WIDE"  # (whole number): as one of more than 64 bits
NARROW = "NARROW"  # (whole number): as one of 64 bits
IS_TRUE = "IS_TRUE"  # (truth): yes or no, an unknown truth being no
AMONG = "AMONG"  # (code, codes with spaces between, all of one length): whether it is one of them

# Lists. `value` is reckoned for every item, after `layers` of results that it uses, each under its name: see
# `over`. What is said of an unknown list is never looked at.
ADDED = "ADDED"  # (list, value, *layers): the values added up; 0 of no items, unknown where one is unknown
LARGEST = "LARGEST"  # (list, value, *layers): the largest of values from 0, all known; 0 of no items
IN_ORDER = (
    "IN_ORDER"  # (list, value, *layers): the different values that are known, smallest first, as a list
)
HOW_MANY = "HOW_MANY"  # (list): the number of its items
FIELD = "FIELD"  # (record, name)
ITEM = "ITEM"  # (name of the list, name): of the item at hand itself, its place, or a result of a layer below
OVER = frozenset({ADDED, LARGEST, IN_ORDER})
WHOLE_ITEM, PLACE = "_whole", "_place"
"""The names of an item itself and of its place in the list, from 1."""

TRUE, FALSE = exp.true(), exp.false()


def unknown(kind: str) -> exp.Expr:
    """Return the unknown of a type."""
    return exp.cast(exp.null(), kind)


def call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    """Return a word of the vocabulary, put to these."""
    return exp.Anonymous(this=name, expressions=[each.copy() for each in arguments])


def over(
    kind: str, listed: exp.Expr, value: exp.Expr, layers: Sequence[Sequence[tuple[str, exp.Expr]]]
) -> exp.Expr:
    """Return `kind` (of OVER) of a value of every item. What is above a layer uses its results by name."""
    said = [
        exp.Tuple(expressions=[exp.alias_(each.copy(), name, quoted=True) for name, each in layer])
        for layer in layers
    ]
    return call(kind, listed, value, *said)


def layers_of(node: exp.Expr) -> list[list[tuple[str, exp.Expr]]]:
    """Return the layers of what `over` returned, lowest first."""
    return [[(part.alias, part.this) for part in each.expressions] for each in node.expressions[2:]]


def item(listed: str, name: str) -> exp.Expr:
    """Return something of the item at hand: WHOLE_ITEM, PLACE, or a result of a layer."""
    return call(ITEM, text(listed), text(name))


def is_item(node: exp.Expr) -> bool:
    """Whether a node is something of the item at hand."""
    return isinstance(node, exp.Anonymous) and node.name == ITEM


def items_in(*expressions: exp.Expr) -> dict[str, list[str]]:
    """Return what expressions use of items at hand: for each list the names, each once."""
    found: dict[str, list[str]] = {}
    for expression in expressions:
        for node in expression.walk(prune=_is_over):
            if is_item(node):
                listed, name = (each.name for each in node.expressions)
                if name not in found.setdefault(listed, []):
                    found[listed].append(name)
    return found


def two(kind: type[exp.Binary], one: exp.Expr, other: exp.Expr) -> exp.Paren:
    """Return `one kind other` in brackets."""
    return exp.Paren(this=kind(this=one.copy(), expression=other.copy()))


def whole(number: int) -> exp.Expr:
    """Return a whole number written out."""
    return exp.Literal.number(number) if number >= 0 else exp.Neg(this=exp.Literal.number(-number))


def text(value: str) -> exp.Literal:
    """Return a text written out."""
    return exp.Literal.string(value)


def day(value: date) -> exp.Expr:
    """Return a date written out."""
    return exp.cast(exp.Literal.string(value.isoformat()), "DATE")


def moment(value: datetime) -> exp.Expr:
    """Return a moment with its zone written out."""
    return exp.cast(exp.Literal.string(value.isoformat()), "TIMESTAMPTZ")


def known(value: exp.Expr) -> exp.Paren:
    """Return whether a value is known."""
    return exp.Paren(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.null())))


def is_unknown(value: exp.Expr) -> exp.Paren:
    """Return whether a value is unknown."""
    return exp.Paren(this=exp.Is(this=value.copy(), expression=exp.null()))


def case(branches: Sequence[tuple[exp.Expr, exp.Expr]], otherwise: exp.Expr | None = None) -> exp.Expr:
    """Return the value beside the first condition that holds; `otherwise` (None: unknown) where none does."""
    if not branches and otherwise is not None:
        return otherwise
    return exp.Case(
        ifs=[exp.If(this=condition.copy(), true=value.copy()) for condition, value in branches],
        default=otherwise.copy() if otherwise is not None else None,
    )


def every(values: Iterable[exp.Expr]) -> exp.Expr:
    """Return the AND; true of nothing."""
    return _joined(exp.And, values, TRUE, FALSE)


def some(values: Iterable[exp.Expr]) -> exp.Expr:
    """Return the OR; false of nothing."""
    return _joined(exp.Or, values, FALSE, TRUE)


def opposite(value: exp.Expr) -> exp.Expr:
    """Return NOT value."""
    if isinstance(value, exp.Boolean):
        return FALSE if value.this else TRUE
    return exp.Paren(this=exp.Not(this=value.copy()))


def is_true(value: exp.Expr) -> exp.Expr:
    """Return whether a truth is true: no unknown comes of it."""
    return value if isinstance(value, exp.Boolean) else call(IS_TRUE, value)


def is_false(value: exp.Expr) -> exp.Expr:
    """Return whether a truth is false: no unknown comes of it."""
    return is_true(opposite(value))


def stepped(value: exp.Expr, steps: Sequence[tuple[exp.Expr, int]], before: int = 0) -> exp.Expr:
    """Return how many steps a value has reached (`value >= step`), by halving, plus `before`.

    `steps`: each written out, in order, with its number; the number of the last one reached is the result.
    """
    if not steps:
        return whole(before)
    middle = len(steps) // 2
    step, number = steps[middle]
    lower = stepped(value, steps[:middle], before)
    return case([(two(exp.LT, value, step), lower)], stepped(value, steps[middle + 1 :], number))


def _is_over(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name in OVER


def _joined(
    kind: type[exp.Connector], values: Iterable[exp.Expr], neutral: exp.Expr, final: exp.Expr
) -> exp.Expr:
    parts = list(dict.fromkeys(value for value in values if value != neutral))
    if final in parts:
        return final
    if len(parts) < 2:
        return parts[0] if parts else neutral
    joined = parts[0].copy()
    for part in parts[1:]:
        joined = kind(this=joined, expression=part.copy())
    return exp.Paren(this=joined)
