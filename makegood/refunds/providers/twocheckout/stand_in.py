"""A stand-in for 2Checkout: its addresses, words, proofs and notifications; no money.

See verifone.cloud/docs/2checkout: “API Authentication”, “Refunding an Order”, “Error handling for
issueRefund”, “Instant Payment Notification (IPN)”. What that leaves open is as `reading` reads it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from makegood.money import Money, TooPrecise
from makegood.refunds.providers.sandbox.book import API, Refused, SandboxCharge, SandboxEvent
from makegood.refunds.providers.sandbox.controls import CONTROLS
from makegood.refunds.providers.sandbox.frame import StandIn
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.postman import Delivery
from makegood.refunds.providers.sandbox.words import cut, in_json, nonsense, read_body
from makegood.refunds.providers.twocheckout import notifications, reading, signing

BASE = "/rest/6.0"
PRODUCT, NAME = "40898000", "Söftware “Pro”"
"""What every order of the stand-in is for: its words are longer in bytes than in letters."""

_PROOF = re.compile(r'code="([^"]*)" date="([^"]*)" hash="([^"]*)" algo="([^"]*)"')
_STATUS = {
    "pending": "PENDING",
    "requires_action": "PENDING",
    "succeeded": "APPROVED",
    "failed": "REJECTED",
    "canceled": "CANCELED",
}
# How the book refuses, in 2Checkout's sentences.
_REFUSALS = {
    "charge_already_refunded": "The maximum refundable amount for this order has been exceeded.",
    "parameter_invalid": "Invalid ORDER_AMOUNT",
    "resource_missing": "Invalid ORDER_REF",
    "refund_pending": "You already have a pending refund request.",
}


class TwoCheckoutStandIn(StandIn):
    """`manners.webhook_secret` is the secret key of the account, which opens the API and signs notifications.

    `manners.secret` only steers the stand-in. `tells_comments` False: orders list refunds without comments.
    """

    urls = Map(
        [
            Rule(f"{BASE}/orders/<reference>/", endpoint="order", methods=["GET"]),
            Rule(f"{BASE}/orders/<reference>/refund/", endpoint="refund", methods=["POST"]),
            *(rule.empty() for rule in CONTROLS),
        ]
    )
    tells_comments = True

    def dispatch(self, endpoint: str, request: Request, values: Mapping[str, Any]) -> Response:
        """The answer, for who proves to have the secret key."""
        self._check_proof(request)
        answer: Callable[..., Response] = getattr(self, f"_{endpoint}")
        return answer(request, **values)

    def refusal(self, refused: Refused) -> Response:
        """A code and a sentence."""
        return in_json(
            refused.status, _error(refused.code.upper(), _REFUSALS.get(refused.code, str(refused)))
        )

    def lost(self, problem: HTTPException) -> Response:
        """The same for an address that is none."""
        return in_json(problem.code or 500, _error("NOT_FOUND", problem.description or ""))

    def delivery(self, event: SandboxEvent, secret: str) -> Delivery:
        """The notification as a form, signed with each algorithm."""
        pairs = self._notification(event)
        values = [value.encode() for _, value in pairs]
        for algorithm, name in notifications.SIGNATURES.items():
            pairs.append((name.decode(), signing.mac(values, secret=secret, algorithm=algorithm)))
        return urlencode(pairs).encode(), {"Content-Type": "application/x-www-form-urlencoded"}

    def is_acknowledged(self, response: httpx.Response) -> bool:
        """Only by the receipt for this very notification."""
        found = re.search(r'<sig algo="([^"]*)" date="([0-9]{14})">([0-9a-f]+)</sig>', response.text)
        if not response.is_success or found is None or found[1] not in signing.ALGORITHMS:
            return False
        form = notifications.fields(response.request.content)
        first = [form[name][0] for name in (b"IPN_PID", b"IPN_PNAME", b"IPN_DATE")]
        values = [*first, found[2].encode()]
        expected = signing.mac(values, secret=self.manners.webhook_secret, algorithm=found[1])
        return hmac.compare_digest(expected, found[3])

    def _check_proof(self, request: Request) -> None:
        found = _PROOF.fullmatch(request.headers.get("X-Avangate-Authentication", ""))
        if found is None or found[4] not in signing.ALGORITHMS:
            raise Refused(401, "authentication_error", "Authentication needed for this resource")
        values = [found[1].encode(), found[2].encode()]
        expected = signing.mac(values, secret=self.manners.webhook_secret, algorithm=found[4])
        if not found[1] or not hmac.compare_digest(expected, found[3]):
            raise Refused(401, "authentication_error", "Hash signature could not be authenticated")

    def _order(self, _request: Request, reference: str) -> Response:
        with self.lock:
            return in_json(200, self._shown(self._charge(reference)))

    def _refund(self, request: Request, reference: str) -> Response:
        asked = read_body(request)
        with self.lock:
            lie = self.liar.next()
            if lie is not None and not lie.does_it:
                return self._lied(request, lie)
            self._make(self._charge(reference), asked)
        return self._lied(request, lie) if lie else Response("true", mimetype="application/json")

    def _make(self, charge: SandboxCharge, asked: Mapping[str, Any]) -> None:
        if not asked.get("comment") or not asked.get("reason"):
            raise Refused(400, "refund_reason_missing", "Comment and reason are needed.")
        made = [self.book.refunds[each] for each in self.book.refunds_of.get(charge.id, [])]
        if any(_STATUS[self.book.standing(each).status] == "PENDING" for each in made):
            raise Refused(400, "refund_pending", "")
        try:
            amount = Money.of(reading.exact(asked.get("amount", "")), charge.currency)
        except (ArithmeticError, ValueError, TooPrecise) as problem:
            raise Refused(400, "parameter_invalid", str(problem)) from problem
        self._check_items(asked.get("items") or [], amount)
        self.book.refund(charge.id, amount.minor, charge.currency, attempt=str(asked["comment"]), made_by=API)

    def _check_items(self, items: Any, amount: Money) -> None:
        parts = [Money.of(reading.exact(each["Amount"]), amount.currency).minor for each in items]
        if parts and sum(parts) != amount.minor:
            raise Refused(400, "parameter_invalid", "The items do not sum to the amount.")

    def _lied(self, request: Request, lie: Lie) -> Response:
        match lie:
            case Lie.CUTS_AFTER | Lie.CUTS_BEFORE:
                return cut(request)
            case Lie.SAYS_429:
                return in_json(429, _error("TOO_MANY_REQUESTS", "Too many requests."))
            case Lie.SAYS_NONSENSE:
                return nonsense()
            case Lie.SAYS_HALF:
                return Response("null", mimetype="application/json")
        return in_json(500, _error("INTERNAL_ERROR", "Something went wrong."))

    def _charge(self, reference: str) -> SandboxCharge:
        charge = self.book.charges.get(reference)
        if charge is None:
            raise Refused(404, "resource_missing", "")
        return charge

    def _shown(self, charge: SandboxCharge) -> dict[str, Any]:
        made = [self.book.refunds[each] for each in self.book.refunds_of.get(charge.id, [])]
        listed = [self._refund_shown(self.book.describe(each)) for each in made]
        total = _number(charge.amount, charge.currency)
        returned = sum(each["Amount"] for each in listed if each["Status"] == "APPROVED")
        price = {"GrossPrice": total, "GrossDiscountedPrice": total, "Currency": charge.currency.lower()}
        item = {"LineItemReference": f"line-{charge.id}", "Quantity": 1, "Price": price}
        return {
            "RefNo": charge.id,
            "ExternalReference": charge.reference or None,
            "Status": "REFUND" if returned == total else "COMPLETE",
            "ApproveStatus": "OK",
            "Currency": charge.currency.lower(),
            "OrderDate": _written(charge.captured_at),
            "GrossPrice": total,
            "GrossDiscountedPrice": total,
            "Items": [item],
            "Refunds": listed or None,
        }

    def _refund_shown(self, told: Mapping[str, Any]) -> dict[str, Any]:
        comment = {"Comment": told["metadata"].get("attempt", "by hand")} if self.tells_comments else {}
        return {
            "Amount": _number(told["amount"], told["currency"]),
            "Currency": told["currency"].lower(),
            "Status": _STATUS[told["status"]],
            "RequestDate": _written(told["made_at"]),
            **comment,
        }

    def _notification(self, event: SandboxEvent) -> list[tuple[str, str]]:
        about = event.body["object"]
        charge = self.book.charges[about["charge"]]
        is_dispute = about["object"] == "dispute"
        is_through = not is_dispute and about["status"] == "succeeded"
        amount = Money(about["amount"], about["currency"])
        # The real time: a receiver measures freshness by it, however far the stand-in's story is ahead.
        now = datetime.now(UTC)
        return [
            ("SALEDATE", _written(charge.captured_at)),
            ("REFNO", charge.id),
            ("REFNOEXT", charge.reference),
            ("ORDERSTATUS", "REFUND" if is_through else "COMPLETE"),
            ("TIMEZONE_OFFSET", "GMT+00:00"),
            ("CURRENCY", charge.currency),
            ("IPN_PID[0]", PRODUCT),
            ("IPN_PNAME[0]", NAME),
            ("IPN_TOTALGENERAL", str((-amount if is_through else amount).decimal)),
            ("MESSAGE_ID", str(int(hashlib.sha256(event.id.encode()).hexdigest()[:12], 16))),
            ("REFUND_TYPE", _refund_type(about, charge) if is_through else ""),
            ("CHARGEBACK_RESOLUTION", about["state"].upper() if is_dispute else "NONE"),
            ("IPN_DATE", now.strftime("%Y%m%d%H%M%S")),
        ]


def _refund_type(about: Mapping[str, Any], charge: SandboxCharge) -> str:
    return "TOTAL" if about["amount"] == charge.amount else "PARTIAL"


def _error(code: str, sentence: str) -> dict[str, Any]:
    return {"error_code": code, "message": sentence}


def _number(minor: int, currency: str) -> float:
    return float(Money(minor, currency).decimal)


def _written(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
