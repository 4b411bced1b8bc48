"""The rules of a policy in the languages of other engines, for comparison of speed.

What those engines lack is made easy for them: amounts are floats, dates are counts of days, moments seconds,
tables are looked up beforehand, and every fact is known, because none of them goes on after an unknown one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from makegood.policy import Policy
from makegood.policy.deciding.weighing import Verdict, Weighing
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.offers import Offer
from makegood.policy.documents.policy import PAID
from makegood.policy.facts import Fact, Kind
from makegood.policy.rules.compiling import plain, value_of

Context = dict[str, Any]
DAY = 86_400
NEUTRAL: Mapping[Kind, Any] = {
    Kind.YES_NO: False,
    Kind.NUMBER: Decimal(1),
    Kind.FILES: Decimal(1),
    Kind.MONEY: Decimal(10),
    Kind.TEXT: "something",
    Kind.CURRENCY: "EUR",
    Kind.DATE: date(2026, 11, 2),
    Kind.MOMENT: datetime.fromisoformat("2024-02-01T10:00:00+00:00"),
}
SIGNS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "==",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
}


class CannotSay(Exception):
    """A rule uses what the comparison does not translate."""


def known(policy: Policy, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a case with something in the place of every unknown fact."""
    return {name: _neutral(policy.facts[name]) if value is None else value for name, value in values.items()}


def _neutral(fact: Fact) -> Any:
    return fact.choices[0] if fact.kind is Kind.CHOICE else NEUTRAL[fact.kind]


def context(policy: Policy, values: Mapping[str, Any]) -> Context:
    """Return the values of a case as the peers take them, with what tables say of it."""
    found = {name: _simple(value) for name, value in values.items()}
    for name, column in policy.columns.items():
        value = column.value([values[key] for key in column.keys])
        found[name] = -1.0 if value is None else _simple(value)
    return found


def _simple(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, date):
        return float(value.toordinal())
    return float(value) if isinstance(value, Decimal) else value


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language writes NOT, AND, OR, and the day of a moment in seconds."""

    no: str
    both: str
    either: str
    day: str


CEL = Dialect("!", "&&", "||", "double(int({}) / 86400)")
ZEN = Dialect("not ", "and", "or", "floor({} / 86400)")


class Translator:
    """Writes rules in a dialect. It is a `Logic` too, so that a whole policy comes out as one expression."""

    def __init__(self, policy: Policy, dialect: Dialect) -> None:
        self._policy, self._dialect = policy, dialect
        self.verdicts: list[Verdict] = []

    def rule(self, node: exp.Expr) -> str:
        """Return a rule. Raises CannotSay."""
        if isinstance(node, exp.Paren):
            return self.rule(node.this)
        if isinstance(node, exp.Column):
            term = self._policy.terms.get(node.name)
            return self.rule(term.rule.tree) if term else node.name
        if isinstance(node, exp.Literal | exp.Boolean):
            return _written(value_of(node))
        if isinstance(node, exp.Between | exp.In):
            return self.rule(plain(node))
        if isinstance(node, exp.Not):
            return self.opposite(self.rule(node.this))
        if isinstance(node, exp.And | exp.Or):
            parts = [self.rule(part) for part in node.flatten()]
            return self.every(parts) if isinstance(node, exp.And) else self.some(parts)
        if type(node) in SIGNS:
            return f"({self.rule(node.this)} {SIGNS[type(node)]} {self.rule(node.expression)})"
        return self._function(str(node.this), list(node.expressions))

    def _function(self, name: str, parts: list[exp.Expr]) -> str:
        said = [self.rule(part) for part in parts]
        moment = isinstance(parts[0], exp.Column) and self._kind(parts[0].name) is Kind.MOMENT
        if name == "told":
            return f"({said[0]} {'> 0' if moment else '!= ' + chr(34) * 2})"
        if name == "days" and moment:
            return f"({self._dialect.day.format(said[1])} - {self._dialect.day.format(said[0])})"
        if name == "days":
            return f"({said[1]} - {said[0]})"
        if name == "hours":
            seconds = f"({said[1]} - {said[0]})"
            return f"({f'double{seconds}' if self._dialect is CEL else seconds} / 3600.0)"
        if name == "add_days" and not moment:
            return f"({said[0]} + {said[1]})"
        if name == "min" and len(said) == 2:
            return f"({said[0]} < {said[1]} ? {said[0]} : {said[1]})"
        raise CannotSay(name)

    def _kind(self, name: str) -> Kind | None:
        return self._policy.facts[name].kind if name in self._policy.facts else None

    def truth(self, condition: Condition) -> str:
        """Return the truth of a condition."""
        return self.rule(condition.rule.tree)

    def applies(self, clause: Clause) -> str:
        """Return the truth of what a clause says it applies to."""
        return self.rule(clause.applies.tree) if clause.applies else "true"

    def left(self, offer: Offer, kept: Sequence[tuple[Part, str]]) -> str:
        """Return whether anything is left to refund."""
        if kept:
            raise CannotSay("We keep")
        paid = f" {self._dialect.both} {PAID} > 0.0" if PAID in self._policy.facts else ""
        return f"({self.rule(offer.rule.tree)} > 0.0{paid})"

    def every(self, values: Iterable[str]) -> str:
        """Return the AND."""
        return self._joined(self._dialect.both, values, "true")

    def some(self, values: Iterable[str]) -> str:
        """Return the OR."""
        return self._joined(self._dialect.either, values, "false")

    def _joined(self, sign: str, values: Iterable[str], empty: str) -> str:
        parts = [value for value in values if value != empty]
        return f"({f' {sign} '.join(parts)})" if parts else empty

    def opposite(self, value: str) -> str:
        """Return NOT value."""
        return f"({self._dialect.no}({value}))"

    def choose(self, condition: str, then: str, otherwise: str) -> str:
        """Return `then` where the condition holds, else `otherwise`."""
        return otherwise if condition == "false" else f"({condition} ? {then} : {otherwise})"

    def verdict(self, verdict: Verdict) -> str:
        """Return the number of a verdict."""
        if verdict not in self.verdicts:
            self.verdicts.append(verdict)
        return f"{self.verdicts.index(verdict)}"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(float(value)) if isinstance(value, Decimal) else '"' + value + '"'


def conditions(policy: Policy, dialect: Dialect) -> list[str]:
    """Return every condition, what each clause applies to, and every term. Raises CannotSay."""
    translator = Translator(policy, dialect)
    return [
        *(translator.truth(each) for each in _conditions(policy)),
        *(translator.applies(clause) for clause in policy.clauses if clause.applies),
        *(translator.rule(term.rule.tree) for term in policy.terms.values()),
    ]


def outcome(policy: Policy, dialect: Dialect) -> tuple[str, list[Verdict]]:
    """Return the whole policy as one expression, and the verdicts its numbers stand for. Raises CannotSay."""
    translator = Translator(policy, dialect)
    return Weighing(policy, translator).end(), translator.verdicts


def expected(policy: Policy, values: Mapping[str, Any]) -> list[Any]:
    """Return what the closures say of what `conditions` translates."""
    rules = [each.rule for each in _conditions(policy)]
    rules += [clause.applies for clause in policy.clauses if clause.applies]
    rules += [term.rule for term in policy.terms.values()]
    return [_simple(policy.compiled[rule](values)) for rule in rules]


def _conditions(policy: Policy) -> list[Condition]:
    return [each for clause in policy.clauses for part in clause.parts for each in part.conditions]


Engine = Callable[[Policy, Sequence[str]], Callable[[Context], list[Any]]]
"""Compiles expressions over the facts of a policy; what it returns takes a case and gives the results."""


def cel_in_c(policy: Policy, expressions: Sequence[str]) -> Callable[[Context], list[Any]]:
    """cel-expr-python: the C++ implementation of CEL."""
    from cel_expr_python import cel

    types = {Kind.YES_NO: cel.Type.BOOL, Kind.MOMENT: cel.Type.INT}
    texts = dict.fromkeys((Kind.TEXT, Kind.CHOICE, Kind.CURRENCY), cel.Type.STRING)
    variables = {name: (types | texts).get(fact.kind, cel.Type.DOUBLE) for name, fact in policy.facts.items()}
    environment = cel.NewEnv(variables=variables | dict.fromkeys(policy.columns, cel.Type.DOUBLE))
    programs = [environment.compile(each) for each in expressions]

    def run(case: Context) -> list[Any]:
        activation = environment.Activation(case)
        return [program.eval(activation).value() for program in programs]

    return run


def cel_in_rust(policy: Policy, expressions: Sequence[str]) -> Callable[[Context], list[Any]]:
    """common-expression-language: the Rust implementation of CEL."""
    import cel

    programs = [cel.compile(each) for each in expressions]

    def run(case: Context) -> list[Any]:
        filled = cel.Context(case)
        return [program.execute(filled) for program in programs]

    return run


def zen(policy: Policy, expressions: Sequence[str]) -> Callable[[Context], list[Any]]:
    """zen-engine: GoRules' expressions, in Rust."""
    from zen import compile_expression

    programs = [compile_expression(each) for each in expressions]
    return lambda case: [program.evaluate(case) for program in programs]


ENGINES: Mapping[str, tuple[Engine, Dialect]] = {
    "cel-expr-python": (cel_in_c, CEL),
    "common-expression-language": (cel_in_rust, CEL),
    "zen-engine": (zen, ZEN),
}
