"""Reduced decision diagrams: which unknowns an answer really depends on.

Exact for yes/no facts and choices. A comparison of numbers, dates or texts whose outcome is unknown counts as
one free yes/no of its own, the same one however it is written (`a < b`, `b > a` and `NOT a >= b` are one).
Background: R. E. Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", 1986.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat


@dataclass(frozen=True, slots=True)
class Variable:
    """Something unknown: the values it can take, and the unknown facts that settle it."""

    key: Hashable
    domain: tuple[Hashable, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A settled value."""

    value: Hashable


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A choice on the variable at `index`, one child for each value of its domain."""

    index: int
    children: tuple[Diagram, ...]


Diagram = Leaf | Node
YES, NO = Leaf(True), Leaf(False)
MOST_BRANCHES = 30_000
"""Branches a case may come to; some rules double them with every unknown, so that no memory would do."""
MOST_VARIABLES = 200
"""Unknowns a case may have; joining two diagrams goes as deep as there are unknowns."""


class TooLarge(Exception):
    """The diagram of a case has more than MOST_BRANCHES branches, or more than MOST_VARIABLES unknowns."""


@dataclass(slots=True)
class Diagrams:
    """Makes diagrams over one growing list of variables; equal diagrams are one object."""

    variables: list[Variable] = field(default_factory=list)
    _positions: dict[Hashable, int] = field(default_factory=dict)
    _nodes: dict[tuple[int, tuple[int | Leaf, ...]], Node] = field(default_factory=dict)
    _chosen: dict[tuple[int | Leaf, int | Leaf, int | Leaf], Diagram] = field(default_factory=dict)
    _branches: int = 0

    def position(self, variable: Variable) -> int:
        """Return the place of a variable, adding it when it is new. Raises TooLarge."""
        if variable.key not in self._positions:
            if len(self.variables) == MOST_VARIABLES:
                raise TooLarge
            self._positions[variable.key] = len(self.variables)
            self.variables.append(variable)
        return self._positions[variable.key]

    def unknown(self, key: Hashable, facts: tuple[str, ...]) -> Diagram:
        """Return the diagram of an unknown yes/no."""
        return self._node(self.position(Variable(key, (True, False), facts)), (YES, NO))

    def equals(self, key: Hashable, domain: tuple[Hashable, ...], value: Hashable) -> Diagram:
        """Return the diagram of "the unknown choice `key` is `value`"."""
        children = tuple(YES if each == value else NO for each in domain)
        return self._node(self.position(Variable(key, domain, (str(key),))), children)

    def choose(self, condition: Diagram, then: Diagram, otherwise: Diagram) -> Diagram:
        """Return `then` where the condition holds, `otherwise` where it does not. Raises TooLarge."""
        if isinstance(condition, Leaf):
            return then if condition.value is True else otherwise
        if then is otherwise or (then == YES and otherwise == NO):
            return then if then is otherwise else condition
        key = (_name(condition), _name(then), _name(otherwise))
        if key not in self._chosen:
            parts = (condition, then, otherwise)
            index = min(part.index for part in parts if isinstance(part, Node))
            self._branches += len(self.variables[index].domain)
            if self._branches > MOST_BRANCHES:
                raise TooLarge
            domain = range(len(self.variables[index].domain))
            ways = zip(*(_children(part, index) or repeat(part) for part in parts), domain, strict=False)
            children = tuple(
                (one if holds.value is True else other)
                if isinstance(holds, Leaf)
                else self.choose(holds, one, other)
                for holds, one, other, _ in ways
            )
            self._chosen[key] = self._node(index, children)
        return self._chosen[key]

    def opposite(self, value: Diagram) -> Diagram:
        """Return NOT value."""
        return self.choose(value, NO, YES)

    def every(self, values: Iterable[Diagram]) -> Diagram:
        """Return the AND of the values."""
        found: Diagram = YES
        for value in values:
            found = self.choose(value, found, NO)
        return found

    def some(self, values: Iterable[Diagram]) -> Diagram:
        """Return the OR of the values."""
        found: Diagram = NO
        for value in values:
            found = self.choose(value, YES, found)
        return found

    def facts_of(self, diagram: Diagram) -> set[str]:
        """Return the unknown facts the diagram depends on."""
        nodes = {part.index for part in parts_of(diagram) if isinstance(part, Node)}
        return {fact for index in nodes for fact in self.variables[index].facts}

    def _node(self, index: int, children: tuple[Diagram, ...]) -> Diagram:
        if all(child is children[0] or child == children[0] for child in children):
            return children[0]
        key = (index, tuple(_name(child) for child in children))
        return self._nodes.setdefault(key, Node(index, children))


def parts_of(diagram: Diagram) -> Iterator[Diagram]:
    """Yield every node and leaf of a diagram once."""
    seen: set[int | Leaf] = set()
    waiting = [diagram]
    while waiting:
        part = waiting.pop()
        if _name(part) not in seen:
            seen.add(_name(part))
            yield part
            waiting.extend(part.children if isinstance(part, Node) else ())


def _name(diagram: Diagram) -> int | Leaf:
    return id(diagram) if isinstance(diagram, Node) else diagram


def _children(part: Diagram, index: int) -> tuple[Diagram, ...]:
    """What becomes of a diagram for each value of a variable; nothing where it does not look at it first."""
    return part.children if isinstance(part, Node) and part.index == index else ()
