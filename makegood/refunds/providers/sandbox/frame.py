"""What every stand-in of a payment provider shares: a real HTTP server, a durable book, lies, events."""

from __future__ import annotations

import hmac
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from makegood.refunds.providers.sandbox.book import Refused, SandboxEvent
from makegood.refunds.providers.sandbox.clock import Clock
from makegood.refunds.providers.sandbox.controls import Controls
from makegood.refunds.providers.sandbox.disputes import BookWithDisputes
from makegood.refunds.providers.sandbox.journal import Journal
from makegood.refunds.providers.sandbox.lies import Liar
from makegood.refunds.providers.sandbox.postman import Delivery, Postman
from makegood.refunds.providers.sandbox.timeline import DAY

_LOOKS_UP_EVERY = 0.05
"""Seconds after which it notices that it is to stop; tests start hundreds of them."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How a stand-in behaves. `remembers` keys' answers: "everything", errors too, or "nothing".

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


class StandIn(Controls, ABC):
    """Runs on `host`:`port` (0 picks a free one) in a thread of its own, with its journal in `folder`.

    A provider's own stand-in gives `urls` and the four things below in the words of that provider.
    """

    urls: ClassVar[Map]

    def __init__(
        self,
        folder: Path,
        manners: Manners,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
    ) -> None:
        self.manners = manners
        self._journal = Journal(folder / "sandbox.jsonl")
        self.book = BookWithDisputes(
            self._journal, clock or Clock(), day=manners.day, key_window=manners.key_window
        )
        self.liar = Liar(seed=manners.seed, rate=manners.lie_rate)
        self.lock = threading.RLock()
        self.postman = Postman(
            self.book,
            self.liar,
            self.lock,
            url=manners.webhook_url,
            secret=manners.webhook_secret,
            write=self.delivery,
        )
        self._http: BaseWSGIServer = make_server(
            host, port, self._answer, threaded=True, request_handler=_QuietHandler
        )
        self._http.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(_LOOKS_UP_EVERY,), name="sandbox", daemon=True
        )

    @abstractmethod
    def dispatch(self, endpoint: str, request: Request, values: Mapping[str, Any]) -> Response:
        """The answer at one of `urls`. Raises Refused, HTTPException."""

    @abstractmethod
    def refusal(self, refused: Refused) -> Response:
        """A refusal in the provider's own words."""

    @abstractmethod
    def lost(self, problem: HTTPException) -> Response:
        """What is said where there is nothing, or not by this method."""

    @abstractmethod
    def delivery(self, event: SandboxEvent, secret: str) -> Delivery:
        """The event as this provider sends it, signed with `secret`, which is wrong in a forgery."""

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

    def __enter__(self) -> Self:
        self.start(with_postman=False)
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        try:
            endpoint, values = self.urls.bind_to_environ(environ).match()
            response = self._dispatch(endpoint, request, values)
        except HTTPException as problem:
            response = self.lost(problem)
        except Refused as refused:
            response = self.refusal(refused)
        return response(environ, start_response)

    def _dispatch(self, endpoint: str, request: Request, values: Mapping[str, Any]) -> Response:
        if not endpoint.startswith("control_"):
            return self.dispatch(endpoint, request, values)
        self.check_secret(request)
        steer: Callable[..., Response] = getattr(self, endpoint)
        return steer(request, **values)

    def check_secret(self, request: Request) -> None:
        """Let in who sends the secret as a bearer's token. Raises Refused."""
        sent = request.headers.get("Authorization", "")
        if not hmac.compare_digest(sent.encode(), f"Bearer {self.manners.secret}".encode()):
            raise Refused(401, "authentication_required", "The secret is missing or wrong.")


class _QuietHandler(WSGIRequestHandler):
    """Keeps what happens on a cut line to itself."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (the parent's)
        """Say nothing: the demo's terminal is for people."""
