"""What a stand-in reads and says over HTTP, whatever provider it stands for."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from makegood.refunds.providers.sandbox.book import Refused


def cut(request: Request) -> Response:
    """Cut the line: whoever asked hears nothing at all."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response(status=500)


def nonsense() -> Response:
    """What a proxy says in the provider's place."""
    return Response("<html><body>We'll be right back", status=200, mimetype="text/html")


def in_json(status: int, body: Mapping[str, Any]) -> Response:
    """`body` as JSON."""
    return Response(json.dumps(body), status=status, mimetype="application/json")


def read_body(request: Request) -> dict[str, Any]:
    """The JSON object sent. Raises Refused."""
    try:
        body = json.loads(request.get_data())
    except ValueError as problem:
        raise Refused(400, "parameter_invalid", "The body must be JSON.") from problem
    if not isinstance(body, dict):
        raise Refused(400, "parameter_invalid", "The body must be a JSON object.")
    return body
