"""Law is a floor: a policy decided with the statutes above it; the better for the customer counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from makegood.policy.deciding.answers import Answer, Outcome, Why
from makegood.policy.deciding.deciding import decide
from makegood.policy.documents.policy import Policy
from makegood.policy.errors import nearest
from makegood.policy.facts import FactError, shortened
from makegood.policy.languages.vocabulary import ORIGINAL


@dataclass(frozen=True, slots=True)
class Layered:
    """What counts, and what each document said. `answer` is the effective one, `own` the vendor's.

    `floors` are the answers of the statutes that speak of the case, in the order given.
    """

    own: Answer
    floors: tuple[Answer, ...]

    @property
    def answer(self) -> Answer:
        """The best answer for the customer; where the policy itself is as good, the policy's."""
        answers = (self.own, *self.floors)
        currency = next((each.currency for each in answers if each.currency), None)
        return max(answers, key=lambda each: _worth(each, currency))

    @property
    def statute(self) -> str | None:
        """The name of the statute that counts, None when the policy itself does."""
        return None if self.answer is self.own else self.answer.policy

    def to_json(self) -> dict[str, Any]:
        """Return the effective answer as JSON, with the statute it comes from and every other answer."""
        return {
            "statute": self.statute,
            "effective": self.answer.to_json(),
            "own": self.own.to_json(),
            "floors": [answer.to_json() for answer in self.floors],
        }


def decide_above(policy: Policy, statutes: Sequence[Policy], facts: Mapping[str, object]) -> Layered:
    """Decide a case by the policy and by each statute that is switched on.

    Each document takes the facts it knows. A statute that does not speak of the case is left out; one that is
    still open may be the better one, so that an open statute beats a refusal. Raises FactError for a value of
    another kind, and for a fact that no document knows.
    """
    documents = (policy, *statutes)
    known = {name for document in documents for name in document.facts}
    for name in facts:
        if name not in known:
            near = nearest(name, known)
            raise FactError(
                f"No document knows a fact `{shortened(name)}`." + (f" Did you mean {near}?" if near else "")
            )
    own, *floors = (decide(document, _of(document, facts)) for document in documents)
    return above(own, floors)


def above(own: Answer, floors: Iterable[Answer]) -> Layered:
    """Put the answers of statutes, `floors`, above that of the policy; one that says nothing is left out."""
    return Layered(own, tuple(answer for answer in floors if _speaks(answer)))


def _of(document: Policy, facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if name in document.facts}


def _speaks(answer: Answer) -> bool:
    """Whether a statute says anything of a case: one none of whose clauses applies says nothing."""
    return not (answer.why is Why.NOT_COVERED and all(each.applies is False for each in answer.clauses))


def _worth(answer: Answer, currency: str | None) -> tuple[int, Decimal, bool, bool]:
    """How good an answer is for the customer; amounts compare in `currency`, the one of the case.

    A larger refund that is still open beats a smaller certain one: it is found out first, because a case is
    paid once. One that is open without a known amount, or in another currency, beats a refusal only. Of equal
    amounts the certain one is better than the open one, and money than a credit.
    """
    certain = answer.outcome is Outcome.ELIGIBLE
    money = answer.method == ORIGINAL
    if certain and answer.currency == currency:
        return 2, answer.amount or Decimal(0), certain, money
    if answer.outcome is Outcome.NEEDS_REVIEW and answer.at_stake is not None:
        return 2, answer.at_stake, certain, money
    return int(answer.outcome is not Outcome.INELIGIBLE), Decimal(0), certain, money
