"""Writes the formula of an amount with its values put in: 59.99 × 358 ÷ 365."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.numbers import format_currency, format_decimal
from sqlglot import exp

from makegood.policy.documents.policy import Policy
from makegood.policy.explaining.sentences import PLACES
from makegood.policy.facts import Kind
from makegood.policy.rules import numbers
from makegood.policy.rules.compiling import Compiler
from makegood.policy.rules.dialect import is_each
from makegood.policy.rules.types import Type

SIGNS: Mapping[type[exp.Expr], tuple[str, int]] = {
    exp.Add: ("+", 1),
    exp.Sub: ("−", 1),
    exp.Mul: ("×", 2),
    exp.Div: ("÷", 2),
}
"""Each operator with how tightly it binds."""
ATOM = 3
SPOKEN = frozenset({"min", "max", "round", "floor", "ceil"})
LONGEST = 200
"""Characters of a term; a longer one is said as its value, which also bounds the work."""


class Arithmetic:
    """The formulas of one case in words and figures."""

    def __init__(self, policy: Policy, values: Mapping[str, Any], terms: Mapping[str, Any]) -> None:
        self._policy, self._values = policy, {**values, **terms}
        self._language = policy.vocabulary
        self._currency = policy.currency_of(values)
        self._terms: dict[str, tuple[str, int, bool]] = {}
        self._compiler = Compiler({}, policy.columns, policy.calendar)  # terms are read like facts

    def shown(self, tree: exp.Expr, least: int = 0) -> tuple[str, bool]:
        """Return a formula whose values are known, and whether nothing is reckoned in it.

        It is put in brackets where its last operator binds less than `least`: 1 sums, 2 products.
        """
        text, binding, plain = self._shown(tree)
        return (f"({text})" if binding < least else text), plain

    def _shown(self, node: exp.Expr) -> tuple[str, int, bool]:
        if isinstance(node, exp.Paren):
            return self._shown(node.this)
        if type(node) in SIGNS:
            sign, binding = SIGNS[type(node)]
            left, _ = self.shown(node.this, binding)
            exact = isinstance(node, exp.Add | exp.Mul) and type(node.expression) is type(node)
            right, _ = self.shown(node.expression, binding if exact else binding + 1)
            return f"{left} {sign} {right}", binding, False
        if isinstance(node, exp.Neg):
            inner, _ = self.shown(node.this, ATOM)
            return f"−{inner}", 1, False
        if isinstance(node, exp.Column) and node.name in self._policy.terms:
            return self._term(node.name)
        if isinstance(node, exp.Anonymous):
            return self._function(node)
        return self._value(node), ATOM, True

    def _term(self, name: str) -> tuple[str, int, bool]:
        """A term written out where it is used; as its value when that is too long to read."""
        if name not in self._terms:
            rule = self._policy.terms[name].rule
            written = self._shown(rule.tree)
            if len(written[0]) > LONGEST:
                written = (self._said(self._values[name], money=rule.type is Type.MONEY), ATOM, True)
            self._terms[name] = written
        return self._terms[name]

    def _function(self, node: exp.Anonymous) -> tuple[str, int, bool]:
        name, parts = str(node.this), node.expressions
        if name == "choose":
            return self._shown(parts[2] if self.reckoned(parts[0]) is False else parts[1])
        if name in ("min", "max") and len({self.reckoned(part) for part in parts}) == 1:
            return self._shown(parts[0])
        if name in SPOKEN:
            inside = "; ".join(self.shown(part)[0] for part in parts)
            return f"{self._language.phrases.functions[name]} ({inside})", ATOM, False
        return self._value(node), ATOM, True

    def _value(self, node: exp.Expr) -> str:
        return self._said(self.reckoned(node), money=self._is_money(node))

    def _said(self, value: Any, *, money: bool) -> str:
        about = ""
        if isinstance(value, Fraction):
            value, about = numbers.half_up(value, PLACES).normalize(), "≈ "
        if money and self._currency and not about:
            return amount_said(value, self._currency, self._language.locale, code=False)
        said = format_decimal(value, locale=self._language.locale, decimal_quantization=False)
        return about + str(said).replace("-", "−")

    def _is_money(self, node: exp.Expr) -> bool:
        if isinstance(node, exp.Anonymous):
            added = node.expressions[1].find_all(exp.Column) if str(node.this) == "sum" else ()
            return any(map(self._is_money, added))
        policy, name = self._policy, node.name if isinstance(node, exp.Column) else ""
        if is_each(node):
            field = name if isinstance(node, exp.Column) and node.table else ""
            return any(fact.fields.get(field) is Kind.MONEY for fact in policy.facts.values())
        if name in policy.facts:
            return policy.facts[name].kind is Kind.MONEY
        return name in policy.columns and policy.columns[name].type is Type.MONEY

    def reckoned(self, node: exp.Expr) -> Any:
        """Return what a formula comes to; None when that is unknown."""
        return self._compiler.compile(node)(self._values)


def amount_said(value: Decimal, currency: str, locale: str, *, code: bool = True) -> str:
    """Return an amount as a reckoning writes it: to the places of its currency, its code behind."""
    pattern = "#,##0.00 ¤¤" if code else "#,##0.00"
    return str(format_currency(value, currency, format=pattern, locale=locale)).replace("-", "−")
