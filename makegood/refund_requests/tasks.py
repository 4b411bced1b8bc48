"""Jobs about files that members send."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from makegood.refund_requests.evidence import checking, uploads


@app.task(name="evidence.check_upload", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def check_upload(token: str) -> None:
    """Check a file that has arrived; while the disk is full it is tried again, and later by the sweep."""
    checking.check(UUID(token), at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="evidence.sweep_uploads", queueing_lock="evidence.sweep_uploads")
def sweep_uploads(timestamp: int) -> None:
    """What nobody goes on with or sends is thrown away; checks that came to no end begin again."""
    uploads.sweep(at=timezone.now())
