"""Where in the document a part of a rule stands."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from makegood.policy.documents.reading import Code
from makegood.policy.errors import Span


def place_of(node: exp.Expr, code: Code) -> Span:
    """Return the span of the names and literals under `node`; the whole rule when it has none."""
    found = list(_stretches(node, code.text))
    if not found:
        return code.span
    start = min(start for start, _ in found)
    return code.span.part(start, max(end for _, end in found) - start)


def _stretches(node: exp.Expr, text: str) -> Iterator[tuple[int, int]]:
    if isinstance(node, exp.Literal):
        start = text.find(f"'{node.name}'" if node.is_string else node.name)
        if start >= 0:
            yield start, start + len(node.name) + 2 * node.is_string
        return
    if isinstance(node, exp.Anonymous):
        start = text.find(str(node.this))
        if start >= 0:
            yield start, start + len(str(node.this))
            return
    for part in node.find_all(exp.Identifier):
        if "start" in part.meta:
            yield part.meta["start"], part.meta["end"] + 1
