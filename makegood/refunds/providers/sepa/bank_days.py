"""The days on which euro transfers are settled: those of T2, the system of the Eurosystem.

Closed on Saturdays, Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December:
https://www.ecb.europa.eu/ecb/contacts/working-hours/html/index.en.html
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5


def is_bank_day(day: date) -> bool:
    """Whether euro transfers are settled on `day`."""
    return day.weekday() < SATURDAY and day not in _closed()


def next_bank_day(day: date) -> date:
    """The first of these days after `day`."""
    following = day + timedelta(days=1)
    while not is_bank_day(following):
        following += timedelta(days=1)
    return following


@cache
def _closed() -> holidays.HolidayBase:
    return holidays.financial_holidays("XECB")
