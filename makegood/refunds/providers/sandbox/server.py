"""The sandbox as an HTTP server: an API like a payment provider's, controls to mislead, a page for people."""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from makegood.refunds.providers.sandbox import page
from makegood.refunds.providers.sandbox.book import API, DASHBOARD, Book, Refused
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.journal import Journal
from makegood.refunds.providers.sandbox.lies import EventLie, Liar, Lie
from makegood.refunds.providers.sandbox.postman import Postman
from makegood.refunds.providers.sandbox.timeline import DAY, Fate

Reply = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Manners:
    """How this sandbox behaves. `remembers` keys' answers: "everything", errors too, or "nothing".

    `day` is how long a banking day lasts; `webhook_url` None means that events wait to be fetched by nobody;
    `lie_rate` is the share of refund calls that go wrong by themselves, by `seed`.
    """

    secret: str
    webhook_secret: str
    webhook_url: str | None = None
    day: timedelta = DAY
    key_window: timedelta = timedelta(days=1)
    remembers: str = "everything"
    seed: int = 0
    lie_rate: float = 0.0


class SandboxServer:
    """Runs on `host`:`port` (0 picks a free one) in a thread of its own, with its journal in `folder`."""

    def __init__(
        self,
        folder: Path,
        manners: Manners,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
    ) -> None:
        self._manners = manners
        self._journal = Journal(folder / "sandbox.jsonl")
        self.book = Book(self._journal, clock or Clock(), day=manners.day, key_window=manners.key_window)
        self.liar = Liar(seed=manners.seed, rate=manners.lie_rate)
        self.lock = threading.RLock()
        self.postman = Postman(
            self.book, self.liar, self.lock, url=manners.webhook_url, secret=manners.webhook_secret
        )
        # The page acts without a password, so its forms carry a token that other sites cannot know.
        self._form_token = secrets.token_urlsafe(16)
        self._http: BaseWSGIServer = make_server(
            host, port, self._answer, threaded=True, request_handler=_QuietHandler
        )
        self._http.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._http.serve_forever, name="sandbox", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self._http.host}:{self._http.port}"

    def start(self, *, with_postman: bool = True) -> None:
        """Begin to answer, and unless told otherwise to deliver events."""
        self._thread.start()
        if with_postman:
            self.postman.start()

    def stop(self) -> None:
        """Stop answering; what the journal holds stays."""
        self.postman.stop()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._journal.close()

    def __enter__(self) -> SandboxServer:
        self.start(with_postman=False)
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        try:
            endpoint, values = _URLS.bind_to_environ(environ).match()
            response = self._dispatch(endpoint, request, values)
        except HTTPException as problem:
            response = _json(problem.code or 500, _error("invalid_request", problem.description or ""))
        except Refused as refused:
            response = _json(refused.status, _error(refused.code, str(refused)))
        return response(environ, start_response)

    def _dispatch(self, endpoint: str, request: Request, values: Mapping[str, Any]) -> Response:
        answer: Callable[..., Response] = getattr(self, f"_{endpoint}")
        if endpoint.startswith("page"):
            return answer(request, **values)
        sent = request.headers.get("Authorization", "")
        if not hmac.compare_digest(sent.encode(), f"Bearer {self._manners.secret}".encode()):
            raise Refused(401, "authentication_required", "The secret is missing or wrong.")
        return answer(request, **values)

    def _healthz(self, _request: Request) -> Response:
        return _json(200, {"status": "ok"})

    def _charges(self, request: Request) -> Response:
        wanted = _body(request)
        with self.lock:
            made = self.book.charge(wanted.get("charges", [wanted]))
        shown = [asdict(charge) for charge in made]
        return _json(201, {"charges": shown} if "charges" in wanted else shown[0])

    def _charge(self, _request: Request, charge_id: str) -> Response:
        with self.lock:
            charge = self.book.charges.get(charge_id)
            if charge is None:
                raise Refused(404, "resource_missing", f"No such charge: {charge_id}.")
            listed = [self.book.refunds[each] for each in self.book.refunds_of.get(charge_id, [])]
            return _json(200, {**asdict(charge), "refunds": [self.book.describe(each) for each in listed]})

    def _refund(self, _request: Request, refund_id: str) -> Response:
        with self.lock:
            refund = self.book.refunds.get(refund_id)
            if refund is None:
                raise Refused(404, "resource_missing", f"No such refund: {refund_id}.")
            return _json(200, self.book.describe(refund))

    def _refunds(self, request: Request) -> Response:
        asked, key = _body(request), request.headers.get("Idempotency-Key", "")
        if not 1 <= len(key) <= 255:
            raise Refused(400, "idempotency_key_invalid", "Send an Idempotency-Key of 1 to 255 characters.")
        with self.lock:
            lie = self.liar.next()
            if lie in {Lie.CUTS_BEFORE, Lie.SAYS_429}:
                return self._lied(request, lie)
            status, body = self._once(key, asked, lie)
        return self._lied(request, lie) if lie and status == 201 else _json(status, body)

    def _once(self, key: str, asked: Mapping[str, Any], lie: Lie | None) -> Reply:
        kept = self.book.kept_answer(key, asked) if self._manners.remembers == "everything" else None
        if kept is not None:
            return kept.status, kept.body
        status, body = self._make(asked) if lie is None or lie.does_it else _BROKEN
        told = _BROKEN if lie is Lie.SAYS_500_DID_IT else (status, body)
        if self._manners.remembers == "everything":
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
                request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
                return Response(status=500)
            case Lie.SAYS_429:
                return _json(429, _error("rate_limit", "Too many requests."))
            case Lie.SAYS_NONSENSE:
                return Response("<html><body>We'll be right back", status=200, mimetype="text/html")
            case Lie.SAYS_HALF:
                return _json(201, {"object": "refund"})
        return _json(*_BROKEN)

    def _control_advance(self, request: Request) -> Response:
        with self.lock:
            self.book.advance(timedelta(seconds=float(_body(request)["seconds"])))
            return _json(200, {"now": self.book.clock.now().isoformat()})

    def _control_lies(self, request: Request) -> Response:
        wanted = _body(request)
        try:
            refunds = [Lie(each) if each else None for each in wanted.get("refunds", [])]
            events = {EventLie(each) for each in wanted.get("events", [])}
        except ValueError as problem:
            raise Refused(400, "parameter_invalid", str(problem)) from problem
        with self.lock:
            self.liar.order(refunds)
            self.liar.about_events = events
            if wanted.get("forget_keys"):
                self.book.forget_keys()
        return _json(200, {"events": sorted(events)})

    def _control_fate(self, request: Request, refund_id: str) -> Response:
        with self.lock:
            self.book.change_fate(refund_id, Fate(_body(request)["fate"]))
            return _json(200, self.book.describe(self.book.refunds[refund_id]))

    def _control_deliver(self, _request: Request) -> Response:
        return _json(200, {"acknowledged": self.postman.deliver_due()})

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


class _QuietHandler(WSGIRequestHandler):
    """Keeps what happens on a cut line to itself."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (the parent's)
        """Say nothing: the demo's terminal is for people."""


def _error(code: str, sentence: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": sentence}}


_BROKEN: Reply = (500, _error("api_error", "Something went wrong on our end."))


def _json(status: int, body: Mapping[str, Any]) -> Response:
    return Response(json.dumps(body), status=status, mimetype="application/json")


def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.get_data())
    except ValueError as problem:
        raise Refused(400, "parameter_invalid", "The body must be JSON.") from problem
    if not isinstance(body, dict):
        raise Refused(400, "parameter_invalid", "The body must be a JSON object.")
    return body


_URLS = Map(
    [
        Rule("/v1/charges", endpoint="charges", methods=["POST"]),
        Rule("/v1/charges/<charge_id>", endpoint="charge", methods=["GET"]),
        Rule("/v1/refunds", endpoint="refunds", methods=["POST"]),
        Rule("/v1/refunds/<refund_id>", endpoint="refund", methods=["GET"]),
        Rule("/v1/ping", endpoint="healthz", methods=["GET"]),
        Rule("/_control/advance", endpoint="control_advance", methods=["POST"]),
        Rule("/_control/lies", endpoint="control_lies", methods=["POST"]),
        Rule("/_control/refunds/<refund_id>/fate", endpoint="control_fate", methods=["POST"]),
        Rule("/_control/deliver", endpoint="control_deliver", methods=["POST"]),
        Rule("/", endpoint="page", methods=["GET"]),
        Rule("/page/refund", endpoint="page_refund", methods=["POST"]),
        Rule("/page/fate", endpoint="page_fate", methods=["POST"]),
        Rule("/page/advance", endpoint="page_advance", methods=["POST"]),
    ]
)
