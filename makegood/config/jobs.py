"""The job queue in PostgreSQL: jobs enqueued with the change, and jobs of killed workers revived."""

from __future__ import annotations

from datetime import datetime

import procrastinate
from procrastinate import PsycopgConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params


class WorkerConnector(PsycopgConnector):
    """Fetches jobs by connections of its own; what a job enqueues goes through Django's, in its transaction.

    Procrastinate's own worker connector uses another connection for both, so a job enqueued by a job would
    start before the change that it follows is committed, and stay when that change is rolled back.
    """

    def get_sync_connector(self) -> DjangoConnector:
        """Django's connection of the thread that runs the job."""
        return DjangoConnector()


class Connector(DjangoConnector):
    """Enqueues in the transaction of the caller, in web and worker alike."""

    def get_worker_connector(self) -> WorkerConnector:
        """For every way of starting a worker."""
        return WorkerConnector(kwargs=connector_params(self.alias))


def on_app_ready(app: procrastinate.App) -> None:
    """Set our connector and register the tasks of no layer; procrastinate calls this when Django starts."""
    app.connector = app.job_manager.connector = Connector()
    app.periodic(cron="* * * * *")(
        app.task(name="revive_stalled_jobs", queueing_lock="revive_stalled_jobs", pass_context=True)(
            revive_stalled_jobs
        )
    )


async def revive_stalled_jobs(context: procrastinate.JobContext, timestamp: int) -> None:
    """Run again the jobs whose worker stopped sending its heartbeat: it was killed in the middle of them."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await manager.retry_job(job, retry_at=datetime.now().astimezone())
