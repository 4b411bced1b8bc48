"""Logs: one constant message with fields a line, without personal data."""

from __future__ import annotations

import logging.config
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
# Libraries that say at INFO what only their own developers need.
CALMER = ("httpx", "httpcore", "procrastinate.blueprints", "procrastinate.jobs", "procrastinate.periodic")


def configure(options: dict[str, Any]) -> None:
    """Route the standard library's logging through structlog. `options`: `json` (bool), `level` (name)."""
    logging.config.dictConfig(options_for(json=options["json"], level=options["level"]))
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def options_for(*, json: bool, level: str) -> dict[str, Any]:
    """Options of logging.config: all loggers end in one handler, as JSON or for a person to read."""
    rendering: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if json
        # Not its usual traceback, which prints the local variables, and with them people's data.
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
        "foreign_pre_chain": SHARED,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            **{name: {"level": "WARNING"} for name in CALMER},
            "gunicorn.error": {"level": level, "handlers": [], "propagate": True},
            # It remarks on every HEAD, where Django leaves it to the server to drop the body.
            "gunicorn.http.wsgi": {"level": "ERROR"},
            "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": True},
        },
    }
