"""What a web process serves: the pages of `wsgi.py`, each in a thread, and streams, which need none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.db import connections

from makegood.config.streams.hub import Hub
from makegood.config.streams.listening import Ear
from makegood.config.streams.serving import Application, Serving


def make_application(pages: Callable[..., Any], *, threads: int) -> Serving:
    """What serves `pages`, a WSGI application, in so many threads of this process."""
    hub = Hub()
    in_threads = cast("Application", WSGIMiddleware(pages, workers=threads))
    return Serving(in_threads, hub, Ear(hub, _database).listen)


def _database() -> dict[str, Any]:
    arguments = connections["default"].get_connection_params()
    return {name: arguments[name] for name in arguments if name not in {"context", "cursor_factory"}}
