"""What letters tell of requests, decisions and refunds, as values; `writing` puts them into words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.orders.downloads import releases_open_to
from makegood.orders.models import Order
from makegood.refund_requests.exceptions import TOLD
from makegood.refund_requests.models import Decision, DecisionLine, NamedOrder, RefundRequest
from makegood.refund_requests.states import AWAITING_US, State
from makegood.refund_requests.statutes import keeping
from makegood.refunds import arrival
from makegood.refunds.models import Refund

VERDICTS = (Action.DEFECT_FIXED, Action.DEFECT_CANNOT_BE_FIXED, Action.DEFECT_NOT_REPRODUCED)


def next_update(refund_request: RefundRequest, at: datetime) -> datetime | None:
    """When the member was promised to hear from us; None when the next step is not ours, or it is past."""
    promise = refund_request.promises.order_by("-pk").first()
    if promise is None or promise.due_at <= at or refund_request.state not in AWAITING_US:
        return None
    return promise.due_at


def missed_update(refund_request: RefundRequest, at: datetime) -> datetime | None:
    """By when the member should have heard from us; None when we wrote since, or the step is not ours."""
    promise = refund_request.promises.order_by("-pk").first()
    if promise is None or promise.due_at > at or refund_request.state not in AWAITING_US:
        return None
    return promise.due_at


def endangered_update(event: Event, refund_request: RefundRequest) -> datetime | None:
    """By when the promise of `event` is due; None when it was kept, or the step is not ours any more."""
    promise = refund_request.promises.order_by("-pk").first()
    if promise is None or promise.pk != event.details["promise"] or refund_request.state not in AWAITING_US:
        return None
    return promise.due_at


def orders_as_told(refund_request: RefundRequest) -> list[dict[str, object]]:
    """The orders to refund, as the member named them."""
    rows = NamedOrder.objects.filter(refund_request=refund_request, wanted=True)
    return [_order(row.order) for row in rows.select_related("order__product").order_by("pk")]


def _order(order: Order) -> dict[str, object]:
    return {
        "number": order.number,
        "product": order.product.name,
        "bought_at": order.purchased_at,
        "price": order.amount,
    }


def decision_as_told(decision: Decision) -> dict[str, object]:
    """Its letter, what goes back for each order, what was paid with, and the versions that decided."""
    rows = DecisionLine.objects.filter(decision=decision).order_by("pk")
    lines = list(
        rows.select_related(
            "decision", "order__product", "assessment__policy_version", "assessment__statute_version"
        )
    )
    paid_with = {p.method_label: None for line in lines for p in line.order.payments.order_by("pk")}
    versions = {line.assessment.policy_version.version: None for line in lines}
    statutes = [line.assessment.statute_version for line in lines]
    laws = {f"“{keeping.read(statute).title}”": None for statute in statutes if statute is not None}
    return {
        "decision_letter": decision.letter,
        "exception": TOLD if decision.is_exception else "",
        "lines": [{**_order(line.order), "refund": line.amount or None} for line in lines],
        "paid_with": ", ".join(paid_with),
        "versions": ", ".join(versions),
        "laws": ", ".join(laws),
    }


def verdict_as_told(verdict: Action) -> dict[str, Any]:
    """What a letter says of the engineers' verdict, sent or only previewed."""
    return {"news": _NEWS_OF_VERDICT[verdict], "found": verdict.removeprefix("defect.")}


_NEWS_OF_VERDICT: dict[Action, Promise] = {
    Action.DEFECT_FIXED: _("The defect is fixed in version {fixed_in}"),
    Action.DEFECT_CANNOT_BE_FIXED: _("The defect cannot be fixed"),
    Action.DEFECT_NOT_REPRODUCED: _("We could not make the defect happen"),
}


def verdict_before(event: Event, refund_request: RefundRequest) -> Event | None:
    """The engineers' verdict that `event` answers with; None when the request has no defect any more."""
    if refund_request.defect_id is None:
        return None
    verdicts = Event.objects.filter(
        subject_kind="defect", subject_id=refund_request.defect_id, pk__lt=event.pk
    )
    return verdicts.filter(action__in=VERDICTS).order_by("-pk").first()


def is_still_tried(event: Event, refund_request: RefundRequest) -> bool:
    """Whether the member tries the version that the `event` of asking them names."""
    version = event.details["version"]
    return refund_request.state == State.TRYING_FIX and refund_request.fix_to_try == version


def fix_to_try(event: Event, refund_request: RefundRequest) -> dict[str, Any]:
    """The version to try and until when; `is_here`: it can be downloaded here."""
    version = event.details["version"]
    offered = releases_open_to(refund_request.member).filter(
        product=refund_request.product_id, version=version
    )
    until = datetime.fromisoformat(event.details["until"])
    return version_to_try(version, until=until, is_here=offered.exists())


def version_to_try(version: str, *, until: datetime, is_here: bool) -> dict[str, Any]:
    """What the letter says of the version to try, sent or only previewed."""
    return {"news": _("Please try version {version}"), "version": version, "until": until, "is_here": is_here}


def refunds_as_told(refunds: Iterable[Refund]) -> list[dict[str, object]]:
    """Each refund with where it goes, when it was sent and arrived, and until then when it can be expected.

    Where it goes is empty when it takes another way than the payment came.
    """
    return [
        {
            "amount": refund.amount,
            "order": refund.payment.order.number,
            "to": refund.payment.method_label if refund.provider == refund.payment.provider else "",
            "sent_at": refund.succeeded_at,
            "arrived_at": refund.settled_at,
            "expected": None if refund.settled_at else _expected(refund),
            "trace_reference": refund.trace_reference,
        }
        for refund in refunds
    ]


def _expected(refund: Refund) -> dict[str, object] | None:
    range_ = arrival.expected_for(refund, zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE))
    return None if range_ is None else {"earliest": range_.earliest, "latest": range_.latest}
