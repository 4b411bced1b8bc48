"""Intermediate results of one query: each is reckoned once, gets a name, and is used by that name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from makegood.policy.bulk import terms

Layer = list[tuple[str, exp.Expr]]


def column(name: str) -> exp.Column:
    """Return a reference to a column."""
    return exp.column(name, quoted=True)


@dataclass(slots=True)
class Layers:
    """Named results in layers: a layer uses only the results of those below it. Equal ones get one name."""

    depths: dict[str, int] = field(default_factory=dict)
    found: dict[str, exp.Expr] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    prefix = "_"

    def refer(self, name: str) -> exp.Expr:
        """Return a reference to a result."""
        return column(name)

    def used_by(self, *expressions: exp.Expr) -> list[str]:
        """Return the results some expressions use, each once."""
        return used_by(*expressions)

    def name(self, expression: exp.Expr) -> exp.Expr:
        """Return what stands for the result: itself when it is a name or is written out, else a new name."""
        if isinstance(expression, exp.Column | exp.Literal | exp.Boolean | exp.Null):
            return expression
        written = expression.sql()
        if written not in self.names:
            name = self.names[written] = f"{self.prefix}{len(self.names) + 1}"
            self.found[name] = expression
            below = max((self.depths[used] for used in self.used_by(expression)), default=0)
            self.depths[name] = 1 + below
        return self.refer(self.names[written])

    def layers(self, wanted: Sequence[exp.Expr]) -> list[Layer]:
        """Return the layers, lowest first, that `wanted` needs: in each its new results and those kept."""
        needed = self._needed(wanted)
        top = max((self.depths[name] for name in needed), default=0)
        last = dict.fromkeys(self.used_by(*wanted), top)
        for name in needed:
            for used in self.used_by(self.found[name]) if name in self.found else ():
                last[used] = max(last.get(used, 0), self.depths[name] - 1)
        layers: list[Layer] = []
        for depth in range(top + 1):
            kept = [(name, self.refer(name)) for name in needed if self.depths[name] < depth <= last[name]]
            new = [
                (name, self.found.get(name, self.refer(name)))
                for name in needed
                if self.depths[name] == depth
            ]
            layers.append([*kept, *new])
        return layers

    def _needed(self, wanted: Iterable[exp.Expr]) -> list[str]:
        waiting, needed = self.used_by(*wanted), dict[str, None]()
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed[name] = None
                waiting += self.used_by(self.found[name]) if name in self.found else []
        return sorted(needed, key=lambda name: (self.depths[name], name))


@dataclass(slots=True)
class OfItems(Layers):
    """The results that differ from item to item of one list."""

    listed: str = ""

    prefix = "_i"

    def __post_init__(self) -> None:
        self.depths |= {terms.WHOLE_ITEM: 0, terms.PLACE: 0}

    def refer(self, name: str) -> exp.Expr:
        """Return a reference to a result of the item at hand."""
        return terms.item(self.listed, name)

    def used_by(self, *expressions: exp.Expr) -> list[str]:
        """Return the results of the item at hand that some expressions use, each once."""
        return terms.items_in(*expressions).get(self.listed, [])


@dataclass(slots=True)
class Stages(Layers):
    """The named results of a query over the orders, and those over the items of their lists.

    Without names the weighing of a policy would double with every clause, because each step looks at the one
    before it more than once. Equal expressions get one name, so one name is one function of the facts.
    """

    refusals: list[tuple[exp.Expr, str]] = field(default_factory=list)
    """What must hold of no row and of no item of a list, and the sentence to say when it does."""
    lists: dict[str, OfItems] = field(default_factory=dict)

    def source(self, name: str) -> exp.Column:
        """Return a column of the orders themselves."""
        self.depths.setdefault(name, 0)
        return column(name)

    def name(self, expression: exp.Expr) -> exp.Expr:
        """Return what stands for the result: of the row, or of the item at hand where it looks at one."""
        if terms.is_item(expression):
            return expression
        for listed in terms.items_in(expression):
            return self._of(listed).name(expression)
        return Layers.name(self, expression)

    def over(self, kind: str, listed: exp.Expr, value: exp.Expr) -> exp.Expr:
        """Return the name of what a value of every item of a column comes to. `kind`: of terms.OVER."""
        layers = self._of(listed.name).layers([value])[1:]
        return self.name(terms.over(kind, listed, value, layers))

    def refuse(self, condition: exp.Expr, sentence: str) -> None:
        """Stop the run with this sentence when the condition holds of a row, or of an item of a list."""
        if all(condition != other for other, _ in self.refusals):
            self.refusals.append((condition, sentence))

    def _of(self, listed: str) -> OfItems:
        return self.lists.setdefault(listed, OfItems(listed=listed))


def used_by(*expressions: exp.Expr) -> list[str]:
    """Return the columns some expressions use, each once."""
    return list(dict.fromkeys(node.name for each in expressions for node in each.find_all(exp.Column)))
