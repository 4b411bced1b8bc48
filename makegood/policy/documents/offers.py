"""Offers: what the clauses of a policy may refund, the same formula paid the same way being one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from makegood.policy.documents.clauses import Clause, Part, Role
from makegood.policy.rules.scope import Rule


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be refunded, how, and by which clauses; `index` tells the offers of a policy apart."""

    index: int
    clauses: tuple[Clause, ...]
    parts: tuple[Part, ...]
    rule: Rule
    method: str


def offers_of(clauses: Sequence[Clause]) -> tuple[Offer, ...]:
    """Return the offers of all granting lists, in the order of the document."""
    found: dict[tuple[str, str], list[tuple[Clause, Part, Rule]]] = {}
    for clause in clauses:
        for part in clause.parts:
            if part.role is Role.GRANT and part.amount:
                found.setdefault((part.amount.sql, part.method), []).append((clause, part, part.amount))
    return tuple(_offer(index, alike) for index, alike in enumerate(found.values()))


def keeping(clauses: Sequence[Clause]) -> Iterator[tuple[Clause, Part]]:
    """Yield each list that keeps a part of any refund, with its clause."""
    for clause in clauses:
        yield from ((clause, part) for part in clause.parts if part.role is Role.KEEP)


def _offer(index: int, alike: Sequence[tuple[Clause, Part, Rule]]) -> Offer:
    clauses, parts, rules = zip(*alike, strict=True)
    return Offer(index, tuple(dict.fromkeys(clauses)), parts, rules[0], parts[0].method)
