"""Splits a policy by one choice: what it says of a request of one ground, of one product, and so on.

Most clauses begin with "applies to requests with `ground = 'defect'`". Once the ground is known, most of what
decides is known with it, and code for that ground alone has far less to reckon.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makegood.policy.facts import Fact, Kind
from makegood.policy.generated.nodes import Graph, Node, Op

MOST_CHOICES = 12
MOST_NODES = 5_000
"""Operations in the code of all choices together; a policy that would need more is not split."""
SAME: Mapping[str, Callable[[Any, Any], bool]] = {"{0} == {1}": operator.eq, "{0} != {1}": operator.ne}
"""The templates whose result is known when both parts are texts that are written out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What code is to return: how a case ends, in a tuple with the `trace`; None: the end alone."""

    end: Node
    trace: tuple[Node, ...] | None = None

    def roots(self) -> tuple[Node, ...]:
        """Return every node that is asked for."""
        return (self.end, *(self.trace or ()))


@dataclass(frozen=True, slots=True)
class Split:
    """A choice, and what is wanted where it has a value; any other case is reckoned in general."""

    choice: Node
    cases: Mapping[str, Wanted]


def split_of(graph: Graph, facts: Mapping[str, Fact], wanted: Wanted) -> Split | None:
    """Return the split by the choice that is most often compared with a text; None where none is worth it."""
    nodes = _reached(wanted.roots())
    compared = Counter(
        part
        for node in nodes
        if node.op is Op.STRICT and node.what in SAME
        for part, other in (node.parts, node.parts[::-1])
        if part.op is Op.FACT and other.op is Op.CONSTANT and facts[part.what].kind is Kind.CHOICE
    )
    for choice, times in compared.most_common():
        values = facts[choice.what].choices
        if times > 1 and len(values) <= MOST_CHOICES and len(values) * len(nodes) <= MOST_NODES:
            return Split(choice, {value: _where(graph, nodes, wanted, choice, value) for value in values})
    return None


def _reached(roots: Iterable[Node]) -> list[Node]:
    """Return all that the roots need, each after its parts."""
    waiting, found = list(roots), set[Node]()
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(node.parts)
    return sorted(found, key=lambda node: node.place)


def _where(graph: Graph, nodes: Sequence[Node], wanted: Wanted, choice: Node, value: str) -> Wanted:
    """What is wanted, in the cases in which a choice has this value."""
    instead = {choice: graph.constant(value)}
    for node in nodes:
        if node not in instead:
            parts = [instead[part] for part in node.parts]
            changed = any(one is not other for one, other in zip(parts, node.parts, strict=True))
            instead[node] = _again(graph, node, parts) if changed else node
    trace = None if wanted.trace is None else tuple(instead[node] for node in wanted.trace)
    return Wanted(instead[wanted.end], trace)


def _again(graph: Graph, node: Node, parts: list[Node]) -> Node:
    """The same operation on parts of which more is known."""
    if all(part.op is Op.CONSTANT for part in parts) and (found := _settled(graph, node, parts)):
        return found
    return _MADE[node.op](graph, node, parts)


def _settled(graph: Graph, node: Node, parts: Sequence[Node]) -> Node | None:
    """What comes out where every part is written out; None where that must be reckoned with each case."""
    values = [part.what for part in parts]
    if node.op is Op.FOUND:
        return graph.constant(graph.bound[node.what](tuple(values)))
    if node.op is Op.TOLD:
        return graph.constant(None if values[0] is None else True)
    if node.op is Op.STRICT and node.what in SAME and None not in values:
        return graph.constant(SAME[node.what](*values))
    return None


_MADE: Mapping[Op, Callable[[Graph, Node, list[Node]], Node]] = {
    Op.STRICT: lambda graph, node, parts: graph.strict(node.what, *parts, partial=node.partial),
    Op.FOUND: lambda graph, node, parts: graph.looked_up(graph.bound[node.what], *parts),
    Op.TOLD: lambda graph, _, parts: graph.told(*parts),
    Op.EVERY: lambda graph, _, parts: graph.every(parts),
    Op.SOME: lambda graph, _, parts: graph.some(parts),
    Op.OPPOSITE: lambda graph, _, parts: graph.opposite(*parts),
    Op.CHOICE: lambda graph, _, parts: graph.choice(*parts),
    Op.END: lambda graph, _, parts: graph.end(*parts),
    Op.KEPT: lambda graph, _, parts: graph.kept(*parts),
    Op.WHERE: lambda graph, _, parts: graph.where(*parts),
    Op.LIST: lambda graph, node, parts: graph.listed(node.what, *parts),
}
