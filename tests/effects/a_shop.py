"""A shop on loopback that checks signatures with the library of Standard Webhooks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from standardwebhooks import Webhook
from werkzeug import Request, Response
from werkzeug.serving import make_server

from tests.people import NOON

SECRET = "whsec_" + "bm90IGEgcmVhbCBzZWNyZXQsIG9ubHkgb2YgdGVzdHM="
TOKEN = "a-token-of-the-tests-long-enough-to-hold"


class AShop:
    """`heard`: each genuine message with its id. It `answers` with this status, and reads its own `clock`."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.answers = 204
        self.says = b""
        self.headers: dict[str, str] = {}
        self.url = ""
        self.clock = NOON

    @property
    def told(self) -> list[str]:
        """What it was told, by kind."""
        return [message["type"] for _, message in self.heard]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        body = request.get_data()
        headers = {name.lower(): value for name, value in request.headers.items()}
        Webhook(SECRET).verify(body, headers)  # raises, and so answers 500, if the signature is wrong
        self.heard.append((headers["webhook-id"], json.loads(body)))
        response = Response(self.says, status=self.answers, headers=self.headers)
        return response(environ, start_response)


@contextmanager
def open_shop() -> Iterator[AShop]:
    """It answers until the end of the block."""
    shop = AShop()
    server = make_server("127.0.0.1", 0, shop, threaded=False)
    shop.url = f"http://127.0.0.1:{server.server_port}/effects"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
