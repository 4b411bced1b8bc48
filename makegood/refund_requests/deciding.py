"""Deciding a request: the policy's outcome, the amounts it allows, and a second person above a limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.money import Money, total
from makegood.orders.models import Order
from makegood.policy import OpenFact, Outcome
from makegood.policy.facts import STAFF
from makegood.refund_requests.assessing import LiveAnswer, assess
from makegood.refund_requests.limits import needs_second_person
from makegood.refund_requests.models import Decision, DecisionLine, RefundRequest, Verdict


class ToBeEstablished(Exception):
    """Facts that could still change the answer are unknown; `questions` are what must be found out."""

    def __init__(self, questions: Sequence[str]) -> None:
        self.questions = tuple(questions)
        super().__init__(_("Still to be established: {questions}").format(questions=" ".join(questions)))


class PolicyDisagrees(Exception):
    """The policy gives another outcome than the person wanted."""

    def __init__(self, verdict: str) -> None:
        super().__init__(
            _("By the facts established, the policy refuses this refund.")
            if verdict == Verdict.REFUND
            else _("By the facts established, the policy grants this refund, so it cannot be declined.")
        )


class NothingLeft(Exception):
    """Nothing of the orders can be refunded any more."""

    def __init__(self) -> None:
        super().__init__(
            _("Everything that was paid for this has already been refunded or is being refunded.")
        )


class OwnDecision(Exception):
    """The maker of a decision cannot be its second person."""

    def __init__(self) -> None:
        super().__init__(_("You made this decision yourself, so somebody else has to agree to it."))


def amounts_for(verdict: Verdict, answers: Sequence[LiveAnswer]) -> list[Money]:
    """The amount for each order in `answers` under `verdict`.

    Raises ToBeEstablished, PolicyDisagrees, NothingLeft.
    """
    amounts = granted(answers)
    whole = total(amounts, amounts[0].currency)
    if verdict == Verdict.DECLINE:
        if any(live.answer.outcome == Outcome.ELIGIBLE for live in answers) and whole:
            raise PolicyDisagrees(verdict)
        return [Money(0, amount.currency) for amount in amounts]
    if all(live.answer.outcome == Outcome.INELIGIBLE for live in answers):
        raise PolicyDisagrees(verdict)
    if not whole:
        raise NothingLeft
    return amounts


def granted(answers: Sequence[LiveAnswer]) -> list[Money]:
    """What the policy, and the law above it, grant for each order. Raises ToBeEstablished, NothingLeft."""
    questions = [o.question for live in answers for o in live.answer.open if _somebody_can_tell(o, live)]
    if any(live.answer.outcome == Outcome.NEEDS_REVIEW for live in answers) and questions:
        raise ToBeEstablished(list(dict.fromkeys(questions)))
    return [_amount(live) for live in answers]


def left_of(order: Order) -> Money:
    """What was paid for it, and neither went back nor is on its way back."""
    return total((payment.refundable for payment in order.payments.all()), order.currency)


def _somebody_can_tell(fact: OpenFact, live: LiveAnswer) -> bool:
    """Whether staff still look for it: what cannot be established and is not presumed, a person weighs.

    Whatever a statute asks and no record tells, staff find out.
    """
    is_looked_for = live.law is not None or fact.source in STAFF or fact.name in live.disputed
    return is_looked_for and not fact.lost


def _amount(live: LiveAnswer) -> Money:
    """What the policy grants for one order; where it leaves the answer to a person, all that is left."""
    order = live.order
    if order is None:
        raise NothingLeft
    left = left_of(order)
    if live.answer.outcome == Outcome.INELIGIBLE:
        return Money(0, order.currency)
    if live.answer.amount is None:
        return left
    return min(Money.rounded(live.answer.amount, order.currency), left)


def record_decision(
    refund_request: RefundRequest,
    verdict: Verdict,
    letter: str,
    answers: Sequence[LiveAnswer],
    amounts: Sequence[Money],
    *,
    by: User,
    at: datetime,
    exception: str = "",
) -> Decision:
    """Keep the decision with a line and the policy's answer for each order; call under the request's lock.

    `exception`: why more is given than the policy grants, which always needs a second person.
    """
    whole = total(amounts, amounts[0].currency)
    orders = [live.order for live in answers if live.order is not None]
    decision = Decision.objects.create(
        refund_request=refund_request,
        round=refund_request.round,
        verdict=verdict,
        amount_minor=whole.minor,
        currency=whole.currency,
        letter=letter,
        author=by,
        at=at,
        needs_approval=bool(exception) or (bool(whole) and needs_second_person(whole, orders, by=by, at=at)),
        is_exception=bool(exception),
        exception_reason=exception,
    )
    kept = {row.order_id: row for row in assess(refund_request, at=at)}
    DecisionLine.objects.bulk_create(
        DecisionLine(decision=decision, order=order, assessment=kept[order.pk], amount_minor=amount.minor)
        for order, amount in zip(orders, amounts, strict=True)
    )
    return decision
