"""Where a request stands, in the words of the desk: its state, and what the policy answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from makegood.accounts.templatetags.said import amount_in_words
from makegood.money import Money, total
from makegood.policy import Answer, Outcome, Why
from makegood.refund_requests.models import Assessment, RefundRequest
from makegood.refund_requests.states import State

STATES: dict[State, Promise] = {
    State.WAITING: gettext_lazy("in the queue"),
    State.EXAMINING: gettext_lazy("being examined"),
    State.ASKED: gettext_lazy("waiting for the customer"),
    State.WITH_ENGINEERS: gettext_lazy("with the engineers"),
    State.TRYING_FIX: gettext_lazy("the customer tries the fix"),
    State.AWAITING_APPROVAL: gettext_lazy("waits for a second person"),
    State.APPROVED: gettext_lazy("refund on its way"),
    State.REFUNDED: gettext_lazy("refunded"),
    State.DECLINED: gettext_lazy("declined"),
    State.WITHDRAWN: gettext_lazy("withdrawn"),
    State.SOLVED: gettext_lazy("solved by a fix"),
    State.MERGED: gettext_lazy("goes on in another request"),
}
MARKS = {State.REFUNDED: "met", State.SOLVED: "met", State.DECLINED: "unmet", State.WITHDRAWN: "unmet"}
SIGNS = {"met": "✓", "unmet": "✗", "open": "?"}


@dataclass(frozen=True)
class Standing:
    """A few words and their mark: met, unmet, open or empty."""

    label: str
    mark: str

    @property
    def sign(self) -> str:
        """The mark as one character; empty without."""
        return SIGNS.get(self.mark, "")


@dataclass(frozen=True)
class KeptAnswer:
    """What the policy answered for one order, as far as a list shows it. `open`: facts still looked for."""

    outcome: Outcome
    why: Why
    open: int
    amount: Money | None
    at_stake: Money | None


def state_words(state: str) -> str:
    """The state as the desk says it."""
    return str(STATES[State(state)])


def ground_words(ground: str) -> str:
    """The ground as the desk says it: the policy's own name for it."""
    return ground.replace("_", " ")


def state_standing(state: str) -> Standing:
    """The state alone."""
    return Standing(state_words(state), MARKS.get(State(state), ""))


def policy_standing(answers: Sequence[KeptAnswer]) -> Standing:
    """What the policy answers for all orders of a request together."""
    still_open = sum(answer.open for answer in answers if answer.why == Why.TO_ESTABLISH)
    if still_open:
        return Standing(_("to be established: {count}").format(count=still_open), "open")
    if any(answer.outcome == Outcome.NEEDS_REVIEW for answer in answers):
        return Standing(_("policy: a person decides"), "open")
    refunded = sum(answer.outcome == Outcome.ELIGIBLE for answer in answers)
    if refunded == len(answers):
        return Standing(_("policy: refund"), "met")
    if not refunded:
        return Standing(_("policy: refuse"), "unmet")
    words = ngettext("policy: refund {n} of {all}", "policy: refund {n} of {all}", refunded)
    return Standing(words.format(n=refunded, all=len(answers)), "met")


def amount_words(answers: Sequence[KeptAnswer]) -> str:
    """What goes back by the policy, or at most goes back while something is open; empty when nothing does."""
    amounts = [answer.amount or answer.at_stake for answer in answers]
    known = [amount for amount in amounts if amount]
    if not known or len({amount.currency for amount in known}) != 1:
        return ""
    whole = amount_in_words(total(known, known[0].currency))
    settled = all(answer.outcome != Outcome.NEEDS_REVIEW for answer in answers)
    return whole if settled else _("up to {amount}").format(amount=whole)


def with_answers(rows: QuerySet[RefundRequest]) -> QuerySet[Any]:
    """The same rows, each carrying what `answers_of` reads: the newest answer for each order."""
    newest = Assessment.objects.filter(refund_request=OuterRef("pk")).order_by("order_id", "-id")
    return rows.annotate(
        answer_rows=ArraySubquery(
            newest.distinct("order_id").values(
                json=JSONObject(
                    outcome="outcome",
                    why=F("trace__why"),
                    open=F("trace__open"),
                    amount=F("trace__amount"),
                    at_stake=F("trace__at_stake"),
                    currency="order__currency",
                )
            )
        )
    )


def answers_of(row: Any) -> list[KeptAnswer]:
    """What a row of `with_answers` carries; the oldest answers do not say whether an open fact is lost."""
    return [
        KeptAnswer(
            outcome=Outcome(kept["outcome"]),
            why=Why(kept["why"]),
            open=sum(not fact.get("lost") for fact in kept["open"]),
            amount=_money(kept["amount"], kept["currency"]),
            at_stake=_money(kept["at_stake"], kept["currency"]),
        )
        for kept in row.answer_rows
    ]


def kept(answer: Answer, currency: str) -> KeptAnswer:
    """An answer just given, as lists show it; `currency` is that of the order."""
    return KeptAnswer(
        outcome=answer.outcome,
        why=answer.why,
        open=len(answer.looked_for),
        amount=None if answer.amount is None else Money.rounded(answer.amount, currency),
        at_stake=None if answer.at_stake is None else Money.rounded(answer.at_stake, currency),
    )


def _money(amount: str | None, currency: str) -> Money | None:
    return None if amount is None else Money.rounded(Decimal(amount), currency)
