"""`makegood work`: runs the jobs that changes leave behind: payments, letters, reminders."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from makegood.audit.actors import System
from makegood.audit.keeping_settings import keep_settings

FINISH_WITHIN = 5.0
HEARTBEAT = 5.0


class Command(BaseCommand):
    help = "Run the worker until it is told to stop. Start as many as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at a time (4)")
        parser.add_argument(
            "--until-empty",
            action="store_true",
            help="end when no job is waiting instead of waiting for more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # The worker itself would try for half a minute before it said that there is no database.
        connection.ensure_connection()
        keep_settings(settings.MAKEGOOD_SETTINGS, by=System("worker"), at=timezone.now())
        connection.close()
        connector = cast("DjangoConnector", app.connector).get_worker_connector()
        with app.replace_connector(connector) as worker:
            worker.run_worker(
                concurrency=options["concurrency"],
                wait=not options["until_empty"],
                shutdown_graceful_timeout=FINISH_WITHIN,
                update_heartbeat_interval=HEARTBEAT,
            )
