"""The graph a policy is generated from: every operation once, however often the document says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any


class Op(Enum):
    """What a node does with its parts."""

    CONSTANT = auto()  # `what` is the value
    FACT = auto()  # `what` is the name
    ITEM = auto()  # the item of the list at hand; `what` names its field, None where it is a plain value
    STRICT = auto()  # `what` is a template of code; unknown as soon as a part is
    FOUND = auto()  # `what` is the name of a function, given all parts in one tuple, unknown ones too
    TOLD = auto()  # yes once the part is known
    EVERY = auto()  # Kleene's AND
    SOME = auto()  # Kleene's OR
    OPPOSITE = auto()  # Kleene's NOT
    CHOICE = auto()  # condition, then, otherwise: two values
    END = auto()  # condition, then, otherwise: two ends of a case
    KEPT = auto()  # an amount, whether something is kept of it, what is kept
    WHERE = auto()  # a value, unknown unless the second part is the third
    LIST = auto()  # a list, then what is asked of each item; `what` says what is made of the answers


NAMED_PARTS = frozenset({Op.CHOICE, Op.KEPT})
"""Operations whose code names a part more than once, so that each part needs a variable."""

SHORT = frozenset({Op.OPPOSITE, Op.TOLD})
"""Operations that are written out wherever they are needed: what gets a variable is their part."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One operation. `place`: its parts have smaller ones. `nullable`: it may be unknown.

    `partial`: so it may even where its parts are known. `of_item`: it looks at the item of a list, and is
    reckoned once for each.
    """

    place: int
    op: Op
    parts: tuple[Node, ...]
    what: Any
    nullable: bool
    of_item: bool
    partial: bool = False


@dataclass(slots=True)
class Graph:
    """Makes nodes; two that say the same are one. `bound` is what code may call, by name."""

    nodes: list[Node] = field(default_factory=list)
    bound: dict[str, Any] = field(default_factory=dict)
    _names: dict[Callable[..., Any], str] = field(default_factory=dict)
    _known: dict[tuple[Any, ...], Node] = field(default_factory=dict)

    def constant(self, value: Any) -> Node:
        """Return a value that is written out in the document."""
        return self._node(Op.CONSTANT, (), value, (type(value), repr(value)), nullable=value is None)

    def fact(self, name: str) -> Node:
        """Return what reads a fact."""
        return self._node(Op.FACT, (), name, name)

    def item(self, name: str | None) -> Node:
        """Return what reads a field of the item at hand; None: the item itself."""
        return self._node(Op.ITEM, (), name, name, of_item=True)

    def strict(self, template: str, *parts: Node, partial: bool = False) -> Node:
        """Return what `template` makes of known parts; `partial`: it may be unknown even so.

        The template is written here in the project, never in a document; {0} stands for the first part.
        """
        if any(part.op is Op.CONSTANT and part.what is None for part in parts):
            return self.constant(None)
        nullable = partial or any(part.nullable for part in parts)
        return self._node(Op.STRICT, parts, template, template, nullable=nullable, partial=partial)

    def called(self, function: Callable[..., Any], *parts: Node, partial: bool = True) -> Node:
        """Return what a function makes of known parts."""
        name = self._bind(function)
        arguments = ", ".join(f"{{{place}}}" for place in range(len(parts)))
        return self.strict(f"{name}({arguments})", *parts, partial=partial)

    def looked_up(self, function: Callable[..., Any], *parts: Node) -> Node:
        """Return what a function finds for parts in one tuple, each of which it may be given as None."""
        name = self._bind(function)
        return self._node(Op.FOUND, parts, name, name)

    def told(self, part: Node) -> Node:
        """Return yes where a part is known, else unknown."""
        return self._node(Op.TOLD, (part,))

    def every(self, parts: Iterable[Node]) -> Node:
        """Return the AND."""
        return self._joined(Op.EVERY, parts, neutral=True)

    def some(self, parts: Iterable[Node]) -> Node:
        """Return the OR."""
        return self._joined(Op.SOME, parts, neutral=False)

    def opposite(self, part: Node) -> Node:
        """Return NOT part."""
        if part.op is Op.CONSTANT:
            return self.constant(None if part.what is None else not part.what)
        if part.op is Op.OPPOSITE:
            return part.parts[0]
        return self._node(Op.OPPOSITE, (part,), nullable=part.nullable)

    def choice(self, condition: Node, then: Node, otherwise: Node) -> Node:
        """Return one of two values; where the condition is unknown, the one both are, else unknown."""
        if condition.op is Op.CONSTANT and condition.what is not None:
            return then if condition.what else otherwise
        return self._node(Op.CHOICE, (condition, then, otherwise))

    def end(self, condition: Node, then: Node, otherwise: Node, open_end: Node) -> Node:
        """Return one of two ends; where the condition is unknown, the one both are, else `open_end`."""
        if condition.op is Op.CONSTANT and condition.what is not None:
            return then if condition.what else otherwise
        if then is otherwise:
            return then
        return self._node(Op.END, (condition, then, otherwise, open_end), nullable=False)

    def kept(self, amount: Node, holds: Node, taken: Node) -> Node:
        """Return an amount without what is kept of it where that holds."""
        if holds.op is Op.CONSTANT and holds.what is False:
            return amount
        return self._node(Op.KEPT, (amount, holds, taken))

    def where(self, value: Node, one: Node, other: Node) -> Node:
        """Return a value, unknown unless `one` equals `other`."""
        return self._node(Op.WHERE, (value, one, other))

    def listed(self, what: str, found: Node, *asked: Node) -> Node:
        """Return what is made of the items of a list: "any", "all" or "sum" ("sum": value, condition)."""
        return self._node(Op.LIST, (found, *asked), what, what, of_item=False)

    def _bind(self, function: Callable[..., Any]) -> str:
        name = self._names.setdefault(function, f"call{len(self.bound)}")
        self.bound[name] = function
        return name

    def _joined(self, op: Op, parts: Iterable[Node], *, neutral: bool) -> Node:
        """AND and OR: without what changes nothing, and settled where one part settles it."""
        needed: dict[Node, None] = {}
        for part in parts:
            if part.op is Op.CONSTANT and part.what is (not neutral):
                return part
            if not (part.op is Op.CONSTANT and part.what is neutral):
                needed[part] = None
        if len(needed) < 2:
            return next(iter(needed), self.constant(neutral))
        found = tuple(needed)
        return self._node(op, found, nullable=any(part.nullable for part in found))

    def _node(
        self,
        op: Op,
        parts: Sequence[Node],
        what: Any = None,
        key: Any = None,
        *,
        nullable: bool = True,
        of_item: bool | None = None,
        partial: bool = False,
    ) -> Node:
        identity = (op, *(part.place for part in parts), key)
        if identity not in self._known:
            inside = any(part.of_item for part in parts) if of_item is None else of_item
            node = Node(len(self.nodes), op, tuple(parts), what, nullable, inside, partial)
            self.nodes.append(node)
            self._known[identity] = node
        return self._known[identity]
