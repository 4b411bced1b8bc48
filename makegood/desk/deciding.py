"""What can be decided about a request, worked out for the page before anyone decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.speaking import spoken_by
from makegood.accounts.templatetags.said import amount_in_words
from makegood.money import Money, total
from makegood.notifications.prewritten import decision_letter
from makegood.orders.models import Order
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.deciding import NothingLeft, PolicyDisagrees, ToBeEstablished, amounts_for
from makegood.refund_requests.limits import would_need_second_person
from makegood.refund_requests.models import RefundRequest, Verdict


@dataclass(frozen=True)
class OrderLine:
    """What goes back for one order, and how it comes to that.

    `paragraphs` decided it; `unknown` are questions that nobody could answer, so that a person decides.
    """

    order: Order
    amount: Money
    arithmetic: str
    paragraphs: Sequence[str]
    unknown: Sequence[str]


@dataclass(frozen=True)
class Option:
    """A verdict that the policy allows now: its amounts, its letter, whether a second person has to agree."""

    verdict: Verdict
    lines: Sequence[OrderLine]
    whole: Money
    letter: str
    needs_second_person: bool

    @property
    def is_refund(self) -> bool:
        """Whether money goes back."""
        return self.verdict == Verdict.REFUND


@dataclass(frozen=True)
class Options:
    """What may be decided now; when nothing may be, `refusals` say why."""

    options: Sequence[Option]
    questions: Sequence[str]
    refusals: Sequence[str]

    def of(self, verdict: str) -> Option | None:
        """The option with this verdict; the only one there is when `verdict` is empty."""
        if not verdict and len(self.options) == 1:
            return self.options[0]
        return next((option for option in self.options if option.verdict == verdict), None)


def options_for(
    refund_request: RefundRequest, answers: Sequence[LiveAnswer], *, by: User, at: datetime
) -> Options:
    """What `by` may decide at `at`, by the policy's answers now."""
    options: list[Option] = []
    questions: tuple[str, ...] = ()
    refusals: list[str] = []
    for verdict in Verdict:
        try:
            amounts = amounts_for(verdict, answers)
        except ToBeEstablished as open_yet:
            questions = open_yet.questions
        except (PolicyDisagrees, NothingLeft) as refused:
            refusals.append(str(refused))
        else:
            options.append(_option(verdict, refund_request, answers, amounts, by=by, at=at))
    return Options(options, questions, refusals)


def _option(
    verdict: Verdict,
    refund_request: RefundRequest,
    answers: Sequence[LiveAnswer],
    amounts: Sequence[Money],
    *,
    by: User,
    at: datetime,
) -> Option:
    whole = total(amounts, amounts[0].currency)
    orders = [live.order for live in answers if live.order is not None]
    return Option(
        verdict=verdict,
        lines=[
            OrderLine(
                order=order,
                amount=amount,
                arithmetic=arithmetic(live, order, amount),
                paragraphs=live.answer.decided_by,
                unknown=[fact.question for fact in live.answer.open],
            )
            for live, order, amount in zip(answers, orders, amounts, strict=True)
        ],
        whole=whole,
        letter=decision_letter(
            verdict,
            answers,
            amounts,
            signed=signature_of(by),
            language=spoken_by(refund_request.member),
        ),
        needs_second_person=bool(whole) and would_need_second_person(whole, orders, by=by, at=at),
    )


def signature_of(person: User) -> str:
    """How `person` signs a letter."""
    return f"{person.first_name}, {settings.MAKEGOOD_VENDOR}"


def arithmetic(live: LiveAnswer, order: Order, amount: Money) -> str:
    """How the amount comes about: paid, less what went back already, and what the policy takes of it."""
    captured = total((payment.captured for payment in order.payments.all()), order.currency)
    left = total((payment.refundable for payment in order.payments.all()), order.currency)
    steps = [_("{amount} paid").format(amount=amount_in_words(captured))]
    if left != captured:
        gone = amount_in_words(captured - left)
        steps.append(_("− {amount} refunded or on its way").format(amount=gone))
    granted = live.answer.amount
    if granted is not None and Money.rounded(granted, order.currency) < left:
        kept = amount_in_words(left - Money.rounded(granted, order.currency))
        words = _("− {amount} not owed by law") if live.law else _("− {amount} kept by the policy")
        steps.append(words.format(amount=kept))
    if not amount and left:
        steps.append(_("− {amount} not refunded by this decision").format(amount=amount_in_words(left)))
    return f"{' '.join(steps)} = {amount_in_words(amount)}"
