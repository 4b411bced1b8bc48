"""The refund policy as a careful programmer writes it by hand, to be read: Python in three values.

It is called with the very cases that ours is, and must decide all of them alike, with unknown facts too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from makegood.policy.deciding.answers import Outcome, Why
from makegood.policy.deciding.weighing import NOT_COVERED, PERSON, REFUSED, UNDECIDED, Verdict
from makegood.policy.rules.kleene import Truth, every, opposite, some

ELIGIBLE = Verdict(Outcome.ELIGIBLE, Why.DECIDED, 0)
WINDOW = timedelta(days=30)
USES_ALLOWED = {"verifier-online": Decimal(0), "sms-balance": Decimal(0), "atomic-mail": Decimal(1)}


def compared(sign: Callable[[Any, Any], bool], one: Any, other: Any) -> Truth:
    """Return how two values compare, None where one is unknown."""
    return None if one is None or other is None else sign(one, other)


def told(value: Any) -> Truth:
    """Return yes once a fact is known."""
    return None if value is None else True


def verdict(case: Mapping[str, Any]) -> Verdict:
    """Return what `policies/refund-policy.md` says of a case."""
    defect = compared(operator.eq, case["ground"], "defect")
    duplicate = compared(operator.eq, case["ground"], "duplicate")
    charge = compared(operator.eq, case["ground"], "automatic_charge")
    review = every([charge, case["is_renewal"], opposite(case["auto_renewal_chosen"])])
    granted = some(
        [
            every([defect, *_defect(case)]),
            every([duplicate, *_duplicate(case)]),
            every([charge, *_charge(case)]),
        ]
    )
    missing = some(
        [
            opposite(_in_time(case)),
            opposite(every([told(case["order_number"]), told(case["product"])])),
            every([defect, opposite(_evidence(case))]),
            every(
                [duplicate, opposite(compared(operator.ne, case["order_number"], case["other_order_number"]))]
            ),
        ]
    )
    end = _either(some([defect, duplicate, charge]), REFUSED, NOT_COVERED)
    end = _either(granted, _either(_left(case), ELIGIBLE, REFUSED), end)
    end = _either(missing, REFUSED, end)
    return _either(review, PERSON, end)


def _either(condition: Truth, then: Verdict, otherwise: Verdict) -> Verdict:
    if condition is None:
        return then if then == otherwise else UNDECIDED
    return then if condition else otherwise


def _in_time(case: Mapping[str, Any]) -> Truth:
    bought = case["purchased_on"]
    return compared(operator.le, case["received_on"], None if bought is None else bought + WINDOW)


def _defect(case: Mapping[str, Any]) -> list[Truth]:
    return [case["bug_confirmed"], opposite(case["fixable"])]


def _evidence(case: Mapping[str, Any]) -> Truth:
    pictures = compared(operator.ge, case["screenshots"], 1)
    return every([told(case["description"]), told(case["steps"]), pictures])


def _duplicate(case: Mapping[str, Any]) -> list[Truth]:
    software = compared(operator.eq, case["product_kind"], "software")
    unused = compared(operator.le, case["uses_since"], USES_ALLOWED.get(case["product"]))
    return [case["same_product"], some([software, unused])]


def _charge(case: Mapping[str, Any]) -> list[Truth]:
    service = compared(operator.eq, case["product_kind"], "service")
    return [case["is_renewal"], service, compared(operator.eq, case["uses_since"], 0)]


def _left(case: Mapping[str, Any]) -> Truth:
    paid, refundable = case["amount_paid"], case["refundable_amount"]
    if paid is None or refundable is None or case["currency"] is None:
        return None
    return bool(min(paid, refundable) > 0)
