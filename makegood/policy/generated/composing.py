"""Composes the source of one function: for each value of a choice its trace, and how the case ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from makegood.policy.generated.nodes import Graph, Node, Op
from makegood.policy.generated.splitting import Split, Wanted
from makegood.policy.generated.writing import Writer


def source_of(graph: Graph, bound: dict[str, Any], wanted: Wanted, split: Split | None) -> str:
    """Return the source of `run`; what it needs besides the graph's own is added to `bound`."""
    functions: dict[str, list[str]] = {}
    writer = Writer(graph, bound, functions)
    if split:
        choice = writer.variable(split.choice)
        for value, known in split.cases.items():
            branch = writer.inner()
            (text,) = branch.write([graph.constant(value)])
            writer.lines += [f"if {choice} == {text}:", *_indented(_body(branch, known))]
    body = _indented(_body(writer, wanted))
    called = [line for each in functions.values() for line in each]
    return "\n".join([*called, "def run(values):", *body]) + "\n"


def _body(writer: Writer, wanted: Wanted) -> list[str]:
    """The lines that reckon what is wanted and return it."""
    end = _Ending(wanted.end)
    writer.plan([*end.needed(), *(wanted.trace or ())])
    if wanted.trace is None:
        end.write(writer, lambda code: [f"return {code}"])
        return writer.lines
    trace = writer.write(wanted.trace)
    inside = writer.inner()
    end.write(inside, lambda code: ["break"] if code == "end" else [f"end = {code}", "break"])
    # A loop that is left at once is Python's cheapest way to leave a row of questions in the middle.
    return [*writer.lines, "while True:", *_indented(inside.lines), f"return ({', '.join(['end', *trace])},)"]


class _Ending:
    """How a case ends: by the first condition that holds, while none before it is unknown.

    Where one is unknown, what it would come to is kept in `so_far`; the case ends so only if everything after
    it comes to the same, and the first end that differs leaves the case undecided.
    """

    def __init__(self, end: Node) -> None:
        self._stages: list[tuple[Node, Node]] = []
        self._undecided: list[Node] = []
        while end.op is Op.END:
            condition, then, end, undecided = end.parts
            self._stages.append((condition, then))
            self._undecided = [undecided]
        self._rest = end

    def needed(self) -> list[Node]:
        """Return every node that is asked for, as often as it is."""
        return [*(node for stage in self._stages for node in stage), self._rest]

    def write(self, writer: Writer, leave: Callable[[str], list[str]]) -> None:
        """Write one question after another; `leave` gives the lines that leave them with an end."""
        undecided = leave(*writer.write(self._undecided)) if self._undecided else []
        if any(condition.nullable for condition, _ in self._stages):
            writer.lines.append("so_far = None")
        unsure = False  # whether a condition before may be unknown
        for condition, then in self._stages:
            writer.write([condition])
            first, after = writer.twice(condition)
            lines, (end,) = writer.aside([then])
            if then.op is not Op.CONSTANT:
                lines.append(f"end = {end}")
                end = "end"
            lines += _if_it_differs(end, undecided) if unsure else []
            if condition.nullable:
                lines += [f"if {after}:", *_indented(leave(end)), f"so_far = {end}"]
            else:
                lines += leave(end)
            asked = f"{first} is not False" if condition.nullable else first
            writer.lines += [f"if {asked}:", *_indented(lines)]
            unsure = unsure or condition.nullable
        (end,) = writer.write([self._rest])
        writer.lines += [*(_if_it_differs(end, undecided) if unsure else []), *leave(end)]


def _if_it_differs(end: str, undecided: list[str]) -> list[str]:
    return [f"if so_far is not None and so_far is not {end}:", *_indented(undecided)]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
