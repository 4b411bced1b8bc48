"""Finds clauses that refund different amounts, may hold together, and do not say which goes first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from makegood.policy.checks.conditions import nothing_known
from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.checks.intervals import Stretch, stretches
from makegood.policy.checks.witnesses import Witness
from makegood.policy.deciding.diagram import NO, Leaf, parts_of
from makegood.policy.deciding.weighing import CONTRADICTION, Weighing
from makegood.policy.documents.clauses import Clause
from makegood.policy.documents.offers import Offer
from makegood.policy.documents.policy import Policy

MOST_PAIRS = 20_000
"""Pairs of offers looked at one by one; a document with more is told so as a whole."""
OVERLAP = "overlap"
WHAT_TO_DO = "make their conditions exclude each other, or write which clause takes precedence"


def overlaps(policy: Policy) -> Iterator[Finding]:
    """Yield a note for each two offers that seem able to hold together.

    Comparisons of different things are taken as free of each other, so a pair may turn out to be apart;
    a pair that is not told is apart for certain.
    """
    unknowns = nothing_known(policy)
    weighing = Weighing(policy, unknowns)
    if Leaf(CONTRADICTION) not in set(filter(_is_leaf, parts_of(weighing.end()))):
        return
    offers = policy.offers
    if len(offers) * (len(offers) - 1) // 2 > MOST_PAIRS:
        message = f"{len(offers):,} amounts are refunded, and some of their clauses may hold together"
        yield Finding(Severity.NOTE, OVERLAP, offers[0].rule.span, message, WHAT_TO_DO)
        return
    granted = {offer.index: weighing.granted(offer) for offer in offers}
    for one, other in combinations(offers, 2):
        if unknowns.every((granted[one.index], granted[other.index])) != NO and not _apart(one, other):
            yield found(one, other, Severity.NOTE, "may hold together")


def found(one: Offer, other: Offer, severity: Severity, how: str, witness: Witness | None = None) -> Finding:
    """Return the finding that two offers overlap; `how`: in words whether they do or may."""
    message = (
        f"clauses {numbers(one)} and {numbers(other)} refund different amounts (`{one.rule.text}` and "
        f"`{other.rule.text}`), {how}, and nothing says which goes first"
    )
    return Finding(severity, OVERLAP, other.rule.span, message, WHAT_TO_DO, witness)


def _is_leaf(part: object) -> bool:
    return isinstance(part, Leaf)


def _apart(one: Offer, other: Offer) -> bool:
    """Whether what the clauses of the offers ask for excludes each other by numbers or dates."""
    return all(_clauses_apart(first, one, second, other) for first in one.clauses for second in other.clauses)


def _clauses_apart(first: Clause, one: Offer, second: Clause, other: Offer) -> bool:
    return any(
        mine.subject == theirs.subject and mine.misses(theirs)
        for mine in _asked(first, one)
        for theirs in _asked(second, other)
    )


def _asked(clause: Clause, offer: Offer) -> list[Stretch]:
    """What must hold for a clause to make an offer; where it has several lists, what it applies to."""
    rules = [clause.applies] if clause.applies else []
    lists = [part for part in clause.parts if part in offer.parts]
    if len(lists) == 1 and lists[0].together:
        rules += [condition.rule for condition in lists[0].conditions]
    return [stretch for rule in rules for stretch in stretches(rule.tree)]


def numbers(offer: Offer) -> str:
    """Return the number of the clause that makes an offer; of several, that it is one of them."""
    said = ", ".join(clause.number for clause in offer.clauses)
    return f"one of {said}" if len(offer.clauses) > 1 else said
