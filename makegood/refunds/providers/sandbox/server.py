"""The sandbox as an HTTP server: an API like a payment provider's, controls to mislead, a page for people."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from makegood.refunds.providers.sandbox import page
from makegood.refunds.providers.sandbox.book import API, DASHBOARD, Refused, SandboxEvent
from makegood.refunds.providers.sandbox.controls import CONTROLS
from makegood.refunds.providers.sandbox.disputes import describe_dispute
from makegood.refunds.providers.sandbox.frame import Manners, StandIn
from makegood.refunds.providers.sandbox.lies import Lie
from makegood.refunds.providers.sandbox.postman import Delivery
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.providers.sandbox.words import cut, in_json, nonsense, read_body
from makegood.refunds.providers.signatures import sign

__all__ = ["Manners", "SandboxServer"]

SIGNATURE_HEADER = "Sandbox-Signature"

Reply = tuple[int, Mapping[str, Any]]


class SandboxServer(StandIn):
    """The sandbox in its own words: an API like a payment provider's, controls and a page."""

    urls = Map(
        [
            Rule("/v1/charges", endpoint="charges", methods=["POST"]),
            Rule("/v1/charges/<charge_id>", endpoint="charge", methods=["GET"]),
            Rule("/v1/refunds", endpoint="refunds", methods=["POST"]),
            Rule("/v1/refunds/<refund_id>", endpoint="refund", methods=["GET"]),
            Rule("/v1/ping", endpoint="healthz", methods=["GET"]),
            *CONTROLS,
            Rule("/", endpoint="page", methods=["GET"]),
            Rule("/page/refund", endpoint="page_refund", methods=["POST"]),
            Rule("/page/fate", endpoint="page_fate", methods=["POST"]),
            Rule("/page/advance", endpoint="page_advance", methods=["POST"]),
            Rule("/page/dispute", endpoint="page_dispute", methods=["POST"]),
            Rule("/page/dispute-state", endpoint="page_dispute_state", methods=["POST"]),
        ]
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # The page acts without a password, so its forms carry a token that other sites cannot know.
        self._form_token = secrets.token_urlsafe(16)

    def refusal(self, refused: Refused) -> Response:
        """A status and an object with a code that a program can read."""
        return in_json(refused.status, _error(refused.code, str(refused)))

    def lost(self, problem: HTTPException) -> Response:
        """The same for an address that is none."""
        return in_json(problem.code or 500, _error("invalid_request", problem.description or ""))

    def delivery(self, event: SandboxEvent, secret: str) -> Delivery:
        """JSON, signed in Stripe's scheme."""
        body = json.dumps(event.body).encode()
        # Signed with the real time: a receiver measures freshness by it, however far our story is ahead.
        signature = sign(body, secret=secret, at=datetime.now(UTC))
        return body, {SIGNATURE_HEADER: signature, "Content-Type": "application/json"}

    def dispatch(self, endpoint: str, request: Request, values: Mapping[str, Any]) -> Response:
        """The page for people, the rest for who has the secret."""
        answer: Callable[..., Response] = getattr(self, f"_{endpoint}")
        if endpoint.startswith("page"):
            return answer(request, **values)
        self.check_secret(request)
        return answer(request, **values)

    def _healthz(self, _request: Request) -> Response:
        return in_json(200, {"status": "ok"})

    def _charges(self, request: Request) -> Response:
        wanted = read_body(request)
        with self.lock:
            made = self.book.charge(wanted.get("charges", [wanted]))
        shown = [asdict(charge) for charge in made]
        return in_json(201, {"charges": shown} if "charges" in wanted else shown[0])

    def _charge(self, _request: Request, charge_id: str) -> Response:
        with self.lock:
            charge = self.book.charges.get(charge_id)
            if charge is None:
                raise Refused(404, "resource_missing", f"No such charge: {charge_id}.")
            listed = [self.book.refunds[each] for each in self.book.refunds_of.get(charge_id, [])]
            refunds = [self.book.describe(each) for each in listed]
            disputes = [describe_dispute(each) for each in self.book.disputes_of(charge_id)]
        return in_json(200, {**asdict(charge), "refunds": refunds, "disputes": disputes})

    def _refund(self, _request: Request, refund_id: str) -> Response:
        with self.lock:
            refund = self.book.refunds.get(refund_id)
            if refund is None:
                raise Refused(404, "resource_missing", f"No such refund: {refund_id}.")
            return in_json(200, self.book.describe(refund))

    def _refunds(self, request: Request) -> Response:
        asked, key = read_body(request), request.headers.get("Idempotency-Key", "")
        if not 1 <= len(key) <= 255:
            raise Refused(400, "idempotency_key_invalid", "Send an Idempotency-Key of 1 to 255 characters.")
        with self.lock:
            lie = self.liar.next()
            if lie in {Lie.CUTS_BEFORE, Lie.SAYS_429}:
                return self._lied(request, lie)
            status, body = self._once(key, asked, lie)
        return self._lied(request, lie) if lie and status == 201 else in_json(status, body)

    def _once(self, key: str, asked: Mapping[str, Any], lie: Lie | None) -> Reply:
        kept = self.book.kept_answer(key, asked) if self.manners.remembers == "everything" else None
        if kept is not None:
            return kept.status, kept.body
        status, body = self._make(asked) if lie is None or lie.does_it else _BROKEN
        told = _BROKEN if lie is Lie.SAYS_500_DID_IT else (status, body)
        if self.manners.remembers == "everything":
            self.book.keep_answer(key, asked, *told)
        return status, body

    def _make(self, asked: Mapping[str, Any]) -> Reply:
        metadata = asked.get("metadata")
        words = (str(asked.get("charge")), asked.get("amount"), str(asked.get("currency")))
        try:
            attempt = str(metadata.get("attempt", "")) if isinstance(metadata, dict) else ""
            refund = self.book.refund(*words, attempt=attempt, made_by=API)
        except Refused as refused:
            return refused.status, _error(refused.code, str(refused))
        return 201, self.book.describe(refund)

    def _lied(self, request: Request, lie: Lie | None) -> Response:
        match lie:
            case Lie.CUTS_AFTER | Lie.CUTS_BEFORE:
                return cut(request)
            case Lie.SAYS_429:
                return in_json(429, _error("rate_limit", "Too many requests."))
            case Lie.SAYS_NONSENSE:
                return nonsense()
            case Lie.SAYS_HALF:
                return in_json(201, {"object": "refund"})
        return in_json(*_BROKEN)

    def _page(self, request: Request) -> Response:
        with self.lock:
            html = page.render(self.book, token=self._form_token, find=request.args.get("find", ""))
        return Response(html, mimetype="text/html", headers=page.HEADERS)

    def _page_refund(self, request: Request) -> Response:
        self._check_form(request)
        with self.lock:
            charge = self.book.charges.get(request.form["charge"])
            currency = charge.currency if charge else ""
            amount = request.form.get("amount", type=int)
            self.book.refund(request.form["charge"], amount or 0, currency, attempt="", made_by=DASHBOARD)
        return redirect("/", code=303)

    def _page_fate(self, request: Request) -> Response:
        self._check_form(request)
        with self.lock:
            self.book.change_fate(request.form["refund"], Fate(request.form["fate"]))
        return redirect("/", code=303)

    def _page_dispute(self, request: Request) -> Response:
        self._check_form(request)
        with self.lock:
            charge = self.book.charges.get(request.form["charge"])
            amount = request.form.get("amount", type=int)
            self.book.dispute(charge.id if charge else "", amount, state=request.form.get("state", "open"))
        return redirect("/", code=303)

    def _page_dispute_state(self, request: Request) -> Response:
        self._check_form(request)
        with self.lock:
            self.book.move_dispute(request.form["dispute"], request.form["state"])
        return redirect("/", code=303)

    def _page_advance(self, request: Request) -> Response:
        self._check_form(request)
        with self.lock:
            self.book.advance(self.book.day)
        return redirect("/", code=303)

    def _check_form(self, request: Request) -> None:
        if not hmac.compare_digest(request.form.get("token", "").encode(), self._form_token.encode()):
            raise Refused(
                403, "form_expired", "This form is from an earlier start of the sandbox. Go back to /."
            )


def _error(code: str, sentence: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": sentence}}


_BROKEN: Reply = (500, _error("api_error", "Something went wrong on our end."))
