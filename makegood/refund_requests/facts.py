"""From rows to the facts that a policy decides by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from makegood.defects.models import Defect
from makegood.defects.states import UNANSWERED
from makegood.defects.states import State as DefectState
from makegood.money import total
from makegood.orders.models import Order
from makegood.orders.usage import uses_since
from makegood.policy import Fact, FactError, Kind, Policy, Source
from makegood.policy.facts import CANNOT_BE_ESTABLISHED, UNKNOWN, coerce
from makegood.refund_requests.disputes import Dispute, Said, standing

CONFIRMED = {
    DefectState.REPRODUCED: True,
    DefectState.FIXED: True,
    DefectState.CANNOT_BE_FIXED: True,
    DefectState.NOT_REPRODUCED: False,
}
TOLD_BY_DEFECT = frozenset({"bug_confirmed", "fixable", "fix_due_on", "fix_overdue"})
FIXABLE = {DefectState.FIXED: True, DefectState.CANNOT_BE_FIXED: False}
PURCHASED_ON = "purchased_on"


@dataclass(frozen=True)
class Case:
    """All that is known of one order to refund, whether in a form being filled in or in a request.

    `order` is None until one is chosen; `others` are the further orders that the member named. `answers` maps
    facts to what the member told, `findings` to what staff established, `disputed` to what the member says
    of a record. `pictures` is None while none was sent and some may still come. `received_at` is the server's
    clock. `uses` is how often the service was used since the purchase; None: not read yet. `still_broken_in`
    is the version in which the member says that the defect still happens; empty: none.
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
    disputed: Said = field(default_factory=dict)
    still_broken_in: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of a case by name, and the disputes among them, also those that a finding has settled."""

    facts: dict[str, object]
    disputed: dict[str, Dispute]


def facts_of(case: Case, policy: Policy) -> dict[str, object]:
    """The facts of `case` that `policy` knows by name; what nobody knows yet is left out."""
    return known_of(case, policy).facts


def known_of(case: Case, policy: Policy) -> Known:
    """The facts of `case`. A disputed one is unknown, whatever *If missing* says, until it is found."""
    recorded = _recorded(case, policy)
    disputed = standing(case.disputed, recorded, policy, ground=case.ground)
    known = recorded | dict.fromkeys(disputed, UNKNOWN)
    known |= {
        fact: CANNOT_BE_ESTABLISHED if value is None else value for fact, value in case.findings.items()
    }
    facts = {name: value for name, value in known.items() if value is not None and name in policy.facts}
    return Known(facts, disputed)


def _recorded(case: Case, policy: Policy) -> dict[str, object]:
    """What the rows and the member tell, before anybody found out anything."""
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
        known |= _of_defect(case.defect, still_broken_in=case.still_broken_in)
    return fitting(known, policy)


def day_found(case: Case, policy: Policy) -> date | None:
    """The day of the purchase that staff established; None where the record of the order stands."""
    found = case.findings.get(PURCHASED_ON)
    if found is None or PURCHASED_ON not in policy.facts:
        return None
    day = policy.values({PURCHASED_ON: found})[PURCHASED_ON]
    return day.astimezone(policy.zone).date() if isinstance(day, datetime) else day


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
        coerce(fact, told, policy.zone)
    except FactError:
        return False
    return True


def facts_of_purchase(case: Case, policy: Policy) -> dict[str, object]:
    """The facts that the row of the order tells by itself, with no further query."""
    order = case.order
    known: dict[str, object] = {
        "received_on": case.received_at.astimezone(policy.zone).date(),
        "requested_at": case.received_at,
    }
    if order is not None:
        known |= {
            "order_number": order.number,
            "currency": order.currency,
            PURCHASED_ON: order.purchased_at.astimezone(policy.zone).date(),
            "is_renewal": order.is_renewal,
        }
    return fitting(known, policy)


def fitting(known: Mapping[str, object], policy: Policy) -> dict[str, object]:
    """Those facts that the policy knows, in the way it knows them.

    A record that it cannot read (a product that is none of its choices) tells it nothing: somebody finds out.
    """
    facts = {name: value for name, value in known.items() if value is not None and name in policy.facts}
    return {name: value for name, value in facts.items() if _fits(value, policy.facts[name], policy)}


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


def told_by_defect(defect: Defect | None, *, still_broken_in: str) -> frozenset[str]:
    """The facts that the linked defect tells, now or with a verdict, so that nobody finds them out by hand.

    For whom the fix does not work, nobody knows whether there is one: that is found out.
    """
    if defect is None:
        return frozenset()
    fails = defect.fixed_in != "" and still_broken_in == defect.fixed_in
    return TOLD_BY_DEFECT - {"fixable"} if fails else TOLD_BY_DEFECT


def _of_defect(defect: Defect, *, still_broken_in: str) -> dict[str, object]:
    state = DefectState(defect.state)
    known = {
        "bug_confirmed": CONFIRMED.get(state),
        "fixable": FIXABLE.get(state),
        "fix_due_on": defect.fix_due_on,
        "fix_overdue": _is_overdue(defect),
    }
    told = told_by_defect(defect, still_broken_in=still_broken_in)
    return {name: value for name, value in known.items() if name in told}


def _is_overdue(defect: Defect) -> bool | None:
    """Whether the day for an answer went by without one; None while that is open, or no day was named."""
    if defect.overdue_since is not None:
        return True
    answered = DefectState(defect.state) not in UNANSWERED
    return False if answered and defect.fix_due_on is not None else None
