"""The real worker, run in the test's own process until no job is waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob


def work() -> None:
    """Run every waiting job, and those they leave behind; what runs by the clock stays out of it."""
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with _without_what_the_clock_starts(), _closing_connections(), app.replace_connector(connector) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


@contextmanager
def _without_what_the_clock_starts() -> Iterator[None]:
    registry = app.periodic_registry
    kept, registry.periodic_tasks = registry.periodic_tasks, {}
    try:
        yield
    finally:
        registry.periodic_tasks = kept


@contextmanager
def _closing_connections() -> Iterator[None]:
    """The worker's threads close their connections after each job, so that none is left when they end."""
    usual = connections.settings["default"]["CONN_MAX_AGE"]
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    try:
        yield
    finally:
        connections.settings["default"]["CONN_MAX_AGE"] = usual


def jobs(status: str) -> list[str]:
    """The names of the jobs that are `todo`, `doing`, `succeeded` or `failed`, oldest first."""
    rows = ProcrastinateJob.objects.filter(status=status).order_by("id")
    return list(rows.values_list("task_name", flat=True))
