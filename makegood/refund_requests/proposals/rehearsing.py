"""What a new text would have decided of the requests there were, with the money as an interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from makegood.money import Money
from makegood.policy import Answer, Outcome, Policy, decide
from makegood.policy.documents.examples import said
from makegood.policy.facts import FactError
from makegood.refund_requests import policies
from makegood.refund_requests.models import Assessment

NEWEST = 1000
"""Assessments looked at, the newest first: as many as a page can reckon while somebody waits."""


@dataclass(frozen=True)
class Changed:
    """A request of which the two texts say different things; each saying in the words of the examples."""

    reference: str
    before: str
    after: str


@dataclass
class Sums:
    """Money by currency: what is certainly refunded, and what at most, if all that is open comes out well."""

    certain: dict[str, Money] = field(default_factory=dict)
    at_most: dict[str, Money] = field(default_factory=dict)

    def add(self, answer: Answer, currency: str) -> None:
        """Count one answer."""
        if answer.outcome is Outcome.ELIGIBLE and answer.amount is not None:
            _add(self.certain, Money.of(str(answer.amount), currency))
        if answer.outcome is not Outcome.INELIGIBLE and answer.at_stake is not None:
            _add(self.at_most, Money.of(str(answer.at_stake), currency))


@dataclass
class Rehearsal:
    """The two texts over the same requests.

    `outcomes` counts what became of what. `unread`: their facts have another kind in the new text.
    """

    looked_at: int = 0
    unread: int = 0
    outcomes: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    before: Sums = field(default_factory=Sums)
    after: Sums = field(default_factory=Sums)
    changed: list[Changed] = field(default_factory=list)


def rehearse(text: Policy) -> Rehearsal:
    """Decide the newest assessment of each order asked about again, by its own version and by `text`.

    What was established then is taken as it was; what only the new text asks is unknown.
    """
    found = Rehearsal()
    for assessment in _newest():
        was = policies.parsed(assessment.policy_version)
        found.looked_at += 1
        try:
            before, after = decide(was, assessment.facts), decide(text, _known(assessment.facts, text))
        except FactError:
            found.unread += 1
            continue
        currency = assessment.order.amount.currency
        found.outcomes[before.outcome, after.outcome] += 1
        found.before.add(before, currency)
        found.after.add(after, currency)
        if (before.outcome, before.amount) != (after.outcome, after.amount):
            found.changed.append(_changed(assessment, before, after))
    return found


def _newest() -> Iterator[Assessment]:
    newest = Assessment.objects.order_by("refund_request_id", "order_id", "-id").distinct(
        "refund_request_id", "order_id"
    )
    rows = Assessment.objects.filter(pk__in=newest.values("pk")).order_by("-id")
    yield from rows.select_related("refund_request", "order", "policy_version")[:NEWEST]


def _known(facts: Mapping[str, object], text: Policy) -> dict[str, object]:
    return {name: value for name, value in facts.items() if name in text.facts}


def _changed(assessment: Assessment, before: Answer, after: Answer) -> Changed:
    return Changed(assessment.refund_request.reference, said(before), said(after))


def _add(sums: dict[str, Money], amount: Money) -> None:
    known = sums.get(amount.currency)
    sums[amount.currency] = amount if known is None else known + amount


def difference(before: Mapping[str, Money], after: Mapping[str, Money]) -> Iterable[tuple[Money, Money]]:
    """Yield the sums before and after for each currency that either has."""
    for currency in sorted({*before, *after}):
        none = Money(0, currency)
        yield before.get(currency, none), after.get(currency, none)
