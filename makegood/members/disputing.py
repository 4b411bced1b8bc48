"""Our records as a member may dispute them: which of them speak against a refund, and both sides in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from makegood.members.forms.facts import Record
from makegood.policy import ConditionResult, Fact, Outcome
from makegood.policy.facts import coerce
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.disputes import Dispute, may_be_disputed, value_in_words


def records_against(live: LiveAnswer) -> list[Record]:
    """The records by which the policy refuses, and those disputed already, as the document orders them.

    Where it would refuse even if the member is right, also the records by which it would.
    """
    names = set(live.disputed)
    for each in (live, live.if_so):
        if each is not None:
            names |= {name for condition in _deciding(each) for name in condition.facts}
    facts = [live.policy.facts[name] for name in live.policy.in_order(names)]
    return [record for fact in facts if may_be_disputed(fact) and (record := _record(live, fact))]


def _deciding(live: LiveAnswer) -> list[ConditionResult]:
    if live.answer.outcome is not Outcome.INELIGIBLE:
        return []
    decided = set(live.answer.decided_by)
    conditions = [condition for clause in live.answer.clauses for condition in clause.conditions]
    return [condition for condition in conditions if condition.id in decided]


def _record(live: LiveAnswer, fact: Fact) -> Record | None:
    """The record of a fact; None when there is none."""
    dispute = live.disputed.get(fact.name)
    value = dispute.recorded if dispute else coerce(fact, live.facts.get(fact.name), live.policy.zone)
    return None if value is None else Record(fact, value, words_of(live, fact, value))


def words_of(live: LiveAnswer, fact: Fact, value: object) -> str:
    """A value of a fact of this order as people say it."""
    return value_in_words(fact, value, live.policy, currency=live.order.currency if live.order else "")


def member_says(live: LiveAnswer, dispute: Dispute) -> str:
    """Both sides of a dispute, to the member."""
    return _("You say {says}. Our records say {recorded}.").format(
        says=words_of(live, dispute.fact, dispute.says),
        recorded=words_of(live, dispute.fact, dispute.recorded),
    )


def disputed_words(live: LiveAnswer, condition: ConditionResult) -> str:
    """Why a condition is open, where it waits for a disputed fact; else nothing."""
    waiting = [fact.name for fact in condition.waits_for if fact.name in live.disputed]
    return " ".join(member_says(live, live.disputed[name]) for name in waiting)
