"""A stand-in for PayPal: its addresses, its words, its token, its signatures; no money.

Routes, fields, statuses and errors are those of developer.paypal.com: …/api/rest/authentication/,
…/docs/api/payments/v2/, …/docs/api/orders/v2/, …/docs/api/customer-disputes/v1/, …/api/rest/webhooks/rest/.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from makegood.money import Money
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.paypal import amounts, showing
from makegood.refunds.providers.paypal.identity import identity
from makegood.refunds.providers.paypal.webhooks import CERTIFICATES
from makegood.refunds.providers.sandbox.book import API, Refused, SandboxCharge, SandboxEvent, SandboxRefund
from makegood.refunds.providers.sandbox.controls import CONTROLS
from makegood.refunds.providers.sandbox.frame import Manners, StandIn
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.postman import Delivery
from makegood.refunds.providers.sandbox.words import cut, in_json, nonsense, read_body

KEYS_ARE_KNOWN_FOR = timedelta(days=45)
TOKENS_LAST = timedelta(hours=9)
_CERTIFICATE = f"{CERTIFICATES}CERT-stand-in"
_LONGEST_KEY = 108

# How the book refuses, in PayPal's words: a status, a name and an issue.
_REFUSALS = {
    "charge_already_refunded": (422, "UNPROCESSABLE_ENTITY", "REFUND_AMOUNT_EXCEEDED"),
    "currency_mismatch": (422, "UNPROCESSABLE_ENTITY", "REFUND_CAPTURE_CURRENCY_MISMATCH"),
    "idempotency_error": (422, "UNPROCESSABLE_ENTITY", "DUPLICATE_REQUEST_ID"),
    "parameter_invalid": (400, "INVALID_REQUEST", "INVALID_PARAMETER_SYNTAX"),
    "resource_missing": (404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID"),
    "authentication_required": (401, "AUTHENTICATION_FAILURE", "INVALID_TOKEN"),
}


class PayPalStandIn(StandIn):
    """`manners.secret` is the secret of any app that asks, `manners.webhook_secret` the id of its webhook."""

    urls = Map(
        [
            Rule("/v1/oauth2/token", endpoint="token", methods=["POST"]),
            Rule("/v2/payments/captures/<capture_id>", endpoint="capture", methods=["GET"]),
            Rule("/v2/payments/captures/<capture_id>/refund", endpoint="refunds", methods=["POST"]),
            Rule("/v2/payments/refunds/<refund_id>", endpoint="refund", methods=["GET"]),
            Rule("/v2/checkout/orders/<order_id>", endpoint="order", methods=["GET"]),
            Rule("/v1/customer/disputes", endpoint="disputes", methods=["GET"]),
            Rule("/v1/customer/disputes/<dispute_id>", endpoint="dispute", methods=["GET"]),
            Rule(_CERTIFICATE, endpoint="certificate", methods=["GET"]),
            *(rule.empty() for rule in CONTROLS),
        ]
    )
    _OPEN = frozenset({"token", "certificate"})

    def __init__(self, folder: Path, manners: Manners, **options: Any) -> None:
        super().__init__(folder, replace(manners, key_window=KEYS_ARE_KNOWN_FOR), **options)
        self._tokens: dict[str, datetime] = {}

    def withdraw_tokens(self) -> None:
        """From now on no token given so far opens anything."""
        with self.lock:
            self._tokens.clear()

    def dispatch(self, endpoint: str, request: Request, values: Mapping[str, Any]) -> Response:
        """The answer, for who brings a token of ours where one is needed."""
        if endpoint not in self._OPEN:
            self._check_token(request)
        answer: Callable[..., Response] = getattr(self, f"_{endpoint}")
        return answer(request, **values)

    def refusal(self, refused: Refused) -> Response:
        """A status, a name and an issue."""
        status, name, issue = _REFUSALS.get(refused.code, (refused.status, refused.code, refused.code))
        return in_json(status, showing.error(name, issue, str(refused)))

    def lost(self, problem: HTTPException) -> Response:
        """The same for an address that is none."""
        return in_json(
            problem.code or 500, showing.error("RESOURCE_NOT_FOUND", "", problem.description or "")
        )

    def delivery(self, event: SandboxEvent, secret: str) -> Delivery:
        """The event in PayPal's words, signed for the webhook; a forger has another key."""
        body = json.dumps(self._event(event)).encode()
        signer = identity("PayPal" if secret == self.manners.webhook_secret else "a forger")
        headers = signer.sign(
            body,
            webhook_id=self.manners.webhook_secret,
            transmission=secrets.token_hex(16),
            certificate_url=f"{self.url}{_CERTIFICATE}",
        )
        return body, {**headers, "Content-Type": "application/json"}

    def _token(self, request: Request) -> Response:
        if request.form.get("grant_type") != "client_credentials":
            return in_json(
                400, {"error": "unsupported_grant_type", "error_description": "Grant Type is NULL"}
            )
        if not self._is_the_app(request):
            words = {"error": "invalid_client", "error_description": "Client Authentication failed"}
            return in_json(401, words)
        token = f"A21AA{secrets.token_urlsafe(48)}"
        with self.lock:
            self._tokens[token] = self.book.clock.now() + TOKENS_LAST
        seconds = int(TOKENS_LAST.total_seconds())
        return in_json(200, {"access_token": token, "token_type": "Bearer", "expires_in": seconds})

    def _is_the_app(self, request: Request) -> bool:
        try:
            said = base64.b64decode(request.headers.get("Authorization", "").removeprefix("Basic "))
        except (ValueError, binascii.Error):
            return False
        client_id, _, secret = said.partition(b":")
        return bool(client_id) and hmac.compare_digest(secret, self.manners.secret.encode())

    def _check_token(self, request: Request) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with self.lock:
            ends_at = self._tokens.get(token)
            if ends_at is None or ends_at <= self.book.clock.now():
                raise Refused(401, "authentication_required", "Token signature verification failed")

    def _capture(self, _request: Request, capture_id: str) -> Response:
        with self.lock:
            charge = self._charge(capture_id)
            return in_json(
                200, showing.capture(charge, refunded=self.book.refunded(capture_id), home=self.url)
            )

    def _order(self, _request: Request, order_id: str) -> Response:
        with self.lock:
            charge = self._charge(showing.capture_of(order_id))
            capture = showing.capture(charge, refunded=self.book.refunded(charge.id), home=self.url)
            made = [self.book.refunds[each] for each in self.book.refunds_of.get(charge.id, [])]
            return in_json(200, showing.order(capture, [self._shown(each) for each in made]))

    def _refund(self, _request: Request, refund_id: str) -> Response:
        with self.lock:
            refund = self.book.refunds.get(refund_id)
            if refund is None:
                raise Refused(404, "resource_missing", "The specified resource does not exist.")
            return in_json(200, self._shown(refund))

    def _refunds(self, request: Request, capture_id: str) -> Response:
        key = request.headers.get("PayPal-Request-Id", "")
        if len(key) > _LONGEST_KEY:
            raise Refused(400, "parameter_invalid", "The PayPal-Request-Id is too long.")
        asked = {**(read_body(request) if request.get_data() else {}), "capture_id": capture_id}
        with self.lock:
            lie = self.liar.next()
            if lie is not None and not lie.does_it:
                return self._lied(request, lie)
            refund = self._once(key, asked)
            # developer.paypal.com/api/rest/reference/idempotency/: a repeated key is told the latest status.
            shown = self._shown(refund)
        if lie is not None:
            return self._lied(request, lie)
        if request.headers.get("Prefer") != "return=representation":
            shown = {name: shown[name] for name in ("id", "status", "links")}
        return in_json(201, shown)

    def _once(self, key: str, asked: Mapping[str, Any]) -> SandboxRefund:
        kept = self.book.kept_answer(key, asked) if key and self.manners.remembers == "everything" else None
        if kept is not None:
            return self.book.refunds[kept.body["id"]]
        charge = self._charge(asked["capture_id"])
        amount = self._wanted(asked, charge)
        words = (charge.id, amount.minor, amount.currency)
        refund = self.book.refund(*words, attempt=str(asked.get("custom_id", "")), made_by=API)
        if key:
            self.book.keep_answer(key, asked, 201, {"id": refund.id})
        return refund

    def _wanted(self, asked: Mapping[str, Any], charge: SandboxCharge) -> Money:
        if "amount" not in asked:
            return Money(charge.amount - self.book.refunded(charge.id), charge.currency)
        try:
            amount = amounts.read(asked, "amount")
        except Malformed as problem:
            raise Refused(422, "DECIMAL_PRECISION", str(problem)) from problem
        if amount.currency in amounts.WITHOUT_DECIMALS and "." in asked["amount"]["value"]:
            raise Refused(422, "DECIMALS_NOT_SUPPORTED", "Currency does not support decimals.")
        return amount

    def _lied(self, request: Request, lie: Lie) -> Response:
        match lie:
            case Lie.CUTS_AFTER | Lie.CUTS_BEFORE:
                return cut(request)
            case Lie.SAYS_429:
                return in_json(429, showing.error("RATE_LIMIT_REACHED", "", "Too many requests."))
            case Lie.SAYS_NONSENSE:
                return nonsense()
            case Lie.SAYS_HALF:
                return in_json(201, {"links": []})
        words = "An internal server error has occurred."
        return in_json(500, showing.error("INTERNAL_SERVER_ERROR", "", words))

    def _disputes(self, request: Request) -> Response:
        with self.lock:
            found = self.book.disputes_of(request.args.get("disputed_transaction_id", ""))
            shown = [showing.dispute(each) for each in found]
        listed = [{name: each[name] for name in showing.OF_A_LISTED_DISPUTE} for each in shown]
        return in_json(200, {"items": listed, "links": []})

    def _dispute(self, _request: Request, dispute_id: str) -> Response:
        with self.lock:
            known = self.book.disputes.get(dispute_id)
            if known is None:
                raise Refused(404, "resource_missing", "The specified resource does not exist.")
            return in_json(200, showing.dispute(known))

    def _certificate(self, _request: Request) -> Response:
        return Response(identity("PayPal").certificate, mimetype="application/x-pem-file")

    def _charge(self, capture_id: str) -> SandboxCharge:
        charge = self.book.charges.get(capture_id)
        if charge is None:
            raise Refused(404, "resource_missing", "The specified resource does not exist.")
        return charge

    def _shown(self, refund: SandboxRefund) -> dict[str, Any]:
        return showing.refund(self.book.describe(refund), home=self.url)

    def _event(self, event: SandboxEvent) -> dict[str, Any]:
        about = event.body["object"]
        if about["object"] == "dispute":
            known = self.book.disputes[about["id"]]
            return showing.event(
                event.body, showing.dispute(known), showing.dispute_event(event.body["type"])
            )
        shown = showing.refund(about, home=self.url)
        return showing.event(event.body, shown, showing.REFUND_EVENTS[shown["status"]])
