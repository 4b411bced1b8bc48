"""The worker of gunicorn that holds streams beside the pages."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from typing import Any

from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker  # type: ignore[import-untyped]

from makegood.config.streams.serving import Serving

LOOK_EVERY = 0.5


class StreamsEndFirst(Server):
    """A server that ends its streams when it is asked to end, and then waits for the pages alone."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See Server."""
        application = self.config.app
        if isinstance(application, Serving):
            application.end_streams()
        await super().shutdown(sockets)


class Worker(UvicornWorker):  # type: ignore[misc]  # untyped
    """Pages that still run when the worker is asked to end have a moment; gunicorn then ends it."""

    CONFIG_KWARGS: dict[str, Any] = {
        "loop": "asyncio",
        "http": "h11",  # refuses what is no HTTP before it reaches us
        "ws": "none",
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # what a proxy says is believed where MAKEGOOD_BEHIND_PROXY says so
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        log = logging.getLogger("uvicorn.error")
        log.propagate = True  # to where all our lines go; the class would leave it without a place
        log.setLevel(logging.WARNING)

    async def _serve(self) -> None:
        # Only here: gunicorn reads this module before it has loaded the pages, and with them the models.
        from makegood.config.asgi import make_application

        self.config.timeout_graceful_shutdown = self.cfg.graceful_timeout - 1
        self.config.app = make_application(self.wsgi, threads=self.cfg.threads)
        server = StreamsEndFirst(config=self.config)
        self._install_sigquit_handler()
        watching = asyncio.ensure_future(self._until_unwanted(server))
        await server.serve(sockets=self.sockets)
        watching.cancel()
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    async def _until_unwanted(self, server: Server) -> None:
        """End `server` when a source file changed, or gunicorn itself is gone; neither sends a signal."""
        while self.alive and self.ppid == os.getppid():
            await asyncio.sleep(LOOK_EVERY)
        server.should_exit = True
