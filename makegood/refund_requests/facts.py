"""From rows to the facts that a policy decides by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from makegood.defects.models import Defect
from makegood.defects.states import State as DefectState
from makegood.money import total
from makegood.orders.models import Order
from makegood.orders.usage import uses_since
from makegood.policy import Fact, FactError, Kind, Policy, Source
from makegood.policy.facts import CANNOT_BE_ESTABLISHED

CONFIRMED = {
    DefectState.REPRODUCED: True,
    DefectState.FIXED: True,
    DefectState.CANNOT_BE_FIXED: True,
    DefectState.NOT_REPRODUCED: False,
}
TOLD_BY_DEFECT = frozenset({"bug_confirmed", "fixable"})
FIXABLE = {DefectState.FIXED: True, DefectState.CANNOT_BE_FIXED: False}


@dataclass(frozen=True)
class Case:
    """All that is known of one order to refund, whether in a form being filled in or in a request.

    `order` is None until one is chosen; `others` are the further orders that the member named. `answers` maps
    facts to what the member told, `findings` to what staff established. `pictures` is None while none was
    sent and some may still come. `received_at` is the server's clock.
    `uses` is how often the service was used since the purchase; None: not read yet.
    """

    ground: str
    received_at: datetime
    order: Order | None = None
    others: Sequence[Order] = ()
    answers: Mapping[str, object] = field(default_factory=dict)
    pictures: int | None = None
    findings: Mapping[str, object] = field(default_factory=dict)
    defect: Defect | None = None
    uses: int | None = None


def facts_of(case: Case, policy: Policy) -> dict[str, object]:
    """The facts of `case` that `policy` knows by name; what nobody knows yet is left out."""
    known: dict[str, object] = {
        **facts_of_purchase(case, policy),
        "ground": case.ground or None,
    }
    known |= {name: case.pictures for name, fact in policy.facts.items() if fact.kind == Kind.FILES}
    known |= _told_by_customer(case.answers, policy)
    if case.order is not None:
        known |= _of_order(case.order, case.uses)
    if case.order is not None and case.others:
        known |= _of_pair(case.order, case.others[0])
    if case.defect is not None:
        known |= _of_defect(case.defect)
    known |= {
        fact: CANNOT_BE_ESTABLISHED if value is None else value for fact, value in case.findings.items()
    }
    return {name: value for name, value in known.items() if value is not None and name in policy.facts}


def _told_by_customer(answers: Mapping[str, object], policy: Policy) -> dict[str, object]:
    """Only what the policy asks the customer: nobody can answer for our engineers or our records.

    An answer that another version asked as another kind of question was not told to this one.
    """
    asked = {name: fact for name, fact in policy.facts.items() if fact.source == Source.CUSTOMER}
    told = {name: _as_words(answer) for name, answer in answers.items() if name in asked}
    return {
        name: answer
        for name, answer in told.items()
        if answer not in ("", None) and _fits(answer, asked[name], policy)
    }


def _as_words(told: object) -> object:
    """What a customer told: words that happen to be our sign for a fact that is lost are only words."""
    return CANNOT_BE_ESTABLISHED.capitalize() if told == CANNOT_BE_ESTABLISHED else told


def _fits(told: object, fact: Fact, policy: Policy) -> bool:
    try:
        policy.values({fact.name: told})
    except FactError:
        return False
    return True


def facts_of_purchase(case: Case, policy: Policy) -> dict[str, object]:
    """The facts that the row of the order tells by itself, with no further query."""
    order = case.order
    known: dict[str, object] = {"received_on": case.received_at.astimezone(policy.zone).date()}
    if order is not None:
        known |= {
            "order_number": order.number,
            "currency": order.currency,
            "purchased_on": order.purchased_at.astimezone(policy.zone).date(),
            "is_renewal": order.is_renewal,
        }
    return {name: value for name, value in known.items() if value is not None and name in policy.facts}


def _of_order(order: Order, uses: int | None) -> dict[str, object]:
    payments = list(order.payments.all())
    return {
        "product": order.product.sku,
        "product_kind": order.product.kind,
        "auto_renewal_chosen": order.renewal_was_chosen(),
        "amount_paid": total((p.captured for p in payments), order.currency).decimal,
        "refundable_amount": total((p.refundable for p in payments), order.currency).decimal,
        "uses_since": uses_since(order, order.purchased_at) if uses is None else uses,
    }


def _of_pair(order: Order, other: Order) -> dict[str, object]:
    apart = abs(order.purchased_at - other.purchased_at)
    return {
        "other_order_number": other.number,
        "same_product": order.product_id == other.product_id,
        "minutes_between_orders": int(apart.total_seconds() // 60),
    }


def _of_defect(defect: Defect) -> dict[str, object]:
    state = DefectState(defect.state)
    return {"bug_confirmed": CONFIRMED.get(state), "fixable": FIXABLE.get(state)}
