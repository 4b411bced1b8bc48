"""Where the tests of the desk begin: requests and refunds as people of the desk find them."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from makegood.accounts.models import User
from makegood.orders.models import Order
from makegood.refund_requests import conversation
from makegood.refund_requests.models import Message, RefundRequest
from makegood.refunds import external, opening
from makegood.refunds.models import ExternalRefund, Refund
from makegood.refunds.providers.base import ChargedRefund, Said
from tests.cases import a_request, now, taken
from tests.people import a_payment, ago, an_order, lars, olena, petro, usd


def held_by_petro(order: Order | None = None) -> RefundRequest:
    """Olena's request, in Petro's hands since just now."""
    return now(taken(a_request(order), by=petro(), at=timezone.now()))


def olena_wrote(refund_request: RefundRequest, body: str = "One more thing") -> Message:
    """A message of the member in the ticket."""
    return conversation.write_as_member(
        refund_request, body=body, token=uuid4(), by=olena(), at=timezone.now()
    )


def a_message(refund_request: RefundRequest, **typed: object) -> dict[str, object]:
    """The form as the page gives it, with what was typed."""
    seen = refund_request.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {"body": "Which version is it?", "token": uuid4(), "seen_up_to": seen, **typed}


def a_refund(*, by: User | None = None, at: datetime | None = None) -> Refund:
    """79.00 USD for a request of Lars, not sent yet."""
    moment = at or timezone.now()
    order = an_order(lars(), purchased_at=ago(days=5), paid=False)
    payment = a_payment(order, captured_at=ago(days=5))
    refund_request = a_request(order)
    return opening.open(
        payment=payment,
        amount=usd("79.00"),
        reference=refund_request.reference,
        decision_round=1,
        by=by or petro(),
        at=moment,
    )


def a_manual_refund() -> Refund:
    """As `a_refund`, but a person sends it."""
    order = an_order(lars(), purchased_at=ago(days=5), paid=False)
    payment = a_payment(order, captured_at=ago(days=5), provider="manual", method="wire")
    return opening.open(
        payment=payment,
        amount=usd("79.00"),
        reference=a_request(order).reference,
        decision_round=1,
        by=petro(),
        at=timezone.now(),
    )


def a_refund_made_outside() -> ExternalRefund:
    """20.00 USD that somebody gave back in the provider's dashboard."""
    order = an_order(lars(), purchased_at=ago(days=5), paid=False)
    payment = a_payment(order, captured_at=ago(days=5))
    listed = ChargedRefund("re_outside", "", usd("20.00"), Said.SUCCEEDED, ago(days=1))
    outside = external.found(payment, listed, by=petro(), at=timezone.now())
    assert outside is not None
    return outside
