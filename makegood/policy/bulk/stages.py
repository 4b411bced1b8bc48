"""Intermediate results of one query: each is reckoned once, gets a name, and is used by that name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

Layer = list[tuple[str, exp.Expr]]


def column(name: str) -> exp.Column:
    """Return a reference to a column."""
    return exp.column(name, quoted=True)


@dataclass(slots=True)
class Stages:
    """The named results of a query, in layers: a layer uses only the columns of those below it.

    Without names the weighing of a policy would double with every clause, because each step looks at the one
    before it more than once. Equal expressions get one name, so one name is one function of the facts.
    """

    depths: dict[str, int] = field(default_factory=dict)
    found: dict[str, exp.Expr] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    refusals: list[tuple[exp.Expr, str]] = field(default_factory=list)
    """What must hold of no row, and the sentence to say when it does."""

    def source(self, name: str) -> exp.Column:
        """Return a column of the orders themselves."""
        self.depths.setdefault(name, 0)
        return column(name)

    def name(self, expression: exp.Expr) -> exp.Expr:
        """Return what stands for the result: itself when it is a name or is written out, else a new name."""
        if isinstance(expression, exp.Column | exp.Literal | exp.Boolean | exp.Null):
            return expression
        written = expression.sql()
        if written not in self.names:
            name = self.names[written] = f"_{len(self.names) + 1}"
            self.found[name] = expression
            self.depths[name] = 1 + max((self.depths[used] for used in used_by(expression)), default=0)
        return column(self.names[written])

    def refuse(self, condition: exp.Expr, sentence: str) -> None:
        """Stop the run with this sentence when the condition holds of a row."""
        if all(condition != other for other, _ in self.refusals):
            self.refusals.append((condition, sentence))

    def layers(self, wanted: Sequence[exp.Expr]) -> list[Layer]:
        """Return the layers, lowest first, that `wanted` needs: in each its new columns and those kept."""
        needed = self._needed(wanted)
        top = max((self.depths[name] for name in needed), default=0)
        last = dict.fromkeys(used_by(*wanted), top)
        for name in needed:
            for used in used_by(self.found[name]) if name in self.found else ():
                last[used] = max(last.get(used, 0), self.depths[name] - 1)
        layers: list[Layer] = []
        for depth in range(top + 1):
            kept = [(name, column(name)) for name in needed if self.depths[name] < depth <= last[name]]
            new = [
                (name, self.found.get(name, column(name))) for name in needed if self.depths[name] == depth
            ]
            layers.append([*kept, *new])
        return layers

    def _needed(self, wanted: Iterable[exp.Expr]) -> list[str]:
        waiting, needed = used_by(*wanted), dict[str, None]()
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed[name] = None
                waiting += used_by(self.found[name]) if name in self.found else []
        return sorted(needed, key=lambda name: (self.depths[name], name))


def used_by(*expressions: exp.Expr) -> list[str]:
    """Return the columns some expressions use, each once."""
    return list(dict.fromkeys(node.name for each in expressions for node in each.find_all(exp.Column)))
