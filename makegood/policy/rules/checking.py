"""Checks a tree: the type of every part, and that nothing is outside the rule language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlglot import exp

from makegood.policy.documents.reading import Code
from makegood.policy.errors import Problem, Span, listed, nearest
from makegood.policy.facts import Kind
from makegood.policy.rules.dialect import EACH, is_each, printed
from makegood.policy.rules.functions import FUNCTIONS, SPECIAL
from makegood.policy.rules.places import place_of
from makegood.policy.rules.scope import Scope
from makegood.policy.rules.types import DAYS, ORDERED, TYPE_OF_KIND, Type

COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
REFUSED: Mapping[type[exp.Expr], str] = {exp.Case: "CASE", exp.Is: "IS", exp.Null: "NULL"}
CONVERSIONS = frozenset({"cast", "try_cast", "convert"})
REFUSED_NAMES = frozenset({"coalesce", "if", "ifnull", "nullif", "nvl", "isnull", "iif"})
WHY_REFUSED = (
    "rules without it: unknown must stay unknown, or learning a fact could reverse a decision; "
    "what a missing fact means is said in the table of facts"
)
HOW_TO_COMPARE = "`=` or `<>`; a yes/no fact by itself, or after NOT"


@dataclass(slots=True)
class Checker:
    """Walks a tree, returns types, reports what is outside the language.

    `item`: the fields of the list whose items are looked at just now, None outside of a list.
    """

    code: Code
    scope: Scope
    problems: list[Problem]
    item: Mapping[str, Kind] | None = None
    has_amounts: bool = False

    def wrong(self, node: exp.Expr, message: str, expected: str = "", near: str | None = None) -> Type:
        """Report a problem at a node."""
        self.problems.append(Problem(self.place(node), message, expected, near))
        return Type.WRONG

    def place(self, node: exp.Expr) -> Span:
        """Return the span of the names and literals under `node`; the whole rule when it has none."""
        return place_of(node, self.code)

    def type_of(self, node: exp.Expr) -> Type:
        """Return the type of a node, after reporting all that is wrong under it."""
        if isinstance(node, exp.Paren):
            return self.type_of(node.this)
        if isinstance(node, exp.Column):
            return self._each(node) if is_each(node) else self._column(node)
        if isinstance(node, exp.Boolean | exp.Literal | exp.Cast):
            return self._written(node)
        if isinstance(node, (*ARITHMETIC, exp.Neg)):
            return self._arithmetic(node)
        if isinstance(node, exp.Not | exp.And | exp.Or):
            return self._logic(node)
        if isinstance(node, (*COMPARISONS, exp.Between, exp.In)):
            return self._comparisons(node)
        return self._function(node)

    def _written(self, node: exp.Boolean | exp.Literal | exp.Cast) -> Type:
        if isinstance(node, exp.Cast):
            return self._date_literal(node)
        if isinstance(node, exp.Boolean):
            return Type.YES_NO
        return Type.TEXT if node.is_string else Type.NUMBER

    def amount(self, node: exp.Expr) -> Type:
        """Take a number written out as an amount of money in the currency of the document."""
        if self.scope.currency is None:
            return self.wrong(
                node, "nothing says in which currency this amount is", "a line `currency: USD` in the head"
            )
        self.has_amounts = True
        return Type.MONEY

    def _comparisons(self, node: exp.Expr) -> Type:
        if isinstance(node, exp.In):
            if not node.expressions:
                self.wrong(node, "IN needs a list", "a list such as IN ('software', 'service')")
            for item in node.expressions:
                self._comparison(node, node.this, item)
        elif isinstance(node, exp.Between):
            self._comparison(node, node.this, node.args["low"])
            self._comparison(node, node.this, node.args["high"])
        else:
            self._comparison(node, node.this, node.expression)
        return Type.YES_NO

    def _column(self, node: exp.Column) -> Type:
        found = None if node.table else self.scope.type_of(node.name)
        if found is None and node.name in ("yes", "no"):
            expected = "a yes/no fact by itself, or after NOT"
            return self.wrong(node, f"rules do not say {node.name}", expected)
        if found is None:
            message, expected = (
                f"there is no fact or term `{node.sql()}`",
                "a name of the facts or terms table",
            )
            if node.name in FUNCTIONS:
                return self.wrong(node, message, FUNCTIONS[node.name].shape)
            return self.wrong(node, message, expected, nearest(node.name, self.scope.names(), self.problems))
        return found

    def _each(self, node: exp.Column) -> Type:
        if self.item is None:
            return self.wrong(node, f"`{EACH}` stands for an item of a list", "any(list, condition)")
        name = node.name if node.table else ""
        if name not in self.item:
            known = ", ".join(f"{EACH}.{field}" if field else EACH for field in self.item)
            return self.wrong(
                node, f"the items have no `{node.sql()}`", known, nearest(name, self.item, self.problems)
            )
        return TYPE_OF_KIND[self.item[name]]

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
        for part in (node.this,) if isinstance(node, exp.Not) else tuple(node.flatten()):
            self._condition(part, f"{node.key.upper()} joins conditions")
        return Type.YES_NO

    def _condition(self, node: exp.Expr, why: str) -> None:
        found = self.type_of(node)
        if found not in (Type.YES_NO, Type.WRONG):
            self.wrong(node, f"{why}, but this is {found}", "a comparison or a yes/no fact")

    def _comparison(self, node: exp.Expr, left: exp.Expr, right: exp.Expr) -> None:
        one, other = self._alike([left, right])
        if Type.WRONG in (one, other):
            return
        if one != other:
            self.wrong(node, f"{one} is compared with {other}", _how_to_write(one))
        elif one is Type.LIST:
            self.wrong(node, "lists are not compared", "count, sum, any or all of its items")
        elif not isinstance(node, exp.EQ | exp.NEQ | exp.In) and one not in ORDERED:
            self.wrong(node, f"{one} has no order", "= or <>")
        else:
            self._choices(left, right)
            self._choices(right, left)

    def _alike(self, nodes: Sequence[exp.Expr]) -> list[Type]:
        """The types of some nodes; beside an amount of money, a number written out is one too."""
        types = [self.type_of(node) for node in nodes]
        if Type.MONEY in types:
            types = [
                self.amount(node)
                if found is Type.NUMBER and is_written(node) and not is_zero(node)
                else found
                for node, found in zip(nodes, types, strict=True)
            ]
            types = [Type.MONEY if is_zero(node) else found for node, found in zip(nodes, types, strict=True)]
        return types

    def _choices(self, left: exp.Expr, right: exp.Expr) -> None:
        left, right = left.unnest(), right.unnest()
        fact = self.scope.facts.get(left.name) if isinstance(left, exp.Column) and not left.table else None
        if fact is None or fact.kind is not Kind.CHOICE or not isinstance(right, exp.Literal):
            return
        if right.name not in fact.choices:
            known = listed([f"'{choice}'" for choice in fact.choices])
            near = nearest(right.name, fact.choices, self.problems)
            self.wrong(right, f"'{right.name}' is no choice of `{fact.name}`", known, near)

    def _arithmetic(self, node: exp.Expr) -> Type:
        parts = [node.this] if isinstance(node, exp.Neg) else [node.this, node.expression]
        adds = isinstance(node, exp.Add | exp.Sub)
        types = self._alike(parts) if adds else [self.type_of(part) for part in parts]
        for part, found in zip(parts, types, strict=True):
            if found not in (Type.NUMBER, Type.MONEY, Type.WRONG):
                expected = "days(…) between two, or add_days(…)" if found in DAYS else "a number or an amount"
                return self.wrong(part, f"this is {found}, which cannot be reckoned with", expected)
        if Type.WRONG in types:
            return Type.WRONG
        if isinstance(node, exp.Div):
            return self._division(node, types)
        if isinstance(node, exp.Mul) and types == [Type.MONEY, Type.MONEY]:
            return self.wrong(node, "two amounts of money are multiplied", "an amount times a number")
        if adds and types[0] != types[1]:
            return self.wrong(node, f"{types[0]} is added to {types[1]}", "both of the same kind")
        return Type.MONEY if Type.MONEY in types else Type.NUMBER

    def _division(self, node: exp.Div, types: list[Type]) -> Type:
        if is_zero(node.expression):
            return self.wrong(node, "this divides by 0", "another divisor")
        if types == [Type.NUMBER, Type.MONEY]:
            return self.wrong(node, "a number is divided by an amount of money", "an amount first")
        return Type.MONEY if types == [Type.MONEY, Type.NUMBER] else Type.NUMBER

    def _function(self, node: exp.Expr) -> Type:
        if not isinstance(node, exp.Anonymous):
            word = REFUSED.get(type(node))
            message = f"{word or f'`{printed(node)}`'} is not part of the rule language"
            return self.wrong(node, message, self._instead(node, word))
        name, arguments = str(node.this), list(node.expressions)
        if name.lower() in REFUSED_NAMES:
            return self.wrong(node, f"{name.upper()} is not part of the rule language", WHY_REFUSED)
        if name.lower() in CONVERSIONS:
            return self.wrong(node, "types are not converted in rules", "a fact of the kind that is needed")
        if name in SPECIAL:
            return self._special(node, name, arguments)
        if name not in FUNCTIONS:
            known = (*FUNCTIONS, *SPECIAL)
            for argument in arguments:
                self.type_of(argument)
            near = nearest(name, known, self.problems)
            return self.wrong(node, f"`{name}` is not part of the rule language", ", ".join(known), near)
        function = FUNCTIONS[name]
        types = (
            self._alike(arguments) if name in ("min", "max") else [self.type_of(each) for each in arguments]
        )
        result = Type.WRONG if Type.WRONG in types else function.typed(types)
        if result is None:
            return self.wrong(node, f"`{name}` cannot take {_list(types)}", function.shape)
        for argument, found in zip(arguments, types, strict=True):
            if found is Type.LIST and self._fields_of(argument).get("") is not Kind.DATE:
                return self.wrong(argument, "this is not a list of dates", function.shape)
        return result

    def _instead(self, node: exp.Expr, word: str | None) -> str:
        """What to write instead of something that rules do not have."""
        if isinstance(node, exp.Mod):
            return "a part written as `amount_paid * 50 / 100`"
        if word is None:
            return ", ".join((*FUNCTIONS, *SPECIAL))
        compares = isinstance(node, exp.Is) and not isinstance(node.expression, exp.Null)
        return HOW_TO_COMPARE if compares else WHY_REFUSED

    def _special(self, node: exp.Anonymous, name: str, arguments: list[exp.Expr]) -> Type:
        if name == "told":
            one_fact = len(arguments) == 1 and isinstance(arguments[0], exp.Column)
            found = [self.type_of(argument) for argument in arguments]
            return (
                Type.YES_NO
                if one_fact
                else self.wrong(node, f"`told` cannot take {_list(found)}", SPECIAL[name])
            )
        if name == "choose":
            return self._choose(node, arguments)
        return self._over_list(node, name, arguments)

    def _choose(self, node: exp.Anonymous, arguments: list[exp.Expr]) -> Type:
        if len(arguments) != 3:
            return self.wrong(node, "`choose` takes three things", SPECIAL["choose"])
        self._condition(arguments[0], "`choose` asks a condition first")
        one, other = self._alike(arguments[1:])
        if one != other and Type.WRONG not in (one, other):
            return self.wrong(node, f"`choose` gives {one} or {other}", "both of the same kind")
        return Type.WRONG if Type.WRONG in (one, other) else one

    def _over_list(self, node: exp.Anonymous, name: str, arguments: list[exp.Expr]) -> Type:
        least, most = {"count": (1, 2), "sum": (2, 3)}.get(name, (2, 2))
        if not least <= len(arguments) <= most:
            return self.wrong(node, f"`{name}` does not take {len(arguments)} things", SPECIAL[name])
        if self.item is not None:
            return self.wrong(node, "a list inside a list is too hard to read", "a named term")
        fields = self._fields_of(arguments[0])
        if not fields:
            return self.wrong(arguments[0], "this is not a list", SPECIAL[name])
        self.item = fields
        try:
            return self._items(name, arguments[1:])
        finally:
            self.item = None

    def _items(self, name: str, arguments: list[exp.Expr]) -> Type:
        result = Type.NUMBER if name == "count" else Type.YES_NO
        if name == "sum":
            result = self.type_of(arguments[0])
            if result not in (Type.NUMBER, Type.MONEY, Type.WRONG):
                return self.wrong(arguments[0], f"{result} cannot be added up", "a number or an amount")
            arguments = arguments[1:]
        for argument in arguments:
            self._condition(argument, f"`{name}` asks a condition of each item")
        return result

    def _fields_of(self, node: exp.Expr) -> Mapping[str, Kind]:
        """The fields of the list a node names; empty when it names none, which is reported by the caller."""
        bare = node.unnest()
        fact = self.scope.facts.get(bare.name) if isinstance(bare, exp.Column) and not bare.table else None
        return fact.fields if fact and fact.kind is Kind.LIST else {}


def is_written(node: exp.Expr) -> bool:
    """Whether a node is a number written out, or reckoned from such numbers alone."""
    parts = (exp.Literal, exp.Neg, exp.Paren, *ARITHMETIC)
    return all(isinstance(part, parts) and not part.is_string for part in node.walk())


def is_zero(node: exp.Expr) -> bool:
    """Whether a node is 0 written out: nothing, in any currency."""
    bare = node.unnest()
    return isinstance(bare, exp.Literal) and not bare.is_string and Decimal(bare.name) == 0


def _list(types: list[Type]) -> str:
    return ", ".join(types) if types else "nothing"


def _how_to_write(one: Type) -> str:
    samples = {
        Type.DATE: "another date, such as DATE '2026-11-23'; `day(…)` makes one of a moment",
        Type.TEXT: "a text in single quotes, such as 'service'",
        Type.MONEY: "another amount, or a number written in the rule",
    }
    return samples.get(one, f"{one} on both sides")
