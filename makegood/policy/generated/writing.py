"""Writes a graph as the source of one Python function.

Nothing of a document ever becomes code: facts, texts, numbers, dates and functions are bound as objects under
names made here (`k0`, `call1`), and the templates of nodes are written in this project.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from makegood.policy.generated.loops import LOOPS
from makegood.policy.generated.nodes import NAMED_PARTS, SHORT, Graph, Node, Op
from makegood.policy.rules import numbers

DEEPEST = 16
"""Operations written inside one another; deeper ones get a variable, as Python nests only so far."""


DUAL = {Op.EVERY: Op.SOME, Op.SOME: Op.EVERY}


class Writer:
    """Writes the lines of one function, of a branch in it, or of the loop over one list inside it.

    A node that is needed in several places is reckoned into a variable. Any other is written where it is
    needed, and reckoned only when that place is reached.
    """

    def __init__(
        self, graph: Graph, bound: dict[str, Any], functions: dict[str, list[str]], *, of_item: bool = False
    ) -> None:
        self.lines: list[str] = []
        self._graph, self._bound, self._functions, self._of_item = graph, bound, functions, of_item
        self._names: dict[Node, str] = {}
        self._named: set[Node] = set()
        self._code: dict[Node, str] = {}
        self._depth: dict[Node, int] = {}

    def inner(self, *, of_item: bool = False) -> Writer:
        """Return a writer of lines that come after these, where only some cases get."""
        found = Writer(self._graph, self._bound, self._functions, of_item=of_item)
        found._names, found._named = dict(self._names), self._named
        return found

    def plan(self, roots: Sequence[Node]) -> None:
        """Choose what gets a variable when all of the roots are written here, one after another."""
        reached = self._reached(roots)
        uses = Counter(roots)
        uses.update(part for node in reached for part in node.parts)
        self._named = {part for part, count in uses.items() if count > 1}
        for node in reversed(reached):
            if node.op in SHORT and node in self._named:
                self._named.remove(node)
                self._named.add(node.parts[0])
        for node in reached:
            if node.op in NAMED_PARTS:
                self._named.update(node.parts)
            elif node.op is Op.LIST:
                self._named.update(self._outside(node))
            elif node.op is Op.STRICT:
                self._named.update(_said_twice(node))

    def write(self, roots: Sequence[Node]) -> list[str]:
        """Write everything the roots need; return the code of each."""
        for node in self._reached(roots):
            self._write(node)
        return [self._of(root) for root in roots]

    def aside(self, roots: Sequence[Node]) -> tuple[list[str], list[str]]:
        """Return lines that only some cases reach, and the code of the roots; what they name is forgotten."""
        before, self.lines = self.lines, []
        known = len(self._names)
        codes = self.write(roots)
        aside, self.lines = self.lines, before
        while len(self._names) > known:
            self._names.popitem()
        return aside, codes

    def variable(self, node: Node) -> str:
        """Write a node into a variable; return its name."""
        self._named.add(node)
        return self.write([node])[0]

    def twice(self, node: Node) -> tuple[str, str]:
        """Return the code of a written node where it is needed first, and where it is after that."""
        if node in self._names:
            return self._names[node], self._names[node]
        return f"(x{node.place} := {self._code[node]})", f"x{node.place}"

    def _reached(self, roots: Iterable[Node]) -> list[Node]:
        """What the roots need and is not named yet, each after its parts."""
        waiting, found = list(roots), set[Node]()
        while waiting:
            node = waiting.pop()
            outside = node.of_item is not self._of_item and node.op is not Op.CONSTANT
            if outside or node in found or node in self._names:
                continue
            found.add(node)
            waiting.extend(self._needed(node))
        return sorted(found, key=lambda node: node.place)

    def _needed(self, node: Node) -> Iterable[Node]:
        return (node.parts[0], *self._outside(node)) if node.op is Op.LIST else node.parts

    def _outside(self, node: Node) -> list[Node]:
        """What the loop over a list looks at besides its items."""
        waiting, found, seen = list(node.parts[1:]), dict[Node, None](), set[Node]()
        while waiting:
            part = waiting.pop()
            if part in seen or part.op is Op.CONSTANT:
                continue
            seen.add(part)
            if part.of_item:
                waiting.extend(part.parts)
            else:
                found[part] = None
        return list(found)

    def _write(self, node: Node) -> None:
        if node.op is Op.CONSTANT:
            self._names[node] = self._constant(node)
            return
        code = WRITTEN[node.op](self, node)
        depth = 1 + max((self._depth.get(part, 0) for part in node.parts), default=0)
        if node in self._named or depth > DEEPEST:
            self._names[node] = f"x{node.place}"
            self.lines.append(f"x{node.place} = {code}")
        else:
            self._code[node], self._depth[node] = code, depth

    def _constant(self, node: Node) -> str:
        if node.what is None or isinstance(node.what, bool):
            return repr(node.what)
        self._bound[f"k{node.place}"] = node.what
        return f"k{node.place}"

    def _of(self, node: Node) -> str:
        """The code of a node, to be written in one place only unless it is named."""
        return self._names.get(node) or f"({self._code[node]})"

    def fact(self, node: Node) -> str:
        """Write the reading of a fact."""
        self._bound[f"k{node.place}"] = node.what
        return f"values[k{node.place}]"

    def item(self, node: Node) -> str:
        """Write the item at hand, or the reading of its field."""
        if node.what is None:
            return "item"
        self._bound[f"k{node.place}"] = node.what
        return f"item[k{node.place}]"

    def strict(self, node: Node) -> str:
        """Write an operation on known values: unknown as soon as one is."""
        unknown: dict[str, None] = {}
        code = self._of_known(node, unknown)
        return f"None if {' or '.join(unknown)} else {code}" if unknown else code

    def _of_known(self, node: Node, unknown: dict[str, None]) -> str:
        """An operation where nothing is unknown, and what is to be asked before; inner ones ask with it."""
        said = []
        for place, part in enumerate(node.parts):
            if not part.nullable:
                said.append(self._of(part))
            elif self._asks_with(node, place):
                said.append(f"({self._of_known(part, unknown)})")
            else:
                first, after = self.twice(part)
                unknown[f"{first} is None"] = None
                said.append(after)
        code: str = node.what.format(*said)
        return code

    def _asks_with(self, node: Node, place: int) -> bool:
        """Whether a part is unknown only where its own parts are, and is written in this place only."""
        part = node.parts[place]
        inside = part.op is Op.STRICT and not part.partial and part not in self._names
        return inside and node.what.count(f"{{{place}}}") == 1

    def found(self, node: Node) -> str:
        """Write a call that takes unknown values too."""
        return f"{node.what}(({', '.join(self._of(part) for part in node.parts)},))"

    def told(self, node: Node) -> str:
        """Write whether a fact is known."""
        return f"None if {self._of(node.parts[0])} is None else True"

    def every(self, node: Node) -> str:
        """Write Kleene's AND: False as soon as a part is, then True unless one is unknown."""
        refuted, unsure = [], []
        last = "True"  # what it comes to where no part is False and none in `unsure` is unknown
        for part, negated in self._flat(node, Op.EVERY):
            first, after = self.twice(part)
            never = part.op is Op.TOLD and not negated  # is it False
            if not never:
                refuted.append(first if negated else f"{first} is False")
            if negated and part.nullable:
                unsure.append(f"{after} is False")
            elif part.nullable:
                unsure += [] if last == "True" else [last]
                last = first if never else after
        settled = f"{last} if {' and '.join(unsure)} else None" if unsure else last
        return f"False if {' or '.join(refuted)} else {settled}" if refuted else settled

    def some(self, node: Node) -> str:
        """Write Kleene's OR: True as soon as a part is, then False unless one is unknown."""
        holds, unsure = [], []
        last = "False"  # what it comes to where no part is True and none in `unsure` is unknown
        for part, negated in self._flat(node, Op.SOME):
            first, after = self.twice(part)
            never = part.op is Op.TOLD and negated  # is it True
            if not never:
                holds.append(f"{first} is False" if negated else first)
            if never and part not in self._names:
                unsure.append(f"{self._of(part.parts[0])} is None")
            elif negated and part.nullable:
                unsure.append(f"{after} is None")
            elif part.nullable:
                unsure += [] if last == "False" else [f"{last} is None"]
                last = after
        settled = f"None if {' or '.join(unsure)} else {last}" if unsure else last
        return f"True if {' or '.join(holds)} else {settled}" if holds else settled

    def _flat(self, node: Node, op: Op, *, negated: bool = False) -> Iterator[tuple[Node, bool]]:
        """The parts of an AND or OR and whether each is meant negated, with those of nested ones.

        NOT (a OR b) is NOT a AND NOT b, of unknown ones too. What has a variable is not taken apart.
        """
        for part in node.parts:
            inner, turned = part, negated
            if inner.op is Op.OPPOSITE and inner not in self._names:
                inner, turned = inner.parts[0], not turned
            if inner.op is (DUAL[op] if turned else op) and inner not in self._names:
                yield from self._flat(inner, op, negated=turned)
            else:
                yield inner, turned

    def opposite(self, node: Node) -> str:
        """Write Kleene's NOT."""
        (part,) = node.parts
        if not part.nullable:
            return f"not {self._of(part)}"
        first, after = self.twice(part)
        return f"None if {first} is None else not {after}"

    def choice(self, node: Node) -> str:
        """Write one of two values."""
        condition, then, otherwise = map(self._of, node.parts)
        unsure = f"{then} if {then} == {otherwise} else None"
        return f"{then} if {condition} else {otherwise} if {condition} is False else {unsure}"

    def end(self, node: Node) -> str:
        """Write one of two ends that are written out."""
        condition, then, otherwise, undecided = node.parts
        first, after = self.twice(condition)
        one, other, open_end = map(self._of, (then, otherwise, undecided))
        return f"{one} if {first} else {other} if {after} is False else {open_end}"

    def kept(self, node: Node) -> str:
        """Write an amount without what is kept of it."""
        amount, holds, taken = map(self._of, node.parts)
        self._bound["minus"] = numbers.minus
        unsure = f"{holds} is None and {taken} != 0 or {amount} is None or {taken} is None"
        return f"{amount} if {holds} is False else None if {unsure} else minus({amount}, {taken})"

    def where(self, node: Node) -> str:
        """Write a value that counts under one condition only."""
        value, one, other = map(self._of, node.parts)
        return f"{value} if {one} == {other} else None"

    def listed(self, node: Node) -> str:
        """Write a call of a function of its own, which goes through the items."""
        found, *asked = node.parts
        outside = [self._names[part] for part in self._outside(node)]
        inner = self.inner(of_item=True)
        inner.plan([*asked, *asked])  # the loop names each more than once
        codes = inner.write(asked)
        body = LOOPS[node.what](inner.lines, *codes)
        self._bound["plus"] = numbers.plus
        name = f"list{node.place}"
        head = f"def {name}({', '.join(['items', *outside])}):"
        self._functions[name] = [head, *(f"    {line}" for line in body)]
        first, after = self.twice(found)
        return f"None if {first} is None else {name}({', '.join([after, *outside])})"


def _said_twice(node: Node) -> Iterator[Node]:
    """The parts that a template names more than once; one that may be unknown gets a variable anyway."""
    return (
        part
        for place, part in enumerate(node.parts)
        if not part.nullable and node.what.count(f"{{{place}}}") > 1
    )


WRITTEN: Mapping[Op, Callable[[Writer, Node], str]] = {
    Op.FACT: Writer.fact,
    Op.ITEM: Writer.item,
    Op.STRICT: Writer.strict,
    Op.FOUND: Writer.found,
    Op.TOLD: Writer.told,
    Op.EVERY: Writer.every,
    Op.SOME: Writer.some,
    Op.OPPOSITE: Writer.opposite,
    Op.CHOICE: Writer.choice,
    Op.END: Writer.end,
    Op.KEPT: Writer.kept,
    Op.WHERE: Writer.where,
    Op.LIST: Writer.listed,
}
