"""Days that people give for what happened: on paper there is a day, in our rows a moment."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from makegood.accounts.templatetags.said import day_in_words


class NotThatDay(Exception):
    """It cannot have happened on that day."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(
            _("Please give a day from {first} to {last}.").format(
                first=day_in_words(first), last=day_in_words(last)
            )
        )


def check_day_of_the_past(day: date, *, since: datetime, zone: ZoneInfo, at: datetime) -> None:
    """`day` in `zone` is neither before `since` nor after `at`. Raises NotThatDay."""
    first, last = since.astimezone(zone).date(), at.astimezone(zone).date()
    if not first <= day <= last:
        raise NotThatDay(first, last)


def moment_of(day: date, *, zone: ZoneInfo, at: datetime) -> datetime:
    """A moment of `day` that is not after `at`: noon in `zone`, or on the very day `at` itself."""
    return min(datetime.combine(day, time(12), tzinfo=zone), at)
