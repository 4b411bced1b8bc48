"""What another version of the policy says of what was decided, or is being examined; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from makegood.policy import Answer, ConditionResult, Mark, OpenFact, Outcome, decide
from makegood.refund_requests import policies
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.facts import fitting
from makegood.refund_requests.models import PolicyVersion

REFUNDABLE = "refundable_amount"
"""What could be refunded: by what is known now it is what the decision has left of it."""


class Change(StrEnum):
    """How a condition of one version stands to the other version."""

    SAME = "same"
    OTHERWISE = "otherwise"  # the same words, and it comes out otherwise
    REWORDED = "reworded"  # the same paragraph, in other words
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class Compared:
    """One condition in the two versions; None where a version does not have it."""

    change: Change
    before: ConditionResult | None
    after: ConditionResult | None


@dataclass(frozen=True)
class Replay:
    """One order by two versions. `lacking`: what the other one asks and nobody told; then it says nothing."""

    before: LiveAnswer
    after: LiveAnswer
    lacking: Sequence[OpenFact]
    conditions: Sequence[Compared]

    @property
    def is_the_same(self) -> bool:
        """Whether both give the same outcome and amount."""
        one, other = self.before.answer, self.after.answer
        return not self.lacking and (one.outcome, one.amount) == (other.outcome, other.amount)

    @property
    def is_of_one_version(self) -> bool:
        """Whether it is the version that governs anyway, and says the same as before."""
        return self.is_the_same and self.before.version == self.after.version


def replay(before: LiveAnswer, version: PolicyVersion) -> Replay:
    """What `version` says of the facts of `before`, as they were kept: nothing is read anew."""
    policy = policies.parsed(version)
    facts = fitting(before.facts, policy)
    answer = decide(policy, facts)
    return compare(before, replace(before, version=version, policy=policy, facts=facts, answer=answer))


def with_money_as_it_was(after: LiveAnswer, before: LiveAnswer) -> LiveAnswer:
    """`after`, had nothing been refunded since the decision of `before`."""
    if REFUNDABLE not in before.facts or REFUNDABLE not in after.policy.facts:
        return after
    facts = after.facts | {REFUNDABLE: before.facts[REFUNDABLE]}
    return replace(after, facts=facts, answer=decide(after.policy, facts))


def compare(before: LiveAnswer, after: LiveAnswer) -> Replay:
    """Two answers about one order, condition by condition: by the policy alone, without the law above it."""
    before, after = _by_the_policy(before), _by_the_policy(after)
    answer = after.answer
    # What the version of the decision did not know either was left to a person then, too.
    left_open = {fact.name for fact in before.answer.open}
    asked = answer.looked_for if answer.outcome is Outcome.NEEDS_REVIEW else ()
    lacking = [fact for fact in asked if fact.name not in left_open]
    return Replay(before, after, lacking, list(_compared(before.answer, answer)))


def _by_the_policy(live: LiveAnswer) -> LiveAnswer:
    """The answer without the statute that was better for the customer."""
    return replace(live, answer=decide(live.policy, live.facts), law=None) if live.law else live


def _compared(before: Answer, after: Answer) -> Iterator[Compared]:
    """The conditions that bear on the case in either version: those of `after`, then those that are gone."""
    former = _conditions(before)
    by_words = {condition.prose: condition for condition in former}
    kept_words = {condition.prose for condition in _conditions(after)}
    by_paragraph = {condition.id: condition for condition in former if condition.prose not in kept_words}
    found = set()
    for condition in _conditions(after):
        was = by_words.get(condition.prose) or by_paragraph.get(condition.id)
        if was is not None:
            found.add(was.prose)
        if condition.mark is not Mark.NOT_SO or (was is not None and was.mark is not Mark.NOT_SO):
            yield Compared(_change(was, condition), was, condition)
    for condition in former:
        if condition.prose not in found and condition.mark is not Mark.NOT_SO:
            yield Compared(Change.GONE, condition, None)


def _conditions(answer: Answer) -> list[ConditionResult]:
    """Those of every clause that applies, or may."""
    return [each for clause in answer.clauses if clause.applies is not False for each in clause.conditions]


def _change(was: ConditionResult | None, condition: ConditionResult) -> Change:
    if was is None:
        return Change.NEW
    if was.prose != condition.prose:
        return Change.REWORDED
    return Change.SAME if was.mark is condition.mark else Change.OTHERWISE
