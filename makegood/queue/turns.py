"""In which order requests are examined, and the proof that nobody waits without end: pure Python.

A request has its turn by the moment until which it should be examined, then first come, first served. That
moment is never before the request came in (PostgreSQL holds that), so **what comes in after the moment of a
request never goes before it**: only what came in between the two can, however many there are of that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

HEAD_START = timedelta(days=1)
"""By how much a day that the law sets brings a request forward: ahead of what came in on the same day."""


FOR_THE_SKILLED = timedelta(hours=4)
"""For so long after it came in a request is given only to who knows its product; then to everybody."""


class Turn(NamedTuple):
    """The place of a request in the queue; the smaller is examined first. `number` is the key of the row."""

    examine_by: datetime
    came_in: datetime
    number: int


def examine_by(*, came_in: datetime, promised_until: datetime, law_until: datetime | None) -> datetime:
    """Until when a request should be examined.

    `promised_until` is the first promise made to the member; a later one moves nobody. `law_until` is the
    moment at which the last day begins that the law gives for an answer; None: the law sets none.
    """
    if law_until is None:
        return max(came_in, promised_until)
    return max(came_in, min(promised_until, law_until) - HEAD_START)
