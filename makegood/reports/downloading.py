"""A table of a report leaves the desk: that is recorded, for a file is a copy that nobody can take back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.audit.recording import record
from makegood.reports.periods import Period


def note_download(table: str, *, period: Period, by: User, at: datetime) -> Event:
    """Record that `by` downloads the table of this name, about `period`."""
    with transaction.atomic():
        return record(
            Action.REPORT_DOWNLOADED,
            subject=by,
            by=by,
            at=at,
            table=table,
            first=period.first.isoformat(),
            last=period.last.isoformat(),
        )
