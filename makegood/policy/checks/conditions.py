"""Finds conditions that never hold, always hold or say a thing twice, as far as no solver is needed.

Yes/no facts and choices are looked at exactly; comparisons of one thing with written values as stretches.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.checks.intervals import Stretch, is_one_comparison, stretches
from makegood.policy.deciding.diagram import NO, YES, Diagram
from makegood.policy.deciding.three_valued import ThreeValued
from makegood.policy.deciding.unknowns import Unknowns
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.policy import Policy

DEAD, IMPLIED, TWICE, EMPTY = "dead condition", "implied condition", "condition twice", "list never holds"
"""What a finding is about."""


def conditions(policy: Policy) -> Iterator[Finding]:
    """Yield a warning for each condition or list that cannot matter."""
    unknowns = nothing_known(policy)
    for clause in policy.clauses:
        applies = unknowns.applies(clause)
        for part in clause.parts:
            alone = list(_alone(clause, part, applies, unknowns))
            yield from alone
            if not alone:
                yield from _together(clause, part, applies, unknowns)


def nothing_known(policy: Policy) -> Unknowns:
    """Return the diagrams of a case of which nothing at all is known."""
    values = dict.fromkeys(policy.facts)
    return Unknowns(policy, values, ThreeValued(policy, values))


def dead(condition: Condition, *, only_here: bool = False) -> Finding:
    """Return the finding that a condition never holds; `only_here`: not where its clause applies."""
    where = " where its clause applies" if only_here else ""
    message = f"{condition.id} never holds{where}"
    return _finding(DEAD, condition, message, "correct its rule, or take the condition out")


def implied(condition: Condition, why: str) -> Finding:
    """Return the finding that a condition changes nothing; `why`: when it holds anyway."""
    message = f"{condition.id} changes nothing: {why}"
    return _finding(IMPLIED, condition, message, "correct its rule, or take the condition out")


def empty(part: Part, message: str) -> Finding:
    """Return the finding that a list can never hold."""
    advice = "correct one of the rules; as it is, the list does nothing"
    return _finding(EMPTY, part.conditions[0], message, advice)


def _alone(clause: Clause, part: Part, applies: Diagram, unknowns: Unknowns) -> Iterator[Finding]:
    """What is wrong with conditions by themselves; the only one of a list may say what its clause says."""
    for condition in part.conditions:
        truth = unknowns.truth(condition)
        if truth == NO or _contradicts_itself(condition):
            yield dead(condition)
        elif truth == YES:
            yield implied(condition, "it always holds")
        elif unknowns.every((applies, truth)) == NO:
            yield dead(condition, only_here=True)
        elif len(part.conditions) > 1 and unknowns.every((applies, unknowns.opposite(truth))) == NO:
            yield implied(condition, "it holds wherever its clause applies")


def _together(clause: Clause, part: Part, applies: Diagram, unknowns: Unknowns) -> Iterator[Finding]:
    """What is wrong with conditions beside each other."""
    twice = list(_twice(part, unknowns))
    yield from twice
    if not part.together:
        return
    apart = _never_together(clause, part)
    if apart:
        yield empty(part, apart)
    elif unknowns.every((applies, *(unknowns.truth(each) for each in part.conditions))) == NO:
        yield empty(part, f"{_ids(part)} never hold together")
    elif not twice:
        yield from _within(part)


def _twice(part: Part, unknowns: Unknowns) -> Iterator[Finding]:
    first: dict[int, Condition] = {}
    for condition in part.conditions:
        earlier = first.setdefault(id(unknowns.truth(condition)), condition)
        if earlier is not condition:
            message = f"{condition.id} says the same as {earlier.id}"
            yield _finding(TWICE, condition, message, "take one of them out")


def _contradicts_itself(condition: Condition) -> bool:
    return any(_apart(one, other) for one, other in combinations(stretches(condition.rule.tree), 2))


def _never_together(clause: Clause, part: Part) -> str:
    """Which two conditions exclude each other by their numbers or dates; "" when none do."""
    said: list[tuple[str, Stretch]] = []
    if clause.applies:
        said += (("what the clause applies to", found) for found in stretches(clause.applies.tree))
    for condition in part.conditions:
        for found in stretches(condition.rule.tree):
            for name, earlier in said:
                if _apart(earlier, found):
                    return f"{name} and {condition.id} never hold together"
            said.append((condition.id, found))
    return ""


def _within(part: Part) -> Iterator[Finding]:
    """Each condition that is one comparison, and that a narrower one beside it says already."""
    for place, condition in enumerate(part.conditions):
        if not is_one_comparison(condition.rule.tree):
            continue
        wide = next(stretches(condition.rule.tree))
        for other_place, other in enumerate(part.conditions):
            if place != other_place and any(
                narrow.subject == wide.subject
                and narrow.inside(wide)
                and (narrow != wide or place > other_place)
                for narrow in stretches(other.rule.tree)
            ):
                yield implied(condition, f"it holds wherever {other.id} does")
                break


def _apart(one: Stretch, other: Stretch) -> bool:
    return one.subject == other.subject and one.misses(other)


def _ids(part: Part) -> str:
    *most, last = (condition.id for condition in part.conditions)
    return f"{', '.join(most)} and {last}" if most else last


def _finding(about: str, condition: Condition, message: str, advice: str) -> Finding:
    return Finding(Severity.WARNING, about, condition.rule.span, message, advice)
