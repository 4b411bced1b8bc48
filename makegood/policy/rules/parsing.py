"""The rule language: a small closed part of SQL's expressions, parsed by SQLGlot, checked here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from makegood.policy.documents.reading import Code
from makegood.policy.errors import Problem, Span, nearest
from makegood.policy.facts import Fact, Kind


class Type(StrEnum):
    """The type of an expression, named as an owner of a policy would."""

    YES_NO = "yes or no"
    NUMBER = "a number"
    MONEY = "an amount of money"
    DATE = "a date"
    MOMENT = "a moment"
    TEXT = "a text"
    WRONG = "something wrong"  # already reported: fits everywhere, so that one mistake is told once


TYPE_OF_KIND = {
    Kind.YES_NO: Type.YES_NO,
    Kind.NUMBER: Type.NUMBER,
    Kind.FILES: Type.NUMBER,
    Kind.MONEY: Type.MONEY,
    Kind.DATE: Type.DATE,
    Kind.MOMENT: Type.MOMENT,
    Kind.CHOICE: Type.TEXT,
    Kind.CURRENCY: Type.TEXT,
    Kind.TEXT: Type.TEXT,
}
ORDERED = frozenset({Type.NUMBER, Type.MONEY, Type.DATE, Type.MOMENT})
LONGEST_RULE = 1000  # characters; keeps the cost of a rule bounded and the reader's patience too

COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)

FUNCTIONS: Mapping[str, str] = {
    "days": "days(from, to): calendar days between two dates",
    "add_days": "add_days(date, number): the date so many days later",
    "min": "min(a, b, …): the smallest",
    "max": "max(a, b, …): the largest",
    "told": "told(fact): yes once the fact is known",
}

REFUSED: Mapping[type[exp.Expr], str] = {
    exp.Case: "CASE",
    exp.If: "IF",
    exp.Coalesce: "COALESCE",
    exp.Is: "IS",
    exp.Null: "NULL",
    exp.Nullif: "NULLIF",
}
WHY_REFUSED = (
    "unknown must stay unknown, or learning a fact could reverse a decision; "
    "say in the facts table what a missing fact means"
)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A checked rule; its tree is the only form every engine works from.

    `names`: the facts, terms and columns it names. A rule is itself and no other, however alike they look.
    """

    text: str
    tree: exp.Expr
    type: Type
    names: tuple[str, ...]
    span: Span
    sql: str  # the tree written out in one way, however the rule was spaced


@dataclass(slots=True)
class Scope:
    """The names a rule may use: facts, named terms and columns of tables, each with its type."""

    facts: Mapping[str, Fact]
    terms: dict[str, Type] = field(default_factory=dict)
    columns: dict[str, Type] = field(default_factory=dict)

    def type_of(self, name: str) -> Type | None:
        """Return the type of a name, None when nothing has it."""
        if name in self.facts:
            return TYPE_OF_KIND[self.facts[name].kind]
        return self.terms.get(name) or self.columns.get(name)

    def names(self) -> Iterator[str]:
        """Every name there is, for suggestions."""
        yield from self.facts
        yield from self.terms
        yield from self.columns


def parse_rule(code: Code, scope: Scope, wanted: tuple[Type, ...], problems: list[Problem]) -> Rule | None:
    """Return the rule written in `code`, or None after adding what is wrong to `problems`.

    `wanted`: the types the place accepts.
    """
    tree = _parsed(code, problems)
    if tree is None:
        return None
    checker = _Checker(code, scope, problems)
    before = len(problems)
    found = checker.type_of(tree)
    if found not in (*wanted, Type.WRONG):
        checker.wrong(tree, f"this is {found}", " or ".join(wanted))
    if len(problems) > before:
        return None
    names = tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))
    return Rule(code.text, tree, found, names, code.span, tree.sql())


def _parsed(code: Code, problems: list[Problem]) -> exp.Expr | None:
    if len(code.text) > LONGEST_RULE:
        problems.append(
            Problem(code.span, f"this rule is longer than {LONGEST_RULE} characters", "several conditions")
        )
        return None
    try:
        tree: exp.Expr = sqlglot.parse_one(code.text, into=exp.Condition)
        if isinstance(tree, exp.Block):
            problems.append(
                Problem(code.span, "this rule cannot be read here", "one expression, without `;`")
            )
            return None
        return tree
    except RecursionError:
        problems.append(
            Problem(code.span, "this rule is nested too deeply", "several conditions or a named term")
        )
    except SqlglotError as error:
        problems.append(_syntax_problem(code, error))
    return None


def _syntax_problem(code: Code, error: SqlglotError) -> Problem:
    details = getattr(error, "errors", None) or [{}]
    mark = str(details[0].get("highlight") or "")
    end = int(details[0].get("col") or len(code.text))
    start = max(end - len(mark), 0)
    expected = str(details[0].get("description") or "").rstrip(".")
    missing = re.match(r"Expecting (.+)", expected)
    wanted = f"`{missing[1]}`" if missing else "a complete expression such as `screenshots >= 1`"
    return Problem(code.span.part(start, len(mark) or 1), "this rule cannot be read here", wanted)


@dataclass(slots=True)
class _Checker:
    """Walks a tree, returns types, reports what is outside the language."""

    code: Code
    scope: Scope
    problems: list[Problem]

    def wrong(self, node: exp.Expr, message: str, expected: str = "", near: str | None = None) -> Type:
        self.problems.append(Problem(self.place(node), message, expected, near))
        return Type.WRONG

    def place(self, node: exp.Expr) -> Span:
        """The span of the names and literals under `node`; the whole rule when it has none."""
        starts, ends = [], []
        for part in node.find_all(exp.Identifier):
            if "start" in part.meta:
                starts.append(part.meta["start"])
                ends.append(part.meta["end"] + 1)
        if isinstance(node, exp.Literal):
            found = self.code.text.find(f"'{node.name}'" if node.is_string else node.name)
            starts, ends = (
                ([found], [found + len(node.name) + 2 * node.is_string]) if found >= 0 else ([], [])
            )
        if isinstance(node, exp.Anonymous):
            found = self.code.text.find(node.name)
            starts, ends = ([found], [found + len(node.name)]) if found >= 0 else ([], [])
        if not starts:
            return self.code.span
        return self.code.span.part(min(starts), max(ends) - min(starts))

    def type_of(self, node: exp.Expr) -> Type:
        if isinstance(node, exp.Paren):
            return self.type_of(node.this)
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Boolean):
            return Type.YES_NO
        if isinstance(node, exp.Literal):
            return Type.TEXT if node.is_string else Type.NUMBER
        if isinstance(node, exp.Cast):
            return self._date_literal(node)
        if isinstance(node, (*ARITHMETIC, exp.Neg)):
            return self._arithmetic(node)
        if isinstance(node, (*COMPARISONS, exp.Not, exp.And, exp.Or, exp.Between, exp.In)):
            return self._yes_no(node)
        return self._function(node)

    def _yes_no(self, node: exp.Expr) -> Type:
        if isinstance(node, exp.Not | exp.And | exp.Or):
            return self._logic(node)
        if isinstance(node, exp.In):
            return self._in(node)
        if isinstance(node, exp.Between):
            self._comparison(node, node.this, node.args["low"])
            return self._comparison(node, node.this, node.args["high"])
        return self._comparison(node, node.this, node.expression)

    def _column(self, node: exp.Column) -> Type:
        found = None if node.table else self.scope.type_of(node.name)
        if found is None:
            near = nearest(node.name, self.scope.names())
            return self.wrong(
                node, f"there is no fact or term `{node.sql()}`", "a name of the facts or terms table", near
            )
        return found

    def _date_literal(self, node: exp.Cast) -> Type:
        if node.to.this != exp.DataType.Type.DATE or not isinstance(node.this, exp.Literal):
            return self.wrong(node, "types are not converted in rules", "a date such as DATE '2026-11-23'")
        try:
            date.fromisoformat(node.this.name)
        except ValueError:
            return self.wrong(
                node.this, f"'{node.this.name}' is not a date", "a date such as DATE '2026-11-23'"
            )
        return Type.DATE

    def _logic(self, node: exp.Not | exp.And | exp.Or) -> Type:
        for part in (node.this,) if isinstance(node, exp.Not) else (node.left, node.right):
            found = self.type_of(part)
            if found not in (Type.YES_NO, Type.WRONG):
                word = node.key.upper()
                self.wrong(
                    part, f"{word} joins conditions, but this is {found}", "a comparison or a yes/no fact"
                )
        return Type.YES_NO

    def _comparison(self, node: exp.Expr, left: exp.Expr, right: exp.Expr) -> Type:
        one, other = self.type_of(left), self.type_of(right)
        if Type.WRONG in (one, other):
            return Type.YES_NO
        amounts = {one, other} == {Type.MONEY, Type.NUMBER} and isinstance(
            _bare(right), exp.Literal | exp.Neg
        )
        if one != other and not amounts:
            self.wrong(node, f"{one} is compared with {other}", _how_to_write(one))
        elif not isinstance(node, exp.EQ | exp.NEQ | exp.In) and one not in ORDERED:
            self.wrong(node, f"{one} has no order", "= or <>")
        else:
            self._choices(left, right)
            self._choices(right, left)
        return Type.YES_NO

    def _choices(self, left: exp.Expr, right: exp.Expr) -> None:
        left, right = _bare(left), _bare(right)
        fact = self.scope.facts.get(left.name) if isinstance(left, exp.Column) else None
        if (
            fact
            and fact.kind is Kind.CHOICE
            and isinstance(right, exp.Literal)
            and right.name not in fact.choices
        ):
            known = ", ".join(f"'{choice}'" for choice in fact.choices)
            near = nearest(right.name, fact.choices)
            self.wrong(right, f"'{right.name}' is no choice of `{fact.name}`", known, near)

    def _in(self, node: exp.In) -> Type:
        if not node.expressions:
            self.wrong(node, "IN needs a list", "a list such as IN ('software', 'service')")
        for item in node.expressions:
            self._comparison(node, node.this, item)
        return Type.YES_NO

    def _arithmetic(self, node: exp.Expr) -> Type:
        parts = [node.this] if isinstance(node, exp.Neg) else [node.this, node.expression]
        types = [self.type_of(part) for part in parts]
        for part, found in zip(parts, types, strict=True):
            if found not in (Type.NUMBER, Type.MONEY, Type.WRONG):
                return self.wrong(
                    part, f"this is {found}, which cannot be reckoned with", "a number or an amount"
                )
        if isinstance(node, exp.Div) and not _non_zero(_bare(node.expression)):
            return self.wrong(
                node, "a division needs a fixed divisor", "a number other than 0 written in the rule"
            )
        if isinstance(node, exp.Mul) and types == [Type.MONEY, Type.MONEY]:
            return self.wrong(node, "two amounts of money are multiplied", "an amount times a number")
        if isinstance(node, exp.Add | exp.Sub) and Type.WRONG not in types and types[0] != types[1]:
            return self.wrong(node, f"{types[0]} is added to {types[1]}", "both of the same kind")
        return Type.WRONG if Type.WRONG in types else Type.MONEY if Type.MONEY in types else Type.NUMBER

    def _function(self, node: exp.Expr) -> Type:
        name = node.name if isinstance(node, exp.Anonymous) else node.key
        if type(node) in REFUSED:
            return self.wrong(node, f"{REFUSED[type(node)]} is not part of the rule language", WHY_REFUSED)
        arguments = (
            [node.this, *node.expressions] if isinstance(node, exp.Min | exp.Max) else list(node.expressions)
        )
        types = [self.type_of(argument) for argument in arguments]
        shape = FUNCTIONS.get(name) if isinstance(node, exp.Anonymous | exp.Min | exp.Max) else None
        if shape is None:
            written = f"`{name}`" if isinstance(node, exp.Anonymous) else f"`{node.sql()}`"
            near = nearest(name, FUNCTIONS)
            return self.wrong(node, f"{written} is not part of the rule language", ", ".join(FUNCTIONS), near)
        result = Type.WRONG if Type.WRONG in types else _result(name, types, arguments)
        if result is None:
            return self.wrong(node, f"`{name}` cannot take {_list(types)}", shape)
        return result


def _result(name: str, types: list[Type], arguments: list[exp.Expr]) -> Type | None:
    """The type a function gives for these arguments, None when it cannot take them."""
    if name == "days" and types == [Type.DATE, Type.DATE]:
        return Type.NUMBER
    if name == "add_days" and types == [Type.DATE, Type.NUMBER]:
        return Type.DATE
    if name == "told" and len(types) == 1 and isinstance(arguments[0], exp.Column):
        return Type.YES_NO
    if name in ("min", "max") and len(types) > 1 and len(set(types)) == 1 and types[0] in ORDERED:
        return types[0]
    return None


def _bare(node: exp.Expr) -> exp.Expr:
    return node.unnest() if isinstance(node, exp.Paren) else node


def _non_zero(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and Decimal(node.name) != 0


def _list(types: list[Type]) -> str:
    return ", ".join(types) if types else "nothing"


def _how_to_write(one: Type) -> str:
    samples = {
        Type.DATE: "another date, such as DATE '2026-11-23'",
        Type.TEXT: "a text in single quotes, such as 'service'",
        Type.MONEY: "another amount, or a number written in the rule",
    }
    return samples.get(one, f"{one} on both sides")
