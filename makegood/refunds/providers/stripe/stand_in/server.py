"""Stripe's routes, keys and errors; the lies and the timeline are those of every stand-in.

See docs.stripe.com/api/errors, /error-low-level, /api/idempotent_requests, /api/authentication,
/api/request_ids.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from makegood.money import Money
from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.bodies import Malformed
from makegood.refunds.providers.sandbox.book import API, Refused, SandboxCharge, SandboxEvent
from makegood.refunds.providers.sandbox.controls import CONTROLS
from makegood.refunds.providers.sandbox.frame import StandIn
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.postman import Delivery
from makegood.refunds.providers.sandbox.words import cut, in_json, nonsense
from makegood.refunds.providers.signatures import sign
from makegood.refunds.providers.stripe.amounts import from_stripe
from makegood.refunds.providers.stripe.stand_in import movements, objects
from makegood.refunds.providers.stripe.stand_in.forms import check_known, nested, page_of, whole

SIGNATURE_HEADER = "Stripe-Signature"
_LONGEST_KEY = 255
_OF_A_REFUND = frozenset(
    {"charge", "payment_intent", "amount", "metadata", "reason", "expand"}
    | {"instructions_email", "refund_application_fee", "reverse_transfer"}
)
_OF_A_LIST = frozenset({"charge", "payment_intent", "limit", "starting_after", "expand", "created", "type"})
# Some refusals have a type of their own, and one has no code at all but names the parameter.
_TYPES = {"idempotency_error": "idempotency_error", "api_error": "api_error"}
_WITHOUT_CODE = {"idempotency_error", "api_error", "api_key", "unknown_url", "more_than_is_left"}
_PARAMETERS = {"more_than_is_left": "amount"}

Reply = tuple[int, Mapping[str, Any]]


class StripeStandIn(StandIn):
    """Charges, payment intents, refunds, disputes and balance transactions, as Stripe's API tells them."""

    urls = Map(
        [
            Rule("/v1/charges", endpoint="make_charge", methods=["POST"]),
            Rule("/v1/charges/<name>", endpoint="charge", methods=["GET"]),
            Rule("/v1/payment_intents", endpoint="make_payment_intent", methods=["POST"]),
            Rule("/v1/payment_intents/<name>", endpoint="payment_intent", methods=["GET"]),
            Rule("/v1/refunds", endpoint="make_refund", methods=["POST"]),
            Rule("/v1/refunds", endpoint="refunds", methods=["GET"]),
            Rule("/v1/refunds/<name>", endpoint="refund", methods=["GET"]),
            Rule("/v1/disputes", endpoint="disputes", methods=["GET"]),
            Rule("/v1/disputes/<name>", endpoint="dispute", methods=["GET"]),
            Rule("/v1/balance_transactions", endpoint="balance_transactions", methods=["GET"]),
            Rule("/_control/report.csv", endpoint="control_report", methods=["GET"]),
            *(rule.empty() for rule in CONTROLS),
        ]
    )

    def refusal(self, refused: Refused) -> Response:
        """The error object with which Stripe refuses."""
        return _answer(refused.status, _error(refused.code, str(refused)))

    def lost(self, problem: HTTPException) -> Response:
        """The same where there is nothing."""
        return _answer(problem.code or 500, _error("unknown_url", "Unrecognized request URL."))

    def delivery(self, event: SandboxEvent, secret: str) -> Delivery:
        """The event as Stripe posts it."""
        with self.lock:
            body = json.dumps(objects.event(self.book, event), indent=2).encode()
        # Signed with the real time: a receiver measures freshness by it, however far our story is ahead.
        signature = sign(body, secret=secret, at=datetime.now(UTC))
        return body, {SIGNATURE_HEADER: signature, "Content-Type": "application/json; charset=utf-8"}

    def check_secret(self, request: Request) -> None:
        """Let in who sends the key as a bearer's token or as the user of Basic. Raises Refused."""
        given = request.authorization
        sent = (given.token or given.username or "") if given else ""
        if not sent:
            raise Refused(401, "api_key", "You did not provide an API key.")
        if not hmac.compare_digest(sent.encode(), self.manners.secret.encode()):
            raise Refused(401, "api_key", "Invalid API Key provided.")

    def dispatch(self, endpoint: str, request: Request, values: Mapping[str, Any]) -> Response:
        """Everything needs the key; what makes something is made once for each idempotency key."""
        self.check_secret(request)
        if request.method == "GET":
            form = nested(request.args.items(multi=True))
            ask: Callable[..., dict[str, Any]] = getattr(self, f"_{endpoint}")
            with self.lock:
                return _answer(200, ask(form, **values))
        form = nested(request.form.items(multi=True))
        key = request.headers.get("Idempotency-Key") or secrets.token_hex(16)
        if len(key) > _LONGEST_KEY:
            raise Refused(400, "parameter_invalid_string", "The idempotency key is too long.")
        make: Callable[[Mapping[str, Any]], dict[str, Any]] = getattr(self, f"_{endpoint}")
        with self.lock:
            lie = self.liar.next() if endpoint == "make_refund" else None
            if lie in {Lie.CUTS_BEFORE, Lie.SAYS_429}:
                return _lied(request, lie)
            (status, body), replayed = self._once(key, {"at": endpoint, **form}, lambda: make(form), lie)
        if lie and status == 200:
            return _lied(request, lie)
        headers = {"Idempotency-Key": key} | ({"Idempotent-Replayed": "true"} if replayed else {})
        return _answer(status, body, headers)

    def control_report(self, _request: Request) -> Response:
        """The itemised report of all that moved, as finance downloads it."""
        with self.lock:
            return Response(movements.report(self.book), mimetype="text/csv")

    def _once(
        self, key: str, asked: Mapping[str, Any], make: Callable[[], dict[str, Any]], lie: Lie | None
    ) -> tuple[Reply, bool]:
        remembers = self.manners.remembers == "everything"
        kept = self.book.kept_answer(key, asked) if remembers else None
        if kept is not None:
            return (kept.status, kept.body), True
        reply = _made(make) if lie is None or lie.does_it else _BROKEN
        if remembers:
            self.book.keep_answer(key, asked, *(_BROKEN if lie is Lie.SAYS_500_DID_IT else reply))
        return reply, False

    def _make_charge(self, form: Mapping[str, Any]) -> dict[str, Any]:
        return objects.charge(self.book, self._captured(form))

    def _make_payment_intent(self, form: Mapping[str, Any]) -> dict[str, Any]:
        return objects.payment_intent(self._captured(form))

    def _captured(self, form: Mapping[str, Any]) -> SandboxCharge:
        try:
            money = from_stripe(whole(form, "amount"), form.get("currency"))
        except Malformed as problem:
            raise Refused(
                400, "parameter_missing", f"Missing or wrong amount and currency: {problem}."
            ) from None
        wanted = {"amount": money.minor, "currency": money.currency, "reference": form.get("description", "")}
        return self.book.charge([wanted])[0]

    def _make_refund(self, form: Mapping[str, Any]) -> dict[str, Any]:
        check_known(form, _OF_A_REFUND)
        charge = self._charge_of(form)
        if charge is None:
            raise Refused(400, "parameter_missing", "One of the following params should be provided: charge")
        standing = {each.state for each in self.book.disputes_of(charge.id)}
        if standing & {DisputeState.OPEN, DisputeState.LOST}:
            raise Refused(400, "charge_disputed", f"Charge {charge.id} has been charged back.")
        amount = self._amount(charge, whole(form, "amount"))
        metadata = form.get("metadata")
        attempt = str(metadata.get("attempt", "")) if isinstance(metadata, dict) else ""
        made = self.book.refund(charge.id, amount.minor, amount.currency, attempt=attempt, made_by=API)
        return objects.refund(self.book, made)

    def _amount(self, charge: SandboxCharge, wanted: int | None) -> Money:
        left = Money(charge.amount - self.book.refunded(charge.id), charge.currency)
        if not left:
            raise Refused(400, "charge_already_refunded", f"Charge {charge.id} has already been refunded.")
        if wanted is None:
            return left
        try:
            amount = from_stripe(wanted, charge.currency.lower())
        except Malformed as problem:
            raise Refused(400, "invalid_charge_amount_no_decimal_compatible", str(problem)) from None
        if amount > left:
            sentence = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise Refused(400, "more_than_is_left", sentence)
        return amount

    def _charge(self, _form: Mapping[str, Any], name: str) -> dict[str, Any]:
        return objects.charge(self.book, self._known(name, "charge"))

    def _payment_intent(self, _form: Mapping[str, Any], name: str) -> dict[str, Any]:
        return objects.payment_intent(self._known(name, "payment_intent"))

    def _refund(self, _form: Mapping[str, Any], name: str) -> dict[str, Any]:
        made = self.book.refunds.get(name)
        if made is None:
            raise Refused(404, "resource_missing", f"No such refund: '{name}'")
        return objects.refund(self.book, made)

    def _refunds(self, form: Mapping[str, Any]) -> dict[str, Any]:
        check_known(form, _OF_A_LIST)
        charge = self._charge_of(form)
        names = list(self.book.refunds) if charge is None else self.book.refunds_of.get(charge.id, [])
        listed = [objects.refund(self.book, self.book.refunds[each]) for each in reversed(names)]
        return page_of(listed, form, "/v1/refunds")

    def _dispute(self, _form: Mapping[str, Any], name: str) -> dict[str, Any]:
        found = [each for each in objects.disputes(self.book, None) if each["id"] == name]
        if not found:
            raise Refused(404, "resource_missing", f"No such dispute: '{name}'")
        return found[0]

    def _disputes(self, form: Mapping[str, Any]) -> dict[str, Any]:
        check_known(form, _OF_A_LIST)
        charge = self._charge_of(form)
        return page_of(objects.disputes(self.book, charge.id if charge else None), form, "/v1/disputes")

    def _balance_transactions(self, form: Mapping[str, Any]) -> dict[str, Any]:
        check_known(form, _OF_A_LIST)
        listed = movements.listed(self.book, created=form.get("created"), kind=form.get("type"))
        page = page_of(listed, form, "/v1/balance_transactions")
        if "data.source" in form.get("expand", []):
            page["data"] = [movements.with_source(self.book, each) for each in page["data"]]
        return page

    def _charge_of(self, form: Mapping[str, Any]) -> SandboxCharge | None:
        for name in ("charge", "payment_intent"):
            if name in form:
                return self._known(str(form[name]), name)
        return None

    def _known(self, name: str, kind: str) -> SandboxCharge:
        charge = objects.charge_named(self.book, name)
        if charge is None:
            raise Refused(404, "resource_missing", f"No such {kind}: '{name}'")
        return charge


def _made(make: Callable[[], dict[str, Any]]) -> Reply:
    try:
        return 200, make()
    except Refused as refused:
        return refused.status, _error(refused.code, str(refused))


def _lied(request: Request, lie: Lie) -> Response:
    match lie:
        case Lie.CUTS_AFTER | Lie.CUTS_BEFORE:
            return cut(request)
        case Lie.SAYS_429:
            return _answer(429, _error("rate_limit", "Request rate limit exceeded."))
        case Lie.SAYS_NONSENSE:
            return nonsense()
        case Lie.SAYS_HALF:
            return _answer(200, {"object": "refund"})
    return _answer(*_BROKEN)


def _answer(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    response = in_json(status, body)
    response.headers.update({"Request-Id": f"req_{secrets.token_hex(7)}", **(headers or {})})
    response.headers["Stripe-Version"] = objects.API_VERSION
    return response


def _error(code: str, sentence: str) -> dict[str, Any]:
    error = {"message": sentence, "type": _TYPES.get(code, "invalid_request_error")}
    if code not in _WITHOUT_CODE:
        error["code"] = code
    if code in _PARAMETERS:
        error["param"] = _PARAMETERS[code]
    return {"error": error}


_BROKEN: Reply = (500, _error("api_error", "An unknown error occurred."))
