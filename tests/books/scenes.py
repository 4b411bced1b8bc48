"""Reports as the sandbox makes them, with what a test plants in them, taken in a week after the refunds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from makegood.audit.actors import System
from makegood.books.models import Difference, DifferenceState, Match
from makegood.books.taking_in import take_in_file
from makegood.refunds.models import Refund
from makegood.refunds.providers.base import ReportLine
from makegood.refunds.providers.sandbox.report import as_csv, movements
from makegood.refunds.providers.sandbox.timeline import Fate
from tests.people import NOON
from tests.refunds.scenes import Scene

WORKER = System("worker")
PERIOD = (NOON - timedelta(days=5), NOON + timedelta(days=20))

Lines = list[ReportLine]
UTC_ZONE = ZoneInfo("UTC")


def paid(scene: Scene, fate: Fate = Fate.SUCCEEDS_AT_ONCE) -> Refund:
    """A refund that the sandbox paid, and of which we know."""
    return scene.sent(fate)


def reported(scene: Scene) -> Lines:
    """What the sandbox says moved up to now."""
    return movements(scene.sandbox.book, begins=PERIOD[0], ends=PERIOD[1])


def take_in(scene: Scene, lines: Sequence[ReportLine], *, name: str = "report.csv") -> Match:
    """Take the lines in as a file about three weeks, long after what it tells of."""
    return take_in_file(
        "sandbox",
        as_csv(lines).encode(),
        name=name,
        first=PERIOD[0].date(),
        last=PERIOD[1].date(),
        zone=UTC_ZONE,
        by=WORKER,
        at=scene.now,
    )


def ten_days_pass(scene: Scene) -> None:
    """And each refund is looked at afterwards."""
    scene.pass_time(days=10)
    for refund in Refund.objects.all():
        scene.advance(refund)


def open_kinds() -> list[str]:
    """The kinds of what is open."""
    rows = Difference.objects.filter(state=DifferenceState.OPEN).order_by("pk")
    return list(rows.values_list("kind", flat=True))
