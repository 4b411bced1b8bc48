"""Refunds of licences, renewals and duplicates, and what follows from them at the shop."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from makegood.audit.actors import System
from makegood.effects import following
from makegood.effects.models import Effect, Given
from makegood.effects.states import Kind
from makegood.money import Money
from makegood.orders.models import Order, ProductKind
from makegood.refund_requests.models import RefundRequest
from makegood.refunds import opening
from makegood.refunds.models import Refund
from makegood.refunds.states import State
from tests import cases, paying
from tests.people import NOON, a_product, ago, an_order, ola, olena, petro, verifier

ZONE = ZoneInfo("Europe/Kyiv")
WORKER = System("a test")


def given(order: Order, licence: str, ends_on: date | None) -> Order:
    """The shop told that the order gave this licence, until that day."""
    Given.objects.update_or_create(order=order, defaults={"licence": licence, "ends_on": ends_on})
    return order


def a_subscription(*, told: bool = True) -> tuple[Order, Order]:
    """Olena's hosted mailing service, bought two months ago for a month, and charged again 21 days ago."""
    service = a_product("atomic-mail", kind=ProductKind.SERVICE, unit="letters")
    bought = an_order(olena(), service, purchased_at=ago(days=52), auto_renewal_chosen=True)
    renewal = an_order(olena(), service, purchased_at=ago(days=21), renews=bought)
    if told:
        given(bought, "S-1", date(2026, 11, 2))
        given(renewal, "S-1", date(2026, 12, 2))
    return bought, renewal


def a_pair(*licences: str) -> tuple[Order, Order]:
    """Olena bought the same service twice; the second one is the duplicate. `licences` that the shop told."""
    orders = [an_order(olena(), verifier(), purchased_at=ago(days=days)) for days in (21, 20)]
    for order, licence in zip(orders, licences, strict=False):
        given(order, licence, None)
    return orders[0], orders[1]


def approved_for(*named: Order, ground: str, wanted: tuple[Order, ...]) -> RefundRequest:
    """Asked for, and decided by Ola with a refund."""
    request = cases.send(cases.a_form(*named, ground=ground, wanted=wanted))
    return cases.now(cases.refunded_by(cases.taken(request, by=ola()), by=ola()).refund_request)


def approved_renewal(renewal: Order) -> RefundRequest:
    """The policy grants it: charged by itself, and not used since."""
    return approved_for(renewal, ground="automatic_charge", wanted=(renewal,))


def approved_duplicate(good: Order, duplicate: Order) -> RefundRequest:
    """The policy grants it: the same twice, and the second one not used."""
    return approved_for(good, duplicate, ground="duplicate", wanted=(duplicate,))


def approved_defect(order: Order) -> RefundRequest:
    """The policy grants it: a bug that cannot be fixed."""
    ready = cases.ready_to_decide(order, by=petro())
    return cases.now(cases.refunded_by(ready, by=petro()).refund_request)


def paid(request: RefundRequest, order: Order, amount: Money | None = None, *, at: datetime = NOON) -> Refund:
    """The money has left us, and nothing has followed yet."""
    refund = opening.open(
        payment=order.payments.get(),
        amount=amount or order.amount,
        reference=request.reference,
        decision_round=request.round,
        by=WORKER,
        at=at,
    )
    return stands(refund, State.SUCCEEDED, at=at)


def stands(refund: Refund, *states: State, at: datetime = NOON) -> Refund:
    """As the provider's answers would leave it, one after the other."""
    through = [State.SENDING, *states] if refund.state == State.APPROVED else list(states)
    for state in through:
        succeeded = {"succeeded_at": at} if state == State.SUCCEEDED else {}
        refund = paying.stands(refund, state, at=at, **succeeded)
    return refund


def follow(refund: Refund, *, at: datetime = NOON) -> list[Effect]:
    """What the reaction does."""
    return following.bring_in_line(refund, zone=ZONE, by=WORKER, at=at)


def told(order: Order) -> list[tuple[Kind, str, str]]:
    """Every effect on the order, in the order in which they were made."""
    rows = Effect.objects.filter(order=order).order_by("pk")
    return [(Kind(row.kind), row.was, row.becomes) for row in rows]
