"""`makegood serve`: the web process for production, behind a proxy that speaks TLS."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Serve the web pages with gunicorn."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", metavar="ADDRESS", help="(127.0.0.1:8000)")
        parser.add_argument("--workers", type=int, help="processes (one for each core)")
        parser.add_argument("--threads", type=int, help="of each process (8)")

    def handle(self, *args: Any, **options: Any) -> NoReturn:
        command = [sys.executable, "-m", "gunicorn", "--config", "python:makegood.config.gunicorn"]
        for name in ("bind", "workers", "threads"):
            if options[name] is not None:
                command += [f"--{name}", str(options[name])]
        # In our place, so that whoever supervises us signals gunicorn itself.
        os.execv(sys.executable, command)  # noqa: S606  no shell is wanted
