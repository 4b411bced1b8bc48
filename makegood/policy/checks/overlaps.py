"""Finds clauses that refund different amounts, may hold together, and do not say which goes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from makegood.policy.checks.conditions import NOT_CHECKED, nothing_known
from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.checks.intervals import Stretch, apart, narrowed
from makegood.policy.checks.witnesses import Witness
from makegood.policy.deciding.diagram import NO, Leaf, TooLarge, parts_of
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
    try:
        yield from _overlaps(policy)
    except TooLarge:
        message = "not checked: whether clauses overlap depends on too many unknowns"
        advice = "have it proved (`makegood policy check` does), or divide the document"
        yield Finding(Severity.NOTE, NOT_CHECKED, policy.clauses[0].span, message, advice)


def _overlaps(policy: Policy) -> Iterator[Finding]:
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
    asked = {offer.index: [_asked(clause, offer) for clause in offer.clauses] for offer in offers}
    for one, other in combinations(offers, 2):
        excluded = all(apart(mine, theirs) for mine in asked[one.index] for theirs in asked[other.index])
        if not excluded and unknowns.every((granted[one.index], granted[other.index])) != NO:
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


def _asked(clause: Clause, offer: Offer) -> Mapping[str, Stretch]:
    """What numbers and dates a clause leaves that makes an offer; with several lists, what it applies to."""
    rules = [clause.applies] if clause.applies else []
    lists = [part for part in clause.parts if part in offer.parts]
    if len(lists) == 1 and lists[0].together:
        rules += [condition.rule for condition in lists[0].conditions]
    return narrowed(rule.tree for rule in rules)


def numbers(offer: Offer) -> str:
    """Return the number of the clause that makes an offer; of several, that it is one of them."""
    said = ", ".join(clause.number for clause in offer.clauses)
    return f"one of {said}" if len(offer.clauses) > 1 else said
