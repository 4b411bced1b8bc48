"""Finds conditions that never hold, always hold or say a thing twice, as far as no solver is needed.

Yes/no facts and choices are looked at exactly; comparisons of one thing with written values as stretches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from makegood.policy.checks.findings import Finding, Severity
from makegood.policy.checks.intervals import Stretch, apart, is_one_comparison, narrowed
from makegood.policy.deciding.diagram import NO, YES, Diagram, TooLarge
from makegood.policy.deciding.three_valued import ThreeValued
from makegood.policy.deciding.unknowns import Unknowns
from makegood.policy.documents.clauses import Clause, Condition, Part
from makegood.policy.documents.policy import Policy
from makegood.policy.rules.scope import Rule

DEAD, IMPLIED, TWICE, EMPTY = "dead condition", "implied condition", "condition twice", "list never holds"
NOT_CHECKED = "not checked"
"""What a finding is about."""
Left = Mapping[Rule, Mapping[str, Stretch]]
"""What each rule of a clause leaves of the things it compares with written values."""


def conditions(policy: Policy) -> Iterator[Finding]:
    """Yield a warning for each condition or list that cannot matter."""
    unknowns = nothing_known(policy)
    for clause in policy.clauses:
        try:
            yield from _in_clause(clause, unknowns.anew())
        except TooLarge:
            message = f"not checked: the conditions of clause {clause.number} depend on too many unknowns"
            yield Finding(Severity.NOTE, NOT_CHECKED, clause.span, message, "write several clauses")


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


def _in_clause(clause: Clause, unknowns: Unknowns) -> Iterator[Finding]:
    applies = unknowns.applies(clause)
    left = {rule: narrowed([rule.tree]) for rule in clause.rules()}
    for part in clause.parts:
        alone = list(_alone(part, applies, unknowns, left))
        yield from alone
        if not alone:
            yield from _together(clause, part, applies, unknowns, left)


def _alone(part: Part, applies: Diagram, unknowns: Unknowns, left: Left) -> Iterator[Finding]:
    """What is wrong with conditions by themselves; the only one of a list may say what its clause says."""
    for condition in part.conditions:
        truth = unknowns.truth(condition)
        if truth == NO or any(each.is_empty for each in left[condition.rule].values()):
            yield dead(condition)
        elif truth == YES:
            yield implied(condition, "it always holds")
        elif unknowns.every((applies, truth)) == NO:
            yield dead(condition, only_here=True)
        elif len(part.conditions) > 1 and unknowns.every((applies, unknowns.opposite(truth))) == NO:
            yield implied(condition, "it holds wherever its clause applies")


def _together(
    clause: Clause, part: Part, applies: Diagram, unknowns: Unknowns, left: Left
) -> Iterator[Finding]:
    """What is wrong with conditions beside each other."""
    twice = list(_twice(part, unknowns))
    yield from twice
    if not part.together:
        return
    why = _never_together(clause, part, left)
    if why:
        yield empty(part, why)
    elif unknowns.every((applies, *(unknowns.truth(each) for each in part.conditions))) == NO:
        yield empty(part, f"{_ids(part)} never hold together")
    elif not twice:
        yield from _within(part, left)


def _twice(part: Part, unknowns: Unknowns) -> Iterator[Finding]:
    first: dict[int, Condition] = {}
    for condition in part.conditions:
        earlier = first.setdefault(id(unknowns.truth(condition)), condition)
        if earlier is not condition:
            message = f"{condition.id} says the same as {earlier.id}"
            yield _finding(TWICE, condition, message, "take one of them out")


def _never_together(clause: Clause, part: Part, left: Left) -> str:
    """Which two conditions exclude each other by their numbers or dates; "" when none do."""
    said = [("what the clause applies to", left[clause.applies])] if clause.applies else []
    for condition in part.conditions:
        mine = left[condition.rule]
        for name, earlier in said:
            if apart(earlier, mine):
                return f"{name} and {condition.id} never hold together"
        said.append((condition.id, mine))
    return ""


def _within(part: Part, left: Left) -> Iterator[Finding]:
    """Each condition that is one comparison, and that a narrower one beside it says already."""
    for place, condition in enumerate(part.conditions):
        if not is_one_comparison(condition.rule.tree):
            continue
        (wide,) = left[condition.rule].values()
        for other_place, other in enumerate(part.conditions):
            narrow = left[other.rule].get(wide.subject)
            if narrow is None or place == other_place or not narrow.inside(wide):
                continue
            if narrow != wide or place > other_place:
                yield implied(condition, f"it holds wherever {other.id} does")
                break


def _ids(part: Part) -> str:
    *most, last = (condition.id for condition in part.conditions)
    return f"{', '.join(most)} and {last}" if most else last


def _finding(about: str, condition: Condition, message: str, advice: str) -> Finding:
    return Finding(Severity.WARNING, about, condition.rule.span, message, advice)
